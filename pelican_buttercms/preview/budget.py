"""How often may the CMS be asked? Every call is metered, so looking has a budget."""

from __future__ import annotations

from collections.abc import Callable
import time

_SAVED = 0.25
"""Hours whose calls may be saved up, for the moments when somebody really edits."""


class Budget:
    """So many calls an hour, saved up for a quarter of one.

    Args:
        per_hour: the calls that looking may cost.
        shortest: seconds that lie between two looks at least.
        clock: seconds that never go back.
    """

    def __init__(
        self, per_hour: int, shortest: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_hour = per_hour
        self._shortest = shortest
        self._clock = clock
        self._saved = per_hour * _SAVED
        self._last = clock()
        self._looked = -float("inf")
        self._wait = 1
        self.cost = 1

    @property
    def interval(self) -> float:
        """Seconds between two looks that nobody asked for, at which the budget lasts for ever."""
        return max(self._shortest, self.cost * 3600 / self._per_hour) * self._wait

    def is_time(self) -> bool:
        """Say whether the next look that nobody asked for is due."""
        return self._clock() - self._looked >= self.interval and self.allows()

    def allows(self) -> bool:
        """Say whether a look can be paid for now, and the last one is not just over."""
        self._refill()
        return self._saved >= self.cost and self._clock() - self._looked >= self._shortest

    def spent(self, calls: int) -> None:
        """A look cost so many calls; it is what the next one is expected to cost."""
        self._refill()
        self._saved -= calls
        self._looked = self._clock()
        self.cost, self._wait = max(calls, 1), 1

    def failed(self) -> None:
        """A look failed: the next ones wait longer and longer, up to 64 times."""
        self._looked = self._clock()
        self._wait = min(self._wait * 2, 64)

    def _refill(self) -> None:
        now = self._clock()
        gained = (now - self._last) * self._per_hour / 3600
        self._saved = min(self._saved + gained, max(self._per_hour * _SAVED, self.cost))
        self._last = now
