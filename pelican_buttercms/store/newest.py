"""The newest generations of a store, whatever builds read, and the moment of asking anew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
import logging

from pelican_buttercms.errors import StoreError
from pelican_buttercms.store import pulls
from pelican_buttercms.store.catalogue import Branch, Catalogue
from pelican_buttercms.store.generation import Generation
from pelican_buttercms.store.manifests import Manifests
from pelican_buttercms.store.scope import Scope

logger = logging.getLogger(__name__)


class Newest:
    """Finds the newest whole generations.

    Args:
        manifests: reads generations.
    """

    def __init__(self, manifests: Manifests) -> None:
        self._manifests = manifests

    def of(self, catalogue: Catalogue, scope: Scope) -> Generation | None:
        """Return the newest generation of a scope, None where it is damaged or there is none."""
        branch = catalogue.scopes.get(str(scope), Branch())
        number = max(branch.generations, default="")
        return self._manifests.get_whole(scope, branch, number) if number else None

    def together(self, catalogue: Catalogue, scopes: Sequence[Scope]) -> list[Generation]:
        """Return the newest whole generations that several scopes have together."""
        for number in pulls.common(catalogue, scopes):
            try:
                return [
                    self._manifests.get(scope, catalogue.branch(scope), number) for scope in scopes
                ]
            except StoreError as exc:  # a damaged one is no content
                logger.info("%s", exc)
        return []

    def asking(self, catalogue: Catalogue, scopes: Iterable[Scope], now: datetime) -> datetime:
        """Return the moment of asking: now, and later than all that was observed before.

        The clock of another machine may be ahead, and a clock may stand still.
        """
        found = (self.of(catalogue, scope) for scope in scopes)
        known = [one.observations.newest() for one in found if one]
        later = (moment + timedelta(microseconds=1) for moment in known)
        return max([now.astimezone(UTC), *later])
