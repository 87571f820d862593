"""Delayed effects of accepted writes: at once, after some requests, or when a test says so."""

from __future__ import annotations

from collections.abc import Callable

from pelican_buttercms.emulator.quirks import Behaviour


class Effects:
    """Writes that were accepted with 202 and are not done yet.

    Source: contract, "Write API": the real work is asynchronous, and may fail in silence.
    """

    def __init__(self, behaviour: Behaviour) -> None:
        self._behaviour = behaviour
        self._waiting: list[tuple[int | None, Callable[[], None]]] = []

    def add(self, effect: Callable[[], None]) -> None:
        """Let a write take effect as the behaviour `delay` says, or never."""
        if self._behaviour.silent_failures == "yes":
            return
        if self._behaviour.delay == "0":
            effect()
            return
        delay = self._behaviour.delay
        self._waiting.append((None if delay == "manual" else int(delay), effect))

    def tick(self) -> None:
        """Count a request; what has waited long enough takes effect before it is answered."""
        counted = [(None if n is None else n - 1, effect) for n, effect in self._waiting]
        self._waiting = [(n, effect) for n, effect in counted if n is None or n >= 0]
        for n, effect in counted:
            if n is not None and n < 0:
                effect()

    def settle(self) -> None:
        """Let everything take effect now."""
        waiting, self._waiting = self._waiting, []
        for _, effect in waiting:
            effect()
