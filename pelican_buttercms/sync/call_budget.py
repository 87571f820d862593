"""The budget of API calls: each call is counted and checked against the bounds before it is sent.

The month's count is on disk and shared by all processes, so that two builds at once keep the bound
together.
"""

from __future__ import annotations

from threading import Lock, get_ident

from pelican_buttercms.errors import CallLimitError
from pelican_buttercms.settings.limits import Limits
from pelican_buttercms.store import CallLog


class Meter:
    """Counts the calls of one pull; several threads use it.

    Args:
        ledger: counts by month, on disk; None counts this pull alone.
        limits: the bounds.
    """

    def __init__(self, ledger: CallLog | None = None, limits: Limits | None = None) -> None:
        self._ledger = ledger
        self._limits = limits or Limits()
        self._lock = Lock()
        self._counting = Lock()
        self._waiting: set[int] = set()
        self.calls = 0

    def reserve(self) -> None:
        """Count a call that is about to be sent.

        Raises:
            CallLimitError: it would exceed a bound, and is not sent.
        """
        with self._lock:
            most = self._limits.pull
            if most is not None and self.calls >= most:
                raise CallLimitError(
                    f"BUTTERCMS_MAX_CALLS allows {most:,} calls for a pull, and this one needs"
                    " more: no further call was made. Raise it, or ask for less;"
                    " `pelican-buttercms pull --dry-run` shows what a pull costs."
                )
            self.calls += 1
            self._waiting.add(get_ident())
        try:
            self._reserve_month()
        except BaseException:
            with self._lock:
                self.calls -= 1
                self._waiting.discard(get_ident())
            raise

    def refund(self) -> None:
        """Take back a call that never reached the API, and is not billed."""
        with self._lock:
            self.calls -= 1
            if self._ledger is not None:
                self._ledger.count(-1)

    def _reserve_month(self) -> None:
        """Count this thread's call on disk, together with those of all waiting threads.

        One by one they would wait for each other longer than for the disk.
        """
        if self._ledger is None:
            return
        with self._counting:
            with self._lock:
                waiting = set(self._waiting)
            if get_ident() not in waiting:
                return  # another thread counted this call too
            most = self._limits.month
            if len(waiting) > 1 and self._ledger.count_below(most, len(waiting)):
                with self._lock:
                    self._waiting -= waiting
                return
            if not self._ledger.count_below(most):
                raise CallLimitError(
                    f"BUTTERCMS_MAX_CALLS allows {most:,} calls a month, and that limit is"
                    " reached. It resets on the 1st (UTC). Raise it, or build from what is stored."
                )
            with self._lock:
                self._waiting.discard(get_ident())
