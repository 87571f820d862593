"""The removal of old pulls, and of what only they needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pelican_buttercms.content import RawRecord
from pelican_buttercms.errors import StoreError
from pelican_buttercms.store import history, record_encoding
from pelican_buttercms.store.database import Database
from pelican_buttercms.store.generation_index import Branch, GenerationIndex
from pelican_buttercms.store.maintenance.integrity import (
    Examination,
    examine,
    media_digest,
    names_in,
    schema_number,
)
from pelican_buttercms.store.maintenance.raw_sqlite import (
    DamagedDatabaseError,
    RawDatabase,
    compact,
    is_begun,
    is_filled,
)
from pelican_buttercms.store.maintenance.verify import MEDIA, STORE
from pelican_buttercms.store.scope import Scope

FindURLs = Callable[[Iterable[RawRecord]], Iterable[str]]


@dataclass
class Pruned:
    """The outcome of pruning.

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
    except DamagedDatabaseError as exc:
        raise _damaged(cache, f": {exc}") from exc
    for name in (STORE, MEDIA) if not dry_run else ():
        if is_filled(cache / name):
            compact(cache / name)
    return pruned


def _prune(cache: Path, keep: int, find_urls: FindURLs, pruned: Pruned, *, dry_run: bool) -> None:
    with ExitStack() as stack:
        # the store stays locked until the files are gone: a pull could need them again
        database, raw = stack.enter_context(opened(cache / STORE, dry_run=dry_run))
        examination = examine(cache / STORE, raw)
        if examination.damages:
            raise _damaged(cache)
        index, pruned.pulls = without_old(examination.index, keep)
        _drop(raw, database, names_in(examination, index), pruned)
        if database:
            database.set("catalogue", index.encode())
        if is_begun(cache / MEDIA):
            media, raw_media = stack.enter_context(opened(cache / MEDIA, dry_run=dry_run))
            urls = set(find_urls(_records(examination, index, raw)))
            _drop(raw_media, media, _needed_files(raw_media, urls), pruned)


@contextmanager
def opened(folder: Path, *, dry_run: bool) -> Iterator[tuple[Database | None, RawDatabase]]:
    """Open a database to read, and unless it is a dry run, to write while nobody else does.

    Raises:
        DamagedDatabaseError: the database as a whole is of no use.
        StoreError: something else stands in the way.
    """
    if dry_run:
        with RawDatabase(folder) as raw:
            yield None, raw
        return
    with RawDatabase(folder) as raw:  # before diskcache writes to it
        schema_number(folder, raw)
        raw.check()
    with closing(Database(folder)) as database, database.transaction(), RawDatabase(folder) as raw:
        yield database, raw


def without_old(index: GenerationIndex, keep: int) -> tuple[GenerationIndex, list[str]]:
    """Return the index without what is too old, and the ids of the pulls that are then gone."""
    kept: dict[str, Branch] = {}
    for text, branch in index.scopes.items():
        old = history.expired(index, Scope.parse(text), keep)
        rest = {number: d for number, d in branch.generations.items() if number not in old}
        kept[text] = Branch(branch.latest, rest, branch.pinned)
    gone = _numbers(index.scopes) - _numbers(kept)
    return GenerationIndex(index.pulls, kept, index.accounts), sorted(gone)


def _numbers(scopes: Mapping[str, Branch]) -> set[str]:
    return {number for branch in scopes.values() for number in branch.generations}


def _records(
    examination: Examination, index: GenerationIndex, raw: RawDatabase
) -> Iterator[RawRecord]:
    """Read each record that an index needs, once."""
    seen: set[str] = set()
    for text, branch in index.scopes.items():
        for number in branch.generations:
            for key, digest in examination.whole[text, number].manifest.items():
                if digest not in seen:
                    seen.add(digest)
                    data = raw.get(record_encoding.record_name(digest))
                    if isinstance(data, bytes):
                        yield RawRecord(key, record_encoding.decode(data))


def _needed_files(raw: RawDatabase, urls: set[str]) -> set[str]:
    names = {f"url/{url}" for url in urls}
    files = {f"file/{media_digest(raw.get(name))}" for name in sorted(names)}
    return names | files | {f"failure/{url}" for url in urls}


def _drop(raw: RawDatabase, database: Database | None, needed: set[str], pruned: Pruned) -> None:
    """Remove what is not needed, and count it."""
    for name, size in raw.names().items():
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
