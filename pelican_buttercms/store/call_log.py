"""The count of API calls by month: ButterCMS meters them, and bills overage."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from pelican_buttercms.store.database import Database

_UNBOUNDED = 2**62
"""More than anybody calls, and less than the largest number of SQLite."""


class PullState:
    """What pulls leave in a database of its own, so that one that stores nothing leaves it too.

    Args:
        folder: the store's folder.
        now: the clock; returns aware datetimes.

    Raises:
        StoreError: from here and every method, when the disk fails.
    """

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        self._now = now
        self._database = Database(folder / "ledger")

    def close(self) -> None:
        """Close this thread's files."""
        self._database.close()


class CallLog(PullState):
    """Counts calls by month in UTC, on disk, for several threads and processes."""

    def count(self, n: int = 1) -> None:
        """Count `n` calls, made now; less than none takes calls back."""
        name = _name(*self._today())
        try:
            with self._database.transaction():
                self._database.set(name, max(0, self._database.get_number(name) + n))
        finally:
            self._database.close()  # a worker thread's connection would outlive the thread

    def count_below(self, limit: int | None, n: int = 1) -> bool:
        """Count calls, made now, unless the month would have more than `limit`; return whether."""
        name = _name(*self._today())
        if self._database.add(name, n, _UNBOUNDED if limit is None else limit):
            return True
        try:  # the month's first call, or its last; or the entry is not what it should be
            with self._database.transaction():
                count = self._database.get_number(name)
                if limit is None or count + n <= limit:
                    self._database.set(name, count + n)
                    return True
        finally:
            self._database.close()
        return False

    def month(self, year: int, month: int) -> int:
        """Return the number of calls in a month of UTC."""
        try:
            return self._database.get_number(_name(year, month))
        finally:
            self._database.close()

    def this_month(self) -> int:
        """Return the number of calls in this month of UTC."""
        return self.month(*self._today())

    def _today(self) -> tuple[int, int]:
        today = self._now().astimezone(UTC)
        return today.year, today.month


def _name(year: int, month: int) -> str:
    return f"calls/{year:04d}-{month:02d}"
