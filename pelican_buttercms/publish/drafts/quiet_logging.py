"""Silences Pelican's log while drafts are read: its advice is about builds, and would mislead."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
import logging

_NAMES = ("pelican", "MARKDOWN")


@contextmanager
def quiet_logging() -> Iterator[None]:
    """Silence Pelican's and Markdown's loggers inside the context."""
    loggers = [logging.getLogger(name) for name in _NAMES]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
