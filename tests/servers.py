"""Servers on a port of this machine, for as long as a test needs them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from socketserver import BaseServer
from threading import Thread
from typing import Any

from werkzeug.serving import make_server


@contextmanager
def running(server: BaseServer) -> Iterator[str]:
    """Let a server run in a thread; gives its address, without a slash at the end."""
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def serving_app(app: Callable[..., Any]) -> Iterator[str]:
    """Serve a WSGI application; gives its address."""
    with running(make_server("127.0.0.1", 0, app, threaded=True)) as url:
        yield url
