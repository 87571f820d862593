"""What Pelican logs: our errors as one paragraph, and every text from outside cleaned."""

from __future__ import annotations

import logging

from pelican_buttercms.clean_text import clean_logs
from pelican_buttercms.errors import ButterCMSError


class OneParagraph(logging.Filter):
    """Takes the traceback off our own errors, which say all a user needs; `-D` keeps it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass."""
        debugging = logging.getLogger("pelican").isEnabledFor(logging.DEBUG)
        if record.exc_info and isinstance(record.exc_info[1], ButterCMSError) and not debugging:
            record.exc_info = None
        return True


_FILTER = OneParagraph()


def install() -> None:
    """Filter what is logged; once, however often called."""
    logging.getLogger("pelican").addFilter(_FILTER)
    clean_logs()
