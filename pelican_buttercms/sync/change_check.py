"""The check for changes since the last pull, with as few calls as possible.

Listings are checked one after the other, the cheapest first, until one differs; none costs more
calls than in a pull. A page type shows its newest change and its size in one item. Posts have no
such order, so all are listed, without their bodies; their authors, categories and tags come inside
them. Collections and single pages have no dates or no order: they are read whole. Under preview
page types are, too: a draft's date is not promised to be new.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec import structs

from pelican_buttercms.api import read_requests
from pelican_buttercms.api.read_requests import uncached
from pelican_buttercms.api.responses import decode_listing
from pelican_buttercms.content import SINGLE_PAGES, Key, RawRecord, split_item
from pelican_buttercms.content.status import listed_live
from pelican_buttercms.content.timestamps import parse_time
from pelican_buttercms.errors import NoContentError, NotFoundError
from pelican_buttercms.store import Store
from pelican_buttercms.store.record_encoding import encode_all
from pelican_buttercms.sync.account import Source
from pelican_buttercms.sync.listings import RecordListing, listing_label
from pelican_buttercms.sync.live_and_preview import begin_listing, fresh_listing, joined_items
from pelican_buttercms.sync.pull_spec import PullSpec
from pelican_buttercms.sync.refresh.coverage import PullCoverage
from pelican_buttercms.sync.untranslated import PostLocales

if TYPE_CHECKING:
    from pelican_buttercms.sync.http.client import Client

Stored = Mapping[str, Sequence[RawRecord]]
"""What is stored, by locale."""

Listed = Iterable[RawRecord]
Probe = tuple[str, Callable[[], str | None]]
"""A listing's name, and a function that returns what differs in it; None if nothing does."""

UNDETECTABLE = (
    "A file behind a media URL that was replaced, and an author, category or tag that no post"
    " shows, cannot be seen this way; nor, in a page type, a change that leaves size and newest"
    " date as they are."
)


@dataclass(frozen=True)
class ChangeReport:
    """What was checked, and what differs.

    Attributes:
        listings_checked: the listings, in order; the last one is the one that differs.
        difference: what differs; None if nothing does.
        calls: requests that reached the API.
        listings_skipped: how many listings were not needed any more.
    """

    listings_checked: tuple[str, ...]
    difference: str | None
    calls: int
    listings_skipped: int


def check_for_changes(source: Source) -> ChangeReport:
    """Compare the account with the store until something differs; nothing is stored.

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
        stored = {generation.scope.locale: list(store.records(generation)) for generation in latest}
        spec = PullCoverage(source.pull_spec(), latest, store.records).spec
        posts = PostLocales.of(latest, spec).locales
    with source.connect() as client:
        return _run_probes(list(_probes(client, spec, stored, posts, source.now())), client)


def _run_probes(probes: Sequence[Probe], client: Client) -> ChangeReport:
    names = tuple(name for name, _ in probes)
    for number, (name, differs) in enumerate(probes, start=1):
        if (why := differs()) is not None:
            skipped = len(probes) - number
            return ChangeReport(names[:number], f"{name}: {why}", client.calls, skipped)
    return ChangeReport(names, None, client.calls, 0)


def _probes(
    client: Client, spec: PullSpec, stored: Stored, posts: Collection[str], now: datetime
) -> Iterator[Probe]:
    for locale in spec.locales:
        names = {*spec.named, *(record.key[:2] for record in stored[locale])}
        types = sorted(name for kind, name in names if kind == "page")
        keys = sorted(name for kind, name in names if kind == "item")
        dated = [name for name in types if name != SINGLE_PAGES and not spec.preview]
        probe = _LocaleProbe(client, replace(spec, locales=(locale,)), locale, stored[locale], now)
        for name in dated:
            yield listing_label(name, locale), partial(probe.newest, name)
        for name in (name for name in types if name not in dated):
            label = "single pages" if name == SINGLE_PAGES else name
            yield listing_label(label, locale), partial(probe.whole, "page", name)
        if keys:
            label = listing_label(" + ".join(keys), locale)
            yield label, partial(probe.collections, keys)
        if spec.posts and locale in posts:
            yield listing_label("posts", locale), probe.posts


@dataclass(frozen=True)
class _LocaleProbe:
    """Checks one locale; each method returns what differs, None if nothing does."""

    client: Client
    spec: PullSpec
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
        newest = max((str(r.data.get("updated") or "") for r in known), key=_timestamp, default="")
        return f"the newest change is of {seen}" if _timestamp(seen) != _timestamp(newest) else None

    def whole(self, kind: str, group: str) -> str | None:
        """Compare every item of a listing."""
        source = fresh_listing(kind, group, self.locale, self.spec)
        return self._compare(self._read(source), kind, group, _everything)

    def collections(self, keys: Sequence[str]) -> str | None:
        """Compare every item of collections, asked for together as in a pull."""
        joined = None
        if len(keys) > 1:
            joined = joined_items(self.client, keys, self.spec, self.locale)
        for key in keys:
            if joined is None:
                differs = self.whole("item", key)
            else:
                records = (record for item in joined[key] for record in split_item(key, item))
                differs = self._compare(self._live(records), "item", key, _everything)
            if differs:
                return differs
        return None

    def posts(self) -> str | None:
        """Compare the posts without their bodies; a changed body has a new `updated`."""
        source = fresh_listing("post", "", self.locale, self.spec, bodies=False)
        listed = list(self._read(source))
        if why := self._compare(listed, "post", "", _without_body):
            return why
        known = {r.key: _everything(r) for r in self.stored}
        profiles = (r for r in listed if r.key.kind != "post")
        changed = sorted({str(r.key) for r in profiles if known.get(r.key) != _everything(r)})
        return f"{changed[0]} differs" if changed else None

    def _read(self, source: RecordListing) -> Iterator[RawRecord]:
        for records in begin_listing(self.client, source)() or ():
            yield from self._live(records)

    def _live(self, records: Listed) -> Iterator[RawRecord]:
        """Yield the records that the pull of this mode would store."""
        for record in records:
            kept = record if self.spec.preview else listed_live(record, self.now)
            if kept is not None:
                yield kept

    def _compare(
        self, listed: Listed, kind: str, group: str, digest: Callable[[RawRecord], str]
    ) -> str | None:
        def of_listing(records: Listed) -> dict[Key, str]:
            return {r.key: digest(r) for r in records if (r.key.kind, r.key.group) == (kind, group)}

        known, seen = of_listing(self.stored), of_listing(listed)
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


def _timestamp(text: Any) -> Any:
    try:
        return parse_time(text).timestamp() if text else 0.0
    except ValueError:
        return 0.0
