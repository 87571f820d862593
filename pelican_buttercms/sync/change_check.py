"""Did anything change since the last pull? Told by as few calls as it takes to see a change.

Listings are looked at one after the other, the cheapest first, until one differs. A page type tells
its newest change and its size in one item. Posts have no such order, so all are listed, without
their bodies; their authors, categories and tags come inside them. Collections and single pages have
no dates or no order: they are read whole. Under preview page types are, too: a draft's date is not
promised to be new.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec import structs

from pelican_buttercms.api import Request, read_requests
from pelican_buttercms.api.read_requests import uncached
from pelican_buttercms.api.responses import decode_listing
from pelican_buttercms.content import SINGLE_PAGES, Key, RawRecord, split_post
from pelican_buttercms.content.status import listed_live
from pelican_buttercms.content.timestamps import parse_time
from pelican_buttercms.errors import NoContentError, NotFoundError
from pelican_buttercms.store import Store
from pelican_buttercms.store.record_encoding import encode_all
from pelican_buttercms.sync import listings
from pelican_buttercms.sync.account import Source
from pelican_buttercms.sync.live_and_preview import listing
from pelican_buttercms.sync.pagination import PagedFetch
from pelican_buttercms.sync.pull_spec import Wanted
from pelican_buttercms.sync.refresh.coverage import KINDS, Reach
from pelican_buttercms.sync.untranslated import PostLocales

if TYPE_CHECKING:
    from pelican_buttercms.sync.http.client import Client

Stored = Mapping[str, Sequence[RawRecord]]
"""What is stored, by locale."""

Found = Iterable[RawRecord]

UNSEEN = (
    "A file behind a media URL that was replaced, and an author, category or tag that no post"
    " shows, cannot be seen this way; nor, in a page type, a change that leaves size and newest"
    " date as they are."
)


@dataclass(frozen=True)
class Glance:
    """What was looked at, and what was seen.

    Attributes:
        looked: the listings, in order; the last one is what differs.
        changed: why it is known that something changed; None when nothing was seen.
        calls: requests that reached the API.
        left: how many listings were not needed any more.
    """

    looked: tuple[str, ...]
    changed: str | None
    calls: int
    left: int


@dataclass(frozen=True)
class _Look:
    name: str
    differs: Callable[[], str | None]


def glance(source: Source) -> Glance:
    """Look at the account until something differs from what is stored; nothing is stored.

    Raises:
        NoContentError: nothing is stored to compare with, or less than is wanted.
        ButterCMSError: a call failed.
    """
    source.refuse_offline()
    with Store(source.options.cache_path, source.now) as store:
        latest = store.latest_together(source.scopes(store))
        if not latest or not source.covers(latest[0]):
            what = "less than the settings ask for" if latest else "nothing"
            raise NoContentError(
                f"The store holds {what}, so there is nothing to compare with: run"
                " `pelican-buttercms pull`."
            )
        stored = {one.scope.locale: list(store.records(one)) for one in latest}
        wanted = Reach(source.wanted(), latest, store.records).wanted
        posts = PostLocales.of(latest, wanted).locales
    with source.connect() as client:
        return _glance(list(_looks(client, wanted, stored, posts, source.now())), client)


def _glance(looks: Sequence[_Look], client: Client) -> Glance:
    before = client.calls
    for number, look in enumerate(looks, start=1):
        if (why := look.differs()) is not None:
            told = f"{look.name}: {why}"
            names = tuple(one.name for one in looks[:number])
            return Glance(names, told, client.calls - before, len(looks) - number)
    return Glance(tuple(one.name for one in looks), None, client.calls - before, 0)


def _looks(
    client: Client, wanted: Wanted, stored: Stored, posts: Collection[str], now: datetime
) -> Iterator[_Look]:
    for locale in wanted.locales:
        names = {(KINDS[r.key.kind], r.key.group) for r in stored[locale] if r.key.kind in KINDS}
        types = sorted({*wanted.page_types, *(n for kind, n in names if kind == "page type")})
        keys = sorted({*wanted.collections, *(n for kind, n in names if kind == "collection")})
        dated = [name for name in types if name != SINGLE_PAGES and not wanted.preview]
        eye = _Eye(client, replace(wanted, locales=(locale,)), locale, stored[locale], now)
        for name in dated:
            yield _Look(listings.told(name, locale), partial(eye.newest, name))
        for name in (name for name in types if name not in dated):
            label = "single pages" if name == SINGLE_PAGES else name
            yield _Look(listings.told(label, locale), partial(eye.whole, "page", name))
        for name in keys:
            yield _Look(listings.told(name, locale), partial(eye.whole, "item", name))
        if wanted.posts and locale in posts:
            yield _Look(listings.told("posts", locale), eye.posts)


@dataclass(frozen=True)
class _Eye:
    """Looks at one locale; each look says what differs, None where nothing does."""

    client: Client
    wanted: Wanted
    locale: str
    stored: Sequence[RawRecord]
    now: datetime

    def newest(self, page_type: str) -> str | None:
        """Look at the newest change of a page type, and at its size."""
        request = read_requests.pages(
            page_type, locale=self.locale or None, levels=1, order="-updated", page_size=1
        )
        known = [r for r in self.stored if (r.key.kind, r.key.group) == ("page", page_type)]
        try:
            answer = self.client.get(uncached(request), decode_listing)
        except NotFoundError:
            return "it is not there any more" if known else None
        count = len(answer.items) if answer.count is None else answer.count
        if count != len(known):
            return f"there are {count:,}, and {len(known):,} are stored"
        seen = max((str(item.get("updated") or "") for item in answer.items), default="")
        newest = max((str(r.data.get("updated") or "") for r in known), key=_moment, default="")
        return f"the newest change is of {seen}" if _moment(seen) != _moment(newest) else None

    def whole(self, kind: str, group: str) -> str | None:
        """Read a listing, and compare every item of it."""
        source = listing(kind, group, self.locale, self.wanted)
        return self._compare(self._read(source), kind, group, _everything)

    def posts(self) -> str | None:
        """List the posts without their bodies; `updated` tells of those."""
        source = listing("post", "", self.locale, self.wanted)
        paged = replace(source.paged, build=self._without_bodies)
        found = list(self._read(replace(source, paged=paged, split=split_post)))
        if why := self._compare(found, "post", "", _without_body):
            return why
        known = {r.key: _everything(r) for r in self.stored}
        profiles = (r for r in found if r.key.kind != "post")
        changed = sorted({str(r.key) for r in profiles if known.get(r.key) != _everything(r)})
        return f"{changed[0]} differs" if changed else None

    def _without_bodies(self, page: int, size: int) -> Request:
        request = read_requests.posts(
            preview=self.wanted.preview,
            exclude_body=True,
            locale=self.locale or None,
            page=page,
            page_size=size,
        )
        return uncached(request)

    def _read(self, source: listings.Source) -> Iterator[RawRecord]:
        fetch = PagedFetch(self.client, source.paged, lambda *_: None)
        try:
            fetch.begin_rest()
        except NotFoundError:
            return
        for item in fetch.result():
            for record in source.split(item):
                kept = record if self.wanted.preview else listed_live(record, self.now)
                if kept is not None:
                    yield kept

    def _compare(
        self, found: Found, kind: str, group: str, digest: Callable[[RawRecord], str]
    ) -> str | None:
        def of_listing(records: Found) -> dict[Key, str]:
            return {r.key: digest(r) for r in records if (r.key.kind, r.key.group) == (kind, group)}

        known, seen = of_listing(self.stored), of_listing(found)
        for what, keys in (
            ("is new", seen.keys() - known.keys()),
            ("is gone", known.keys() - seen.keys()),
            ("differs", {key for key in seen.keys() & known.keys() if seen[key] != known[key]}),
        ):
            if keys:
                return f"{min(keys)} {what}"
        return None


def _everything(record: RawRecord) -> str:
    return encode_all([record])[0][record.key]


def _without_body(record: RawRecord) -> str:
    data = {name: value for name, value in record.data.items() if name != "body"}
    return _everything(structs.replace(record, data=data))


def _moment(text: Any) -> Any:
    try:
        return parse_time(text).timestamp() if text else 0.0
    except ValueError:
        return 0.0
