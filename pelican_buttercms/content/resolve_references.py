"""References become the records that they lead to; records hold each other, never copies.

A path names a field inside its owner: `author`, `categories[0]`, and below a page's or an item's
fields the API's own names, `body[2].fields.team[0]` for an entry of a component picker.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pelican_buttercms.content.fields import Component, Fields
from pelican_buttercms.content.media import read_media
from pelican_buttercms.content.raw_records import Key, Kind
from pelican_buttercms.content.record_index import Index
from pelican_buttercms.content.records import AnyRecord, Item, Page, Post, Referrer
from pelican_buttercms.content.reference_syntax import embedded_key, parse

_NOWHERE: Any = object()


@dataclass(frozen=True, order=True, slots=True)
class Dangling:
    """A reference that leads to nothing that was pulled.

    Attributes:
        owner: the key of the record that has the reference.
        path: its field, such as `body[2].fields.team[0]`.
        target: the key of what is missing, as text.
    """

    owner: Key
    path: str
    target: str


class Linker:
    """Fills records with the records that they refer to, and remembers who refers to whom.

    All records exist before the first is filled, so neither the depth nor the cycles of
    references need recursion; a field's own nesting does, which is bounded when it is pulled.
    """

    def __init__(self, index: Index) -> None:
        self._index = index
        self.dangling: list[Dangling] = []

    def link(self, record: AnyRecord) -> None:
        """Fill one record; what leads nowhere is None, left out of a list, and reported."""
        data = self._index.data(record)
        if isinstance(record, Post):
            record.author = self._by_slug("author", data.get("author"), record, "author")
            record.categories = self._by_slugs("category", data, "categories", record)
            record.tags = self._by_slugs("tag", data, "tags", record)
        elif isinstance(record, Page):
            record.fields = self._fields(data["fields"], record)
        elif isinstance(record, Item):
            own = {name: value for name, value in data.items() if name != "meta"}
            record.fields = self._fields(own, record)

    def _by_slug(self, kind: Kind, slug: str | None, owner: Post, path: str) -> Any:
        record = self._refer(Key(kind, "", slug), owner, path) if slug else None
        return None if record is _NOWHERE else record

    def _by_slugs(self, kind: Kind, data: dict[str, Any], name: str, owner: Post) -> list[Any]:
        slugs = enumerate(data.get(name) or ())
        records = [self._refer(Key(kind, "", slug), owner, f"{name}[{n}]") for n, slug in slugs]
        return [record for record in records if record is not _NOWHERE]

    def _fields(self, data: dict[str, Any], owner: AnyRecord, path: str = "") -> Fields:
        prefix = f"{path}." if path else ""
        read = {name: self._read(value, owner, f"{prefix}{name}") for name, value in data.items()}
        return Fields({name: None if v is _NOWHERE else v for name, v in read.items()})

    def _read(self, value: Any, owner: AnyRecord, path: str) -> Any:
        if isinstance(value, str):
            target = parse(value)
            return self._refer(target.key, owner, path) if target else read_media(value) or value
        if isinstance(value, list):
            read = [self._read(entry, owner, f"{path}[{n}]") for n, entry in enumerate(value)]
            return [entry for entry in read if entry is not _NOWHERE]
        if isinstance(value, dict):
            return self._read_object(value, owner, path)
        return value

    def _read_object(self, value: dict[str, Any], owner: AnyRecord, path: str) -> Any:
        if key := embedded_key(value):
            return self._refer(key, owner, path)
        if value.keys() == {"type", "fields"}:
            kind, fields = value["type"], value["fields"]
            if isinstance(kind, str) and isinstance(fields, dict):
                return Component(kind, self._fields(fields, owner, f"{path}.fields"))
        return read_media(value) or self._fields(value, owner, path)

    def _refer(self, key: Key, owner: AnyRecord, path: str) -> Any:
        record = self._index.find(key)
        if record is None:
            self.dangling.append(Dangling(owner.key, path, str(key)))
            return _NOWHERE
        record.referrers.append(Referrer(owner, path))
        return record
