"""Commands that run until they are told to end, in processes of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
import re
import signal
import subprocess
import sys
from threading import Thread
import time
from typing import Any


def until(condition: Callable[[], Any], seconds: float = 30) -> Any:
    """Wait for what another process does, and give what it gave."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)
    return found


class Running:
    """A command of this project, while it runs.

    Args:
        folder: where it runs.
        words: the command.
        env: all variables that it sees.

    Attributes:
        lines: what it has printed so far.
    """

    def __init__(self, folder: Path, words: list[str], env: Mapping[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "pelican_buttercms", *words],
            cwd=folder,
            env={**env, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )
        self.lines: list[str] = []
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self.lines.append(line.rstrip())

    @property
    def printed(self) -> str:
        """Everything that it has printed."""
        return "\n".join(self.lines)

    def serves_at(self, told: str) -> str:
        """Wait until it serves; gives the group of what it has printed, such as the address."""
        until(lambda: "Ctrl-C ends." in self.printed or self.process.poll() is not None)
        found = re.search(told, self.printed)
        assert found, self.printed
        return found[1]

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send it a signal, if it has not ended, and return its exit code; kill it in the end."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            code = self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        self._reader.join(timeout=20)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()
        return code
