"""Warnings that are told again, in their own words, so that whoever filters them knows them."""

from __future__ import annotations

from collections.abc import Callable
import logging
import re
from typing import Any, NamedTuple

Hear = Callable[[logging.LogRecord], None]
_WIDE = re.compile(r"%[^%a-zA-Z]*(?:\*|\d{3})")  # a field as wide as the memory
_PLAIN = (str, int, float, type(None))


class Warned(NamedTuple):
    """A warning.

    Attributes:
        logger: the name of the logger.
        text: its words, or a pattern for them.
        values: what goes into the pattern.
    """

    logger: str
    text: str
    values: tuple[Any, ...]

    @classmethod
    def of(cls, record: logging.LogRecord) -> Warned:
        """Keep what can be written down: Pelican's `LOG_FILTER` knows warnings by their pattern."""
        values = record.args
        if isinstance(values, tuple) and all(type(one) in _PLAIN for one in values):
            return cls(record.name, str(record.msg), values)
        return cls(record.name, "%s", (record.getMessage(),))

    def tell(self) -> None:
        """Log the warning again."""
        logging.getLogger(self.logger).warning(self.text, *self.values)


def is_warning(logger: object, text: object, values: object) -> bool:
    """Return whether these, from a file, make a warning that can be told."""
    if not (isinstance(logger, str) and isinstance(text, str)):
        return False
    if not (isinstance(values, list | tuple) and all(type(one) in _PLAIN for one in values)):
        return False
    try:
        return not _WIDE.search(text) and bool(text % tuple(values) if values else text)
    except (TypeError, ValueError):
        return False


class WarningHandler(logging.Handler):
    """Hears of all warnings, whoever has them, and of what is worse.

    Args:
        hear: told of each.
    """

    def __init__(self, hear: Hear) -> None:
        super().__init__(logging.WARNING)
        self._hear = hear

    def emit(self, record: logging.LogRecord) -> None:
        """Return the text of one."""
        self._hear(record)
