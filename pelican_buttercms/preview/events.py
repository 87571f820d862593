"""The events of a running preview: changed files, pressed keys, requests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
import sys
from threading import Event as Flag
from threading import Thread
from typing import IO, Literal

import watchfiles

Kind = Literal["files", "check", "webhook", "visible", "as-of", "quit"]


@dataclass(frozen=True)
class PreviewEvent:
    """One event.

    Attributes:
        kind: what happened.
        paths: the files that changed.
        body: what was posted.
    """

    kind: Kind
    paths: frozenset[Path] = frozenset()
    body: bytes = b""


Events = Queue[PreviewEvent]

_KEYS: dict[str, Kind] = {"r": "check", "\n": "check", "q": "quit", "\x03": "quit", "\x04": "quit"}


class FileWatch:
    """A thread that watches files and folders, and puts changed ones on the queue.

    Args:
        events: the queue.
        ignored: returns whether a path is ignored.
    """

    def __init__(self, events: Events, ignored: Callable[[Path], bool]) -> None:
        self._events = events
        self._ignored = ignored
        self._stop = Flag()
        self._watched: frozenset[Path] = frozenset()

    def watch(self, paths: Iterable[Path]) -> None:
        """Watch these paths instead of the earlier ones."""
        wanted = frozenset(path for path in paths if path.exists())
        if wanted == self._watched:
            return
        self.close()
        self._stop, self._watched = Flag(), wanted
        Thread(target=self._run, args=(wanted, self._stop), daemon=True).start()

    def close(self) -> None:
        """Stop watching."""
        self._stop.set()

    def _run(self, paths: frozenset[Path], stop: Flag) -> None:
        for changes in watchfiles.watch(
            *paths, stop_event=stop, rust_timeout=500, debounce=300, step=20, raise_interrupt=False
        ):
            named = (Path(name) for _, name in changes)
            changed = frozenset(path for path in named if not self._ignored(path))
            if changed:
                self._events.put(PreviewEvent("files", changed))


def read_keys(events: Events, stream: IO[str] | None = None) -> None:
    """Read keys in a thread and put their events on the queue: `r` or Enter checks, `q` quits."""
    stream = sys.stdin if stream is None else stream

    def run() -> None:
        with suppress(ValueError, OSError):  # the stream was closed
            while key := stream.read(1):
                if kind := _KEYS.get(key.lower()):
                    events.put(PreviewEvent(kind))

    Thread(target=run, daemon=True).start()


@contextmanager
def single_keys() -> Iterator[bool]:
    """Set a terminal to single keys until the end; yields whether it is a terminal."""
    if not sys.stdin.isatty():
        yield False
        return
    try:
        import termios  # noqa: PLC0415  (not on Windows, where Enter follows each key)
        import tty  # noqa: PLC0415
    except ImportError:
        yield True
        return
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    try:
        tty.setcbreak(descriptor)
        yield True
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
