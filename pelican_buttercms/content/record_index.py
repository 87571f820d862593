"""All records of a generation by key, built but not yet linked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from pelican_buttercms.content.raw_records import SINGLE_PAGES, Key, RawRecord
from pelican_buttercms.content.record_factory import build
from pelican_buttercms.content.records import AnyRecord, Item, Page
from pelican_buttercms.content.reference_syntax import embedded_key, walk


class Index:
    """One record per item, found by key, however a reference spells it.

    Attributes:
        records: what was pulled, by key and in the order of keys.
        strays: pages and items that were never pulled themselves, but came expanded inside the
            fields of others; an item's group is then "", because nothing names its collection.
    """

    def __init__(self, raws: Iterable[RawRecord]) -> None:
        pulled = {raw.key: raw for raw in raws}
        strays = _find_strays(pulled)
        self._raws = pulled | strays
        self.records: dict[Key, AnyRecord] = {key: build(pulled[key]) for key in sorted(pulled)}
        self.strays: dict[Key, AnyRecord] = {key: build(strays[key]) for key in sorted(strays)}
        self._items: dict[str, Item] = {}
        self._pages: dict[str, Page] = {}
        for record in self:
            if isinstance(record, Item):
                self._items.setdefault(record.key.id, record)
            elif isinstance(record, Page):
                self._pages.setdefault(record.slug, record)

    def __iter__(self) -> Iterator[AnyRecord]:
        yield from self.records.values()
        yield from self.strays.values()

    def data(self, record: AnyRecord) -> dict[str, Any]:
        """Return the raw data that a record was built from."""
        return self._raws[record.key].data

    def place(self, key: Key) -> int | None:
        """Return the place of a record in its listing, as in `RawRecord.place`."""
        return self._raws[key].place

    def find(self, key: Key) -> AnyRecord | None:
        """Find what a reference means, None when it leads nowhere.

        A page of the type "*" may be of any type, the first that has the slug. Ids of items are
        unique across collections, so an item without a known collection is known by its id.
        """
        if record := self.records.get(key) or self.strays.get(key):
            return record
        if key.kind == "page" and key.group == SINGLE_PAGES:
            return self._pages.get(key.id)
        if key.kind == "item":
            item = self._items.get(key.id)
            return item if item and "" in (key.group, item.key.group) else None
        return None


def _find_strays(pulled: dict[Key, RawRecord]) -> dict[Key, RawRecord]:
    """Collect expanded objects that have no record; the fullest copy of each one counts."""
    ids = {key.id for key in pulled if key.kind == "item"}
    strays: dict[Key, RawRecord] = {}
    for raw in pulled.values():
        for data in _objects_inside(raw):
            key = embedded_key(data)
            if key is None or key in pulled or (key.kind == "item" and key.id in ids):
                continue
            if key not in strays or _fullness(data) > _fullness(strays[key].data):
                strays[key] = RawRecord(key, data)
    return strays


def _objects_inside(raw: RawRecord) -> Iterator[dict[str, Any]]:
    if raw.key.kind not in {"page", "item"}:
        return
    for field in raw.data.values():
        yield from (value for value in walk(field) if isinstance(value, dict))


def _fullness(data: dict[str, Any]) -> tuple[int, bytes]:
    encoded = msgspec.json.encode(data, order="deterministic")
    return len(encoded), encoded
