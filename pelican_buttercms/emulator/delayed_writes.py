"""The effects of accepted writes: at once, after some requests, or when a test settles them."""

from __future__ import annotations

from collections.abc import Callable

from pelican_buttercms.emulator.quirks import Behaviour


class DelayedWrites:
    """The writes that were accepted with 202 and have not taken effect.

    Source: contract, "Write API": the real work is asynchronous, and may fail in silence.
    """

    def __init__(self, behaviour: Behaviour) -> None:
        self._behaviour = behaviour
        self._waiting: list[tuple[int | None, Callable[[], None]]] = []

    def add(self, effect: Callable[[], None]) -> None:
        """Apply a write when the behaviour `delay` says, or never."""
        if self._behaviour.silent_failures == "yes":
            return
        if self._behaviour.delay == "0":
            effect()
            return
        delay = self._behaviour.delay
        self._waiting.append((None if delay == "manual" else int(delay), effect))

    def tick(self) -> None:
        """Count a request, and first apply the writes that have waited for enough of them."""
        counted = [(None if n is None else n - 1, effect) for n, effect in self._waiting]
        self._waiting = [(n, effect) for n, effect in counted if n is None or n >= 0]
        for n, effect in counted:
            if n is not None and n < 0:
                effect()

    def settle(self) -> None:
        """Apply all writes now."""
        waiting, self._waiting = self._waiting, []
        for _, effect in waiting:
            effect()
