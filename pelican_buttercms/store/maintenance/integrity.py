"""Is everything whole that a store names? Every digest is looked at, and nothing is changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pelican_buttercms.content import Key
from pelican_buttercms.store import generation as manifests
from pelican_buttercms.store import record_encoding
from pelican_buttercms.store.generation import Generation
from pelican_buttercms.store.generation_index import Branch, Catalogue
from pelican_buttercms.store.held_deletions import HELD
from pelican_buttercms.store.history import read_catalogue
from pelican_buttercms.store.maintenance.raw_sqlite import Bare, Unusable
from pelican_buttercms.store.media import Entry
from pelican_buttercms.store.schema_version import SCHEMA, refuse_newer
from pelican_buttercms.store.scope import Scope

Get = Callable[[str], Any]
"""Gives what is under a name in a database."""


@dataclass(frozen=True, slots=True)
class Use:
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
    """

    what: str
    state: str
    uses: tuple[Use, ...] = ()


@dataclass
class Examination:
    """What a store holds.

    Attributes:
        catalogue: its table of contents.
        whole: the generations that can be read to their ends, by scope and id.
        damages: what is not whole.
        names: the entries that make up the whole generations, and the catalogue.
    """

    catalogue: Catalogue
    whole: dict[tuple[str, str], Generation] = field(default_factory=dict)
    damages: list[Damage] = field(default_factory=list)
    names: set[str] = field(default_factory=lambda: {"schema", "catalogue"})


def examine(folder: Path, bare: Bare) -> Examination:
    """Look at everything in the store's database.

    Raises:
        Unusable: the database as a whole is of no use.
        StoreError: a newer version wrote it, or something else stands in the way.
    """
    schema = schema_of(folder, bare)
    bare.check()
    if schema is None:
        raise Unusable("its layout is not told")
    try:
        data = bare.get("catalogue") if schema in {0, SCHEMA} else None
        catalogue = read_catalogue(b"" if isinstance(data, int) else data)
    except ValueError as exc:
        raise Unusable("its table of contents is damaged") from exc
    return examine_entries(catalogue, bare.get)


def schema_of(folder: Path, bare: Bare) -> int | None:
    """Give the layout, None when it is no number; whatever is newer is left alone."""
    try:
        schema = bare.get("schema") or 0
    except Unusable:
        return None  # then the check tells more
    if isinstance(schema, int):
        refuse_newer(folder, schema)
        return schema if schema >= 0 else None
    return None


def examine_entries(catalogue: Catalogue, get: Get) -> Examination:
    """Look at every generation that a catalogue names, and at each record once."""
    found = Examination(catalogue)
    states: dict[str, str] = {}
    broken: dict[tuple[str, Key], list[Use]] = {}
    for text, branch in sorted(catalogue.scopes.items()):
        for use, digest in _uses(text, branch):
            name = record_encoding.generation_name(use.number, text)
            generation = _generation(get(name), digest, use)
            if isinstance(generation, str):
                what = f"The generation {use.number}"
                found.damages.append(Damage(what, generation, (use,)))
                continue
            for digest_of_record in generation.manifest.values():
                if digest_of_record not in states:
                    data = get(record_encoding.record_name(digest_of_record))
                    states[digest_of_record] = state_of(data, digest_of_record)
            bad = {key: d for key, d in generation.manifest.items() if states[d]}
            for key, record in bad.items():
                broken.setdefault((record, key), []).append(use)
            if not bad:
                found.whole[text, use.number] = generation
                found.names.add(name)
                found.names.update(map(record_encoding.record_name, generation.manifest.values()))
        if branch.latest not in branch.generations:
            use = Use(branch.latest, Scope.parse(text), in_use=True)
            found.damages.append(Damage(f"The generation {branch.latest}", "missing", (use,)))
    for (record, key), uses in broken.items():
        found.damages.append(Damage(f"The record {key}", states[record], tuple(uses)))
    return found


def _uses(text: str, branch: Branch) -> Iterator[tuple[Use, str]]:
    scope = Scope.parse(text)
    for number, digest in sorted(branch.generations.items(), reverse=True):
        yield Use(number, scope, number == branch.latest), digest


def _generation(data: Any, digest: str, use: Use) -> Generation | str:
    """Give the generation, or what is wrong with it."""
    if state := state_of(data, digest):
        return state
    try:
        generation = manifests.decode(data)
    except ValueError:
        return "damaged"
    right = (generation.id, generation.scope) == (use.number, use.scope)
    return generation if right else "damaged"


def state_of(data: Any, digest: str) -> str:
    """Say whether data is missing or damaged, or "" when it is what the digest says."""
    if data is None:
        return "missing"
    whole = isinstance(data, bytes) and record_encoding.digest_of(data) == digest
    return "" if whole else "damaged"


def examine_media(bare: Bare) -> tuple[list[Damage], set[str]]:
    """Look at every media file: what is not whole, and the names of all that is.

    Raises:
        Unusable: the database as a whole is of no use.
        StoreError: something else stands in the way.
    """
    bare.check()
    damages: list[Damage] = []
    names: set[str] = set()
    for name in sorted(bare.names()):
        kind, _, url = name.partition("/")
        if kind != "url":
            continue
        digest = entry_digest(bare.get(name))
        state = state_of(bare.get(f"file/{digest}"), digest) if digest else "damaged"
        if state:
            damages.append(Damage(f"The media file {url}", state))
        else:
            names |= {name, f"file/{digest}"}
    return damages, names


def entry_digest(data: Any) -> str:
    """Give the digest of the file that a media entry names, "" when it cannot be read."""
    try:
        return Entry.decode(data).digest if isinstance(data, bytes) else ""
    except ValueError:
        return ""


def check_ledger(bare: Bare) -> None:
    """Look at the database that counts the calls.

    Raises:
        Unusable: it is of no use.
        StoreError: something else stands in the way.
    """
    bare.check()
    counts = (name for name in bare.names() if not name.startswith(HELD))
    if any(not isinstance(bare.get(name), int) for name in counts):
        raise Unusable("its numbers are damaged")
