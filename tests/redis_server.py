"""A Redis server of a test's own, which can be killed."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time

REDIS = shutil.which("redis-server") or shutil.which("valkey-server")


class RedisServer:
    """A real Redis that writes every command to disk before it answers."""

    def __init__(self) -> None:
        self.folder = tempfile.mkdtemp(prefix="redis-")  # short: a socket's path is limited
        self.url = f"unix://{self.folder}/s"
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = {"port": 0, "unixsocket": f"{self.folder}/s", "dir": self.folder, "save": ""}
        options |= {"appendonly": "yes", "appendfsync": "always"}
        words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        self.process = subprocess.Popen(
            [REDIS or "", *words], stdout=subprocess.DEVNULL, start_new_session=True
        )
        for _ in range(500):
            try:
                return self._ask(b"PING")
            except OSError:
                time.sleep(0.02)
        raise AssertionError("Redis did not start")

    def clear(self) -> None:
        """Forget everything."""
        self._ask(b"FLUSHALL")

    def kill(self) -> None:
        """End it at once, and what it has forked to write a file."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def remove(self) -> None:
        """End it, and remove its folder."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)  # what it has forked may be ending yet

    def _ask(self, command: bytes) -> None:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(5)
            connection.connect(f"{self.folder}/s")
            connection.sendall(command + b"\r\n")
            if not connection.recv(100).startswith(b"+"):
                raise OSError("not yet")
