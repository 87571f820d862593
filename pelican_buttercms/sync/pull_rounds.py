"""The rounds of a pull: what was named, then what references lead to, until nothing is new."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import Future
from functools import cache, partial
import logging
from typing import TYPE_CHECKING

from pelican_buttercms.api import read_requests
from pelican_buttercms.api.read_requests import uncached
from pelican_buttercms.api.responses import decode_listing
from pelican_buttercms.content import Key, split_post
from pelican_buttercms.content.fallbacks import Listed
from pelican_buttercms.errors import (
    APIError,
    InvalidRequestError,
    NotFoundError,
    ResponseError,
    ServerError,
    SettingsError,
)
from pelican_buttercms.settings import Selection
from pelican_buttercms.store import Generation
from pelican_buttercms.sync import listings
from pelican_buttercms.sync.discovery import SETTING, check_names, explain
from pelican_buttercms.sync.encode_pipeline import EncodedItem, EncodedRecord, RecordEncoder
from pelican_buttercms.sync.listings import RecordListing
from pelican_buttercms.sync.pagination import PagedFetch
from pelican_buttercms.sync.progress import Progress
from pelican_buttercms.sync.pull_spec import ListingName, PullSpec
from pelican_buttercms.sync.selected_listings import SelectedListings
from pelican_buttercms.sync.untranslated import Judged, LocaleCheck, PostLocales

if TYPE_CHECKING:
    from pelican_buttercms.sync.http.client import Client


logger = logging.getLogger(__name__)

_Joined = Mapping[str, list[tuple[EncodedRecord, ...]]] | None

_REFUSED = (NotFoundError, InvalidRequestError)


class PullRounds:
    """One running pull: rounds of listings, until references lead to nothing new.

    The listings of all locales are asked for side by side, within the client's one bound; and
    what one locale refers to is pulled in all of them, since it may stand in for another.
    """

    def __init__(
        self,
        client: Client,
        spec: PullSpec,
        progress: Progress,
        encoder: RecordEncoder,
        last: Callable[[], list[Generation]],
    ) -> None:
        self._client = client
        self._last = cache(last)
        self._encoder = encoder
        self._spec = spec
        self._progress = progress
        self._asked: set[ListingName] = set()
        self._refused: list[tuple[RecordListing, APIError]] = []
        self._accepted: set[ListingName] = set()
        self._check = LocaleCheck(spec, PostLocales(spec.locales))
        self._kept_once: list[Judged] = []
        self.marks: tuple[str, ...] = ()
        self._selected = SelectedListings(client, spec, encoder, self._report)
        self.records: dict[str, dict[Key, EncodedRecord]] = {name: {} for name in spec.locales}
        self.discovered: set[str] = set()

    def run(self) -> None:
        """Fetch what was named, then what references lead to."""
        check_names(self._spec)
        if len(self._spec.locales) > 1:
            self._check.posts = PostLocales.of(self._last(), self._spec)
        self._round(self._blog(), self._spec.named)
        self._check_locales()
        self._complete_posts()
        self._selected.raise_misnamed()
        if refused := self._really_refused():
            pulled = (key.group for records in self.records.values() for key in records)
            stored = (key.group for last in self._last() for key in last.manifest)
            known = {group for group in (*pulled, *stored) if group}
            raise SettingsError([explain(source, exc, known) for source, exc in refused])
        while self._spec.discover:
            if names := self._referenced() - self._asked:
                self.discovered |= {name for _, name in names}
                self._round([], sorted(names))
            elif not self._selected.add_unlisted(self.records):
                break
        self._selected.warn_of_empty(self.records)
        self._keep_untranslated_once()

    def _blog(self) -> list[RecordListing]:
        if not self._spec.posts:
            return []
        posts = (listings.posts(self._spec, name) for name in self._check.posts.locales)
        return [*posts, *listings.profiles()]

    def _complete_posts(self) -> None:
        """Ask for the posts that turn out to be missing, when the other listings are here."""
        home, posts = self._spec.home, self._check.posts
        if self._spec.posts and home in self._check.without:
            self._fetch([listings.posts(self._spec, home, is_named=False)])
        elif self._spec.posts and posts.probe is not None:
            others = [name for name in self._spec.locales if name != home]
            is_same = self._probe(posts.probe)
            self._check.posts = PostLocales((home,), pulls=0) if is_same else PostLocales(())
            if not is_same:
                self._fetch([listings.posts(self._spec, name) for name in others])

    def _probe(self, locale: str) -> bool:
        """Return whether another locale still gives the posts of the home locale."""
        selection = self._spec.selections.get(("post", ""), Selection())
        request = read_requests.posts(
            preview=self._spec.preview,
            locale=locale or None,
            filters=selection.filters,
            page=1,
            page_size=1,
        )
        try:
            page = self._client.get(uncached(request), decode_listing)
        except InvalidRequestError:
            return True  # refused, as before
        keys = [record.key for item in page.items for record in split_post(item)[:1]]
        count = min(page.count or 0, selection.limit) if selection.limit else page.count
        return self._check.is_stored(keys[0] if keys else None, count)

    def _keep_untranslated_once(self) -> None:
        """Remove what the account gives for every locale from all but the home locale."""
        if len(self._spec.locales) == 1:
            return
        self._kept_once, self.marks, notes = self._check.verdict()
        for locale in {*self._spec.locales} - {self._spec.home}:
            records = self.records[locale]
            for key in [key for key in records if key.kind in self._kept_once]:
                del records[key]
        for note in notes:
            self._progress.note(note)

    @property
    def listed(self) -> Listed:
        """What the listings with filters or an order have, for `Generation.listed`."""
        return self._selected.listed

    def listings_of(self, locale: str) -> set[ListingName]:
        """Return the listings whose absent items are deleted.

        What turned out to be no translation is removed from a locale because of that.
        """
        blog = [(kind, "") for kind in ("post", "author", "category", "tag")]
        once = () if locale == self._spec.home else self._kept_once
        asked = (*self._asked, *(blog if self._spec.posts else ()))
        return {name for name in asked if name[0] not in once}

    def _really_refused(self) -> list[tuple[RecordListing, APIError]]:
        """Return each name that no locale has; a name that some locale has is just untranslated."""
        refused: dict[ListingName, tuple[RecordListing, APIError]] = {}
        for source, exc in self._refused:
            what = (source.kind, source.name)
            if what not in self._accepted:
                refused.setdefault(what, (source, exc))
        return list(refused.values())

    def _round(self, sources: list[RecordListing], names: Collection[ListingName]) -> None:
        """Fetch all listings side by side, and keep their records."""
        spec = self._spec
        self._asked |= set(names)
        types = [name for kind, name in names if kind == "page"]
        keys = [name for kind, name in names if kind == "item"]
        chosen = [key for key in keys if ("item", key) in spec.selections]
        keys = [key for key in keys if key not in chosen]
        pages = [listings.pages(name, spec, locale) for name in types for locale in spec.locales]
        joined = {locale: self._ask_joined(keys, locale) for locale in spec.locales}
        alone = [locale for locale, asked in joined.items() if not asked]
        items = [*self._collections(chosen, spec.locales), *self._collections(keys, alone)]
        self._fetch([*sources, *pages, *items])
        failed = [
            loc for loc, asked in joined.items() if asked and not self._keep_joined(loc, asked)
        ]
        self._fetch(self._collections(keys, failed))

    def _collections(self, keys: Iterable[str], locales: Iterable[str]) -> list[RecordListing]:
        return [listings.collection(key, self._spec, locale) for locale in locales for key in keys]

    def _fetch(self, sources: list[RecordListing]) -> None:
        encoded = [(source, self._encoder.listing(source)) for source in sources]
        fetches = [(s, PagedFetch(self._client, paged, self._report)) for s, paged in encoded]
        self._last()  # reads the last generations while the first answers are on their way
        accepted = [(s, fetch) for s, fetch in fetches if self._begin(s, fetch)]
        for source, fetch in accepted:
            items = [item.records for item in fetch.result()]
            self._keep(self._selected.select(source, items), source.locale)

    def _begin(self, source: RecordListing, fetch: PagedFetch[EncodedItem]) -> bool:
        """Begin a listing; return False if the account does not have it, which is checked later."""
        try:
            fetch.begin_rest()
        except APIError as exc:
            if self._selected.is_misnamed(source, exc):
                return False
            if not isinstance(exc, _REFUSED):
                raise
            if source.locale and exc.status == 400 and "locale" in exc.detail.lower():
                self._check.refuse(source.kind, source.locale, exc)
                return False
            if source.kind not in SETTING:
                raise
            self._refused.append((source, exc))
            return False
        self._accepted.add((source.kind, source.name))
        self._check.accept(source.kind, source.locale)
        return True

    def _check_locales(self) -> None:
        """Raise an error for unknown locales: the API refuses every listing in them.

        Raises:
            SettingsError: an account has no such locale.
        """
        problems = [
            f"BUTTERCMS_LOCALES names {locale!r}, but the account has no such locale:"
            f" {exc.answer} Copy the API slug from the dashboard."
            for locale, exc in self._check.unknown_locales().items()
        ]
        if problems:
            raise SettingsError(problems)

    def _ask_joined(self, keys: Sequence[str], locale: str) -> Future[_Joined] | None:
        """Ask for two or more collections in one call."""
        if len(keys) < 2:
            return None
        request = listings.joined_collections(keys, self._spec, locale)
        return self._client.start(request, partial(self._encoder.joined, keys=keys))

    def _keep_joined(self, locale: str, joined: Future[_Joined]) -> bool:
        """Keep several collections' items; return False if they have to be asked for one by one.

        One unknown key refuses the call for all of them; some accounts refuse it altogether; what
        is too large for one answer is paged when asked for alone; and an answer that lacks one of
        them is no sign that it is empty.
        """
        try:
            answer = joined.result()
        except (*_REFUSED, ResponseError, ServerError) as exc:
            logger.info("Asking for each collection alone, because together failed: %s", exc)
            return False
        if answer is None:
            logger.info("Asking for each collection alone, because together they were incomplete")
            return False
        for key, items in answer.items():
            self._keep(items, locale)
            self._accepted.add(("item", key))
            self._check.accept("item", locale)
            self._report(listings.listing_label(key, locale), len(items), None)
        return True

    def _keep(self, items: Iterable[tuple[EncodedRecord, ...]], locale: str | None) -> None:
        """Keep the records of some items; a listing's own record wins over an embedded one."""
        places = self.records.values() if locale is None else [self.records[locale]]
        for records in items:
            for encoded in records:
                for place in places:
                    place[encoded.record.key] = encoded
            if locale is not None and len(self._spec.locales) > 1:
                self._check.note(locale, ((r.record.key, r.record.digest) for r in records))

    def _referenced(self) -> set[ListingName]:
        """Return the page types and collections that references lead to."""
        everything = (r for records in self.records.values() for r in records.values())
        return {name for record in everything for name in record.references}

    def _report(self, name: str, done: int, total: int | None) -> None:
        self._progress.advance(name, done, total, self._client.calls)
