"""The fetch of single records past the caches, each alone or by its collection."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import Future
from datetime import datetime
from typing import TYPE_CHECKING

from pelican_buttercms.api import Listing, read_requests
from pelican_buttercms.api.read_requests import uncached
from pelican_buttercms.api.responses import decode_item, decode_listing
from pelican_buttercms.content import SINGLE_PAGES, Key, RawRecord, split_post
from pelican_buttercms.content.fallbacks import LOCALISED
from pelican_buttercms.content.status import is_listed_live, listed_live, published
from pelican_buttercms.errors import NotFoundError
from pelican_buttercms.settings import Selection
from pelican_buttercms.sync.live_and_preview import (
    Data,
    begin_listing,
    fresh_listing,
    item_request,
    split_records,
)
from pelican_buttercms.sync.pull_spec import ListingName, PullSpec
from pelican_buttercms.sync.selected import keep_selected, passes

if TYPE_CHECKING:
    from pelican_buttercms.sync.http.client import Client

Records = dict[Key, RawRecord | None]
"""New records by key; None for what is gone."""

Place = tuple[str, ListingName]
"""A locale, and a listing in it."""

NEWEST = 10
"""How many posts are listed to find new ones; a webhook comes within minutes."""


class RecordFetcher:
    """Fetches items in the locales of one pull, side by side.

    Args:
        client: asks the account.
        locales: the stored locales; authors and terms are the same in all of them.
        spec: how the items are asked for.
        now: the moment of asking; what is published after it is not live yet.

    Attributes:
        records: what was fetched, by locale.
        listed: the keys of each listing, in its order; None for one that is not there.
        elsewhere: single pages that were found under a page type.
        unclear: posts that came as drafts and have been published before. Whether a version of
            them is live, only the listing tells.
    """

    def __init__(
        self, client: Client, locales: Iterable[str], spec: PullSpec, now: datetime
    ) -> None:
        self._client = client
        self._now = now
        self._spec = spec
        self.records: dict[str, Records] = {locale: {} for locale in locales}
        self.listed: dict[Place, list[Key] | None] = {}
        self.elsewhere: list[Key] = []
        self.unclear: set[Key] = set()

    def read(
        self, items: Iterable[tuple[str, Key]], listings: Mapping[Place, Iterable[Key] | None]
    ) -> None:
        """Fetch items and listings, and keep what may be in this scope.

        What was asked for and did not come is gone. A listing also brings its other items; the
        caller finds by `listed` which of them are missing.

        Args:
            items: posts and pages, each in a locale.
            listings: the items that are asked for, by their listings; None for none of them.

        Raises:
            ButterCMSError: a read failed; a 404 is an answer.
        """
        asked = [(locale, key, self._ask(key, locale)) for locale, key in items]
        sources = ((p, fresh_listing(*p[1], p[0], self._spec)) for p in listings)
        begun = [(place, begin_listing(self._client, source)) for place, source in sources]
        for locale, key, answer in asked:
            self._keep(locale, [key], self._split_one(key, answer))
        for place, collect in begun:
            listed = collect()
            if listed is not None and (selection := self._spec.selections.get(place[1])):
                of_item = {item[0].key: item for item in listed}
                kept = keep_selected([item[0] for item in listed], place[1], selection)
                listed = [of_item[key] for key in kept]
            records = [record for item in listed or () for record in item]
            self.listed[place] = None if listed is None else [item[0].key for item in listed]
            self._keep(place[0], listings[place] or (), records, is_listed=True)

    def keep(self, given: Mapping[tuple[str, Key], Data | None]) -> None:
        """Keep items that somebody else has just read; None for what is not there."""
        for (locale, key), data in given.items():
            self._keep(locale, [key], split_records(key, data) if data else [])

    def newest(self) -> Future[Listing[Data]]:
        """Request the newest posts of the unnamed default locale."""
        request = read_requests.posts(preview=self._spec.preview, page=1, page_size=NEWEST)
        return self._client.start(uncached(request), decode_listing)

    def keep_newest(self, keys: Collection[Key], newest: Listing[Data]) -> set[Key]:
        """Keep these posts as far as they are among the newest; return those that are not."""
        missing = set(keys)
        for item in newest.items:
            records = split_post(item)
            if records[0].key in missing:
                self._keep("", [records[0].key], records)
                missing.remove(records[0].key)
        return missing

    def _ask(self, key: Key, locale: str) -> Future[Data]:
        request = item_request(
            key,
            locale,
            preview=self._spec.preview,
            levels=self._spec.levels,
            alt_media_text=self._spec.alt_media_text,
        )
        return self._client.start(request, decode_item)

    def _keep(
        self,
        locale: str,
        keys: Iterable[Key],
        records: Iterable[RawRecord],
        *,
        is_listed: bool = False,
    ) -> None:
        """Keep records; the read token reads drafts too, so each is checked.

        A single post comes whatever its status, and whether the filters select it or not;
        everything else comes as a live listing gives it.
        """
        of_posts = self._spec.selections.get(("post", ""), Selection())
        self.records[locale].update(dict.fromkeys(keys))
        for record in records:
            kept: RawRecord | None = record
            if not self._spec.preview:
                is_post = record.key.kind == "post" and not is_listed
                kept = published(record) if is_post else listed_live(record, self._now)
                if kept is None and is_post and is_listed_live(record.data, self._now):
                    self.unclear.add(record.key)
            if kept and kept.key.kind == "post" and not passes(kept, of_posts):
                kept = None
            everywhere = record.key.kind not in LOCALISED
            for place in self.records.values() if everywhere else [self.records[locale]]:
                place[record.key] = kept

    def _split_one(self, key: Key, answer: Future[Data]) -> list[RawRecord]:
        """Return the records of a post or a page; none if it is not there.

        A page of another type is another page. A post may come as the translation of the one that
        was asked for, under a slug of its own.
        """
        try:
            records = split_records(key, answer.result())
        except NotFoundError:
            return []
        if records[0].key.group == key.group:
            return records
        if key.group == SINGLE_PAGES:
            self.elsewhere.append(records[0].key)
        return []
