"""The build target that runs a command on this machine.

Exit code 0 means that the build used the events. After any other code the events are kept and the
command runs again later. 75 is the exit code of a build that could not use them yet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
import logging
import os
from pathlib import Path
import shlex
import signal
import subprocess
import tempfile
from threading import Thread
import time
from typing import IO

from pelican_buttercms.api.webhook_events.event import Event
from pelican_buttercms.api.webhook_events.payload import encode_payload, to_payload
from pelican_buttercms.errors import TRY_AGAIN
from pelican_buttercms.filesystem import explain
from pelican_buttercms.settings.environment import EVENT_FILE, READ_TOKEN_NAMES, SECRETS
from pelican_buttercms.webhooks.targets import DeliveryResult

logger = logging.getLogger(__name__)

# a build reads the account and needs no other secret
_RELAY_SECRETS = frozenset(SECRETS) - frozenset(READ_TOKEN_NAMES)

_POLL = 0.05
_GRACE = 5.0
_MOST_LINES = 2000


@dataclass(frozen=True)
class Command:
    """A command that is run without a shell.

    Attributes:
        command: the command and its arguments, quoted as for a shell.
        timeout: seconds after which the command is stopped.
        environ: the environment for the command; the relay's own secrets are removed from it.
    """

    command: str
    timeout: float
    environ: Mapping[str, str]
    name: str = "run"

    def start(self, events: Sequence[Event], stopping: Callable[[], bool]) -> DeliveryResult:
        """Run the command until it exits; see `BuildTarget`."""
        try:
            return self._start(encode_payload(to_payload(events)), stopping)
        except OSError as exc:  # the disk is full, for example
            return DeliveryResult(
                started=False, note=explain(exc, "The events could not be written")
            )

    def _start(self, payload: bytes, stopping: Callable[[], bool]) -> DeliveryResult:
        with tempfile.TemporaryDirectory(
            prefix="buttercms-relay-", ignore_cleanup_errors=True
        ) as folder:
            file = Path(folder, "event.json")
            file.write_bytes(payload)
            environ = {k: v for k, v in self.environ.items() if k not in _RELAY_SECRETS}
            try:
                process = subprocess.Popen(  # noqa: S603  (the operator's own command)
                    shlex.split(self.command),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    env={**environ, EVENT_FILE: str(file)},
                    start_new_session=True,
                )
            except (OSError, ValueError) as exc:
                note = f"{self.command!r} could not be run ({exc}). Look at --run."
                return DeliveryResult(started=False, note=note, permanent=True)
            return self._wait(process, payload, stopping)

    def _wait(
        self, process: subprocess.Popen[bytes], payload: bytes, stopping: Callable[[], bool]
    ) -> DeliveryResult:
        assert process.stdin is not None  # noqa: S101  (pipes were asked for)
        assert process.stdout is not None  # noqa: S101
        threads = (
            Thread(target=_feed, args=(process.stdin, payload), daemon=True),
            Thread(target=_log, args=(process.stdout,), daemon=True),
        )
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + self.timeout
        while process.poll() is None:
            if stopping():
                _end(process)
                return DeliveryResult(
                    started=False, note=f"{self.command!r} was stopped with the relay"
                )
            if time.monotonic() > deadline:
                _end(process)
                note = f"{self.command!r} was stopped after {self.timeout:.0f} s (--run-timeout)"
                return DeliveryResult(started=False, note=note)
            time.sleep(_POLL)
        threads[1].join(1.0)  # a process that it left running may hold the pipe
        code = process.returncode
        note = f"{self.command!r} ended with exit code {code}"
        if code == TRY_AGAIN:
            note += ": it could not use the events yet"
        return DeliveryResult(started=code == 0, note=note, postponed=code == TRY_AGAIN)


def _feed(pipe: IO[bytes], payload: bytes) -> None:
    """Write the events to the command's standard input."""
    try:
        with pipe:
            pipe.write(payload)
    except OSError:
        pass  # a command need not read it


def _log(pipe: IO[bytes]) -> None:
    """Log what the command prints; lines beyond the bound are read and dropped."""
    with pipe:
        for number, line in enumerate(pipe):
            if number < _MOST_LINES:
                logger.info("| %s", line.decode(errors="replace").rstrip()[:2000])


def _end(process: subprocess.Popen[bytes]) -> None:
    """Stop the command and everything that it started."""
    if not hasattr(os, "killpg"):
        process.kill()
        return
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
        except OSError:
            break
        try:
            process.wait(_GRACE)
            break
        except subprocess.TimeoutExpired:
            continue
