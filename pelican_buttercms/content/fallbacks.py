"""What a locale shows: its own versions, and others where one is missing.

ButterCMS has no fallback: a listing in a locale holds what is translated into it, and nothing
says which items of two locales are versions of one. Pages have one slug and collection items one
id in all locales; translated posts may have other slugs. Source: contract, "Localisation".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from msgspec import structs

from pelican_buttercms.content.raw_records import UNLISTED, Key, Kind, RawRecord

Chain = Callable[[str, str], tuple[str, ...]]
"""Returns the locales that stand in, for "posts", "pages" or "collections" and the group."""

Listed = Mapping[str, tuple[str, ...]]
"""The ids of what a listing with filters or an order has, in that order, by `listing_name`."""

LOCALISED: Mapping[Kind, str] = {"post": "posts", "page": "pages", "item": "collections"}
"""What has versions by locale, and what users call it; authors and terms are the same in all."""


def post_name(locale: str, slug: str) -> str:
    """Return the name of a post in a locale, by which its group is remembered."""
    return f"{locale}/{slug}"


def listing_name(locale: str, kind: str, group: str) -> str:
    """Return the name of a listing of pages or items in a locale."""
    return f"{locale}/{kind}/{group}"


def identified(
    raws: Iterable[RawRecord],
    fields: Mapping[str, str],
    post_groups: Mapping[str, str] | None = None,
    listed: Listed | None = None,
) -> Iterator[RawRecord]:
    """Yield each record with its identity: by its key, its group, or a field that the user names.

    It also has its place, if its listing has an order or filters.

    Args:
        raws: records of one locale.
        fields: dotted paths of fields by `"posts"`, `"pages"` or `"pages/<page type>"`; a record
            that lacks the field is known by its key.
        post_groups: the group of each post that has another slug in another locale, by its name.
        listed: what such listings have.
    """
    groups = post_groups or {}
    places = {name: {i: n for n, i in enumerate(ids)} for name, ids in (listed or {}).items()}
    for raw in raws:
        kind = LOCALISED.get(raw.key.kind, "")
        path = fields.get(f"{kind}/{raw.key.group}") or fields.get(kind)
        value = _look_up(raw, path) if path else None
        known = value not in (None, "") and not isinstance(value, dict | list)
        identity = f"{raw.key.kind}/{raw.key.group}={value}" if known else raw.key.stored
        if (
            not known
            and raw.key.kind == "post"
            and (group := groups.get(post_name(raw.locale, raw.key.id)))
        ):
            identity = f"post group {group}"
        of_listing = places.get(listing_name(raw.locale, *raw.key[:2]))
        place = None if of_listing is None else of_listing.get(raw.key.id, UNLISTED)
        yield RawRecord(raw.key, raw.data, raw.locale, identity, place)


def shown(
    versions: Mapping[str, Iterable[RawRecord]], locale: str, chain: Chain
) -> list[RawRecord]:
    """Return every record that a locale shows, in its own version or in that of a stand-in.

    Args:
        versions: the identified records of each locale.
        locale: the locale that is shown.
        chain: its stand-ins.
    """
    records = list(versions[locale])
    keys = {raw.key for raw in records}
    identities = {raw.identity for raw in records}
    for raw in _stand_ins(versions, chain):
        if raw.identity not in identities and raw.key not in keys:
            records.append(raw)
            keys.add(raw.key)
            identities.add(raw.identity)
    return _in_place(records, versions, locale)


def _in_place(
    records: list[RawRecord], versions: Mapping[str, Iterable[RawRecord]], locale: str
) -> list[RawRecord]:
    """Set the place of each stand-in in a listing with an order: after what it follows at home."""
    strangers = [r for r in records if r.locale != locale and (r.place or 0) > UNLISTED]
    groups = {r.key[:2] for r in strangers if r.place is not None}
    if not groups:
        return records
    placed: dict[Key, int] = {}
    for group in sorted(groups):
        order = [r.key for r in _listed(records, group) if r.locale == locale]
        new = {r.key: r.locale for r in strangers if r.key[:2] == group}
        for name in dict.fromkeys(new.values()):
            at = 0
            for raw in _listed(versions[name], group):
                if raw.key in order:
                    at = order.index(raw.key) + 1
                elif new.get(raw.key) == name:
                    order.insert(at, raw.key)
                    at += 1
        placed |= {key: place for place, key in enumerate(order)}
    return [
        structs.replace(r, place=placed[r.key]) if r.key in placed and r.place is not None else r
        for r in records
    ]


def _listed(records: Iterable[RawRecord], group: tuple[str, str]) -> list[RawRecord]:
    """Return the records of a listing in its order, without those that it leaves out."""
    found = (r for r in records if r.key[:2] == group and (r.place or 0) > UNLISTED)
    return sorted(found, key=lambda r: r.place or 0)


def _stand_ins(versions: Mapping[str, Iterable[RawRecord]], chain: Chain) -> Iterator[RawRecord]:
    """Yield the records that may stand in, in the order in which they are to be tried."""
    groups: dict[str, dict[tuple[str, str], list[RawRecord]]] = {}
    for name, raws in versions.items():
        for raw in raws:
            if kind := LOCALISED.get(raw.key.kind):
                by_group = groups.setdefault(name, {})
                by_group.setdefault((kind, raw.key.group), []).append(raw)
    for kind, group in sorted({what for by_group in groups.values() for what in by_group}):
        for other in chain(kind, group):
            yield from groups.get(other, {}).get((kind, group), [])


def nowhere(
    versions: Mapping[str, Iterable[RawRecord]], fields: Mapping[str, str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each key of `fields` whose field no record has, and the fields that these do have.

    Args:
        versions: the identified records of each locale.
        fields: as for `identified`.
    """
    for what in fields:
        kind, _, group = what.partition("/")
        records = [
            raw
            for raws in versions.values()
            for raw in raws
            if LOCALISED.get(raw.key.kind) == kind and group in {"", raw.key.group}
        ]
        if records and all(raw.identity == raw.key.stored for raw in records):
            yield what, tuple(sorted({name for raw in records for name in _fields(raw)}))


def _look_up(raw: RawRecord, path: str) -> Any:
    value: Any = _fields(raw)
    for name in path.removeprefix("fields.").split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _fields(raw: RawRecord) -> dict[str, Any]:
    fields: dict[str, Any] = raw.data["fields"] if raw.key.kind == "page" else raw.data
    return fields


@dataclass(frozen=True)
class Coverage:
    """How far one kind of content is translated into a locale.

    Attributes:
        what: `"posts"`, `"pages/<page type>"` or `"collections/<key>"`.
        translated: the keys of what has a version of its own.
        fallback: the locale that stands in, by the key of what it shows.
        missing: the keys, in another locale, of what the locale does not show at all.
    """

    what: str
    translated: tuple[Key, ...]
    fallback: Mapping[Key, str]
    missing: tuple[Key, ...]


def coverage(
    versions: Mapping[str, Iterable[RawRecord]], locale: str, chain: Chain
) -> list[Coverage]:
    """Return how far a locale is translated, by kind and group; measured by what any locale has."""
    on_show = {raw.identity: raw for raw in shown(versions, locale, chain)}
    everything: dict[str, dict[str, RawRecord]] = {}
    for raws in versions.values():
        for raw in raws:
            if kind := LOCALISED.get(raw.key.kind):
                what = f"{kind}/{raw.key.group}" if raw.key.group else kind
                everything.setdefault(what, {}).setdefault(raw.identity, raw)
    return [_cover(what, items, on_show, locale) for what, items in sorted(everything.items())]


def _cover(
    what: str, items: Mapping[str, RawRecord], on_show: Mapping[str, RawRecord], locale: str
) -> Coverage:
    seen = [on_show[identity] for identity in items if identity in on_show]
    return Coverage(
        what,
        tuple(sorted(raw.key for raw in seen if raw.locale == locale)),
        {raw.key: raw.locale for raw in sorted(seen, key=_key) if raw.locale != locale},
        tuple(sorted(raw.key for identity, raw in items.items() if identity not in on_show)),
    )


def _key(raw: RawRecord) -> Key:
    return raw.key
