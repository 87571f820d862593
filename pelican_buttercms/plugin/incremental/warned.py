"""How is a warning told again? In its own words, so that whoever filters it knows it."""

from __future__ import annotations

from collections.abc import Callable
import logging
from typing import Any, NamedTuple

Hear = Callable[[logging.LogRecord], None]
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
        """Tell it again."""
        logging.getLogger(self.logger).warning(self.text, *self.values)


class Listening(logging.Handler):
    """Hears of all warnings, whoever has them, and of what is worse.

    Args:
        hear: told of each.
    """

    def __init__(self, hear: Hear) -> None:
        super().__init__(logging.WARNING)
        self._hear = hear

    def emit(self, record: logging.LogRecord) -> None:
        """Tell of one."""
        self._hear(record)
