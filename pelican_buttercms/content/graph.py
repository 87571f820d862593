"""The graph: all records of one generation, linked and sorted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from pelican_buttercms.content.fields import Fields
from pelican_buttercms.content.raw_records import UNLISTED, Key, RawRecord
from pelican_buttercms.content.record_index import Index
from pelican_buttercms.content.records import AnyRecord, Author, Category, Item, Page, Post, Tag
from pelican_buttercms.content.resolve_references import Dangling, Linker

__all__ = ["Dangling", "Graph", "link"]

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, eq=False, repr=False)
class Graph:
    """The records of one generation; the same records give the same graph in any order.

    Attributes:
        posts: newest published first, then by slug; what was never published comes last.
        pages: by page type, "*" for single pages; each by slug, or in the order of its listing.
            What a listing's filters leave out is not in it; `get` finds it if others refer to it.
        collections: by the collection's key, as attribute or item; each by id, or in the order of
            its listing, as pages.
        authors: by slug.
        categories: by slug.
        tags: by slug.
        dangling: every reference that leads nowhere, by owner and path.
    """

    posts: tuple[Post, ...]
    pages: Mapping[str, tuple[Page, ...]]
    collections: Fields
    authors: tuple[Author, ...]
    categories: tuple[Category, ...]
    tags: tuple[Tag, ...]
    dangling: tuple[Dangling, ...]
    _records: Mapping[Key, AnyRecord] = field(default_factory=dict)

    def get(self, key: Key) -> AnyRecord | None:
        """Return the pulled record of this key, None when there is none."""
        return self._records.get(key)

    @property
    def records(self) -> Iterable[AnyRecord]:
        """Every record that was pulled."""
        return self._records.values()

    def post(self, slug: str) -> Post | None:
        """Return a post by its slug, None when there is none."""
        record = self.get(Key("post", "", slug))
        return record if isinstance(record, Post) else None

    def page(self, page_type: str, slug: str) -> Page | None:
        """Return a page by its page type ("*" for single pages) and slug, if there is one."""
        record = self.get(Key("page", page_type, slug))
        return record if isinstance(record, Page) else None

    def item(self, collection: str, number: int | str) -> Item | None:
        """Return an item by its collection's key and its id, None when there is none."""
        record = self.get(Key("item", collection, str(number)))
        return record if isinstance(record, Item) else None

    def __repr__(self) -> str:
        return f"<Graph of {len(self._records)} records>"


def link(records: Iterable[RawRecord]) -> Graph:
    """Link the records of one generation into a graph.

    Of several records with one key the last counts.

    Raises:
        ContentError: a record holds what cannot be read; names the record and the field.
    """
    index = Index(records)
    linker = Linker(index)
    for record in index:
        linker.link(record)
    graph = _arrange(index, linker.dangling)
    for post in graph.posts:
        for holder in (post.author, *post.categories, *post.tags):
            if holder and holder.posts[-1:] != [post]:
                holder.posts.append(post)
    return graph


def _arrange(index: Index, dangling: list[Dangling]) -> Graph:
    records = index.records
    everything = records.values()
    listed = [r for r in everything if index.place(r.key) != UNLISTED]
    pages = _by_group((r for r in listed if isinstance(r, Page)), index)
    items = _by_group((r for r in listed if isinstance(r, Item)), index)
    return Graph(
        posts=tuple(sorted((r for r in everything if isinstance(r, Post)), key=_newest_first)),
        pages={group: tuple(records) for group, records in pages.items()},
        collections=Fields({group: tuple(records) for group, records in items.items()}),
        authors=tuple(record for record in everything if isinstance(record, Author)),
        categories=tuple(record for record in everything if isinstance(record, Category)),
        tags=tuple(record for record in everything if isinstance(record, Tag)),
        dangling=tuple(sorted(dangling)),
        _records=records,
    )


_Grouped = TypeVar("_Grouped", Page, Item)


def _by_group(records: Iterable[_Grouped], index: Index) -> dict[str, list[_Grouped]]:
    """Group records by page type or collection, each in its order."""

    def place(record: Page | Item) -> tuple[int, int]:
        return index.place(record.key) or 0, record.id if isinstance(record, Item) else 0

    groups: dict[str, list[_Grouped]] = {}
    for record in records:  # by their keys, so groups and slugs are in order
        groups.setdefault(record.key.group, []).append(record)
    for of_group in groups.values():
        of_group.sort(key=place)
    return groups


def _newest_first(post: Post) -> tuple[timedelta, str]:
    return _NEVER - (post.published or _NEVER), post.slug
