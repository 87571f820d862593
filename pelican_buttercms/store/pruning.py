"""What may be dropped? Generations beyond those that are kept, and records that nobody names."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pelican_buttercms.store import entries
from pelican_buttercms.store.catalogue import Branch, Catalogue
from pelican_buttercms.store.database import Database
from pelican_buttercms.store.generation import Generation
from pelican_buttercms.store.scope import Scope

Read = Callable[[Scope, Branch, str], Generation | None]
"""Reads a generation; a damaged one is none at all."""


def prune(database: Database, catalogue: Catalogue, scope: Scope, keep: int, read: Read) -> None:
    """Drop the generations of a scope beyond `keep`, and the records that none names any more.

    Called within the transaction that writes the catalogue.
    """
    branch = catalogue.branch(scope)
    dropped: set[str] = set()
    for number in branch.expired(keep):
        old = read(scope, branch, number)
        dropped.update(old.manifest.values() if old else ())
        del branch.generations[number]
        database.delete(entries.generation_name(number, str(scope)))
    for kept in _all_generations(catalogue, read) if dropped else ():
        dropped.difference_update(kept.manifest.values())
    for digest in dropped:
        database.delete(entries.record_name(digest))


def _all_generations(catalogue: Catalogue, read: Read) -> Iterator[Generation]:
    for text, branch in catalogue.scopes.items():
        for number in branch.generations:
            if found := read(Scope.parse(text), branch, number):
                yield found
