"""The connection to the CMS: uncached reads, paced writes, and the wait until a write shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
import time
from typing import Any, TypeVar

from pelican_buttercms.api import Write
from pelican_buttercms.errors import InvalidRequestError, SettingsError
from pelican_buttercms.publish.plan.plan import StepPart
from pelican_buttercms.publish.remote_state import RemoteReader
from pelican_buttercms.publish.write_model import ItemVersion, WriteTarget
from pelican_buttercms.sync.http.write_client import Writer

Result = TypeVar("Result")

PACE = 0.2
"""Seconds between writes, as the vendor's guide to bulk operations has it. Source: contract, 2."""


class Cms:
    """One account, for reading and writing.

    Args:
        reader: reads past every cache.
        writer: sends writes.
        learn: receives each post as the API returns it, for its categories and tags.
        within: seconds for which a write may take to show.
        has_locales: whether BUTTERCMS_LOCALES names the account's locales.
    """

    def __init__(
        self,
        reader: RemoteReader,
        writer: Writer,
        *,
        learn: Callable[[dict[str, Any]], None],
        within: float,
        has_locales: bool = True,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._learn = learn
        self._within = within
        self._has_locales = has_locales
        self._sleep = sleep
        self._clock = clock
        self._sent_at: float | None = None

    def read(
        self, targets: Iterable[WriteTarget], *, live: bool = True
    ) -> dict[WriteTarget, ItemVersion | None]:
        """Return the current version of each target, None where there is none.

        Args:
            targets: the versions.
            live: whether it matters what of posts and pages is live.
        """
        targets = list(targets)
        items = [target for target in targets if target.key.kind == "item"]
        others = [target for target in targets if target.key.kind != "item"]
        return self._reader.read(items) | self._reader.read(others, live=live)

    def items(self, collection: str, locale: str) -> dict[str, ItemVersion]:
        """Return all current items of a collection by id."""
        return self._reader.items(collection, locale)

    def wait(
        self,
        part: StepPart,
        target: WriteTarget,
        accept: Callable[[ItemVersion | None], bool],
        *,
        live: bool = True,
    ) -> tuple[ItemVersion | None, bool]:
        """Read a target until it is accepted or the time is over."""
        changed = {target.key: {path[1] for path in part.values if path[1:]}}

        def look() -> ItemVersion | None:
            version = self._reader.read([target], changed, live=live)[target]
            if target.key.kind == "post" and (data := self._reader.latest(target)):
                self._learn(data)  # a new category has a slug only now
            return version

        return self._poll(look, accept)

    def wait_for_items(
        self,
        collection: str,
        locale: str,
        accept: Callable[[Mapping[str, ItemVersion]], bool],
        *,
        preview: bool,
    ) -> Mapping[str, ItemVersion]:
        """Read a collection until its items are accepted or the time is over."""
        look = partial(self._reader.items, collection, locale, preview=preview)
        return self._poll(look, accept)[0]

    def _poll(
        self, look: Callable[[], Result], accept: Callable[[Result], bool]
    ) -> tuple[Result, bool]:
        return poll(look, accept, within=self._within, sleep=self._sleep, clock=self._clock)

    def send(self, write: Write) -> tuple[str, ...]:
        """Send a write once the pace allows; return the API's warnings.

        Raises:
            SettingsError: the account has locales, which the settings do not name.
            ButterCMSError: as from `Writer.send`.
        """
        if self._sent_at is not None:
            due = self._sent_at + PACE - self._clock()
            if due > 0:
                self._sleep(due)
        self._sent_at = self._clock()
        try:
            return self._writer.send(write).warnings
        except InvalidRequestError as exc:
            if self._has_locales or "locale" not in exc.detail.lower():
                raise
            raise SettingsError(
                "This account has locales, and BUTTERCMS_LOCALES is not set, so that the API was"
                f' not told which one is meant. It answered: "{exc.detail}" Nothing was changed.'
                ' Set BUTTERCMS_LOCALES to the locales\' API slugs, such as ["en", "de"], as the'
                " dashboard has them, pull, and publish again."
            ) from exc


def poll(
    look: Callable[[], Result],
    accept: Callable[[Result], bool],
    *,
    within: float,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> tuple[Result, bool]:
    """Read at growing intervals until a result is accepted or the time is over.

    Args:
        look: reads once; each read is billed.
        accept: returns whether a result is the expected one.
        within: seconds after which no further read begins.
        sleep: waits.
        clock: returns seconds.

    Returns:
        The last result, and whether it was accepted.
    """
    ends, pause = clock() + within, 0.5
    while True:
        result = look()
        if accept(result):
            return result, True
        left = ends - clock()
        if left <= 0:
            return result, False
        sleep(min(pause, left))
        pause = min(pause * 2, 5.0)
