"""The budget of API calls that checking for changes may cost."""

from __future__ import annotations

from collections.abc import Callable
import time

_SAVED = 0.25
"""Hours; unused calls of this time are saved for the moments when somebody edits."""


class Budget:
    """A budget of calls an hour, of which unused ones are saved for a quarter of an hour.

    Args:
        per_hour: the calls that checks may cost.
        shortest: the least seconds between two checks.
        clock: a monotonic clock.
    """

    def __init__(
        self, per_hour: int, shortest: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_hour = per_hour
        self._shortest = shortest
        self._clock = clock
        self._saved = per_hour * _SAVED
        self._last = clock()
        self._checked = -float("inf")
        self._wait = 1
        self.cost = 1

    @property
    def interval(self) -> float:
        """The seconds between two automatic checks at which the budget never runs out."""
        return max(self._shortest, self.cost * 3600 / self._per_hour) * self._wait

    def is_time(self) -> bool:
        """Return whether the next automatic check is due."""
        return self._clock() - self._checked >= self.interval and self.allows()

    def allows(self, cost: int | None = None) -> bool:
        """Return whether the budget pays for a check, and the last one is long enough ago.

        After failures that takes as much longer as the wait for the next automatic check.

        Args:
            cost: its calls; None means those of a check for all changes.
        """
        self._refill()
        cost = self.cost if cost is None else cost
        waits = self._shortest * self._wait
        return self._saved >= cost and self._clock() - self._checked >= waits

    def record(self, calls: int) -> None:
        """Record the calls of a check; the next one is expected to cost as much."""
        self._refill()
        self._saved -= calls
        self._checked = self._clock()
        self.cost, self._wait = max(calls, 1), 1

    def record_some(self, calls: int, *, failed: bool = False) -> None:
        """Record calls that asked for single items; what a check costs stays as it is."""
        self._refill()
        self._saved -= calls
        self._checked = self._clock()
        self._wait = min(self._wait * 2, 64) if failed else 1

    def record_failure(self) -> None:
        """Record a failed check; the wait for the next ones doubles, up to 64 times."""
        self.record_some(0, failed=True)

    def _refill(self) -> None:
        now = self._clock()
        gained = (now - self._last) * self._per_hour / 3600
        self._saved = min(self._saved + gained, max(self._per_hour * _SAVED, self.cost))
        self._last = now
