"""The warnings of a build, which are repeated by one that has nothing to do."""

from __future__ import annotations

import logging

from pelican_buttercms.incremental.warning_replay import Warned, WarningHandler


class WarningLog:
    """The warnings of one build.

    Attributes:
        warned: each of them once, in their order.
        has_failed: whether there was anything worse.
    """

    def __init__(self) -> None:
        self.warned: dict[Warned, None] = {}
        self.has_failed = False
        self._handler = _Handler(self._hear)

    def begin(self) -> None:
        """Begin to listen."""
        for other in logging.getLogger().handlers[:]:
            if isinstance(other, _Handler):  # of a build that has failed
                logging.getLogger().removeHandler(other)
        logging.getLogger().addHandler(self._handler)

    def end(self) -> None:
        """Listen no more."""
        logging.getLogger().removeHandler(self._handler)

    def _hear(self, record: logging.LogRecord) -> None:
        if record.levelno > logging.WARNING or record.exc_info:
            self.has_failed = True
        else:
            self.warned[Warned.of(record)] = None


class _Handler(WarningHandler):
    """Belongs to a build."""
