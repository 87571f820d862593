"""The removal of old pulls, and of what only they needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from pelican_buttercms.content import RawRecord
from pelican_buttercms.errors import StoreError
from pelican_buttercms.store import record_encoding
from pelican_buttercms.store.generation_index import Branch, GenerationIndex
from pelican_buttercms.store.maintenance.raw_sqlite import (
    DamagedDatabaseError,
    RawDatabase,
    is_begun,
)
from pelican_buttercms.store.maintenance.verify import (
    MEDIA,
    STORE,
    Examination,
    examine,
    made_digests,
    media_digest,
)
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


def prune(
    cache: Path, keep: int, find_urls: FindURLs, recipe: str = "", *, dry_run: bool = False
) -> Pruned:
    """Drop old pulls of all scopes, never one in use, and what is then needed by nothing.

    The files shrink when the last process closes them: SQLite gives free pages back by itself.

    Args:
        cache: the cache folder.
        keep: how many generations of each scope are kept.
        find_urls: finds the media URLs in records.
        recipe: of the pictures that are kept; those that were made by others are dropped.
        dry_run: only return what would be dropped.

    Raises:
        StoreError: something is damaged, or stands in the way; nothing was changed.
    """
    pruned = Pruned()
    try:
        if is_begun(cache / STORE):
            _prune(cache, keep, find_urls, recipe, pruned, write=not dry_run)
    except DamagedDatabaseError as exc:
        raise _damaged(cache, f": {exc}") from exc
    return pruned


def _prune(
    cache: Path, keep: int, find_urls: FindURLs, recipe: str, pruned: Pruned, *, write: bool
) -> None:
    with ExitStack() as stack:
        # the store stays locked until the files are gone: a pull could need them again
        raw = stack.enter_context(RawDatabase(cache / STORE, write=write))
        examination = examine(cache / STORE, raw)
        if examination.damages:
            raise _damaged(cache)
        index, pruned.pulls = without_old(examination.index, keep)
        unneeded = _unneeded(raw, examination.needed(index), pruned)
        if is_begun(cache / MEDIA):
            media = stack.enter_context(RawDatabase(cache / MEDIA, write=write))
            media.check()
            urls = set(find_urls(_records(examination, index, raw)))
            files = _unneeded(media, _needed_files(media, urls, recipe), pruned)
            if write:
                media.drop(files)
        if write:
            raw.drop(unneeded)
            raw.replace("catalogue", index.encode())


def without_old(index: GenerationIndex, keep: int) -> tuple[GenerationIndex, list[str]]:
    """Return the index without what is too old, and the ids of the pulls that are then gone."""
    kept: dict[str, Branch] = {}
    for text, branch in index.scopes.items():
        old = index.expired(Scope.parse(text), keep)
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
    keys = {
        digest: key
        for text, branch in index.scopes.items()
        for number in branch.generations
        for key, digest in examination.whole[text, number].manifest.items()
    }
    for digest, key in keys.items():
        data = raw.get(record_encoding.record_name(digest))
        if isinstance(data, bytes):
            yield RawRecord(key, record_encoding.decode(data))


def _needed_files(raw: RawDatabase, urls: Set[str], recipe: str) -> set[str]:
    names = {f"url/{url}" for url in urls}
    digests = {media_digest(raw.get(name)) for name in sorted(names)}
    pictures = {f"picture/{digest}/{recipe}" for digest in digests}
    digests.update(one for name in sorted(pictures) for one in made_digests(raw.get(name)))
    return names | pictures | {f"file/{d}" for d in digests} | {f"failure/{u}" for u in urls}


def _unneeded(raw: RawDatabase, needed: Set[str], pruned: Pruned) -> list[str]:
    """Return the names of the entries that are not needed, and count them."""
    sizes = {name: size for name, size in raw.names().items() if name not in needed}
    pruned.records += sum(name.startswith("record/") for name in sizes)
    pruned.files += sum(name.startswith("file/") for name in sizes)
    pruned.size += sum(sizes.values())
    return list(sizes)


def _damaged(cache: Path, reason: str = "") -> StoreError:
    return StoreError(
        f"What is stored in {cache} is damaged{reason}, so nothing was dropped. Run"
        " `pelican-buttercms verify` to see what is damaged, and `pelican-buttercms doctor"
        " --repair` to repair it."
    )
