"""The newest generations of a store, whatever builds read, and the moment of the next request."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
import logging

from pelican_buttercms.errors import StoreError
from pelican_buttercms.store import history
from pelican_buttercms.store.generation import Generation
from pelican_buttercms.store.generation_index import Branch, GenerationIndex
from pelican_buttercms.store.manifests import Manifests
from pelican_buttercms.store.scope import Scope

logger = logging.getLogger(__name__)

_LAST = datetime.max.replace(tzinfo=UTC) - timedelta(microseconds=1)


class NewestGenerations:
    """Finds the newest whole generations.

    Args:
        manifests: reads generations.
    """

    def __init__(self, manifests: Manifests) -> None:
        self._manifests = manifests

    def of(self, index: GenerationIndex, scope: Scope) -> Generation | None:
        """Return the newest generation of a scope, None where it is damaged or there is none."""
        branch = index.scopes.get(str(scope), Branch())
        number = max(branch.generations, default="")
        return self._manifests.get_whole(scope, branch, number) if number else None

    def together(self, index: GenerationIndex, scopes: Sequence[Scope]) -> list[Generation]:
        """Return the newest whole generations that several scopes have together."""
        for number in history.common(index, scopes):
            try:
                generations = [
                    self._manifests.get(scope, index.branch(scope), number) for scope in scopes
                ]
                return [self.with_moments(index, generation) for generation in generations]
            except StoreError as exc:  # a damaged one is no content
                logger.info("%s", exc)
        return []

    def with_moments(self, index: GenerationIndex, generation: Generation) -> Generation:
        """Return a generation of an older version with moments for what was asked for alone.

        That version gave what webhooks and `publish` brought the moment of the full pull before:
        what differs from that pull was asked for later.
        """
        if generation.created_at is not None:
            return generation
        scope, pulled_at = generation.scope, generation.pulled_at
        branch = index.branch(scope)
        for number in sorted(branch.generations):
            first = self._manifests.get_whole(scope, branch, number)
            if first and first.pulled_at == pulled_at and number < generation.id:
                keys = {*first.manifest, *generation.manifest}
                later = pulled_at + timedelta(microseconds=1)
                asked_at = {
                    key: later
                    for key in sorted(keys)
                    if first.manifest.get(key) != generation.manifest.get(key)
                }
                return replace(generation, asked_at=asked_at)
        return generation

    def next_moment(
        self, index: GenerationIndex, scopes: Iterable[Scope], now: datetime
    ) -> datetime:
        """Return the moment of asking: now, and later than all that was observed before.

        The clock of another machine may be ahead, and a clock may stand still.
        """
        generations = (self.of(index, scope) for scope in scopes)
        moments = [generation.observations.newest() for generation in generations if generation]
        later = (min(moment, _LAST) + timedelta(microseconds=1) for moment in moments)
        return max([now.astimezone(UTC), *later])
