"""Loggers whose records carry a title, which reports show above the message."""

from __future__ import annotations

import logging


class _TitleFilter(logging.Filter):
    """Gives each record of a logger the attribute `title`."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title

    def filter(self, record: logging.LogRecord) -> bool:
        """Set the title, and let every record pass."""
        record.title = self._title
        return True


def titled_logger(name: str, title: str) -> logging.Logger:
    """Return a logger of this name whose records have this title.

    The title belongs to the logger, not to a call: a warning that an incremental build repeats from
    its record has the title too.
    """
    logger = logging.getLogger(name)
    logger.addFilter(_TitleFilter(title))
    return logger


def title_of(record: logging.LogRecord, default: str) -> str:
    """Return the title of a record."""
    return str(getattr(record, "title", default))
