"""Signals that end a command in order: what it has begun is ended, and its temporary files go."""

from __future__ import annotations

import signal
from types import FrameType


def treat_as_interrupt() -> None:
    """Let SIGTERM and SIGHUP end this process as Ctrl-C does.

    A signal that the parent has this process ignore, as `nohup` does, stays ignored.
    """
    for number in _signals():
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _interrupt)


def _interrupt(number: int, frame: FrameType | None) -> None:
    del number, frame
    for further in _signals():  # hosts send several, and the second must not cut the end short
        signal.signal(further, signal.SIG_IGN)
    raise KeyboardInterrupt


def _signals() -> list[signal.Signals]:
    """List the signals by which hosts and closed terminals end a process."""
    return [signal.Signals[name] for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
