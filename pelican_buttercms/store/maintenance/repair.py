"""Repairs: what is whole of a damaged store is kept, and the rest is set aside."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
import shutil
from tempfile import TemporaryDirectory

from pelican_buttercms.errors import StoreError
from pelican_buttercms.store import record_encoding
from pelican_buttercms.store.database import Database
from pelican_buttercms.store.generation_index import Branch, Catalogue
from pelican_buttercms.store.history import read_catalogue
from pelican_buttercms.store.maintenance.integrity import (
    Examination,
    check_ledger,
    examine,
    examine_entries,
    examine_media,
)
from pelican_buttercms.store.maintenance.raw_sqlite import Bare, Unusable, is_begun
from pelican_buttercms.store.maintenance.verify import (
    HEARD,
    LEDGER,
    MEDIA,
    STORE,
    names_in,
    neighbours,
    opened,
)
from pelican_buttercms.store.schema_version import PAGE_SIZE, SCHEMA, refuse_newer
from pelican_buttercms.store.scope import Scope


@dataclass
class Repair:
    """What was done, or in a dry run would be.

    Attributes:
        steps: each step, as an order.
        pull: whether builds then read older content than before, or none.
    """

    steps: list[str] = field(default_factory=list)
    pull: bool = False


def doctor(cache: Path, moment: datetime, *, dry_run: bool = False) -> Repair:
    """Repair everything in a cache folder.

    Args:
        cache: the cache folder.
        moment: now, in UTC; becomes part of the name of what is set aside.
        dry_run: only tell.

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
        for name, heal in (
            (STORE, self._heal_store),
            (MEDIA, self._heal_media),
            (LEDGER, self._heal_ledger),
            (HEARD, self._heal_heard),
        ):
            folder = self._cache / name
            try:
                if is_begun(folder):
                    heal(folder)
            except Unusable as exc:
                self._replace(folder, exc)
        return self._repair

    def _say(self, step: str) -> None:
        self._repair.steps.append(step)

    def _heal_store(self, folder: Path) -> None:
        with Bare(folder) as bare:
            found = examine(folder, bare)
            if not found.damages and bare.names().keys() <= found.names:
                return
            refuse_to_lose(found, repaired(found))
        with opened(folder, dry_run=self._dry_run) as (database, bare):
            found = examine(folder, bare)  # again: another process may have written in between
            catalogue = repaired(found)
            refuse_to_lose(found, catalogue)
            needed = names_in(found, catalogue)
            self._tell_store(found, catalogue)
            self._remove(bare, database, needed)
            if database:
                database.set("catalogue", catalogue.encode())

    def _tell_store(self, found: Examination, catalogue: Catalogue) -> None:
        for text, branch in sorted(found.catalogue.scopes.items()):
            after = catalogue.scopes.get(text, Branch())
            name = describe(Scope.parse(text))
            for number in sorted(branch.generations.keys() - after.generations.keys()):
                reasons = [
                    f"{damage.what[:1].lower()}{damage.what[1:]} is {damage.state}"
                    for damage in found.damages
                    if any((use.number, str(use.scope)) == (number, text) for use in damage.uses)
                ]
                self._say(f"drop the generation {number} of {name}, because {_some(reasons)}")
            if after.latest != branch.latest:
                self._repair.pull = True
                now = f"read {after.latest}" if after.latest else "read nothing"
                self._say(f"let builds of {name} {now} instead of {branch.latest or 'nothing'}")

    def _heal_media(self, folder: Path) -> None:
        with Bare(folder) as bare:
            damages, names = examine_media(bare)
            if not damages and bare.names().keys() <= names:
                return
        with opened(folder, dry_run=self._dry_run) as (database, bare):
            damages, names = examine_media(bare)
            for damage in damages:
                what = f"{damage.what[:1].lower()}{damage.what[1:]}"
                self._say(f"drop {what}, which is {damage.state}; a build fetches it again")
            self._remove(bare, database, names)

    def _heal_ledger(self, folder: Path) -> None:
        with Bare(folder) as bare:
            check_ledger(bare)

    def _heal_heard(self, folder: Path) -> None:
        with Bare(folder) as bare:
            bare.check()

    def _remove(self, bare: Bare, database: Database | None, needed: set[str]) -> None:
        gone = [name for name in bare.names() if name not in needed]
        for name in gone if database else ():
            database.delete(name)  # type: ignore[union-attr]
        if gone:
            entry = "entry" if len(gone) == 1 else "entries"
            self._say(f"remove {len(gone):,} {entry} that nothing whole names")

    def _replace(self, folder: Path, reason: Unusable) -> None:
        """Set a database aside, and begin a new one with what is whole in it."""
        aside = _free(folder.with_name(f"{folder.name}.damaged-{self._stamp}"))
        with TemporaryDirectory() as scratch:
            new = Path(scratch) if self._dry_run else _free(aside.with_name(f"{aside.name}.new"))
            try:
                saved = folder.name == STORE and not reason.foreign and salvage(folder, new)
                self._say(f"set {folder} aside as {aside.name}, because {reason}")
                if not self._dry_run:
                    folder.rename(aside)
                    if saved:
                        new.rename(folder)
            except OSError as exc:
                raise StoreError(
                    f"{folder} is damaged ({reason}), and could not be set aside ({exc}). Give this"
                    " user the right to write there, end what else uses it, then try again."
                ) from exc
            finally:
                if not self._dry_run:
                    shutil.rmtree(new, ignore_errors=True)
        self._tell_replaced(folder, saved)

    def _tell_replaced(self, folder: Path, saved: int) -> None:
        if folder.name == LEDGER:
            self._say("count the calls of this month anew, from 0")
        elif folder.name == HEARD:
            self._repair.pull = True
            self._say("forget what webhooks told, and which full pull is owed to them")
        elif folder.name == MEDIA:
            self._say("let the next build fetch the media files again")
        else:
            self._repair.pull = True
            noun = "generation" if saved == 1 else "generations"
            text = f"begin a new store with {saved:,} whole {noun} of it"
            self._say(text if saved else "begin a new store, empty until the next pull")


def repaired(found: Examination) -> Catalogue:
    """Give the catalogue of what is whole; builds read the newest pull whose scopes all are."""
    before = found.catalogue
    scopes: dict[str, Branch] = {}
    for text, branch in before.scopes.items():
        whole = {n: d for n, d in branch.generations.items() if (text, n) in found.whole}
        if not whole:
            continue
        complete = {
            number
            for number in whole
            if all(
                (other, number) in found.whole
                for other, theirs in neighbours(before, text).items()
                if number in theirs.generations
            )
        }
        if branch.latest in complete:
            scopes[text] = Branch(branch.latest, whole, branch.pinned)
        else:
            scopes[text] = Branch(max(complete or whole), whole)
    return Catalogue(before.pulls, scopes, before.accounts)


def refuse_to_lose(found: Examination, catalogue: Catalogue) -> None:
    """Refuse to repair in place where that would leave a scope without any content.

    Raises:
        Unusable: it would.
    """
    if lost := sorted(found.catalogue.scopes.keys() - catalogue.scopes.keys()):
        names = "; ".join(describe(Scope.parse(text)) for text in lost)
        raise Unusable(f"no generation in it is whole of {names}")


def salvage(folder: Path, new: Path) -> int:
    """Fill a new database with what is whole in a damaged one; gives the number of generations.

    Raises:
        StoreError: a newer version wrote it, or the new one cannot be written.
    """
    tables: list[bytes] = []
    with closing(Database(new, page_size=PAGE_SIZE)) as database, database.transaction():
        for name, value in _readable(folder):
            if name == "schema" and isinstance(value, int):
                refuse_newer(folder, value)
            elif name == "catalogue" and isinstance(value, bytes):
                tables.append(value)
            elif _is_kept(name, value):
                database.set(name, value)
        try:
            catalogue = read_catalogue(tables[0] if tables else None)
        except ValueError:
            catalogue = Catalogue()
        found = examine_entries(catalogue, database.get)
        catalogue = repaired(found)
        database.set("catalogue", catalogue.encode())
        database.set("schema", SCHEMA)
    if found.whole:  # what else was read is dropped from it as from any store
        _drop_others(new, names_in(found, catalogue))
    return len(found.whole)


def _readable(folder: Path) -> Iterator[tuple[str, bytes | int]]:
    try:
        with Bare(folder, broken=True) as bare:
            yield from bare.salvage()
    except Unusable:
        return


def _is_kept(name: str, value: bytes | int) -> bool:
    kind, _, rest = name.partition("/")
    if not isinstance(value, bytes):
        return False
    return kind == "generation" or (kind == "record" and record_encoding.digest_of(value) == rest)


def _drop_others(folder: Path, needed: set[str]) -> None:
    with Bare(folder) as bare:
        others = bare.names().keys() - needed
    with closing(Database(folder)) as database, database.transaction():
        for name in sorted(others):
            database.delete(name)


def describe(scope: Scope) -> str:
    """Name a scope for people."""
    locale = f", locale {scope.locale}" if scope.locale else ""
    return f"account {scope.account}, {scope.mode}{locale}"


def _some(reasons: list[str]) -> str:
    more = f", and {len(reasons) - 3:,} more like this" if len(reasons) > 3 else ""
    return ", ".join(reasons[:3]) + more


def _free(path: Path) -> Path:
    """Give a name that is not taken."""
    number, found = 1, path
    while found.exists():
        number += 1
        found = path.with_name(f"{path.name}-{number}")
    return found
