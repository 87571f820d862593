"""The listings of an account: posts, profiles, pages and collections."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from pelican_buttercms.api import Listing, Request, Response, read_requests
from pelican_buttercms.api.responses import decode_collection, decode_listing
from pelican_buttercms.content import (
    SINGLE_PAGES,
    Kind,
    RawRecord,
    split_item,
    split_page,
    split_post,
    split_profile,
)
from pelican_buttercms.content.naming import title_of
from pelican_buttercms.content.raw_records import Profile
from pelican_buttercms.settings import Selection
from pelican_buttercms.sync.duplicates import Duplicates
from pelican_buttercms.sync.paged import ItemName, ItemNaming, PagedListing
from pelican_buttercms.sync.pull_spec import PullSpec

Data = dict[str, Any]
Split = Callable[[Data], list[RawRecord]]


@dataclass(frozen=True)
class RecordListing:
    """One listing, and how its items become records.

    Attributes:
        kind: the kind of its items.
        name: the page type's or collection's key, otherwise "".
        paged: how to fetch it.
        split: makes records of an item.
        locale: the locale that is asked for; None for what is the same in all.
    """

    kind: Kind
    name: str
    paged: PagedListing[Data]
    split: Split
    locale: str | None

    def split_answer(self, items: Iterable[Data]) -> Iterator[tuple[Data, list[RawRecord]]]:
        """Yield each item of an answer with its records; embedded records come once.

        Raises:
            ContentError: an item is not what the API promises.
        """
        split = partial(split_post, seen={}) if self.split is split_post else self.split
        return ((item, split(item)) for item in items)


def posts(
    spec: PullSpec, locale: str, *, is_named: bool = True, bodies: bool = True
) -> RecordListing:
    """Return the listing of posts in a locale, which is not named where the API refuses it."""
    build = partial(
        read_requests.posts,
        preview=spec.preview,
        locale=(is_named and locale) or None,
        exclude_body=not bodies,
        filters=_selection(spec, "post", "").filters,
    )
    limit = _selection(spec, "post", "").limit
    paged = _paged(listing_label("posts", locale), build, limit=limit)
    return RecordListing("post", "", paged, split_post, locale)


def profiles() -> Iterator[RecordListing]:
    """Yield the listings of authors, categories and tags, which are the same in every locale."""
    listings: tuple[tuple[Profile, str, Callable[[], Request]], ...] = (
        ("author", "authors", read_requests.authors),
        ("category", "categories", read_requests.categories),
        ("tag", "tags", read_requests.tags),
    )
    for kind, label, build in listings:
        paged = _paged(label, partial(_only, build), is_paged=False)
        yield RecordListing(kind, "", paged, partial(split_profile, kind), None)


def pages(page_type: str, spec: PullSpec, locale: str) -> RecordListing:
    """Return the listing of a page type, in the order that the settings name.

    Otherwise the newest come first, so that what is published meanwhile does.
    """
    selection = _selection(spec, "page", page_type)
    newest = None if page_type == SINGLE_PAGES else "-published"
    build = partial(
        read_requests.pages,
        page_type,
        order=newest if selection.order is None else selection.order or None,
        filters=selection.filters,
        **_options(spec, locale),
    )
    name = "single pages" if page_type == SINGLE_PAGES else page_type
    paged = _paged(listing_label(name, locale), build, name=_type_and_slug, limit=selection.limit)
    return RecordListing("page", page_type, paged, split_page, locale)


def collection(key: str, spec: PullSpec, locale: str) -> RecordListing:
    """Return the listing of a collection."""
    selection = _selection(spec, "item", key)
    build = partial(
        read_requests.collection,
        key,
        order=selection.order or None,
        filters=selection.filters,
        **_options(spec, locale),
    )
    decode = partial(_decode_collection, key)
    paged = _paged(listing_label(key, locale), build, decode, name=_id, limit=selection.limit)
    return RecordListing("item", key, paged, partial(split_item, key), locale)


def joined_collections(keys: Iterable[str], spec: PullSpec, locale: str) -> Request:
    """Return the request for several collections in one call, with all items of each."""
    return read_requests.collections(keys, **_options(spec, locale))


def listing_label(name: str, locale: str) -> str:
    """Return a listing's name for people."""
    return f"{name} [{locale}]" if locale else name


def _paged(
    label: str,
    build: Callable[..., Request],
    decode: Callable[[Request, Response], Listing[Data]] = decode_listing,
    *,
    name: Callable[[Data], ItemName] | None = None,
    is_paged: bool = True,
    limit: int | None = None,
) -> PagedListing[Data]:
    if limit is not None:
        build, decode = partial(_build_first, build, limit), partial(_decode_first, decode, limit)
    naming = ItemNaming[Data](name or _slug, _whole, title_of)

    def look(request: Request, response: Response) -> Listing[ItemName]:
        page = decode(request, response)
        return Listing([naming.name(item) for item in page.items], page.count)

    return PagedListing(
        label,
        lambda page, size: build(page=page, page_size=size),
        decode,
        naming,
        look,
        is_paged=is_paged,
    )


def _selection(spec: PullSpec, kind: str, name: str) -> Selection:
    return spec.selections.get((kind, name), Selection())


def _build_first(
    build: Callable[..., Request], limit: int, *, page: int, page_size: int
) -> Request:
    return build(page=page, page_size=min(page_size, limit))


def _decode_first(
    decode: Callable[[Request, Response], Listing[Data]],
    limit: int,
    request: Request,
    response: Response,
) -> Listing[Data]:
    """Decode a page of a listing of which only the first items are wanted, as if it ended there."""
    page, asked = decode(request, response), dict(request.params)
    number, size = int(asked["page"]), int(asked["page_size"])
    room = max(0, limit - (number - 1) * size)
    goes_on = room > size
    return replace(
        page,
        items=page.items[:room],
        count=None if page.count is None else min(page.count, limit),
        next_page=page.next_page if goes_on else None,
        next_offset=page.next_offset if goes_on else None,
    )


def _options(spec: PullSpec, locale: str) -> Data:
    return {
        "preview": spec.preview,
        "locale": locale or None,
        "levels": spec.levels,
        "alt_media_text": spec.alt_media_text,
    }


def _only(build: Callable[[], Request], page: int, page_size: int) -> Request:
    del page, page_size  # the API does not page these
    return build()


def _decode_collection(key: str, request: Request, response: Response) -> Listing[Data]:
    return decode_collection(request, response, key)


def each_once(key: str, items: list[Data]) -> list[Data]:
    """Return the items of a collection that came all at once, each once.

    Raises:
        ResponseError: different items have the same id.
    """
    duplicates = Duplicates(key, ItemNaming[Data](_id, _whole, title_of))
    for item in items:
        duplicates.add(item)
    return duplicates.settle(items)


def _whole(item: Data) -> Data:
    return item


def _slug(item: Data) -> ItemName:
    slug = item.get("slug")
    return slug if isinstance(slug, str) and slug else None


def _type_and_slug(item: Data) -> ItemName:
    """Return a page's name: two types may have the same slug, and a listing of all has both."""
    slug, page_type = item.get("slug"), item.get("page_type")
    named = isinstance(slug, str) and isinstance(page_type, str | None)
    return f"{page_type or SINGLE_PAGES}/{slug}" if named else None


def _id(item: Data) -> ItemName:
    meta = item.get("meta")
    item_id = meta.get("id") if isinstance(meta, dict) else None
    return item_id if isinstance(item_id, int) else None
