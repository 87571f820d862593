"""Reads of the current content, past the caches: as preview shows it, and as it is live."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from pelican_buttercms.api import Request, read_requests
from pelican_buttercms.api.query import is_key
from pelican_buttercms.api.read_requests import uncached
from pelican_buttercms.api.responses import decode_collections, decode_joined, decode_listing
from pelican_buttercms.content.raw_records import Key, RawRecord, split_item, split_page, split_post
from pelican_buttercms.errors import APIError, NotFoundError, ResponseError
from pelican_buttercms.sync import listings
from pelican_buttercms.sync.listings import RecordListing
from pelican_buttercms.sync.pagination import PagedFetch
from pelican_buttercms.sync.pull_spec import PullSpec

if TYPE_CHECKING:
    from pelican_buttercms.sync.http.client import Client

Data = dict[str, Any]
Views = Mapping[Key, tuple[Data | None, Data | None]]
"""The preview version and the live version, by key."""


def item_request(
    key: Key, locale: str, *, preview: bool, levels: int = 1, alt_media_text: bool = False
) -> Request:
    """Return the request for one post or page, past the caches."""
    if key.kind == "post":
        return uncached(read_requests.post(key.id, preview=preview, locale=locale or None))
    request = read_requests.page(
        key.group,
        key.id,
        preview=preview,
        locale=locale or None,
        levels=levels,
        alt_media_text=alt_media_text,
    )
    return uncached(request)


def fresh_listing(
    kind: str, group: str, locale: str, spec: PullSpec, *, bodies: bool = True
) -> RecordListing:
    """Return the listing of posts, of a page type or of a collection, past the caches."""
    if kind == "post":
        source = listings.posts(spec, locale, bodies=bodies)
    elif kind == "page":
        source = listings.pages(group, spec, locale)
    else:
        source = listings.collection(group, spec, locale)
    build = source.paged.build
    paged = replace(source.paged, build=lambda page, size: uncached(build(page, size)))
    return replace(source, paged=paged)


def split_records(key: Key, data: Data) -> list[RawRecord]:
    """Split what was asked for under a key; the first record is its own, under its real key.

    Raises:
        ContentError: it is not what the API promises.
    """
    if key.kind == "post":
        return split_post(data)
    return split_page(data) if key.kind == "page" else split_item(key.group, data)


def unpulled_records(client: Client, kind: str, group: str, locale: str) -> list[RawRecord]:
    """Return all records of a page type or a collection that no pull brings; none if it is gone."""
    items = begin_listing(client, fresh_listing(kind, group, locale, PullSpec(preview=True)))()
    return [record for records in items or () for record in records]


def begin_listing(
    client: Client, source: RecordListing
) -> Callable[[], list[list[RawRecord]] | None]:
    """Begin to read a listing; return the function that returns the records of each of its items.

    It returns None if there is no such listing.
    """
    fetch = PagedFetch(client, source.paged, lambda *_: None)

    def collect() -> list[list[RawRecord]] | None:
        try:
            fetch.begin_rest()
        except NotFoundError:
            return None
        return [source.split(item) for item in fetch.result()]

    return collect


def joined_items(
    client: Client, keys: Sequence[str], spec: PullSpec, locale: str
) -> dict[str, list[Data]] | None:
    """Return all items of several collections, asked for in one call, by collection key.

    None if they have to be asked for one by one; see `PullRounds`.

    Raises:
        APIError: the account has no such locale.
    """
    request = uncached(listings.joined_collections(keys, spec, locale))
    try:
        answer = client.get(request, partial(decode_joined, keys=keys))
    except (APIError, ResponseError) as exc:
        if isinstance(exc, APIError) and "locale" in str(exc).lower():
            raise
        return None
    return answer and {key: listings.each_once(key, items) for key, items in answer.items()}


class ListingReader:
    """Reads whole listings, as preview shows them and as they are live."""

    def __init__(self, client: Client, *, alt_media_text: bool = False) -> None:
        self._client = client
        self._alts = alt_media_text

    def begin(
        self, kind: str, group: str, locale: str, *, preview: bool
    ) -> Callable[[], dict[Key, Data]]:
        """Begin to read a listing in one view; return the function that collects it.

        It returns nothing if there is no such listing.
        """
        source = self._source(kind, group, locale, preview=preview)
        fetch = self._fetch(source)

        def collect() -> dict[Key, Data]:
            try:
                fetch.begin_rest()
            except NotFoundError:
                return {}
            return _by_key(source, fetch)

        return collect

    def begin_both(
        self,
        kind: str,
        group: str,
        locale: str,
        *,
        most: int,
        otherwise: Callable[[], Callable[[], Views]],
    ) -> Callable[[], Views]:
        """Begin to read a listing in both views; return the function that collects it.

        Args:
            kind: post or page.
            group: the page type.
            locale: "" for the account's default.
            most: the most calls that it may take, judged when the first page is here.
            otherwise: begins something else if it would take more.
        """
        sources = [self._source(kind, group, locale, preview=mode) for mode in (True, False)]
        first = self._fetch(sources[0])

        def collect() -> Views:
            try:
                if first.calls * len(sources) > most:
                    return otherwise()()
                begun = [first, self._fetch(sources[1])]
                for fetch in begun:
                    fetch.begin_rest()
            except NotFoundError:
                return {}
            shown, public = (_by_key(s, fetch) for s, fetch in zip(sources, begun, strict=True))
            return {key: (shown.get(key), public.get(key)) for key in {**shown, **public}}

        return collect

    def exists(self, kind: str, group: str) -> bool:
        """Return whether there is such a page type or collection."""
        if not is_key(group):
            return False
        build = read_requests.pages if kind == "page" else read_requests.collection
        request = build(group, preview=True, levels=1, page_size=1)
        decode = decode_listing if kind == "page" else decode_collections
        try:
            self._client.get(uncached(request), decode)
        except NotFoundError:
            return False
        return True

    def _source(self, kind: str, group: str, locale: str, *, preview: bool) -> RecordListing:
        spec = PullSpec(preview=preview, alt_media_text=self._alts)
        return fresh_listing(kind, group, locale, spec)

    def _fetch(self, source: RecordListing) -> PagedFetch[Data]:
        return PagedFetch(self._client, source.paged, lambda *_: None)


def _by_key(source: RecordListing, fetch: PagedFetch[Data]) -> dict[Key, Data]:
    return {source.split(item)[0].key: item for item in fetch.result()}
