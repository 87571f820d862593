"""The relay's HTTP server: waitress, with a bound on the time of each connection.

It runs behind something that terminates TLS, which ButterCMS requires: a proxy, a tunnel or the
host's own front end. waitress reads all requests in one thread without blocking, so a silent or
slow client holds no thread. What waitress does not bound is added here: the time that a request may
take to arrive, and which connection is closed when there are too many.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
import logging
from threading import Event, Thread
import time
from typing import Any

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher, WSGITask

from pelican_buttercms.errors import SettingsError

MAX_CONNECTIONS = 256
"""Simultaneous connections. Beyond it, the oldest without a complete request is closed."""

_THREADS = 8
_MAX_HEAD = 64 * 1024
_POLL = 0.2
_GRACE = 5.0


class _Task(WSGITask):  # type: ignore[misc]
    """One answer, after which the connection is closed: each connection has its own time."""

    def start(self) -> None:
        """Begin the answer with `Connection: close`."""
        super().start()
        self.set_close_on_finish()


class _Channel(HTTPChannel):  # type: ignore[misc]
    """A connection that is closed when its request has not arrived in time."""

    task_class = _Task
    server: _Server

    def readable(self) -> bool:
        """Return whether to read; waitress asks before each wait, at least every second."""
        if self.is_waiting and time.time() - self.creation_time > self.server.seconds:
            self.will_close = True
        return bool(super().readable())

    @property
    def is_waiting(self) -> bool:
        """Whether no complete request of the connection is being answered."""
        return not (self.requests or self.total_outbufs_len or self.close_when_flushed)


class _Server(TcpWSGIServer):  # type: ignore[misc]
    """A listening socket that makes room for new connections."""

    channel_class = _Channel
    seconds = 0.0

    def readable(self) -> bool:
        """Return whether to accept a connection, after making room for it."""
        if len(self.active_channels) >= MAX_CONNECTIONS:
            oldest_first = list(self.active_channels.values())
            idle = next((channel for channel in oldest_first if channel.is_waiting), None)
            if idle is not None:
                idle.will_close = True
        return bool(super().readable())


@contextmanager
def listening(app: Any, host: str, port: int, seconds: float, max_body: int) -> Iterator[int]:
    """Serve an application in a thread and yield the port; requests under way are finished.

    Args:
        app: a WSGI application.
        host: the address to listen at.
        port: 0 means any free one.
        seconds: how long a request may take to arrive.
        max_body: bytes that a body may have; waitress answers 413 to more.

    Raises:
        SettingsError: the port is taken, or the host is not an address of this machine.
    """
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a waiting request is normal
    channels: dict[int, Any] = {}
    dispatcher = ThreadedTaskDispatcher()
    try:
        settings = _settings(host, port, max_body)
        server = _Server(
            app, channels, dispatcher=dispatcher, adj=settings, sockinfo=settings.listen[0]
        )
    except (OSError, ValueError) as exc:
        wasyncore.close_all(channels, ignore_all=True)
        raise SettingsError(
            f"The relay cannot listen at {host}:{port}: is something else there? Choose another"
            " port with --port."
        ) from exc
    server.seconds = seconds
    dispatcher.set_thread_count(_THREADS)
    ended = Event()
    thread = Thread(target=_serve, args=(server, channels, ended), name="relay", daemon=True)
    thread.start()
    try:
        yield int(server.effective_port)
    finally:
        ended.set()
        thread.join()
        dispatcher.shutdown()
        wasyncore.close_all(channels, ignore_all=True)


def _settings(host: str, port: int, max_body: int) -> Adjustments:
    return Adjustments(
        host=host,
        port=port,
        threads=_THREADS,
        connection_limit=MAX_CONNECTIONS + 16,  # waitress counts the listening socket, too
        max_request_header_size=_MAX_HEAD,
        max_request_body_size=max_body,
        asyncore_use_poll=True,
        backlog=1024,
        ident="",
        log_socket_errors=False,
        clear_untrusted_proxy_headers=True,
    )


def _serve(server: _Server, channels: dict[int, Any], ended: Event) -> None:
    """Run the loop until the end, and then until the requests under way are answered."""
    while not ended.is_set():
        wasyncore.loop(timeout=_POLL, use_poll=True, map=channels, count=1)
    wasyncore.dispatcher.close(server)  # its own `close` would also remove the loop's trigger
    until = time.monotonic() + _GRACE
    while time.monotonic() < until and not all(
        channel.is_waiting for channel in list(server.active_channels.values())
    ):
        wasyncore.loop(timeout=0.05, use_poll=True, map=channels, count=1)
