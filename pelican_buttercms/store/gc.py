"""Garbage collection: removes old generations, and records that no generation names."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

from pelican_buttercms.store import history, record_encoding
from pelican_buttercms.store.database import Database
from pelican_buttercms.store.generation_index import Branch, GenerationIndex
from pelican_buttercms.store.scope import Scope

ReadDigests = Callable[[Scope, Branch, str], Collection[str]]
"""Reads the digests that a generation names; a damaged one names none."""


def prune(
    database: Database,
    index: GenerationIndex,
    scopes: Iterable[Scope],
    keep: int,
    read: ReadDigests,
) -> set[str]:
    """Drop the generations of some scopes beyond `keep`; returns the digests that were in them.

    Called within the transaction that writes the index.
    """
    dropped: set[str] = set()
    for scope in scopes:
        branch = index.branch(scope)
        for number in history.expired(index, scope, keep):
            dropped.update(read(scope, branch, number))
            del branch.generations[number]
            database.delete(record_encoding.generation_name(number, str(scope)))
    return dropped


def sweep(database: Database, index: GenerationIndex, dropped: set[str], read: ReadDigests) -> None:
    """Remove those of some records that no generation names; in the same transaction."""
    unnamed = set(dropped)
    for kept in _all_generations(index, read) if unnamed else ():
        unnamed.difference_update(kept)
        if not unnamed:  # often after the newest
            return
    for digest in unnamed:
        database.delete(record_encoding.record_name(digest))


def _all_generations(index: GenerationIndex, read: ReadDigests) -> Iterator[Collection[str]]:
    """Read the digests of all generations, the newest of each scope first."""
    branches = [(Scope.parse(text), branch) for text, branch in index.scopes.items()]
    numbered = [
        (number, scope, branch) for scope, branch in branches for number in branch.generations
    ]
    for number, scope, branch in sorted(numbered, key=lambda entry: entry[0], reverse=True):
        yield read(scope, branch, number)
