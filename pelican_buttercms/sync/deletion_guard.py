"""The guard of deletions: an answer from which much has vanished is held back.

ButterCMS tells of no deletion: what is gone is just not there any more, and so is what an API that
fails does not give. So a large loss is believed only when a later look finds the same, or when the
user says so.
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

SECOND_LOOK = timedelta(minutes=5)
"""How much later a second look is: an API that fails now may well fail the same in a second."""

_NAMES = 50


@dataclass(frozen=True)
class DeletionCheck:
    """Compares what a pull found with what is stored.

    Attributes:
        bounds: what may vanish at once.
        suspicions: what was held back before.
        now: the clock.
    """

    bounds: Deletions
    suspicions: HeldDeletions
    now: Callable[[], datetime]

    def look(
        self, scope: Scope, before: Iterable[Key], after: Collection[Key], asked: Collection[str]
    ) -> None:
        """Let a full pull of one scope pass, or hold it back.

        Args:
            scope: whose content it is.
            before: the keys that are stored.
            after: the keys that the pull found.
            asked: the listings that it asked for, as `listing_of` names them; what was not asked
                for cannot be missed.

        Raises:
            HeldBackError: too much has vanished, and no earlier look found the same.
        """
        if not self.look_partly(scope, before, after, asked):
            self.suspicions.forget(scope)

    def look_partly(
        self, scope: Scope, before: Iterable[Key], after: Collection[Key], asked: Collection[str]
    ) -> bool:
        """Do the same for a partial refresh, which tells nothing of what was held back elsewhere.

        Returns:
            whether it would be held back if no earlier look had found the same.
        """
        known = [key for key in before if listing_of(key) in asked]
        gone = [key for key in known if key not in after]
        totals, lost = Counter(map(listing_of, known)), Counter(map(listing_of, gone))
        suspicious = {n for n in lost if self.bounds.are_suspicious(lost[n], totals[n])}
        if not suspicious:
            return False
        if self.now() - self.suspicions.since(scope, gone) < SECOND_LOOK:
            raise HeldBackError(_explain(scope, gone, totals, suspicious))
        self.suspicions.forget(scope)
        return True


def listing_of(key: Key) -> str:
    """Return the name of the listing that a record comes from."""
    return f"{key.kind}/{key.group}"


def _explain(
    scope: Scope, gone: list[Key], totals: Mapping[str, int], suspicious: Collection[str]
) -> str:
    told = []
    for name in sorted(suspicious):
        lost = [key.id for key in gone if listing_of(key) == name]
        names = ", ".join(lost[:_NAMES]) + (", …" if len(lost) > _NAMES else "")
        told.append(f"{len(lost):,} of {totals[name]:,} of {name.rstrip('/')} ({names})")
    where = f" in {scope.locale}" if scope.locale else ""
    return (
        f"Much has vanished from ButterCMS at once{where}: {'; '.join(told)}. That may be a failure"
        " of the API, so it is not believed yet. If you did delete it, run `pelican-buttercms pull"
        f" --allow-deletions`; a look more than {spell_duration(SECOND_LOOK)} from now that finds"
        " the same is believed as well (BUTTERCMS_MAX_DELETIONS sets the bounds)."
    )
