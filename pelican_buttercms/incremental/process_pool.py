"""Rendering in several forked processes, which have everything already.

Each renders and writes its share of the pages that wait, and gives back what it has learnt: what
the pages rest on, and what was logged. The parent renders nothing meanwhile, so that it can still
render everything, one page after the other, if one turns out to depend on those before it; and it
tells the other plugins of all pages in their order. What a process could not do, the parent does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
import ctypes
import gc
import logging
import os
import signal
import sys
import threading
from typing import Any

import msgspec

from pelican_buttercms.incremental.page_results import WorkerResult
from pelican_buttercms.incremental.pelican_patches import gc_pause
from pelican_buttercms.incremental.recorder import recorder
from pelican_buttercms.pelican_internals import is_spinner

logger = logging.getLogger(__name__)

FEWEST = 50
"""With fewer pages for each process it is not worth the while."""

_CHUNK = 1 << 20
_PR_SET_PDEATHSIG = 1


def why_not(workers: int) -> str | None:
    """Return why this process cannot be forked, None if it can."""
    if workers < 2:
        return "one process was asked for"
    if not hasattr(os, "fork") or sys.platform == "darwin":
        return "this platform has no safe fork"
    others = [one for one in threading.enumerate() if one is not threading.current_thread()]
    unknown = [one for one in others if not is_spinner(one)]
    if unknown:
        return f"the thread {unknown[0].name!r} is running"
    return None


def partition(workers: int, groups: Iterable[Sequence[int]]) -> list[list[int]]:
    """Share jobs among processes; each has consecutive ones of every group.

    So what pages of a group have in common is mostly rendered, and learnt, by one process.
    """
    groups = list(groups)
    workers = max(1, min(workers, sum(map(len, groups)) // FEWEST))
    shares: list[list[int]] = [[] for _ in range(workers)]
    for group in groups:
        if len(group) < workers:
            min(shares, key=len).extend(group)
            continue
        for place, job in enumerate(group):
            shares[place * workers // len(group)].append(job)
    return shares


class _Report(msgspec.Struct):
    learnt: WorkerResult
    logged: list[dict[str, Any]]


class ProcessPool:
    """Several forked processes.

    Args:
        begin: called in a forked process before anything else.
        render: renders the job of a number and writes its file.
        learnt: returns what a forked process has learnt, when it is done.
    """

    def __init__(
        self,
        begin: Callable[[], None],
        render: Callable[[int], None],
        learnt: Callable[[], WorkerResult],
    ) -> None:
        self._begin, self._render, self._learnt = begin, render, learnt

    def work(self, shares: Iterable[Sequence[int]]) -> list[WorkerResult]:
        """Render the jobs of each share in a process; returns what these have learnt.

        One that fails has done all before the job that it failed at; one that is killed, nothing.
        """
        gc.freeze()  # so that the collector leaves the pages of memory alone that are shared
        children: list[tuple[int, int]] = []
        statuses: list[int] = []
        try:
            for numbers in shares:
                children.append(self._fork(numbers))
            found = [_read(pipe) for _, pipe in children]
        except BaseException:
            for process, _ in children:
                os.kill(process, signal.SIGKILL)
            raise
        finally:
            for process, pipe in children:
                os.close(pipe)
                statuses.append(os.waitpid(process, 0)[1])
            gc.unfreeze()
        with gc_pause.paused():  # nothing is thrown away here
            told = zip(found, statuses, strict=True)
            return [_received(one) for one, status in told if status == 0]

    def _fork(self, numbers: Sequence[int]) -> tuple[int, int]:
        """Start a process; returns its number, and where it is heard."""
        reader, writer = os.pipe()
        parent = os.getpid()
        process = os.fork()
        if process:
            os.close(writer)
            return process, reader
        status = 1
        try:
            os.close(reader)
            _end_with(parent)
            self._work(numbers, writer, parent)
            status = 0
        finally:
            os._exit(status)  # without closing what is the parent's, such as its database

    def _work(self, numbers: Sequence[int], pipe: int, parent: int) -> None:
        logged: list[dict[str, Any]] = []

        def keep(_logger: logging.Logger, record: logging.LogRecord) -> None:
            recorder.warned(record)
            logged.append(_portable(record))

        logging.Logger.handle = keep  # type: ignore[method-assign,assignment]  # it is this process's own
        self._begin()
        for job in numbers:
            before = len(logged)
            if os.getppid() != parent:
                return  # it was killed: nobody waits for this
            try:
                self._render(job)
            except Exception:  # noqa: BLE001  (the parent renders it again, and fails as usual)
                del logged[before:]
                break
        report = _Report(self._learnt(), logged)
        rest = memoryview(msgspec.msgpack.encode(report, enc_hook=str))
        while rest:
            rest = rest[os.write(pipe, rest[:_CHUNK]) :]


def _end_with(parent: int) -> None:
    """Let this process be killed when its parent ends, which may be killed and cannot tell.

    It would write on otherwise, into what the next build has written. Source: prctl(2).
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _portable(record: logging.LogRecord) -> dict[str, Any]:
    """Return a record as it can leave its process."""
    record.msg, record.args = _printable(record.getMessage()), None
    if record.exc_info:
        record.exc_text = _printable(logging.Formatter().formatException(record.exc_info))
        record.exc_info = None
    return vars(record)


def _printable(text: str) -> str:
    """Return a text without half characters, which names of files may have."""
    return text.encode("utf-8", "backslashreplace").decode()


def _read(pipe: int) -> bytes:
    parts = []
    while part := os.read(pipe, _CHUNK):
        parts.append(part)
    return b"".join(parts)


def _received(data: bytes) -> WorkerResult:
    report = msgspec.msgpack.decode(data, type=_Report)
    for told in report.logged:
        if "limit_args" in told:  # Pelican fills a text with them
            told["limit_args"] = tuple(told["limit_args"])
        record = logging.makeLogRecord(told)
        logging.getLogger(record.name).handle(record)
    return report.learnt
