"""Write the newest generation of each of several scopes: all of them, or none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set

from pelican_buttercms.store import record_encoding
from pelican_buttercms.store.database import Database
from pelican_buttercms.store.gc import prune, sweep
from pelican_buttercms.store.generation import Changes, Generation, Origin, encode
from pelican_buttercms.store.generation_index import Branch, Catalogue
from pelican_buttercms.store.manifests import Manifests
from pelican_buttercms.store.merging import Observations
from pelican_buttercms.store.schema_version import SCHEMA
from pelican_buttercms.store.scope import Scope
from pelican_buttercms.store.staging import Ahead, differing, forgotten, lacking, write


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
        catalogue: Catalogue,
        contents: Mapping[Scope, tuple[Observations, Mapping[str, bytes]]],
        origin: Origin,
        *,
        ahead: Ahead | None = None,
    ) -> list[tuple[Generation, Changes]]:
        """Write a generation of each scope: its manifest, and the records that may be new.

        Args:
            catalogue: what is stored; is changed, and written.
            contents: what each scope holds now, and the bytes of what may be new in it.
            origin: where it comes from.
            ahead: what wrote records of the pull while it was under way.
        """
        stored = []
        number = catalogue.next_id(origin.created_at)
        for scope, (seen, data) in contents.items():
            before = self._before(scope, catalogue.branch(scope))
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
            )
            old = before.manifest if before else {}
            stored.append((generation, Changes.between(old, seen.manifest)))
            self._keep_records(data, ahead.there if ahead else frozenset())
            self._register(catalogue, generation)
        named = [seen.manifest.values() for seen, _ in contents.values()]
        self._prune(catalogue, contents, named, ahead)
        self.save(catalogue)
        return stored

    def renew(self, catalogue: Catalogue, generations: Iterable[Generation]) -> None:
        """Write generations again whose records were asked for anew and are the same."""
        for generation in generations:
            self.write(catalogue, generation)
        self.save(catalogue)

    def save(self, catalogue: Catalogue) -> None:
        """Write the catalogue."""
        self._database.set("catalogue", catalogue.encode())
        self._database.set("schema", SCHEMA)

    def _before(self, scope: Scope, branch: Branch) -> Generation | None:
        """Return what a build read until now; a generation that is damaged gives way."""
        found = self._manifests.get_whole(scope, branch, branch.latest) if branch.latest else None
        if found is None and branch.latest in branch.generations:
            del branch.generations[branch.latest]
            self._database.delete(record_encoding.generation_name(branch.latest, str(scope)))
        return found

    def _keep_records(self, records: Mapping[str, bytes], seen: Set[str]) -> None:
        """Write what is new, or was damaged since it was written.

        Of what was seen whole before, only the names are looked for: another process may have
        removed what nothing named.
        """
        unseen = {digest: data for digest, data in records.items() if digest not in seen}
        write(self._database, differing(self._database, unseen))
        lacking_some = lacking(self._database, (digest for digest in records if digest in seen))
        write(self._database, differing(self._database, {d: records[d] for d in lacking_some}))

    def _register(self, catalogue: Catalogue, generation: Generation) -> None:
        self.write(catalogue, generation)
        branch = catalogue.branch(generation.scope)
        branch.latest, branch.pinned = generation.id, False

    def write(self, catalogue: Catalogue, generation: Generation) -> None:
        """Write a generation whose records are stored; the catalogue is changed only."""
        data = encode(generation)
        self._database.set(
            record_encoding.generation_name(generation.id, str(generation.scope)), data
        )
        branch = catalogue.branch(generation.scope)
        branch.generations[generation.id] = record_encoding.digest_of(data)

    def remove(self, catalogue: Catalogue, scope: Scope, number: str) -> None:
        """Remove a generation whose records others name; the catalogue is changed only."""
        del catalogue.branch(scope).generations[number]
        self._database.delete(record_encoding.generation_name(number, str(scope)))

    def _prune(
        self,
        catalogue: Catalogue,
        scopes: Iterable[Scope],
        named: Iterable[Iterable[str]],
        ahead: Ahead | None,
    ) -> None:
        """Drop what is too old, and what was written ahead of a pull that did not need it.

        Args:
            catalogue: with the new generations, and to be written after this.
            scopes: those of the new generations.
            named: the digests that these name, so that they need not be read again.
            ahead: what wrote ahead of them.
        """
        dropped = prune(self._database, catalogue, scopes, self._keep, self._manifests.digests)
        notes = forgotten(self._database)
        if ahead:
            notes |= dict.fromkeys(ahead.notes, ahead.written)
        dropped = dropped.union(*notes.values()).difference(*named)
        sweep(self._database, catalogue, dropped, self._manifests.digests)
        for note in notes:
            self._database.delete(note)
