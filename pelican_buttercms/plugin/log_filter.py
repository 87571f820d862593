"""What Pelican logs: our errors as one paragraph, and every text from outside cleaned."""

from __future__ import annotations

import logging

from pelican_buttercms.clean_text import clean_logs
from pelican_buttercms.errors import ButterCMSError
from pelican_buttercms.filesystem import explain

_DOING = "The build ended, because a file cannot be read or written"


class OneParagraph(logging.Filter):
    """Takes the traceback off our own errors, and off those of the disk; `-D` keeps it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Return True: every record passes, some of them changed."""
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
    """Filter what is logged; once, however often called."""
    logging.getLogger("pelican").addFilter(_FILTER)
    clean_logs()
