"""The schemas of page types, collections and components, inferred from stored content.

No endpoint gives a schema, but every record that the API gives has all keys of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

from pelican_buttercms.content.api_schema import MAX_DEPTH, is_deeper_than
from pelican_buttercms.content.raw_records import SINGLE_PAGES, Key, Kind, RawRecord
from pelican_buttercms.publish.schema.infer import ObjectSchema, ValueOrigin
from pelican_buttercms.publish.write_model import canonical

_Place = tuple[Kind, str, str]


@dataclass
class ContentSchemas:
    """The schemas of an account, as far as its content shows them.

    Attributes:
        components: the fields of each component that was picked anywhere, by its type.
    """

    components: dict[str, ObjectSchema] = field(default_factory=dict)
    _shapes: dict[_Place, ObjectSchema] = field(default_factory=dict)

    @classmethod
    def from_records(cls, records: Iterable[RawRecord], locale: str = "") -> Self:
        """Infer them from pages and items of any locale, in any order; other records are skipped.

        Args:
            records: what is stored.
            locale: the one from which examples are taken, where it has any.
        """
        found = cls()
        for record in records:
            found._add(record, is_main=record.locale == locale)
        return found

    def of(self, kind: Kind, group: str, slug: str = "") -> ObjectSchema | None:
        """Return the schema of a page type, a collection or one single page; None if none was seen.

        Args:
            kind: "page" or "item".
            group: the page type ("*" for a single page) or the collection's key.
            slug: of a single page, which has a schema of its own; otherwise it does not matter.
        """
        return self._shapes.get(_place(kind, group, slug))

    def groups(self, kind: str) -> list[str]:
        """Return the page types ("page", without single pages) or the collections ("item")."""
        return sorted({g for k, g, _ in self._shapes if k == kind and g != SINGLE_PAGES})

    def by_name(self) -> dict[str, ObjectSchema]:
        """Return all: `pages/TYPE`, `pages/*/SLUG`, `collections/KEY` and `components/TYPE`."""
        named = {
            str(Key(kind, group, slug)): shape
            for (kind, group, slug), shape in self._shapes.items()
        }
        named |= {f"components/{name}": shape for name, shape in self.components.items()}
        return dict(sorted(named.items()))

    def _add(self, record: RawRecord, *, is_main: bool) -> None:
        kind, group, name = record.key.kind, record.key.group, record.key.id
        if kind == "page":
            fields = record.data.get("fields") or {}
        elif kind == "item":
            fields = {name: value for name, value in record.data.items() if name != "meta"}
        else:
            return
        shape = self._shapes.setdefault(_place(kind, group, name), ObjectSchema())
        if is_deeper_than(fields, MAX_DEPTH):  # no answer of the API is let in with such a depth
            return
        values = {name: canonical(value) for name, value in fields.items()}
        origin = f"{'main' if is_main else 'other'}/{record.key}/{record.locale}"
        shape.add(values, ValueOrigin(origin, self.components))


def _place(kind: Kind, group: str, slug: str) -> _Place:
    return kind, group, slug if group == SINGLE_PAGES else ""
