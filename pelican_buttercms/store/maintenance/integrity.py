"""The check of every digest that a store names; nothing is changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pelican_buttercms.content import Key
from pelican_buttercms.digests import sha256_hex
from pelican_buttercms.store import generation as manifests
from pelican_buttercms.store import record_encoding
from pelican_buttercms.store.generation import Generation
from pelican_buttercms.store.generation_index import Branch, GenerationIndex
from pelican_buttercms.store.held_deletions import HELD_PREFIX
from pelican_buttercms.store.history import read_index
from pelican_buttercms.store.maintenance.raw_sqlite import DamagedDatabaseError, RawDatabase
from pelican_buttercms.store.media import MediaEntry
from pelican_buttercms.store.schema_version import SCHEMA, refuse_newer
from pelican_buttercms.store.scope import Scope

Get = Callable[[str], Any]
"""Reads what is under a name in a database."""


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
class Examination:
    """The state of a store.

    Attributes:
        index: its table of contents.
        whole: the generations that can be read to their ends, by scope and id.
        damages: what is not whole.
        names: the entries that make up the whole generations, and the index.
    """

    index: GenerationIndex
    whole: dict[tuple[str, str], Generation] = field(default_factory=dict)
    damages: list[Damage] = field(default_factory=list)
    names: set[str] = field(default_factory=lambda: {"schema", "catalogue"})


def examine(folder: Path, raw: RawDatabase) -> Examination:
    """Check everything in the store's database.

    Raises:
        DamagedDatabaseError: the database as a whole is of no use.
        StoreError: a newer version wrote it, or something else stands in the way.
    """
    schema = schema_number(folder, raw)
    raw.check()
    if schema is None:
        raise DamagedDatabaseError("it does not name its layout")
    try:
        data = raw.get("catalogue") if schema in {0, SCHEMA} else None
        index = read_index(b"" if isinstance(data, int) else data)
    except ValueError as exc:
        raise DamagedDatabaseError("its table of contents is damaged") from exc
    return examine_entries(index, raw.get)


def schema_number(folder: Path, raw: RawDatabase) -> int | None:
    """Return the number of the layout, None when it is no number."""
    try:
        schema = raw.get("schema") or 0
    except DamagedDatabaseError:
        return None  # `check` finds the reason
    if isinstance(schema, int):
        refuse_newer(folder, schema)
        return schema if schema >= 0 else None
    return None


def examine_entries(index: GenerationIndex, get: Get) -> Examination:
    """Check every generation that an index names, and each record once."""
    examination = Examination(index)
    states: dict[str, str] = {}
    broken: dict[tuple[str, Key], list[GenerationUse]] = {}
    for text, branch in sorted(index.scopes.items()):
        for use, digest in _generation_uses(text, branch):
            name = record_encoding.generation_name(use.number, text)
            generation = _generation(get(name), digest, use)
            if isinstance(generation, str):
                what = f"The generation {use.number}"
                examination.damages.append(Damage(what, generation, (use,)))
                continue
            for digest_of_record in generation.manifest.values():
                if digest_of_record not in states:
                    data = get(record_encoding.record_name(digest_of_record))
                    states[digest_of_record] = _record_state(data, digest_of_record)
            bad = {key: d for key, d in generation.manifest.items() if states[d]}
            for key, record in bad.items():
                broken.setdefault((record, key), []).append(use)
            if not bad:
                examination.whole[text, use.number] = generation
                examination.names.add(name)
                examination.names.update(
                    map(record_encoding.record_name, generation.manifest.values())
                )
        if branch.latest not in branch.generations:
            use = GenerationUse(branch.latest, Scope.parse(text), in_use=True)
            examination.damages.append(Damage(f"The generation {branch.latest}", "missing", (use,)))
    for (record, key), uses in broken.items():
        examination.damages.append(Damage(f"The record {key}", states[record], tuple(uses)))
    return examination


def _generation_uses(text: str, branch: Branch) -> Iterator[tuple[GenerationUse, str]]:
    scope = Scope.parse(text)
    for number, digest in sorted(branch.generations.items(), reverse=True):
        yield GenerationUse(number, scope, number == branch.latest), digest


def _generation(data: Any, digest: str, use: GenerationUse) -> Generation | str:
    """Return the generation, or "missing" or "damaged"."""
    if state := damage_state(data, digest):
        return state
    try:
        generation = manifests.decode(data)
    except ValueError:
        return "damaged"
    right = (generation.id, generation.scope) == (use.number, use.scope)
    return generation if right else "damaged"


def damage_state(data: Any, digest: str) -> str:
    """Return "missing", "damaged", or "" when data has this digest."""
    if data is None:
        return "missing"
    whole = isinstance(data, bytes) and sha256_hex(data) == digest
    return "" if whole else "damaged"


def _record_state(data: Any, digest: str) -> str:
    """Return the state of a record, which must be JSON as well."""
    if state := damage_state(data, digest):
        return state
    try:
        record_encoding.decode(data)
    except ValueError:
        return "damaged"
    return ""


def names_in(examination: Examination, index: GenerationIndex) -> set[str]:
    """Return the names of the entries that an index needs, of those that are whole."""
    names = {"schema", "catalogue"}
    for text, branch in index.scopes.items():
        for number in branch.generations:
            names.add(record_encoding.generation_name(number, text))
            digests = examination.whole[text, number].manifest.values()
            names.update(map(record_encoding.record_name, digests))
    return names


def examine_media(raw: RawDatabase) -> tuple[list[Damage], set[str]]:
    """Check every media file; returns what is not whole, and the names of all entries that are.

    Raises:
        DamagedDatabaseError: the database as a whole is of no use.
        StoreError: something else stands in the way.
    """
    raw.check()
    damages: list[Damage] = []
    names: set[str] = set()
    for name in sorted(raw.names()):
        kind, _, url = name.partition("/")
        if kind != "url":
            continue
        digest = media_digest(raw.get(name))
        state = damage_state(raw.get(f"file/{digest}"), digest) if digest else "damaged"
        if state:
            damages.append(Damage(f"The media file {url}", state, entry=name))
        else:
            names |= {name, f"file/{digest}"}
    return damages, names


def media_digest(data: Any) -> str:
    """Return the digest of the file that a media entry names, "" when it cannot be read."""
    try:
        return MediaEntry.decode(data).digest if isinstance(data, bytes) else ""
    except ValueError:
        return ""


def check_call_log(raw: RawDatabase) -> None:
    """Check the database that counts the calls.

    Raises:
        DamagedDatabaseError: it is of no use.
        StoreError: something else stands in the way.
    """
    raw.check()
    counts = (name for name in raw.names() if not name.startswith(HELD_PREFIX))
    if any(not isinstance(raw.get(name), int) for name in counts):
        raise DamagedDatabaseError("its numbers are damaged")
