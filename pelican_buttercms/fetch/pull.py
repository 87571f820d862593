"""What becomes of an account's answers? One generation that holds everything wanted, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import cache, partial
import logging
import time
from typing import TYPE_CHECKING

from pelican_buttercms.content import Key
from pelican_buttercms.errors import (
    APIError,
    DatabaseError,
    InvalidRequestError,
    NotFoundError,
    ResponseError,
    ServerError,
    SettingsError,
    StoreError,
)
from pelican_buttercms.fetch import catalogue
from pelican_buttercms.fetch.catalogue import Source
from pelican_buttercms.fetch.deletions import DeletionCheck
from pelican_buttercms.fetch.listings import PagedFetch
from pelican_buttercms.fetch.names import SETTING, check_names, explain, unasked
from pelican_buttercms.fetch.packing import Packed, PackedItem, Packer
from pelican_buttercms.fetch.progress import Progress
from pelican_buttercms.fetch.wanted import Wanted
from pelican_buttercms.store import Changes, Generation, Scope, Store

if TYPE_CHECKING:
    from pelican_buttercms.fetch.client import Client

logger = logging.getLogger(__name__)

_Joined = Mapping[str, list[tuple[Packed, ...]]] | None

_REFUSED = (NotFoundError, InvalidRequestError)


@dataclass(frozen=True)
class PullResult:
    """What a pull brought.

    Attributes:
        generations: what was stored, in the order of the scopes.
        changes: how each differs from the generation before, by locale.
        calls: requests that reached the API, retries and redirects included.
        seconds: how long it took.
        discovered: page types and collections that were found through references.
    """

    generations: list[Generation]
    changes: dict[str, Changes]
    calls: int
    seconds: float
    discovered: tuple[str, ...]

    @property
    def generation(self) -> Generation:
        """The generation of the first scope; all of a pull have one id and one moment."""
        return self.generations[0]


def pull(
    client: Client,
    store: Store,
    scopes: Sequence[Scope],
    wanted: Wanted,
    progress: Progress,
    *,
    check: DeletionCheck | None = None,
    recognise: Callable[[Mapping[str, Mapping[Key, str]]], None] | None = None,
) -> PullResult:
    """Pull everything that is wanted and store it, a generation for each scope.

    The scopes are those of one account and mode, one for each of `wanted.locales`. All of them
    are stored or none, so that no site is half translated. `check` may hold the outcome back.
    `recognise` is given the digests that were found, and may find out whose content it is.

    Raises:
        SettingsError: locales, page types or collections that do not exist, all together.
        ButterCMSError: anything else that failed; the store is as it was.
    """
    started, asked_at = time.monotonic(), store.asking(scopes)
    progress.start(client.host)
    try:
        with store.ahead() as ahead, Packer(preview=wanted.preview, keep=ahead.put) as packer:
            found = _Pull(client, wanted, progress, packer, partial(_known_names, store, scopes))
            found.run()
    finally:
        progress.stop()
    if recognise:
        recognise(
            {
                locale: {key: one.record.digest for key, one in records.items()}
                for locale, records in found.records.items()
            }
        )
    for scope in scopes if check else ():
        before = _latest(store, scope)
        if check and before:
            check.look(scope, before.manifest, found.records[scope.locale].keys(), found.listings)
    contents = {
        scope: (one.record for one in found.records[scope.locale].values()) for scope in scopes
    }
    stored = store.commit_together(
        contents, client.calls, wanted.names(), ahead=ahead, asked_at=asked_at
    )
    return PullResult(
        [generation for generation, _ in stored],
        {generation.scope.locale: changes for generation, changes in stored},
        client.calls,
        time.monotonic() - started,
        tuple(sorted(found.discovered)),
    )


def _known_names(store: Store, scopes: Iterable[Scope]) -> set[str]:
    """Name the page types and collections that the last generations had."""
    found = (_latest(store, scope) for scope in scopes)
    return {key.group for one in found if one for key in one.manifest if key.group}


def _latest(store: Store, scope: Scope) -> Generation | None:
    """Give what was pulled last; a damaged generation is none, and this pull takes its place."""
    try:
        return store.latest(scope)
    except DatabaseError:
        raise
    except StoreError as exc:
        logger.info("%s", exc)
        return None


class _Pull:
    """One pull under way: rounds of listings, until references lead to nothing new.

    The listings of all locales are asked for side by side, within the client's one bound; and
    what one locale refers to is pulled in all of them, since it may stand in for another.
    """

    def __init__(
        self,
        client: Client,
        wanted: Wanted,
        progress: Progress,
        packer: Packer,
        known: Callable[[], set[str]],
    ) -> None:
        self._client = client
        self._known = cache(known)
        self._packer = packer
        self._wanted = wanted
        self._progress = progress
        self._asked: set[tuple[str, str]] = set()
        self._refused: list[tuple[Source, APIError]] = []
        self._accepted: set[tuple[str, str]] = set()
        self._unknown_locales: dict[str, APIError] = {}
        self.records: dict[str, dict[Key, Packed]] = {name: {} for name in wanted.locales}
        self.discovered: set[str] = set()

    def run(self) -> None:
        """Fetch what was named, then what references lead to."""
        check_names(self._wanted)
        blog = list(catalogue.blog(self._wanted)) if self._wanted.posts else []
        self._round(blog, self._wanted.page_types, self._wanted.collections)
        self._check_locales()
        if refused := self._really_refused():
            found = (key.group for records in self.records.values() for key in records)
            known = self._known() | {group for group in found if group}
            raise SettingsError([explain(source, exc, known) for source, exc in refused])
        while self._wanted.discover:
            types, keys = self._unasked()
            if not types and not keys:
                break
            self.discovered |= {*types, *keys}
            self._round([], types, keys)

    @property
    def listings(self) -> set[str]:
        """The listings that were asked for, as `deletions.listing_of` names them."""
        blog = {f"{kind}/" for kind in ("post", "author", "category", "tag")}
        kinds = {"page type": "page", "collection": "item"}
        named = {f"{kinds[kind]}/{name}" for kind, name in self._asked}
        return named | (blog if self._wanted.posts else set())

    def _really_refused(self) -> list[tuple[Source, APIError]]:
        """Give each name that no locale has; one that a locale has is just untranslated there."""
        found: dict[tuple[str, str], tuple[Source, APIError]] = {}
        for source, exc in self._refused:
            what = (source.kind, source.name)
            if what not in self._accepted:
                found.setdefault(what, (source, exc))
        return list(found.values())

    def _round(self, sources: list[Source], types: Iterable[str], keys: Iterable[str]) -> None:
        """Ask for all listings side by side, and keep what they hold."""
        types, keys = tuple(types), tuple(keys)
        self._asked |= {("page type", name) for name in types} | {("collection", k) for k in keys}
        locales = self._wanted.locales
        sources = [*sources, *(self._pages(name, locale) for name in types for locale in locales)]
        joined = {locale: self._ask_joined(keys, locale) for locale in locales}
        alone = [
            self._items(key, loc) for loc, asked in joined.items() if not asked for key in keys
        ]
        self._fetch([*sources, *alone])
        failed = [
            loc for loc, asked in joined.items() if asked and not self._keep_joined(loc, asked)
        ]
        self._fetch([self._items(key, locale) for locale in failed for key in keys])

    def _pages(self, page_type: str, locale: str) -> Source:
        return catalogue.pages(page_type, self._wanted, locale)

    def _items(self, key: str, locale: str) -> Source:
        return catalogue.collection(key, self._wanted, locale)

    def _fetch(self, sources: list[Source]) -> None:
        listings = [(source, self._packer.listing(source)) for source in sources]
        fetches = [(s, PagedFetch(self._client, paged, self._report)) for s, paged in listings]
        self._known()  # reads the last generations while the first answers are on their way
        accepted = [(s, fetch) for s, fetch in fetches if self._begin(s, fetch)]
        for source, fetch in accepted:
            self._keep((item.records for item in fetch.result()), source.locale)

    def _begin(self, source: Source, fetch: PagedFetch[PackedItem]) -> bool:
        """Begin a listing; one that the account does not have is remembered, and refused later."""
        try:
            fetch.begin_rest()
        except _REFUSED as exc:
            if source.locale and exc.status == 400 and "locale" in exc.detail.lower():
                self._unknown_locales.setdefault(source.locale, exc)
                return False
            if source.kind not in SETTING:
                raise
            self._refused.append((source, exc))
            return False
        self._accepted.add((source.kind, source.name))
        return True

    def _check_locales(self) -> None:
        """Blame the locale where the API does: it refuses every listing then, whatever its name."""
        problems = [
            f"BUTTERCMS_LOCALES names {locale!r}, but the account has no such locale:"
            f' {exc.method} {exc.path} was answered with 400 "{exc.detail}". Copy the API slug'
            " from the dashboard."
            for locale, exc in self._unknown_locales.items()
        ]
        if problems:
            raise SettingsError(problems)

    def _ask_joined(self, keys: tuple[str, ...], locale: str) -> Future[_Joined] | None:
        """Ask for two or more collections in one call."""
        if len(keys) < 2:
            return None
        request = catalogue.joined_collections(keys, self._wanted, locale)
        return self._client.start(request, partial(self._packer.joined, keys=keys))

    def _keep_joined(self, locale: str, joined: Future[_Joined]) -> bool:
        """Keep several collections' items; False when they have to be asked for one by one.

        One unknown key refuses the call for all of them; some accounts refuse it altogether; what
        is too large for one answer is paged when asked for alone; and an answer that lacks one of
        them is no sign that it is empty.
        """
        try:
            found = joined.result()
        except (*_REFUSED, ResponseError, ServerError) as exc:
            logger.info("Asking for each collection alone, because together failed: %s", exc)
            return False
        if found is None:
            logger.info("Asking for each collection alone, because together they were incomplete")
            return False
        for key, items in found.items():
            self._keep(items, locale)
            self._accepted.add(("collection", key))
            self._report(catalogue.told(key, locale), len(items), None)
        return True

    def _keep(self, items: Iterable[tuple[Packed, ...]], locale: str | None) -> None:
        """Keep the records of some items; a listing's own record wins over an embedded one."""
        places = self.records.values() if locale is None else [self.records[locale]]
        for records in items:
            for one in records:
                for place in places:
                    place[one.record.key] = one

    def _unasked(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Find the page types and collections that references lead to and nobody asked for."""
        everything = (one for records in self.records.values() for one in records.values())
        return unasked((name for one in everything for name in one.leads), self._asked)

    def _report(self, name: str, done: int, total: int | None) -> None:
        self._progress.advance(name, done, total, self._client.calls)
