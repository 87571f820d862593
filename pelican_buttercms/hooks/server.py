"""How is a relay served without another program? A thread a request, each with a bound on time.

It is meant to stand behind something that ends TLS, which ButterCMS asks for: a proxy, a tunnel or
the host's own front. Whoever sends slowly, or too much, is let go; nobody can hold a thread.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from functools import partial
import io
import logging
import socket
from threading import BoundedSemaphore, Thread
import time
from typing import Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from pelican_buttercms.errors import SettingsError

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 64
_HEAD = 64 * 1024
_SLACK = 1024 * 1024
_WRITE = 5.0


class _Bounded(io.RawIOBase):
    """Reads a connection until a time and up to a size; after that there is no more."""

    def __init__(self, connection: socket.socket, seconds: float, most: int) -> None:
        self._connection = connection
        self._ends = time.monotonic() + seconds
        self._left = most
        self._late = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self._ends - time.monotonic()
        if self._late or self._left <= 0:
            return 0
        try:
            self._connection.settimeout(max(left, 0.001))
            got = self._connection.recv_into(memoryview(buffer)[: self._left])
        except TimeoutError:
            self._late = True
            raise
        finally:
            self._connection.settimeout(_WRITE)
        self._left -= got
        return got


class _Handler(WSGIRequestHandler):
    """Answers one request, and says nothing of it: the relay logs what it takes."""

    server: _Server

    def setup(self) -> None:
        super().setup()
        self.rfile.close()
        most = _HEAD + self.server.max_body + _SLACK  # so that the 413 is read by who sent more
        raw = _Bounded(self.connection, self.server.seconds, most)
        self.rfile = io.BufferedReader(raw)

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002  (werkzeug's name)
        """Log nothing."""


class _Server(ThreadedWSGIServer):
    """Runs a bounded number of requests at once, and ends with the last of them."""

    daemon_threads = False

    def __init__(self, host: str, port: int, app: Any, seconds: float, max_body: int) -> None:
        self.seconds = seconds
        self.max_body = max_body
        self._places = BoundedSemaphore(MOST_AT_ONCE)
        super().__init__(host, port, app, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        if not self._places.acquire(timeout=1.0):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002  (werkzeug's name)
        """Log mistakes of ours."""
        if type == "error":
            logger.error(message, *args)


@contextmanager
def listening(app: Any, host: str, port: int, seconds: float, max_body: int) -> Iterator[int]:
    """Serve an application in a thread; gives the port. Ends after the requests under way.

    Args:
        app: a WSGI application.
        host: the address to listen at.
        port: 0 takes a free one.
        seconds: how long a request may take to arrive.
        max_body: bytes that a body may have.

    Raises:
        SettingsError: the port is taken.
    """
    try:
        with redirect_stderr(io.StringIO()):  # werkzeug prints its own words, and exits by itself
            server = _Server(host, port, app, seconds, max_body)
    except (OSError, SystemExit) as exc:
        raise SettingsError(
            f"The relay cannot listen at {host}:{port}: is something else there? Choose another"
            " port with --port."
        ) from exc
    thread = Thread(target=partial(server.serve_forever, poll_interval=0.1), daemon=True)
    thread.start()
    try:
        yield int(server.server_port)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
