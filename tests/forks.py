"""Processes of `pelican` and `pelican-buttercms` that begin with everything imported.

Importing is most of what a small build takes. Such a process is forked from one that has imported
and done nothing else: its arguments, environment, folder, output and exit code are its own. What is
about the interpreter's start or its end by Ctrl-C, about standard input or about what is imported
is tested in processes that are started anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
import json
import os
from pathlib import Path
import select
import signal
import socket
import subprocess
import sys
import tempfile

_MODULES = ("pelican", "pelican_buttercms")
_OF_THE_INTERPRETER = ("PYTHON", "LC_", "LANG")
_PROGRAM = Path(__file__).with_name("forkserver.py")


class Forked:
    """A command that runs, to be used as `subprocess.Popen` is.

    Attributes:
        pid: its number.
        returncode: its exit code, or minus the signal that ended it; None while it runs.
    """

    def __init__(
        self, server: _Server, command: list[str], folder: str, env: dict[str, str], *, apart: bool
    ) -> None:
        self._files = [tempfile.TemporaryFile("w+") for _ in range(1 + apart)]  # noqa: SIM115
        self._connection = server.fork(self._files[0].fileno(), self._files[-1].fileno())
        job = {"command": command, "folder": folder, "env": env}
        self._connection.sendall(json.dumps(job).encode() + b"\n")
        self.pid = self._number()
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Look whether it has ended."""
        return self._look(0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it ends; gives the exit code."""
        code = self._look(timeout)
        if code is None:
            raise subprocess.TimeoutExpired("a forked command", timeout or 0)
        return code

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """Wait until it ends; gives standard output and error, all in the first if not apart."""
        self.wait(timeout)
        texts = []
        for file in self._files:
            with file:
                file.seek(0)
                texts.append(file.read())
        return texts[0], "".join(texts[1:])

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def _look(self, timeout: float | None) -> int | None:
        if self.returncode is None:
            poll = select.poll()
            poll.register(self._connection, select.POLLIN)
            if poll.poll(None if timeout is None else timeout * 1000):
                self.returncode = self._number()
                self._connection.close()
        return self.returncode

    def _number(self) -> int:
        data = b""
        while not data.endswith(b"\n"):
            more = self._connection.recv(1)
            assert more, "the process to fork from has ended"
            data += more
        return int(data)


class _Server:
    """A process to fork from."""

    def __init__(self, module: str) -> None:
        self._control, other = socket.socketpair()
        with other:
            self._process = subprocess.Popen(
                [sys.executable, str(_PROGRAM), module], stdin=other, stdout=subprocess.DEVNULL
            )
        self.environment = _of_the_interpreter(os.environ)

    def fork(self, *files: int) -> socket.socket:
        """Fork, with these files for its output; gives the connection to what waits for its end."""
        connection, other = socket.socketpair()
        with other:
            socket.send_fds(self._control, [b"."], [other.fileno(), *files])
        return connection

    def end(self) -> None:
        """Let it end."""
        self._control.close()
        self._process.wait(timeout=20)


_servers: dict[tuple[str, int], _Server] = {}
_turns: Counter[str] = Counter()


def start(
    command: Sequence[str],
    folder: Path,
    env: dict[str, str],
    *,
    apart: bool = False,
    fresh: bool = False,
) -> Forked | subprocess.Popen[str]:
    """Start a command, as `python -m` does.

    There are two processes to fork from for each command, and they take turns: as with processes
    that are started anew, the next one has other hashes of strings, and what depends on the order
    of a set shows itself.

    Args:
        command: the module, and its arguments.
        folder: where.
        env: all of its environment.
        apart: keep standard error apart from standard output.
        fresh: start a Python of its own. So does a command that cannot be forked.
    """
    module = command[0]
    if fresh or module not in _MODULES:
        return _start_fresh(command, folder, env, apart=apart)
    _turns[module] += 1
    turn = module, _turns[module] % 2
    if turn not in _servers:
        _servers[turn] = _Server(module)
    if _of_the_interpreter(env) != _servers[turn].environment:  # it has been read at the start
        return _start_fresh(command, folder, env, apart=apart)
    return Forked(_servers[turn], [*command], str(folder), env, apart=apart)


def end() -> None:
    """End the processes to fork from."""
    for server in _servers.values():
        server.end()
    _servers.clear()


def _start_fresh(
    command: Sequence[str], folder: Path, env: dict[str, str], *, apart: bool
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        # -B, as in a fork: settings are edited faster than their files' times tell
        [sys.executable, "-B", "-m", *command],
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE if apart else subprocess.STDOUT,
        text=True,
    )


def _of_the_interpreter(env: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in env.items() if name.startswith(_OF_THE_INTERPRETER)}
