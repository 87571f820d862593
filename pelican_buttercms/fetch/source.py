"""Which generation does a build read: the stored one, or a new pull?

Source: the README, "When the API fails"; the ages and causes are decided here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
import hashlib
import logging

from pelican_buttercms.content import RawRecord
from pelican_buttercms.content.locales import identified
from pelican_buttercms.content.publication import is_published
from pelican_buttercms.errors import (
    ButterCMSError,
    NoContentError,
    QuotaError,
    ResponseError,
    ServerError,
    SettingsError,
    StoreError,
    TransportError,
)
from pelican_buttercms.fetch.client import Client
from pelican_buttercms.fetch.media import fetch_media, media_urls
from pelican_buttercms.fetch.progress import Progress, summary_lines
from pelican_buttercms.fetch.pull import PullResult, pull
from pelican_buttercms.fetch.transport import open_transport
from pelican_buttercms.fetch.wanted import Wanted
from pelican_buttercms.settings import Environment, Settings, Token
from pelican_buttercms.settings.durations import spell_duration
from pelican_buttercms.store import Generation, Ledger, MediaFile, MediaStore, Scope, Store

logger = logging.getLogger(__name__)

_TEMPORARY = (TransportError, ServerError, ResponseError, QuotaError)


Versions = dict[str, list[RawRecord]]


@dataclass(frozen=True)
class Stored:
    """One whole pull, read from the store.

    Attributes:
        generation: the generation of the first locale; all were pulled together.
        versions: the records of each locale, with their identities.
        media: the media files by their URLs.
        live: under preview, what is live, if that is known.
        live_at: when that was pulled.
    """

    generation: Generation
    versions: Versions
    media: dict[str, MediaFile]
    live: Versions | None = None
    live_at: datetime | None = None


@dataclass(frozen=True)
class Source:
    """An account and the place where its content is kept.

    Attributes:
        options: the checked settings.
        environment: where the read token is looked for.
        now: the clock, giving aware times.
    """

    options: Settings
    environment: Environment
    now: Callable[[], datetime]

    def read(self, say: Callable[[str], None], progress: Progress) -> Stored:
        """Give the generation to build from, pulled anew if it is due.

        Args:
            say: where a line about each step goes.
            progress: shows a pull.

        Raises:
            ButterCMSError: there is nothing whole to build from.
        """
        with Store(self.options.cache_path, self.now) as store:
            before = store.latest_together(self.scopes(store))
            generations = self._current(store, say, progress)
            versions = self._versions(store, generations)
            live = self._live(store, say, progress) if self.options.preview else None
            compared = self._versions(store, live) if live else None
        is_new = before is None or before[0].id != generations[0].id
        media = self._media(versions, check_all=is_new)
        live_at = live[0].pulled_at if live else None
        return Stored(generations[0], versions, media, compared, live_at)

    def refresh(self, progress: Progress) -> PullResult:
        """Pull now, whatever the age of what is stored.

        Raises:
            ButterCMSError: the pull failed; the store is as it was.
        """
        if self.options.offline:
            raise SettingsError(
                "BUTTERCMS_OFFLINE is set, so nothing can be pulled. Unset it, in the settings file"
                " or in the environment, and pull again."
            )
        with Store(self.options.cache_path, self.now) as store:
            return self._pull(store, progress)

    def scopes(self, store: Store) -> list[Scope]:
        """Name what is asked for: whose account, which locales, live or preview.

        Raises:
            SettingsError: there is no token, and the store does not tell the account either.
        """
        account, mode = self._account(store), self.options.mode
        return [Scope(account, locale.name, mode) for locale in self.options.locales]

    def live(self) -> Source:
        """Give the source of what is live in the same account."""
        return replace(self, options=replace(self.options, preview=False))

    def _versions(self, store: Store, generations: list[Generation]) -> Versions:
        ids = self.options.translation_ids
        return {g.scope.locale: list(identified(self._read(store, g), ids)) for g in generations}

    def _read(self, store: Store, generation: Generation) -> Iterator[RawRecord]:
        """Read a generation; a store that came from elsewhere must not bring a draft along."""
        is_live = generation.scope.mode == "live"
        for raw in store.records(generation):
            if is_live and raw.key.kind in {"post", "page"} and not is_published(raw.data):
                raise StoreError(
                    f"{raw.key} in the live content of {self.options.cache_path} is a draft, which"
                    " no pull stores there: something else wrote to it. Move that folder away, then"
                    " run `pelican-buttercms pull`."
                )
            yield raw

    def _live(
        self, store: Store, say: Callable[[str], None], progress: Progress
    ) -> list[Generation] | None:
        """Give what is live, to compare drafts with; pulled once, then as old as it may be."""
        source = self.live()
        latest = store.latest_together(source.scopes(store))
        if (latest and source._covers(latest[0])) or self.options.offline:
            return latest
        try:
            result = source._pull(store, progress)
        except ButterCMSError as exc:
            say(f"drafts are not compared with what is live, because that failed: {exc}")
            return None
        say(f"pulled what is live, to compare drafts with: {result.calls:,} calls.")
        return result.generations

    def _current(
        self, store: Store, say: Callable[[str], None], progress: Progress
    ) -> list[Generation]:
        if self.options.offline:
            return self._stored(store, say)
        latest = store.latest_together(self.scopes(store))
        if latest and self._covers(latest[0]) and not self._is_due(latest[0]):
            say(f"content of {self._age(latest[0])} ago, no call made.")
            return latest
        try:
            result = self._pull(store, progress)
        except _TEMPORARY as exc:
            return self._fall_back(latest, exc)
        for line in summary_lines(result.changes, result.calls, result.seconds):
            say(line)
        return result.generations

    def _stored(self, store: Store, say: Callable[[str], None]) -> list[Generation]:
        latest = store.latest_together(self.scopes(store))
        if latest is None:
            names = [locale.name for locale in self.options.locales if locale.name]
            where = f" in {', '.join(names)}" if names else ""
            raise NoContentError(
                f"BUTTERCMS_OFFLINE is set, and {self.options.cache_path} holds no"
                f" {self.options.mode} content of this account{where}. Run `pelican-buttercms pull`"
                " once with the network, or restore the folder from where it was saved."
            )
        if missing := sorted(set(self._wanted().names()) - set(latest[0].wanted)):
            raise NoContentError(
                f"BUTTERCMS_OFFLINE is set, and the stored content was pulled without"
                f" {', '.join(missing)}. Run `pelican-buttercms pull` once with the network."
            )
        say(f"offline, content of {self._age(latest[0])} ago.")
        return latest

    def _fall_back(self, latest: list[Generation] | None, exc: ButterCMSError) -> list[Generation]:
        """Serve the last good generation, loudly: half a site is never an answer."""
        if latest is None or not self._covers(latest[0]):
            raise exc
        logger.warning(
            "The site is built from ButterCMS content of %s ago, because the API failed: %s",
            self._age(latest[0]),
            exc,
        )
        return latest

    def _pull(self, store: Store, progress: Progress) -> PullResult:
        scopes = self.scopes(store)
        with self._client() as client:
            return pull(client, store, scopes, self._wanted(), progress)

    def _media(self, versions: Versions, *, check_all: bool) -> dict[str, MediaFile]:
        """Give the media files, after asking for what is missing, or for news of all of them."""
        if self.options.media != "download":
            return {}
        urls = media_urls(raw for records in versions.values() for raw in records)
        with MediaStore(self.options.cache_path) as store:
            asked = [url for url in urls if check_all or store.get(url) is None]
            if asked and not self.options.offline:
                fetch_media(asked, store, open_transport(self.options.api_url))
            files = {url: store.get(url) for url in urls}
        return {url: file for url, file in files.items() if file is not None}

    @contextmanager
    def _client(self) -> Iterator[Client]:
        ledger = Ledger(self.options.cache_path, self.now)
        token = self.environment.read_token() or Token("emulated")
        transport = open_transport(self.options.api_url)
        try:
            with Client(
                self.options.api_url,
                token,
                transport=transport,
                count=ledger.count,
                concurrency=self.options.concurrency,
            ) as client:
                yield client
        finally:
            ledger.close()

    def _wanted(self) -> Wanted:
        options = self.options
        return Wanted(
            posts=options.posts,
            page_types=tuple(options.page_types),
            collections=options.collections,
            discover=options.discover,
            levels=options.levels,
            locales=tuple(locale.name for locale in options.locales),
            preview=options.preview,
            alt_media_text=options.alt_media_text,
        )

    def _covers(self, generation: Generation) -> bool:
        """Say whether the generation was pulled for at least what is wanted now."""
        return set(self._wanted().names()) <= set(generation.wanted)

    def _is_due(self, generation: Generation) -> bool:
        age = self.now() - generation.pulled_at
        return age >= self.options.max_age or age < timedelta(0)  # a clock that was set back

    def _age(self, generation: Generation) -> str:
        return spell_duration(self.now() - generation.pulled_at)

    def _account(self, store: Store) -> str:
        if self.options.emulated:
            return hashlib.sha256(self.options.api_url.encode()).hexdigest()[:16]
        if token := self.environment.read_token():
            return token.fingerprint()
        known = store.accounts()
        if self.options.offline and len(known) == 1:
            return known[0]
        raise SettingsError(self._no_token(known))

    def _no_token(self, known: list[str]) -> str:
        looked = " nor in ".join(self.environment.looked_in)
        text = f"There is no read token: BUTTERCMS_READ_TOKEN is neither in {looked}."
        if self.options.offline and known:
            return f"{text} The store holds {len(known)} accounts, and only the token tells which."
        return (
            f"{text} Copy it from ButterCMS under Settings, API Tokens, into a .env file:"
            " BUTTERCMS_READ_TOKEN=… (to build from stored content without it, set"
            " BUTTERCMS_OFFLINE=1)."
        )
