"""How does publish speak with the CMS? Fresh reads, paced writes, waiting until a write shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
import time
from typing import Any

from pelican_buttercms.api import Write
from pelican_buttercms.publish.remote_state import Fresh, poll
from pelican_buttercms.publish.write_model import ItemVersion, WriteTarget
from pelican_buttercms.sync.http.write_client import Writer

PACE = 0.2
"""Seconds between writes, as the vendor's guide to bulk operations has it. Source: contract, 2."""


class Remote:
    """One account, to be read and written.

    Args:
        fresh: reads past every cache.
        writer: sends writes.
        learn: takes in what the API tells of a post's categories and tags.
        within: seconds for which a write may take to show.
    """

    def __init__(
        self,
        fresh: Fresh,
        writer: Writer,
        *,
        learn: Callable[[dict[str, Any]], None],
        within: float,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fresh = fresh
        self._writer = writer
        self._learn = learn
        self._within = within
        self._sleep = sleep
        self._clock = clock
        self._sent_at: float | None = None

    def read(self, targets: Iterable[WriteTarget]) -> dict[WriteTarget, ItemVersion | None]:
        """Give what the CMS holds of each target now."""
        return self._fresh.read(targets)

    def items(self, collection: str, locale: str) -> dict[str, ItemVersion]:
        """Give all items of a collection now, by id."""
        return self._fresh.items(collection, locale)

    def wait(
        self, target: WriteTarget, accept: Callable[[ItemVersion | None], bool]
    ) -> tuple[ItemVersion | None, bool]:
        """Read a target until it is as it should be or the bound passes."""

        def look() -> ItemVersion | None:
            version = self._fresh.read([target])[target]
            if target.key.kind == "post" and (data := self._fresh.latest(target)):
                self._learn(data)  # a new category has a slug only now
            return version

        return poll(look, accept, within=self._within, sleep=self._sleep, clock=self._clock)

    def wait_for_item(
        self, collection: str, locale: str, accept: Callable[[str, ItemVersion], bool]
    ) -> tuple[str, ItemVersion] | None:
        """Read a collection until it has an item that is accepted, or the bound passes.

        Of several the one with the least number is given: it came first.
        """

        def look() -> tuple[str, ItemVersion] | None:
            items = self._fresh.items(collection, locale)
            found = [(number, item) for number, item in items.items() if accept(number, item)]
            return min(found, key=lambda one: int(one[0]), default=None)

        found, _ = poll(
            look,
            lambda one: one is not None,
            within=self._within,
            sleep=self._sleep,
            clock=self._clock,
        )
        return found

    def send(self, write: Write) -> tuple[str, ...]:
        """Send a write once it is due; gives the API's warnings."""
        if self._sent_at is not None:
            due = self._sent_at + PACE - self._clock()
            if due > 0:
                self._sleep(due)
        self._sent_at = self._clock()
        return self._writer.send(write).warnings
