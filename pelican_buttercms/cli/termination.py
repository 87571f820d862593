"""Signals that end a command like Ctrl-C, so that it cleans up."""

from __future__ import annotations

import signal
from types import FrameType


def treat_as_interrupt() -> None:
    """Make SIGTERM and SIGHUP end this process as Ctrl-C does.

    A signal that the parent process ignores for its children, as `nohup` does, stays ignored.
    """
    for number in _signals():
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _interrupt)


def _interrupt(number: int, frame: FrameType | None) -> None:
    del number, frame
    for further in _signals():  # hosts send several; a second one must not interrupt the cleanup
        signal.signal(further, signal.SIG_IGN)
    raise KeyboardInterrupt


def _signals() -> list[signal.Signals]:
    """Return the signals with which hosts and closed terminals end a process."""
    return [signal.Signals[name] for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
