"""The guard of deletions: an answer from which much has vanished is held back.

ButterCMS reports no deletion: what is gone is just absent from the answer, and so is what a failing
API leaves out. So a large loss is believed only if a later pull finds the same, or if the user says
so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from pelican_buttercms.content import Key
from pelican_buttercms.errors import HeldBackError
from pelican_buttercms.settings.durations import spell_duration
from pelican_buttercms.settings.limits import Deletions
from pelican_buttercms.store import Scope
from pelican_buttercms.store.held_deletions import HeldDeletions
from pelican_buttercms.sync.pull_spec import ListingName

SECOND_LOOK = timedelta(minutes=5)
"""The least time between two pulls that confirm each other: a failure may last for seconds."""

_NAMES = 50


@dataclass(frozen=True)
class DeletionGuard:
    """Compares what a pull found with what is stored.

    Attributes:
        bounds: what may vanish at once.
        held: the deletions that were held back before.
        now: the clock.
    """

    bounds: Deletions
    held: HeldDeletions
    now: Callable[[], datetime]

    def check_full(
        self,
        scope: Scope,
        before: Iterable[Key],
        after: Collection[Key],
        asked: Collection[ListingName],
    ) -> None:
        """Check the deletions of a full pull of one scope.

        Args:
            scope: whose content it is.
            before: the keys that are stored.
            after: the keys that the pull brought.
            asked: the listings that it asked for; nothing is missing from others.

        Raises:
            HeldBackError: too much has vanished, and no earlier pull found the same.
        """
        if not self.check_partial(scope, before, after, asked):
            self.held.forget(scope)

    def check_partial(
        self,
        scope: Scope,
        before: Iterable[Key],
        after: Collection[Key],
        asked: Collection[ListingName],
    ) -> bool:
        """Check the deletions of a partial refresh, which says nothing about other held deletions.

        Returns:
            whether it would be held back if no earlier pull had found the same.
        """
        known = [key for key in before if listing_of(key) in asked]
        gone = [key for key in known if key not in after]
        totals, lost = Counter(map(listing_of, known)), Counter(map(listing_of, gone))
        suspicious = {n for n in lost if self.bounds.are_suspicious(lost[n], totals[n])}
        if not suspicious:
            return False
        if self.now() - self.held.since(scope, gone) < SECOND_LOOK:
            raise HeldBackError(_explain(scope, gone, totals, suspicious))
        self.held.forget(scope)
        return True


def listing_of(key: Key) -> ListingName:
    """Return the listing that a record comes from."""
    return key[:2]


def _explain(
    scope: Scope,
    gone: list[Key],
    totals: Mapping[ListingName, int],
    suspicious: Collection[ListingName],
) -> str:
    losses = []
    for name in sorted(suspicious):
        lost = [key for key in gone if listing_of(key) == name]
        ids = [key.id for key in lost[:_NAMES]]
        names = ", ".join(ids) + (", …" if len(lost) > _NAMES else "")
        listing = str(lost[0]).removesuffix(f"/{ids[0]}")
        losses.append(f"{len(lost):,} of {totals[name]:,} of {listing} ({names})")
    where = f" in {scope.locale}" if scope.locale else ""
    return (
        f"Much has vanished from ButterCMS at once{where}: {'; '.join(losses)}. That may be a"
        " failure of the API, so it is not believed yet. If you did delete it, run"
        " `pelican-buttercms pull --allow-deletions`; a pull more than"
        f" {spell_duration(SECOND_LOOK)} from now that finds the same is believed as well"
        " (BUTTERCMS_MAX_DELETIONS sets the bounds)."
    )
