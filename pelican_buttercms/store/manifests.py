"""Reads the generations that lie in the database, and checks their digests."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
import logging
from pathlib import Path

from pelican_buttercms.digests import sha256_hex
from pelican_buttercms.errors import StoreError
from pelican_buttercms.store import generation, record_encoding
from pelican_buttercms.store.database import Database
from pelican_buttercms.store.generation import Generation
from pelican_buttercms.store.generation_index import Branch, GenerationIndex
from pelican_buttercms.store.scope import Scope

logger = logging.getLogger(__name__)

_LAST = datetime.max.replace(tzinfo=UTC) - timedelta(microseconds=1)


class Manifests:
    """The generations of a store.

    Args:
        database: where they lie.
        folder: the store's, for messages.
    """

    def __init__(self, database: Database, folder: Path) -> None:
        self._database, self._folder = database, folder
        # what a pull reads several times: the generation of each scope that was read last
        self._read: dict[Scope, tuple[bytes, Generation]] = {}

    def get(self, scope: Scope, branch: Branch, number: str) -> Generation:
        """Read a generation.

        Raises:
            StoreError: it is missing or damaged.
        """
        data = self._encoded(scope, branch, number)
        before = self._read.get(scope)
        if before is None or before[0] != data:
            try:
                self._read[scope] = before = (data, generation.decode(data))
            except ValueError as exc:
                raise self._unreadable(number, "damaged") from exc
        if (before[1].id, before[1].scope) != (number, scope):
            raise self._unreadable(number, "damaged")
        return before[1]

    def get_whole(self, scope: Scope, branch: Branch, number: str) -> Generation | None:
        """Read a generation for comparing, where a damaged one is none at all."""
        try:
            return self.get(scope, branch, number)
        except StoreError as exc:
            logger.info("%s", exc)
            return None

    def digests(self, scope: Scope, branch: Branch, number: str) -> Collection[str]:
        """Read the digests of a generation for pruning, where a damaged one names none."""
        try:
            return generation.digests(self._encoded(scope, branch, number))
        except (StoreError, ValueError) as exc:
            logger.info("%s", exc)
            return ()

    def together(
        self,
        index: GenerationIndex,
        scopes: Sequence[Scope],
        number: str,
        *,
        complete: bool = False,
    ) -> list[Generation]:
        """Read the generation of each of several scopes that one pull made.

        Args:
            index: the store's.
            scopes: the scopes.
            number: the pull's id.
            complete: add the moments that an older version did not note.
        """
        generations = [self.get(scope, index.branch(scope), number) for scope in scopes]
        return [self._with_moments(index, g) for g in generations] if complete else generations

    def newest(self, index: GenerationIndex, scope: Scope) -> Generation | None:
        """Return the newest generation of a scope, None where it is damaged or there is none."""
        branch = index.scopes.get(str(scope), Branch())
        number = max(branch.generations, default="")
        return self.get_whole(scope, branch, number) if number else None

    def newest_together(self, index: GenerationIndex, scopes: Sequence[Scope]) -> list[Generation]:
        """Return the newest whole generations that several scopes have together."""
        for number in index.common(scopes):
            try:
                return self.together(index, scopes, number, complete=True)
            except StoreError as exc:  # a damaged one is no content
                logger.info("%s", exc)
        return []

    def next_moment(
        self, index: GenerationIndex, scopes: Iterable[Scope], now: datetime
    ) -> datetime:
        """Return the moment of asking: now, and later than all that was observed before.

        The clock of another machine may be ahead, and a clock may stand still.
        """
        generations = (self.newest(index, scope) for scope in scopes)
        moments = [generation.observations.newest() for generation in generations if generation]
        later = (min(moment, _LAST) + timedelta(microseconds=1) for moment in moments)
        return max([now.astimezone(UTC), *later])

    def _with_moments(self, index: GenerationIndex, generation: Generation) -> Generation:
        """Return a generation of an older version with moments for what was asked for alone.

        That version gave what webhooks and `publish` brought the moment of the full pull before:
        what differs from that pull was asked for later.
        """
        if generation.created_at is not None:
            return generation
        scope, pulled_at = generation.scope, generation.pulled_at
        branch = index.branch(scope)
        for number in sorted(branch.generations):
            first = self.get_whole(scope, branch, number)
            if first and first.pulled_at == pulled_at and number < generation.id:
                keys = sorted({*first.manifest, *generation.manifest})
                changed = [k for k in keys if first.manifest.get(k) != generation.manifest.get(k)]
                later = pulled_at + timedelta(microseconds=1)
                return replace(generation, asked_at=dict.fromkeys(changed, later))
        return generation

    def _encoded(self, scope: Scope, branch: Branch, number: str) -> bytes:
        data = self._database.get(record_encoding.generation_name(number, str(scope)))
        if data is None or sha256_hex(data) != branch.generations.get(number):
            raise self._unreadable(number, "missing" if data is None else "damaged")
        return data

    def _unreadable(self, number: str, state: str) -> StoreError:
        return StoreError(
            f"The generation {number} is {state} in the store in {self._folder}. Run"
            " `pelican-buttercms doctor --repair` to drop it, then `pelican-buttercms pull`."
        )
