"""The HTTP server of the emulator."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr
import io
import logging
from pathlib import Path
from threading import Thread

from werkzeug.serving import BaseWSGIServer, make_server

from pelican_buttercms.emulator.app import Emulator, create_app
from pelican_buttercms.emulator.guard import guarded
from pelican_buttercms.errors import AccountError
from pelican_buttercms.wording import count_noun

_POLL = 0.02
"""Seconds between two checks whether to stop."""


def run(
    folder: Path,
    host: str,
    port: int,
    *,
    behaviour: dict[str, str],
    faults: list[str],
    persist: bool,
    announce: Callable[[str], None],
) -> None:
    """Serve an account's folder until the process is interrupted.

    Raises:
        AccountError: the folder cannot be read, an option is not known, or the port is taken.
    """
    app = create_app(folder, faults=faults, persist=persist, **behaviour)
    server = _server(app, host, port)
    announce(f"Playing {folder} at {_url(server, host)}/v2/ (Ctrl-C stops it)")
    try:
        server.serve_forever()  # ends on Ctrl-C, without an error
    except KeyboardInterrupt:
        pass  # before it began to serve
    finally:
        app.settle()
    announce(f"Stopped after {count_noun(len(app.calls), 'call')}.")


@contextmanager
def serving(app: Emulator, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Serve an emulator in a thread, and yield its address without a path."""
    server = _server(app, host, port)
    thread = Thread(target=server.serve_forever, args=(_POLL,), daemon=True)
    thread.start()
    try:
        yield _url(server, host)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        app.settle()


def _url(server: BaseWSGIServer, host: str) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{server.server_port}"


def _server(app: Emulator, host: str, port: int) -> BaseWSGIServer:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # no line for each request
    try:
        with redirect_stderr(io.StringIO()):  # werkzeug prints an error and exits
            return make_server(host, port, guarded(app, host), threaded=True)
    except (OSError, SystemExit) as exc:
        raise AccountError(
            f"The emulator cannot listen at {host}:{port}: is something else there? Choose another"
            " with --port."
        ) from exc
