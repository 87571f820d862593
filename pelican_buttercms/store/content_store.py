"""The store: generations of content-addressed records, of all scopes, in one folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
import logging
from pathlib import Path
from typing import Final

from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.content.fallbacks import Listed
from pelican_buttercms.errors import StoreError
from pelican_buttercms.store import record_encoding
from pelican_buttercms.store.accounts import Accounts
from pelican_buttercms.store.commit import Committer
from pelican_buttercms.store.generation import Cause, Changes, Generation, Provenance
from pelican_buttercms.store.generation_index import Branch
from pelican_buttercms.store.merging import Observations
from pelican_buttercms.store.reader import StoreReader
from pelican_buttercms.store.schema_version import SCHEMA, refuse_newer
from pelican_buttercms.store.scope import Scope
from pelican_buttercms.store.staging import StagedRecords

logger = logging.getLogger(__name__)

_REFILL: Final = "Run `pelican-buttercms pull` to refill it."


class Store(StoreReader):
    """All pulled content, of all scopes, in one folder.

    A context manager; use it in the thread that made it.

    Args:
        folder: the folder that holds it, made when it is not there.
        now: the clock; gives aware datetimes.
        keep: how many generations of a scope are kept.

    Raises:
        StoreError: from here and every method, when the disk fails, the store is damaged, or a
            newer version of this package wrote it; the message has the folder and what to do.
    """

    def __init__(self, folder: Path, now: Callable[[], datetime], *, keep: int = 10) -> None:
        super().__init__(folder)
        self._now = now
        self._committer = Committer(self._database, self._manifests, keep)
        self.known_accounts = Accounts(
            self._database, self._manifests, self._committer, self._index
        )
        try:
            self._check_schema()
        except StoreError:
            self.close()
            raise

    def roll_back(self, scopes: Sequence[Scope], number: str) -> list[Generation]:
        """Select the pull that builds read, until the next pull is stored.

        Args:
            scopes: of one account and mode.
            number: the id of a pull that has all of them.

        Raises:
            StoreError: no such pull is kept for all scopes, or it is damaged; nothing changed.
        """
        with self._database.transaction():
            index = self._index()
            branches = [index.scopes.get(str(scope), Branch()) for scope in scopes]
            for scope, branch in zip(scopes, branches, strict=True):
                if number not in branch.generations:
                    kept = ", ".join(sorted(branch.generations, reverse=True)) or "none"
                    raise StoreError(
                        f"There is no generation {number} of {scope} in the store in"
                        f" {self._folder}. There are: {kept}."
                    )
            generations = self._manifests.together(index, scopes, number, complete=True)
            for generation in generations:
                all(True for _ in self.records(generation))  # a damaged one is no way back
            for branch in branches:
                branch.latest, branch.pinned = number, number != max(branch.generations)
            self._database.set("catalogue", index.encode())
        return generations

    def commit(
        self,
        scope: Scope,
        records: Iterable[RawRecord],
        calls: int,
        wanted: Iterable[str] = (),
    ) -> tuple[Generation, Changes]:
        """Store a complete pull of one scope; see `commit_together`."""
        return self.commit_together({scope: records}, calls, wanted)[0]

    def commit_together(
        self,
        contents: Mapping[Scope, Iterable[RawRecord | record_encoding.Encoded]],
        calls: int,
        wanted: Iterable[str] = (),
        pulled_at: datetime | None = None,
        staged: StagedRecords | None = None,
        *,
        asked_at: datetime | None = None,
        left_out: Mapping[Key, str] | None = None,
        post_groups: Mapping[str, str] | None = None,
        listed: Listed | None = None,
    ) -> list[tuple[Generation, Changes]]:
        """Store a complete pull as the newest generation of each of its scopes, with one id.

        All of it is stored, or nothing: until the end, and if this process is killed, everyone
        reads the generations before. A pull that changed nothing is a generation too. Of several
        records with one key the last counts. What was asked for alone while the pull was under
        way, and is stored by now, stays. What is too old is dropped.

        Args:
            contents: every record of each scope; read to its end before anything is written.
            calls: how many API calls the pull cost.
            wanted: what the pull was asked for, kept for `Generation.wanted`.
            pulled_at: when it was pulled, if that was not just now and here: content that comes
                from a snapshot is as old as it is, and takes the place of all that is stored. A
                moment in the future counts as now.
            staged: what wrote records of this pull while it was under way, and has ended.
            asked_at: what `next_moment` returned when the pull began; None is now.
            left_out: what is not live by its status, kept for `Generation.left_out`.
            post_groups: kept for `Generation.post_groups`.
            listed: kept for `Generation.listed`.
        """
        encoded = {
            scope: record_encoding.encode_all(records) for scope, records in contents.items()
        }
        with self._database.transaction():
            index, now = self._index(), self._now().astimezone(UTC)
            pulled_at = min(pulled_at, now) if pulled_at else None
            moment = (
                pulled_at or asked_at or self._manifests.next_moment(index, encoded, now)
            ).astimezone(UTC)
            cause: Cause = "import" if pulled_at else "pull"
            pulled = pulled_at.astimezone(UTC) if pulled_at else min(moment, now)
            origin = Provenance(
                cause,
                now,
                pulled,
                calls,
                tuple(wanted),
                left_out=left_out or {},
                post_groups=post_groups or {},
                listed=listed or {},
            )
            stored: dict[Scope, tuple[Observations, Mapping[str, bytes]]] = {}
            for scope, (manifest, data) in encoded.items():
                seen = Observations(moment, manifest, {})
                before = None if pulled_at else self._manifests.newest(index, scope)
                later = before is not None and before.observations.newest() > moment
                stored[scope] = (
                    (seen.merge(before.observations) if before and later else seen),
                    data,
                )
            return self._committer.commit(index, stored, origin, staged=staged)

    def commit_shared(
        self,
        contents: Mapping[Scope, tuple[Observations, Mapping[str, bytes]]],
        pulled_at: datetime,
        wanted: Iterable[str],
        expected: Sequence[Generation],
        *,
        left_out: Mapping[Key, str],
        post_groups: Mapping[str, str],
        listed: Listed,
    ) -> list[tuple[Generation, Changes]] | None:
        """Store content out of what other machines share, merged with what is here.

        Args:
            contents: what each scope holds now, and the bytes of the records that come along.
            pulled_at: when everything was last asked for.
            wanted: what the last full pull was asked for.
            expected: the newest generations when it was merged.
            left_out: what the last full pull left out of live content, by its status.
            post_groups: as in `Generation.post_groups`.
            listed: as in `Generation.listed`.

        Returns:
            As `commit_together`; None, and nothing is changed, where others are stored by now.
        """
        with self._database.transaction():
            index, now = self._index(), self._now().astimezone(UTC)
            generations = self._manifests.newest_together(index, list(contents))
            if _identity(generations) != _identity(expected):
                return None
            full = expected[0].full_calls if expected else 0
            asked = {key for seen, _ in contents.values() for key in seen.asked_at}
            unasked = {key: status for key, status in left_out.items() if key not in asked}
            origin = Provenance(
                "shared", now, pulled_at, 0, tuple(wanted), full, unasked, post_groups, listed
            )
            return self._committer.commit(index, contents, origin)

    def next_moment(self, scopes: Iterable[Scope]) -> datetime:
        """Return the moment of asking: now, and later than all that was observed before.

        Take it before the first request: whatever is observed after counts more.
        """
        return self._manifests.next_moment(self._index(), scopes, self._now())

    def stage(self) -> StagedRecords:
        """Return a writer of records for a pull that is under way; see `commit_together`."""
        return StagedRecords(self._database)

    def apply_changes(
        self,
        changed: Mapping[Scope, Mapping[Key, RawRecord | None]],
        *,
        calls: int = 0,
        cause: Cause = "event",
        asked_at: datetime | None = None,
        post_groups: Mapping[str, str] | None = None,
        listed: Listed | None = None,
    ) -> list[tuple[Generation, Changes]] | None:
        """Store the newest generations once more, with a few records asked for anew in them.

        What is there is read in the same transaction: of two processes that do this at once,
        neither loses what the other has changed, and of one record the later asking counts. The
        content stays as fresh as the last full pull.

        Args:
            changed: what was asked for by key, None for what is gone; for every scope of one pull,
                even where nothing is changed.
            calls: how many API calls it cost.
            cause: why it was asked for.
            asked_at: what `next_moment` returned before; None is now.
            post_groups: kept for `Generation.post_groups`; None leaves them as they are.
            listed: the listings that were read anew, for `Generation.listed`; others stay.

        Returns:
            The same as `commit_together`, and what is there where nothing differs: that is no new
            generation. None, and nothing is changed, where no pull brought all of the scopes
            together, or somebody rolled back to an older one.
        """
        encoded = {
            scope: record_encoding.encode_all(filter(None, records.values()))
            for scope, records in changed.items()
        }
        with self._database.transaction():
            index, scopes = self._index(), list(changed)
            number = index.in_use(scopes)
            if number is None or any(index.branch(scope).pinned for scope in scopes):
                return None
            moment = asked_at or self._manifests.next_moment(index, scopes, self._now())
            moment = moment.astimezone(UTC)
            generations = self._manifests.together(index, scopes, number, complete=True)
            contents = {}
            for old in generations:
                manifest, data = encoded[old.scope]
                seen = old.observations
                fresh = {key: moment for key in changed[old.scope] if seen.moment(key) <= moment}
                digests = {key: manifest.get(key, "") for key in fresh}
                contents[old.scope] = seen.amend(digests, fresh), data
            asked = {key for records in changed.values() for key in records}
            first, now = generations[0], self._now().astimezone(UTC)
            left_out = {key: word for key, word in first.left_out.items() if key not in asked}
            groups = first.post_groups if post_groups is None else post_groups
            lists = {**first.listed, **(listed or {})}
            if all(contents[old.scope][0].manifest == old.manifest for old in generations):
                same = [
                    replace(
                        old,
                        asked_at=contents[old.scope][0].asked_at,
                        left_out=left_out,
                        post_groups=groups,
                        listed=lists,
                    )
                    for old in generations
                ]
                self._committer.renew(index, same)
                return [(old, Changes.between(old.manifest, old.manifest)) for old in same]
            wanted, full = first.wanted, first.full_calls
            origin = Provenance(
                cause, now, first.pulled_at, calls, wanted, full, left_out, groups, lists
            )
            return self._committer.commit(index, contents, origin)

    def _check_schema(self) -> None:
        number = self._database.get_number("schema")
        refuse_newer(self._folder, number)
        if 0 < number < SCHEMA:
            logger.info("The store in %s has an older layout, and is filled anew.", self._folder)
            self._database.delete("catalogue")


def _identity(generations: Iterable[Generation]) -> list[tuple[str, Observations]]:
    return [(generation.id, generation.observations) for generation in generations]
