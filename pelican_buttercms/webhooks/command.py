"""A build on this machine: a command gets the events, and its exit code decides.

0 is a build that has taken the events in. After any other code they are kept, and the command runs
again later; 75 is what a build ends with that could not take them in yet.
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
from pelican_buttercms.webhooks.targets import Outcome

logger = logging.getLogger(__name__)

# a build reads the account, and has no use for the rest
_OF_RELAY = frozenset(SECRETS) - frozenset(READ_TOKEN_NAMES)

_POLL = 0.05
_GRACE = 5.0
_MOST_LINES = 2000


@dataclass(frozen=True)
class Command:
    """A command of this machine, without a shell.

    Attributes:
        command: the command and its arguments, quoted as for a shell.
        timeout: seconds after which it is ended.
        environ: the environment that it gets, without the relay's own secrets.
    """

    command: str
    timeout: float
    environ: Mapping[str, str]
    name: str = "run"

    def start(self, events: Sequence[Event], stopping: Callable[[], bool]) -> Outcome:
        """Run it to its end; see `Target`."""
        try:
            return self._start(encode_payload(to_payload(events)), stopping)
        except OSError as exc:  # no place for the events
            return Outcome(started=False, note=explain(exc, "The events could not be written"))

    def _start(self, payload: bytes, stopping: Callable[[], bool]) -> Outcome:
        with tempfile.TemporaryDirectory(prefix="buttercms-relay-") as folder:
            file = Path(folder, "event.json")
            file.write_bytes(payload)
            environ = {k: v for k, v in self.environ.items() if k not in _OF_RELAY}
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
                return Outcome(started=False, note=note, permanent=True)
            return self._wait(process, payload, stopping)

    def _wait(
        self, process: subprocess.Popen[bytes], payload: bytes, stopping: Callable[[], bool]
    ) -> Outcome:
        assert process.stdin is not None  # noqa: S101  (pipes were asked for)
        assert process.stdout is not None  # noqa: S101
        talks = (
            Thread(target=_feed, args=(process.stdin, payload), daemon=True),
            Thread(target=_log, args=(process.stdout,), daemon=True),
        )
        for talk in talks:
            talk.start()
        ends = time.monotonic() + self.timeout
        while process.poll() is None:
            if stopping():
                _end(process)
                return Outcome(started=False, note=f"{self.command!r} was ended with the relay")
            if time.monotonic() > ends:
                _end(process)
                note = f"{self.command!r} was ended after {self.timeout:.0f} s (--run-timeout)"
                return Outcome(started=False, note=note)
            time.sleep(_POLL)
        talks[1].join(1.0)  # what it left running may hold the pipe
        code = process.returncode
        note = f"{self.command!r} ended with exit code {code}"
        if code == TRY_AGAIN:
            note += ": it could not take the events in yet"
        return Outcome(started=code == 0, note=note, postponed=code == TRY_AGAIN)


def _feed(pipe: IO[bytes], payload: bytes) -> None:
    try:
        with pipe:
            pipe.write(payload)
    except OSError:
        pass  # a command need not read it


def _log(pipe: IO[bytes]) -> None:
    """Log what the command prints; the rest of a flood is read and dropped."""
    with pipe:
        for number, line in enumerate(pipe):
            if number < _MOST_LINES:
                logger.info("| %s", line.decode(errors="replace").rstrip()[:2000])


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the command and everything that it started."""
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
