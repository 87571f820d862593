"""What does a locale show? Its own versions, and others where one is missing.

ButterCMS has no fallback: a listing in a locale holds what is translated into it, and nothing
says which items of two locales are versions of one. Pages have one slug and collection items one
id in all locales; translated posts may have other slugs. Source: contract, "Localisation".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from pelican_buttercms.content.raw import Key, Kind, RawRecord

Chain = Callable[[str, str], tuple[str, ...]]
"""Gives the locales that stand in, from "posts", "pages" or "collections" and the group."""

LOCALISED: Mapping[Kind, str] = {"post": "posts", "page": "pages", "item": "collections"}
"""What has versions by locale, and what users call it; authors and terms are the same in all."""


def identified(raws: Iterable[RawRecord], fields: Mapping[str, str]) -> Iterator[RawRecord]:
    """Give each record its identity: by its key, or by the field that the user names for it.

    Args:
        raws: records of one locale.
        fields: dotted paths of fields by `"posts"`, `"pages"` or `"pages/<page type>"`; a record
            that lacks the field is known by its key.
    """
    for raw in raws:
        kind = LOCALISED.get(raw.key.kind, "")
        path = fields.get(f"{kind}/{raw.key.group}") or fields.get(kind)
        value = _look_up(raw, path) if path else None
        known = value not in (None, "") and not isinstance(value, dict | list)
        identity = f"{raw.key.kind}/{raw.key.group}={value}" if known else str(raw.key)
        yield replace(raw, identity=identity)


def shown(
    versions: Mapping[str, Iterable[RawRecord]], locale: str, chain: Chain
) -> list[RawRecord]:
    """Give every record that a locale shows, in its own version or in that of a stand-in.

    Args:
        versions: the identified records of each locale.
        locale: the locale that is shown.
        chain: its stand-ins.
    """
    found = list(versions[locale])
    keys = {raw.key for raw in found}
    identities = {raw.identity for raw in found}
    for raw in _stand_ins(versions, chain):
        if raw.identity not in identities and raw.key not in keys:
            found.append(raw)
            keys.add(raw.key)
            identities.add(raw.identity)
    return found


def _stand_ins(versions: Mapping[str, Iterable[RawRecord]], chain: Chain) -> Iterator[RawRecord]:
    """Give the records that may stand in, in the order in which they are to be tried."""
    groups: dict[str, dict[tuple[str, str], list[RawRecord]]] = {}
    for name, raws in versions.items():
        for raw in raws:
            if kind := LOCALISED.get(raw.key.kind):
                by_group = groups.setdefault(name, {})
                by_group.setdefault((kind, raw.key.group), []).append(raw)
    for kind, group in sorted({what for by_group in groups.values() for what in by_group}):
        for other in chain(kind, group):
            yield from groups.get(other, {}).get((kind, group), [])


def _look_up(raw: RawRecord, path: str) -> Any:
    value: Any = raw.data["fields"] if raw.key.kind == "page" else raw.data
    for name in path.removeprefix("fields.").split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def coverage(versions: Mapping[str, Iterable[RawRecord]]) -> dict[str, dict[str, Key]]:
    """Collect, by identity, which locales have an item, and under which key."""
    found: dict[str, dict[str, Key]] = {}
    for locale, raws in versions.items():
        for raw in raws:
            if raw.key.kind in LOCALISED:
                found.setdefault(raw.identity, {})[locale] = raw.key
    return found
