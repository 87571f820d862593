"""Repairs: a damaged database is set aside, and what is whole of it goes into a new one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
import shutil
from tempfile import TemporaryDirectory
from typing import Final

from pelican_buttercms.errors import StoreError
from pelican_buttercms.store.database import Database
from pelican_buttercms.store.generation_index import Branch, GenerationIndex
from pelican_buttercms.store.history import read_index
from pelican_buttercms.store.maintenance.integrity import (
    Damage,
    Examination,
    damage_state,
    examine_entries,
    names_in,
)
from pelican_buttercms.store.maintenance.raw_sqlite import DamagedDatabaseError, RawDatabase
from pelican_buttercms.store.maintenance.verify import (
    CALL_LOG,
    DATABASES,
    MEDIA,
    STORE,
    WEBHOOKS,
    Health,
    check,
)
from pelican_buttercms.store.schema_version import PAGE_SIZE, SCHEMA, refuse_newer
from pelican_buttercms.store.scope import Scope
from pelican_buttercms.wording import count_noun


@dataclass
class Repair:
    """The outcome of a repair; in a dry run, what it would be.

    Attributes:
        steps: each step, in the imperative.
        pull: whether builds then read older content than before, or none.
    """

    steps: list[str] = field(default_factory=list)
    pull: bool = False


@dataclass
class Salvage:
    """The part of a damaged store that goes into a new one.

    Attributes:
        generations: how many generations are whole.
        is_older: whether builds read older content than before, or none.
    """

    generations: int = 0
    is_older: bool = True

    def describe(self) -> str:
        """Return the step that it is."""
        count = self.generations
        if not count:
            return "begin a new store, empty until the next pull"
        return f"begin a new store with {count_noun(count, 'whole generation')} of it"


_REPLACED: Final = {
    CALL_LOG: "count the calls of this month anew, from 0",
    WEBHOOKS: "forget what webhooks reported, and which full pull is owed to them",
    MEDIA: "let the next build fetch the media files again",
}
"""What becomes of the databases of which nothing is kept."""


def doctor(cache: Path, moment: datetime, *, dry_run: bool = False) -> Repair:
    """Repair everything in a cache folder.

    Args:
        cache: the cache folder.
        moment: now, in UTC; becomes part of the name of what is set aside.
        dry_run: change nothing.

    Raises:
        StoreError: a newer version wrote it, or something else than damage stands in the way.
    """
    return _Doctor(cache, moment, dry_run=dry_run).run()


class _Doctor:
    def __init__(self, cache: Path, moment: datetime, *, dry_run: bool) -> None:
        self._cache = cache
        self._stamp = f"{moment:%Y%m%dT%H%M%SZ}"
        self._dry_run = dry_run
        self._repair = Repair()

    def run(self) -> Repair:
        for name in DATABASES:
            health, folder = Health(), self._cache / name
            unusable = check(folder, health)
            if unusable:
                self._replace(folder, str(unusable), foreign=unusable.foreign)
            elif name == MEDIA:
                self._drop_files(folder, health.damages)
            elif health.damages:
                reasons = [f"{_lower(damage.what)} is {damage.state}" for damage in health.damages]
                more = f", and {len(reasons) - 3:,} more like this" if len(reasons) > 3 else ""
                self._replace(folder, ", ".join(reasons[:3]) + more)
        return self._repair

    def _drop_files(self, folder: Path, damages: list[Damage]) -> None:
        self._repair.steps += [
            f"drop {_lower(damage.what)}, which is {damage.state}; a build fetches it again"
            for damage in damages
        ]
        if damages and not self._dry_run:
            with closing(Database(folder)) as database, database.transaction():
                for damage in damages:
                    database.delete(damage.entry)

    def _replace(self, folder: Path, reason: str, *, foreign: bool = False) -> None:
        """Set a database aside, and begin a new one with what is whole in it."""
        aside = _free_name(folder.with_name(f"{folder.name}.damaged-{self._stamp}"))
        salvaged = Salvage()
        with TemporaryDirectory() as scratch:
            new = Path(scratch) if self._dry_run else _free_name(Path(f"{aside}.new"))
            try:
                if folder.name == STORE and not foreign:
                    salvaged = salvage(folder, new, lock=not self._dry_run)
                if not self._dry_run:
                    folder.rename(aside)
                    if salvaged.generations:
                        new.rename(folder)
            except OSError as exc:
                raise StoreError(
                    f"{folder} is damaged ({reason}), and could not be set aside ({exc}). Give this"
                    " user the right to write there, end what else uses it, then try again."
                ) from exc
            finally:
                if not self._dry_run:
                    shutil.rmtree(new, ignore_errors=True)
        self._repair.steps.append(f"set {folder} aside as {aside.name}, because {reason}")
        self._repair.steps.append(_REPLACED.get(folder.name) or salvaged.describe())
        self._repair.pull |= folder.name == WEBHOOKS
        self._repair.pull |= folder.name == STORE and salvaged.is_older


def salvage(folder: Path, new: Path, *, lock: bool) -> Salvage:
    """Fill a new store with what is whole in a damaged one.

    Args:
        folder: the damaged store's.
        new: where the new one is created.
        lock: wait until nobody writes to the damaged one, and keep others from it.

    Raises:
        StoreError: a newer version wrote it, or the new one cannot be written.
    """
    before: GenerationIndex | None = None
    copied: set[str] = set()
    with closing(Database(new, page_size=PAGE_SIZE)) as database, database.transaction():
        for name, value in _readable_entries(folder, lock=lock):
            if name == "schema" and isinstance(value, int):
                refuse_newer(folder, value)
            elif name == "catalogue" and isinstance(value, bytes):
                before = before or _read_index(value)
            elif isinstance(value, bytes) and _is_kept(name, value):
                database.set(name, value)
                copied.add(name)
        examination = examine_entries(before or GenerationIndex(), database.get)
        after = _without_damaged(examination)
        for name in copied - names_in(examination, after):
            database.delete(name)
        database.set("catalogue", after.encode())
        database.set("schema", SCHEMA)
    is_older = before is None or any(
        branch.latest != after.scopes.get(text, Branch()).latest
        for text, branch in before.scopes.items()
    )
    return Salvage(len(examination.whole), is_older)


def _readable_entries(folder: Path, *, lock: bool) -> Iterator[tuple[str, bytes | int]]:
    try:
        with RawDatabase(folder, broken=True, lock=lock) as raw:
            yield from raw.salvage()
    except DamagedDatabaseError:
        return


def _read_index(value: bytes) -> GenerationIndex | None:
    try:
        return read_index(value)
    except ValueError:
        return None


def _is_kept(name: str, value: bytes) -> bool:
    kind, _, rest = name.partition("/")
    return kind == "generation" or (kind == "record" and not damage_state(value, rest))


def _without_damaged(examination: Examination) -> GenerationIndex:
    """Return the index of what is whole; a scope whose generation in use is not reads its newest.

    Builds of several locales then read the newest pull that all of them have: see `history`.
    """
    scopes = {}
    for text, branch in examination.index.scopes.items():
        whole = {n: d for n, d in branch.generations.items() if (text, n) in examination.whole}
        if whole:
            latest = branch.latest if branch.latest in whole else max(whole)
            scopes[text] = Branch(latest, whole, branch.pinned and latest == branch.latest)
    return GenerationIndex(examination.index.pulls, scopes, examination.index.accounts)


def describe(scope: Scope) -> str:
    """Return the name of a scope for people."""
    locale = f", locale {scope.locale}" if scope.locale else ""
    return f"account {scope.account}, {scope.mode}{locale}"


def _lower(text: str) -> str:
    return f"{text[:1].lower()}{text[1:]}"


def _free_name(path: Path) -> Path:
    """Return a name that is not taken."""
    number, candidate = 1, path
    while candidate.exists():
        number += 1
        candidate = path.with_name(f"{path.name}-{number}")
    return candidate
