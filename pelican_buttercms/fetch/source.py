"""Which generation does a build read: the stored one, or a new pull?

Source: the README, "When the API fails"; the ages and causes are decided here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
import hashlib
import logging

from pelican_buttercms.content import RawRecord
from pelican_buttercms.errors import (
    ButterCMSError,
    NoContentError,
    QuotaError,
    ResponseError,
    ServerError,
    SettingsError,
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


@dataclass(frozen=True)
class Stored:
    """One whole generation, read from the store, and the media files by their URLs."""

    generation: Generation
    records: list[RawRecord]
    media: dict[str, MediaFile]


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
            before = store.latest(self.scope(store))
            generation = self._current(store, say, progress)
            records = list(store.records(generation))
        is_new = before is None or before.id != generation.id
        return Stored(generation, records, self._media(records, check_all=is_new))

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

    def scope(self, store: Store) -> Scope:
        """Name what is asked for: whose account, which locale, live or preview.

        Raises:
            SettingsError: there is no token, and the store does not tell the account either.
        """
        return Scope(self._account(store), self.options.locale, self.options.mode)

    def _current(self, store: Store, say: Callable[[str], None], progress: Progress) -> Generation:
        if self.options.offline:
            return self._stored(store, say)
        latest = store.latest(self.scope(store))
        if latest and self._covers(latest) and not self._is_due(latest):
            say(f"content of {self._age(latest)} ago, no call made.")
            return latest
        try:
            result = self._pull(store, progress)
        except _TEMPORARY as exc:
            return self._fall_back(latest, exc)
        for line in summary_lines(result.changes, result.calls, result.seconds):
            say(line)
        return result.generation

    def _stored(self, store: Store, say: Callable[[str], None]) -> Generation:
        latest = store.latest(self.scope(store))
        if latest is None:
            raise NoContentError(
                f"BUTTERCMS_OFFLINE is set, and {self.options.cache_path} holds no"
                f" {self.options.mode} content of this account. Run `pelican-buttercms pull` once"
                " with the network, or restore the folder from where it was saved."
            )
        if missing := sorted(set(self._wanted().names()) - set(latest.wanted)):
            raise NoContentError(
                f"BUTTERCMS_OFFLINE is set, and the stored content was pulled without"
                f" {', '.join(missing)}. Run `pelican-buttercms pull` once with the network."
            )
        say(f"offline, content of {self._age(latest)} ago.")
        return latest

    def _fall_back(self, latest: Generation | None, exc: ButterCMSError) -> Generation:
        """Serve the last good generation, loudly: half a site is never an answer."""
        if latest is None or not self._covers(latest):
            raise exc
        logger.warning(
            "The site is built from ButterCMS content of %s ago, because the API failed: %s",
            self._age(latest),
            exc,
        )
        return latest

    def _pull(self, store: Store, progress: Progress) -> PullResult:
        scope = self.scope(store)
        with self._client() as client:
            return pull(client, store, scope, self._wanted(), progress)

    def _media(self, records: list[RawRecord], *, check_all: bool) -> dict[str, MediaFile]:
        """Give the media files, after asking for what is missing, or for news of all of them."""
        if self.options.media != "download":
            return {}
        urls = media_urls(records)
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
            locale=options.locale,
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
