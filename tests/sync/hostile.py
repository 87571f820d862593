"""A server over a real socket that answers with whatever bytes a test wants."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
import socket
from threading import Thread

Script = Callable[[], Iterable[bytes]]


class Clock:
    """A clock that moves as a server drips, so that no test waits."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds

    def drip(self, piece: bytes, seconds: float = 1.0) -> Iterator[bytes]:
        """Yield a piece for ever, and let that take time."""
        while True:
            self.seconds += seconds
            yield piece


@contextmanager
def answering(script: Script) -> Iterator[str]:
    """Answer each connection with the pieces of a script, then hang up; gives the address."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            Thread(target=send, args=(connection,), daemon=True).start()

    def send(connection: socket.socket) -> None:
        with connection:
            connection.settimeout(10)
            try:
                while b"\r\n\r\n" not in connection.recv(65536):
                    pass
                for piece in script():
                    connection.sendall(piece)
            except OSError:
                pass

    thread = Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/v2/"
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(timeout=10)
