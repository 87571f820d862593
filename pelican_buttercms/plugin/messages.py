"""Errors that end a build, told by Pelican as one paragraph."""

from __future__ import annotations

import logging

from pelican_buttercms.errors import ButterCMSError
from pelican_buttercms.filesystem import explain

_DOING = "The build ended, because a file cannot be read or written"


class OneParagraph(logging.Filter):
    """Takes the traceback off our own errors, and off those of the disk; `-D` keeps it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass."""
        error = record.exc_info[1] if record.exc_info else None
        if logging.getLogger("pelican").isEnabledFor(logging.DEBUG):
            return True
        if isinstance(error, ButterCMSError):
            record.exc_info = None
        elif isinstance(error, OSError) and record.levelno == logging.CRITICAL:
            record.exc_info = None
            record.msg, record.args = "%s", (explain(error, _DOING),)
        return True


_FILTER = OneParagraph()


def install() -> None:
    """Filter what Pelican logs when an error ends the build; once, however often called."""
    logging.getLogger("pelican").addFilter(_FILTER)
