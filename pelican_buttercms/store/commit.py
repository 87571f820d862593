"""Write the newest generation of each of several scopes: all of them, or none."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Set

from pelican_buttercms.digests import sha256_hex
from pelican_buttercms.store import record_encoding
from pelican_buttercms.store.database import Database
from pelican_buttercms.store.generation import Changes, Generation, Provenance, encode
from pelican_buttercms.store.generation_index import Branch, GenerationIndex
from pelican_buttercms.store.manifests import Manifests
from pelican_buttercms.store.merging import Observations
from pelican_buttercms.store.schema_version import SCHEMA
from pelican_buttercms.store.scope import Scope
from pelican_buttercms.store.staging import (
    StagedRecords,
    abandoned_notes,
    changed_records,
    missing_records,
    write_records,
)


class Committer:
    """Writes generations; only ever inside a transaction.

    Args:
        database: the store's.
        manifests: reads the generations that are there.
        keep: how many generations of a scope are kept.
    """

    def __init__(self, database: Database, manifests: Manifests, keep: int) -> None:
        self._database = database
        self._manifests = manifests
        self._keep = keep

    def commit(
        self,
        index: GenerationIndex,
        contents: Mapping[Scope, tuple[Observations, Mapping[str, bytes]]],
        origin: Provenance,
        *,
        staged: StagedRecords | None = None,
    ) -> list[tuple[Generation, Changes]]:
        """Write a generation of each scope: its manifest, and the records that may be new.

        Args:
            index: what is stored; is changed, and written.
            contents: what each scope holds now, and the bytes of what may be new in it.
            origin: where it comes from.
            staged: what wrote records of the pull while it was under way.
        """
        stored = []
        number = index.next_id(origin.created_at)
        for scope, (seen, data) in contents.items():
            before = self._before(scope, index.branch(scope))
            generation = Generation(
                number,
                scope,
                origin.pulled_at,
                seen.manifest,
                origin.calls,
                origin.wanted,
                cause=origin.cause,
                parents=(before.id,) if before else (),
                created_at=origin.created_at,
                full_pull_calls=origin.full_pull_calls,
                observed_at=seen.observed_at,
                asked_at=seen.asked_at,
                left_out=origin.left_out,
                post_groups=origin.post_groups,
                listed=origin.listed,
            )
            old = before.manifest if before else {}
            stored.append((generation, Changes.between(old, seen.manifest)))
            self._keep_records(data, staged.stored if staged else frozenset())
            self._register(index, generation)
        named = [seen.manifest.values() for seen, _ in contents.values()]
        self._prune(index, contents, named, staged)
        self.save(index)
        return stored

    def renew(self, index: GenerationIndex, generations: Iterable[Generation]) -> None:
        """Write generations again whose records were asked for anew and are the same."""
        for generation in generations:
            self.write(index, generation)
        self.save(index)

    def save(self, index: GenerationIndex) -> None:
        """Write the index."""
        self._database.set("catalogue", index.encode())
        self._database.set("schema", SCHEMA)

    def _before(self, scope: Scope, branch: Branch) -> Generation | None:
        """Return what a build read until now; a generation that is damaged gives way."""
        generation = (
            self._manifests.get_whole(scope, branch, branch.latest) if branch.latest else None
        )
        if generation is None and branch.latest in branch.generations:
            del branch.generations[branch.latest]
            self._database.delete(record_encoding.generation_name(branch.latest, str(scope)))
        return generation

    def _keep_records(self, records: Mapping[str, bytes], seen: Set[str]) -> None:
        """Write what is new, or was damaged since it was written.

        Of what was seen whole before, only the names are looked for: another process may have
        removed what nothing named.
        """
        unseen = {digest: data for digest, data in records.items() if digest not in seen}
        write_records(self._database, changed_records(self._database, unseen))
        lacking_some = missing_records(
            self._database, (digest for digest in records if digest in seen)
        )
        write_records(
            self._database, changed_records(self._database, {d: records[d] for d in lacking_some})
        )

    def _register(self, index: GenerationIndex, generation: Generation) -> None:
        self.write(index, generation)
        branch = index.branch(generation.scope)
        branch.latest, branch.pinned = generation.id, False

    def write(self, index: GenerationIndex, generation: Generation) -> None:
        """Write a generation whose records are stored; the index is changed only."""
        data = encode(generation)
        self._database.set(
            record_encoding.generation_name(generation.id, str(generation.scope)), data
        )
        branch = index.branch(generation.scope)
        branch.generations[generation.id] = sha256_hex(data)

    def remove(self, index: GenerationIndex, scope: Scope, number: str) -> None:
        """Remove a generation whose records others name; the index is changed only."""
        del index.branch(scope).generations[number]
        self._database.delete(record_encoding.generation_name(number, str(scope)))

    def _prune(
        self,
        index: GenerationIndex,
        scopes: Iterable[Scope],
        named: Iterable[Iterable[str]],
        staged: StagedRecords | None,
    ) -> None:
        """Drop what is too old, and what was written ahead of a pull that did not need it.

        Args:
            index: with the new generations, and to be written after this.
            scopes: those of the new generations.
            named: the digests that these name, so that they need not be read again.
            staged: what wrote ahead of them.
        """
        dropped: set[str] = set()
        for scope in scopes:
            for number in index.expired(scope, self._keep):
                dropped.update(self._manifests.digests(scope, index.branch(scope), number))
                self.remove(index, scope, number)
        notes = abandoned_notes(self._database)
        if staged:
            notes |= dict.fromkeys(staged.notes, staged.written)
        self._sweep(index, dropped.union(*notes.values()).difference(*named))
        for note in notes:
            self._database.delete(note)

    def _sweep(self, index: GenerationIndex, unnamed: set[str]) -> None:
        """Remove those of some records that no generation names."""
        for kept in self._all_digests(index) if unnamed else ():
            unnamed.difference_update(kept)
            if not unnamed:  # often after the newest
                return
        for digest in unnamed:
            self._database.delete(record_encoding.record_name(digest))

    def _all_digests(self, index: GenerationIndex) -> Iterator[Collection[str]]:
        """Read the digests of all generations, the newest of each scope first."""
        numbers = [(n, text) for text, branch in index.scopes.items() for n in branch.generations]
        for number, text in sorted(numbers, key=lambda pair: pair[0], reverse=True):
            yield self._manifests.digests(Scope.parse(text), index.scopes[text], number)
