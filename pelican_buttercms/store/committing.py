"""How does a pull become the newest generation of each of its scopes? All of it, or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from datetime import datetime

from pelican_buttercms.content import Key
from pelican_buttercms.store import entries
from pelican_buttercms.store.ahead import Ahead, differing, forgotten, lacking, write
from pelican_buttercms.store.catalogue import Branch, Catalogue
from pelican_buttercms.store.database import Database
from pelican_buttercms.store.generation import Changes, Generation, encode
from pelican_buttercms.store.layout import SCHEMA
from pelican_buttercms.store.manifests import Manifests
from pelican_buttercms.store.pruning import prune, sweep
from pelican_buttercms.store.scope import Scope


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
        encoded: Mapping[Scope, tuple[Mapping[Key, str], Mapping[str, bytes]]],
        calls: int,
        wanted: tuple[str, ...],
        moment: datetime,
        *,
        ahead: Ahead | None = None,
    ) -> list[tuple[Generation, Changes]]:
        """Write a generation of each scope: its manifest, and the records that may be new.

        Args:
            catalogue: what is stored; is changed, and written.
            encoded: the manifest of each scope, and the bytes that it may name.
            calls: see `Generation`, as for the next two.
            wanted: what the pull was asked for.
            moment: when it was pulled.
            ahead: what wrote records of the pull while it was under way.
        """
        stored = []
        number = catalogue.next_id(moment)
        for scope, (manifest, data) in encoded.items():
            generation = Generation(number, scope, moment, manifest, calls, wanted)
            before = self._before(scope, catalogue.branch(scope))
            stored.append((generation, Changes.between(before, manifest)))
            self._keep_records(data, ahead.there if ahead else frozenset())
            self._register(catalogue, generation)
        named = [manifest.values() for manifest, _ in encoded.values()]
        self._prune(catalogue, encoded, named, ahead)
        self._database.set("catalogue", catalogue.encode())
        self._database.set("schema", SCHEMA)
        return stored

    def _before(self, scope: Scope, branch: Branch) -> Mapping[Key, str]:
        """Give what a build read until now; a generation that is damaged gives way."""
        found = self._manifests.get_whole(scope, branch, branch.latest) if branch.latest else None
        if found is None and branch.latest in branch.generations:
            del branch.generations[branch.latest]
            self._database.delete(entries.generation_name(branch.latest, str(scope)))
        return found.manifest if found else {}

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
        data = encode(generation)
        name = entries.generation_name(generation.id, str(generation.scope))
        self._database.set(name, data)
        branch = catalogue.branch(generation.scope)
        branch.generations[generation.id] = entries.digest_of(data)
        branch.latest, branch.pinned = generation.id, False

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
