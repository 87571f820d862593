"""Which listings make up an account, as far as it is wanted?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from pelican_buttercms.api import Listing, Request, Response, requests
from pelican_buttercms.api.responses import decode_collection, decode_listing
from pelican_buttercms.content import (
    SINGLE_PAGES,
    RawRecord,
    split_author,
    split_category,
    split_item,
    split_page,
    split_post,
    split_tag,
)
from pelican_buttercms.fetch.listings import PAGE_SIZE, Paged
from pelican_buttercms.fetch.wanted import Wanted

Data = dict[str, Any]
Kind = Literal["posts", "page type", "collection", "profiles"]


@dataclass(frozen=True)
class Source:
    """One listing, and how its items become records.

    Attributes:
        kind: what the user called it by.
        name: the page type's or collection's key; otherwise the kind of records.
        paged: how to fetch it.
        split: makes records of an item.
        locale: the locale that is asked for; None for what is the same in all.
    """

    kind: Kind
    name: str
    paged: Paged[Data]
    split: Callable[[Data], list[RawRecord]]
    locale: str | None

    def split_answer(self, items: Iterable[Data]) -> Iterator[tuple[Data, list[RawRecord]]]:
        """Give each item of one answer with its records; what came inside of several, once.

        Raises:
            ContentError: an item is not what the API promises.
        """
        split = partial(split_post, seen={}) if self.split is split_post else self.split
        return ((item, split(item)) for item in items)


def blog(wanted: Wanted) -> Iterator[Source]:
    """Give the posts of each locale, and all authors, categories and tags once."""
    for locale in wanted.locales:
        posts = partial(requests.posts, preview=wanted.preview, locale=locale or None)
        yield Source("posts", "posts", _paged(told("posts", locale), posts), split_post, locale)
    for name, build, split in (
        ("authors", requests.authors, split_author),
        ("categories", requests.categories, split_category),
        ("tags", requests.tags, split_tag),
    ):
        paged = Paged(name, partial(_only, build), decode_listing, _slug)
        yield Source("profiles", name, paged, split, None)


def pages(page_type: str, wanted: Wanted, locale: str) -> Source:
    """Give the pages of a type, in an order that does not change while they are read."""
    order = None if page_type == SINGLE_PAGES else "published"
    build = partial(requests.pages, page_type, order=order, **_options(wanted, locale))
    name = "single pages" if page_type == SINGLE_PAGES else page_type
    return Source("page type", page_type, _paged(told(name, locale), build), split_page, locale)


def collection(key: str, wanted: Wanted, locale: str) -> Source:
    """Give the items of a collection."""
    build = partial(requests.collection, key, **_options(wanted, locale))
    paged = Paged(
        told(key, locale),
        lambda page: build(page=page, page_size=PAGE_SIZE),
        partial(_decode_collection, key),
        _id,
    )
    return Source("collection", key, paged, partial(split_item, key), locale)


def joined_collections(keys: Iterable[str], wanted: Wanted, locale: str) -> Request:
    """Ask for several collections in one call, all items of each."""
    return requests.collections(keys, **_options(wanted, locale))


def told(name: str, locale: str) -> str:
    """Name a listing for people."""
    return f"{name} [{locale}]" if locale else name


def _paged(name: str, build: Callable[..., Request]) -> Paged[Data]:
    return Paged(name, lambda page: build(page=page, page_size=PAGE_SIZE), decode_listing, _slug)


def _options(wanted: Wanted, locale: str) -> Data:
    return {
        "preview": wanted.preview,
        "locale": locale or None,
        "levels": wanted.levels,
        "alt_media_text": wanted.alt_media_text,
    }


def _only(build: Callable[[], Request], page: int) -> Request:
    del page  # the API does not page these
    return build()


def _decode_collection(key: str, request: Request, response: Response) -> Listing[Data]:
    return decode_collection(request, response, key)


def _slug(item: Data) -> str | None:
    slug = item.get("slug")
    return slug if isinstance(slug, str) else None


def _id(item: Data) -> int | None:
    meta = item.get("meta")
    found = meta.get("id") if isinstance(meta, dict) else None
    return found if isinstance(found, int) else None
