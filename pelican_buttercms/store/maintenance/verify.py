"""Checks of all that is stored, and the removal of what is no longer needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec

from pelican_buttercms.content import RawRecord
from pelican_buttercms.errors import StoreError
from pelican_buttercms.store import record_encoding
from pelican_buttercms.store.database import Database
from pelican_buttercms.store.generation_index import Branch, Catalogue
from pelican_buttercms.store.maintenance.integrity import (
    Damage,
    Examination,
    check_ledger,
    entry_digest,
    examine,
    examine_media,
    schema_of,
)
from pelican_buttercms.store.maintenance.raw_sqlite import (
    Bare,
    Unusable,
    compact,
    is_begun,
    is_filled,
)
from pelican_buttercms.store.scope import Scope

STORE: Final = "store"
MEDIA: Final = "media"
LEDGER: Final = "ledger"
HEARD: Final = "heard"

FindURLs = Callable[[Iterable[RawRecord]], Iterable[str]]


@dataclass
class Health:
    """What was looked at, and what of it is not whole."""

    generations: int = 0
    records: int = 0
    files: int = 0
    damages: list[Damage] = field(default_factory=list)


@dataclass
class Pruned:
    """What was dropped.

    Attributes:
        pulls: the ids of the pulls.
        records: how many records.
        files: how many media files.
        size: how many bytes all of it had.
    """

    pulls: list[str] = field(default_factory=list)
    records: int = 0
    files: int = 0
    size: int = 0


def verify(cache: Path) -> Health:
    """Look at every digest in a cache folder; nothing is made or changed.

    Raises:
        StoreError: a newer version wrote it, or something else than damage stands in the way.
    """
    health = Health()
    for name, look in _LOOKS:
        folder = cache / name
        try:
            if is_begun(folder):
                with Bare(folder) as bare:
                    look(folder, bare, health)
        except Unusable as exc:
            what = f"The database in {folder}"
            health.damages.append(Damage(what, f"of no use, because {exc}"))
    return health


def _look_at_store(folder: Path, bare: Bare, health: Health) -> None:
    found = examine(folder, bare)
    health.generations = len(found.whole)
    health.records = sum(name.startswith("record/") for name in found.names)
    health.damages += found.damages


def _look_at_media(_: Path, bare: Bare, health: Health) -> None:
    damages, names = examine_media(bare)
    health.files = sum(name.startswith("file/") for name in names)
    health.damages += damages


def _look_at_ledger(_: Path, bare: Bare, __: Health) -> None:
    check_ledger(bare)


def _look_at_heard(_: Path, bare: Bare, __: Health) -> None:
    bare.check()


_LOOKS: Final = (
    (STORE, _look_at_store),
    (MEDIA, _look_at_media),
    (LEDGER, _look_at_ledger),
    (HEARD, _look_at_heard),
)


def prune(cache: Path, keep: int, find_urls: FindURLs, *, dry_run: bool = False) -> Pruned:
    """Drop old pulls of all scopes, never one in use, and what is then needed by nothing.

    Args:
        cache: the cache folder.
        keep: how many generations of each scope are kept.
        find_urls: finds the media URLs in records.
        dry_run: only tell.

    Raises:
        StoreError: something is damaged, or stands in the way; nothing was changed.
    """
    pruned = Pruned()
    try:
        if not is_begun(cache / STORE):
            return pruned
        _prune(cache, keep, find_urls, pruned, dry_run=dry_run)
    except Unusable as exc:
        raise _damaged(cache, f": {exc}") from exc
    for name in (STORE, MEDIA) if not dry_run else ():
        if is_filled(cache / name):
            compact(cache / name)
    return pruned


def _prune(cache: Path, keep: int, find_urls: FindURLs, pruned: Pruned, *, dry_run: bool) -> None:
    with ExitStack() as stack:
        # the store stays locked until the files are gone: a pull could need them again
        database, bare = stack.enter_context(opened(cache / STORE, dry_run=dry_run))
        found = examine(cache / STORE, bare)
        if found.damages:
            raise _damaged(cache)
        catalogue, pruned.pulls = without_old(found.catalogue, keep)
        _drop(bare, database, names_in(found, catalogue), pruned)
        if database:
            database.set("catalogue", catalogue.encode())
        if is_begun(cache / MEDIA):
            media, bare_media = stack.enter_context(opened(cache / MEDIA, dry_run=dry_run))
            urls = set(find_urls(_records(found, catalogue, bare)))
            _drop(bare_media, media, _needed_files(bare_media, urls), pruned)


@contextmanager
def opened(folder: Path, *, dry_run: bool) -> Iterator[tuple[Database | None, Bare]]:
    """Open a database to read, and unless it is a dry run, to write while nobody else does.

    Raises:
        Unusable: the database as a whole is of no use.
        StoreError: something else stands in the way.
    """
    if dry_run:
        with Bare(folder) as bare:
            yield None, bare
        return
    with Bare(folder) as bare:  # before diskcache writes to it
        schema_of(folder, bare)
        bare.check()
    with closing(Database(folder)) as database, database.transaction(), Bare(folder) as bare:
        yield database, bare


def without_old(catalogue: Catalogue, keep: int) -> tuple[Catalogue, list[str]]:
    """Give the catalogue without what is too old, and the ids of the pulls that then are gone."""
    kept: dict[str, Branch] = {}
    for text, branch in catalogue.scopes.items():
        old = set(branch.expired(keep)) - _in_use(catalogue, text)
        rest = {number: d for number, d in branch.generations.items() if number not in old}
        kept[text] = Branch(branch.latest, rest, branch.pinned)
    gone = _numbers(catalogue.scopes) - _numbers(kept)
    return Catalogue(catalogue.pulls, kept, catalogue.accounts), sorted(gone)


def neighbours(catalogue: Catalogue, text: str) -> dict[str, Branch]:
    """Give the scopes of the same account and mode, which are pulled together."""
    own = Scope.parse(text)
    return {
        other: branch
        for other, branch in catalogue.scopes.items()
        if (scope := Scope.parse(other)).account == own.account and scope.mode == own.mode
    }


def _in_use(catalogue: Catalogue, text: str) -> set[str]:
    """Name what builds of any of an account's locales, or of all of them, may read."""
    branches = list(neighbours(catalogue, text).values())
    together = set.intersection(*(set(branch.generations) for branch in branches))
    return {branch.latest for branch in branches} | ({max(together)} if together else set())


def _numbers(scopes: Mapping[str, Branch]) -> set[str]:
    return {number for branch in scopes.values() for number in branch.generations}


def names_in(found: Examination, catalogue: Catalogue) -> set[str]:
    """Name the entries that a catalogue needs, of those that are whole."""
    names = {"schema", "catalogue"}
    for text, branch in catalogue.scopes.items():
        for number in branch.generations:
            names.add(record_encoding.generation_name(number, text))
            digests = found.whole[text, number].manifest.values()
            names.update(map(record_encoding.record_name, digests))
    return names


def _records(found: Examination, catalogue: Catalogue, bare: Bare) -> Iterator[RawRecord]:
    """Read each record that a catalogue needs, once."""
    seen: set[str] = set()
    for text, branch in catalogue.scopes.items():
        for number in branch.generations:
            for key, digest in found.whole[text, number].manifest.items():
                if digest not in seen:
                    seen.add(digest)
                    data = bare.get(record_encoding.record_name(digest))
                    if isinstance(data, bytes):
                        yield RawRecord(key, msgspec.json.decode(data))


def _needed_files(bare: Bare, urls: set[str]) -> set[str]:
    names = {f"url/{url}" for url in urls}
    return names | {f"file/{entry_digest(bare.get(name))}" for name in sorted(names)}


def _drop(bare: Bare, database: Database | None, needed: set[str], pruned: Pruned) -> None:
    """Remove what is not needed, and count it."""
    for name, size in bare.names().items():
        if name not in needed:
            pruned.records += name.startswith("record/")
            pruned.files += name.startswith("file/")
            pruned.size += size
            if database:
                database.delete(name)


def _damaged(cache: Path, reason: str = "") -> StoreError:
    return StoreError(
        f"What is stored in {cache} is damaged{reason}, so nothing was dropped. Run"
        " `pelican-buttercms verify` to see what is damaged, and `pelican-buttercms doctor` to"
        " repair it."
    )
