"""Checks of all that is stored in a cache folder; nothing is created or changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pelican_buttercms.content import Key
from pelican_buttercms.digests import sha256_hex
from pelican_buttercms.store import generation as manifests
from pelican_buttercms.store import record_encoding
from pelican_buttercms.store.generation import Generation
from pelican_buttercms.store.generation_index import Branch, GenerationIndex
from pelican_buttercms.store.held_deletions import HELD_PREFIX
from pelican_buttercms.store.maintenance.raw_sqlite import (
    DamagedDatabaseError,
    RawDatabase,
    is_begun,
)
from pelican_buttercms.store.media import MediaEntry, Picture
from pelican_buttercms.store.schema_version import SCHEMA, refuse_newer
from pelican_buttercms.store.scope import Scope

STORE: Final = "store"
MEDIA: Final = "media"
CALL_LOG: Final = "ledger"
WEBHOOKS: Final = "heard"


@dataclass(frozen=True, slots=True)
class GenerationUse:
    """One generation that needs something.

    Attributes:
        number: its id.
        scope: whose content it is.
        in_use: whether builds read it.
    """

    number: str
    scope: Scope
    in_use: bool


@dataclass(frozen=True, slots=True)
class Damage:
    """One thing that is not as it was stored.

    Attributes:
        what: the thing, for people.
        state: "missing" or "damaged".
        uses: the generations that need it, newest first; none for a media file.
        entry: the name of a media file's entry.
    """

    what: str
    state: str
    uses: tuple[GenerationUse, ...] = ()
    entry: str = ""


@dataclass
class Health:
    """The counts of what is whole, and the damages."""

    generations: int = 0
    records: int = 0
    files: int = 0
    damages: list[Damage] = field(default_factory=list)


@dataclass
class Examination:
    """The state of a store.

    Attributes:
        index: its table of contents.
        whole: the generations that can be read to their ends, by scope and id.
        damages: what is not whole.
    """

    index: GenerationIndex
    whole: dict[tuple[str, str], Generation] = field(default_factory=dict)
    damages: list[Damage] = field(default_factory=list)

    def needed(self, index: GenerationIndex) -> set[str]:
        """Return the names of the entries that an index needs, whose generations are whole."""
        names = {"schema", "catalogue"}
        for text, branch in index.scopes.items():
            for number in branch.generations:
                names.add(record_encoding.generation_name(number, text))
                digests = self.whole[text, number].manifest.values()
                names.update(map(record_encoding.record_name, digests))
        return names


def verify(cache: Path) -> Health:
    """Check every digest in a cache folder.

    Raises:
        StoreError: a newer version wrote it, or something else than damage stands in the way.
    """
    health = Health()
    for name in DATABASES:
        check(cache / name, health)
    return health


def check(folder: Path, health: Health) -> str:
    """Check one database of a cache folder, and add what was found to `health`.

    Returns:
        Why the database as a whole is of no use, "" where it can be used.
    """
    try:
        if is_begun(folder):
            with RawDatabase(folder) as raw:
                _CHECKS[folder.name](folder, raw, health)
    except DamagedDatabaseError as exc:
        what = f"The database in {folder}"
        health.damages.append(Damage(what, f"of no use, because {exc}"))
        return str(exc)
    return ""


def examine(folder: Path, raw: RawDatabase) -> Examination:
    """Check every generation in the store's database, and each record once.

    Raises:
        DamagedDatabaseError: the database as a whole is of no use.
        StoreError: a newer version wrote it, or something else stands in the way.
    """
    examination = Examination(_read_index(folder, raw))
    states: dict[str, str] = {}
    broken: dict[tuple[str, Key], list[GenerationUse]] = {}
    for text, branch in sorted(examination.index.scopes.items()):
        for use, digest in _generation_uses(text, branch):
            data = raw.get(record_encoding.generation_name(use.number, text))
            generation = _generation(data, digest, use)
            if isinstance(generation, str):
                what = f"The generation {use.number}"
                examination.damages.append(Damage(what, generation, (use,)))
                continue
            for record in generation.manifest.values():
                if record not in states:
                    states[record] = _record_state(raw, record)
            bad = {key: record for key, record in generation.manifest.items() if states[record]}
            for key, record in bad.items():
                broken.setdefault((record, key), []).append(use)
            if not bad:
                examination.whole[text, use.number] = generation
        if branch.latest not in branch.generations:
            use = GenerationUse(branch.latest, Scope.parse(text), in_use=True)
            examination.damages.append(Damage(f"The generation {branch.latest}", "missing", (use,)))
    for (record, key), uses in broken.items():
        examination.damages.append(Damage(f"The record {key}", states[record], tuple(uses)))
    return examination


def _read_index(folder: Path, raw: RawDatabase) -> GenerationIndex:
    schema = _schema_number(folder, raw)
    raw.check()
    if schema is None:
        raise DamagedDatabaseError("it does not name its layout")
    data = raw.get("catalogue") if schema in {0, SCHEMA} else None
    try:
        return GenerationIndex.decode(b"" if isinstance(data, int) else data)
    except ValueError as exc:
        raise DamagedDatabaseError("its table of contents is damaged") from exc


def _schema_number(folder: Path, raw: RawDatabase) -> int | None:
    """Return the number of the layout, None when it is no number."""
    try:
        schema = raw.get("schema") or 0
    except DamagedDatabaseError:
        return None  # `check` finds the reason
    if isinstance(schema, int):
        refuse_newer(folder, schema)
        return schema if schema >= 0 else None
    return None


def _generation_uses(text: str, branch: Branch) -> Iterator[tuple[GenerationUse, str]]:
    scope = Scope.parse(text)
    for number, digest in sorted(branch.generations.items(), reverse=True):
        yield GenerationUse(number, scope, number == branch.latest), digest


def _generation(data: Any, digest: str, use: GenerationUse) -> Generation | str:
    """Return the generation, or "missing" or "damaged"."""
    if state := _state(data, digest):
        return state
    try:
        generation = manifests.decode(data)
    except ValueError:
        return "damaged"
    right = (generation.id, generation.scope) == (use.number, use.scope)
    return generation if right else "damaged"


def _record_state(raw: RawDatabase, digest: str) -> str:
    """Return the state of a record, which must be JSON as well."""
    data: Any = raw.get(record_encoding.record_name(digest))
    if state := _state(data, digest):
        return state
    try:
        record_encoding.decode(data)
    except ValueError:
        return "damaged"
    return ""


def _state(data: Any, digest: str) -> str:
    """Return "missing", "damaged", or "" when data has this digest."""
    if data is None:
        return "missing"
    whole = isinstance(data, bytes) and sha256_hex(data) == digest
    return "" if whole else "damaged"


def media_digest(data: Any) -> str:
    """Return the digest of the file that a media entry names, "" when it cannot be read."""
    try:
        return MediaEntry.decode(data).digest if isinstance(data, bytes) else ""
    except ValueError:
        return ""


def made_digests(data: Any) -> list[str]:
    """Return the digests of the pictures that were made of a file; none if it cannot be read."""
    picture = Picture.decode(data) if isinstance(data, bytes) else None
    return [one.digest for one in picture.made] if picture else []  # made again


def _check_store(folder: Path, raw: RawDatabase, health: Health) -> None:
    examination = examine(folder, raw)
    whole = examination.whole.values()
    health.generations = len(whole)
    health.records = len({d for generation in whole for d in generation.manifest.values()})
    health.damages += examination.damages


def _check_media(_: Path, raw: RawDatabase, health: Health) -> None:
    raw.check()
    files: set[str] = set()
    for name in sorted(raw.names()):
        kind, __, url = name.partition("/")
        if kind == "url":
            digest = media_digest(raw.get(name))
            state = _state(raw.get(f"file/{digest}"), digest) if digest else "damaged"
            if state:
                health.damages.append(Damage(f"The media file {url}", state, entry=name))
            else:
                files.add(digest)
        elif kind == "picture":
            for digest in made_digests(raw.get(name)):
                if state := _state(raw.get(f"file/{digest}"), digest):
                    what = f"A picture made of the media file {url[:12]}"
                    health.damages.append(Damage(what, state, entry=name))
                    break
    health.files = len(files)


def _check_call_log(_: Path, raw: RawDatabase, __: Health) -> None:
    raw.check()
    counts = (name for name in raw.names() if not name.startswith(HELD_PREFIX))
    if any(not isinstance(raw.get(name), int) for name in counts):
        raise DamagedDatabaseError("its numbers are damaged")


def _check_webhooks(_: Path, raw: RawDatabase, __: Health) -> None:
    raw.check()


_CHECKS: Final = {
    STORE: _check_store,
    MEDIA: _check_media,
    CALL_LOG: _check_call_log,
    WEBHOOKS: _check_webhooks,
}
DATABASES: Final = tuple(_CHECKS)
"""The folders of a cache folder that hold a database each."""
