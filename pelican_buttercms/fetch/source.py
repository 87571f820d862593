"""Where does content come from? One account, its store, or a snapshot of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
import hashlib
import logging
from pathlib import Path

import httpx

from pelican_buttercms.content import RawRecord
from pelican_buttercms.content.locales import identified
from pelican_buttercms.content.publication import is_published
from pelican_buttercms.errors import (
    ContentError,
    NoContentError,
    SettingsError,
    StoreError,
)
from pelican_buttercms.fetch.client import Client
from pelican_buttercms.fetch.deletions import DeletionCheck
from pelican_buttercms.fetch.media import fetch_media, media_urls
from pelican_buttercms.fetch.meter import Meter
from pelican_buttercms.fetch.plan import PlannedCalls, plan
from pelican_buttercms.fetch.progress import Progress
from pelican_buttercms.fetch.pull import PullResult, pull
from pelican_buttercms.fetch.reading import Calls, Reading
from pelican_buttercms.fetch.transport import open_transport
from pelican_buttercms.fetch.wanted import Wanted
from pelican_buttercms.settings import Environment, Settings, Token
from pelican_buttercms.settings.durations import spell_duration
from pelican_buttercms.store import Generation, Ledger, MediaFile, MediaStore, Scope, Store
from pelican_buttercms.store.snapshots import read_snapshot
from pelican_buttercms.store.suspicions import Suspicions

logger = logging.getLogger(__name__)

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
        stale: why older content is served than was asked for, None if it is as asked for.
        calls: what reading it has cost, and saved.
    """

    generation: Generation
    versions: Versions
    media: dict[str, MediaFile]
    live: Versions | None = None
    live_at: datetime | None = None
    stale: str | None = None
    calls: Calls = field(default_factory=Calls)


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
        if self.options.snapshot is not None:
            return self._snapshot(self.options.snapshot, say)
        calls = Calls()
        with Store(self.options.cache_path, self.now) as store:
            reading = Reading(self, store, say, progress, calls)
            before = reading.latest
            generations = reading.current()
            try:
                versions = self._versions(store, generations)
            except StoreError as exc:
                generations = reading.again(exc)
                versions = self._versions(store, generations)
            live = reading.live() if self.options.preview else None
            compared = self._versions(store, live) if live else None
        is_new = before is None or before[0].id != generations[0].id
        media = self._media(versions, check_all=is_new)
        live_at = live[0].pulled_at if live else None
        calls.month = self.calls_this_month()
        return Stored(generations[0], versions, media, compared, live_at, reading.stale, calls)

    def refresh(self, progress: Progress, *, allow_deletions: bool = False) -> PullResult:
        """Pull now, whatever the age of what is stored.

        Args:
            progress: shows the pull.
            allow_deletions: whether everything that has vanished is believed to be deleted.

        Raises:
            ButterCMSError: the pull failed, or was held back; the store is as it was.
        """
        if self.options.offline:
            raise SettingsError(
                "BUTTERCMS_OFFLINE is set, so nothing can be pulled. Unset it, in the settings file"
                " or in the environment, and pull again."
            )
        with Store(self.options.cache_path, self.now) as store:
            return self.pull(store, progress, allow_deletions=allow_deletions)

    def planned(self) -> list[PlannedCalls]:
        """List the calls that a pull will make; asks the API nothing."""
        with Store(self.options.cache_path, self.now) as store:
            latest = store.latest_together(self.scopes(store)) or []
            stored = {one.scope.locale: list(self._read(store, one)) for one in latest}
            return plan(self.wanted(), stored)

    def calls_this_month(self) -> int:
        """Give the calls of this month by everyone who counts in this store."""
        ledger = Ledger(self.options.cache_path, self.now)
        try:
            return ledger.this_month()
        finally:
            ledger.close()

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
                raise ContentError(
                    f"{raw.key} in the live content of {self.options.cache_path} is a draft, which"
                    " no pull stores there: something else wrote to it. Move that folder away, then"
                    " run `pelican-buttercms pull`."
                )
            yield raw

    def _snapshot(self, folder: Path, say: Callable[[str], None]) -> Stored:
        """Read a snapshot: no token, no store, no call."""
        snapshot = read_snapshot(folder)
        wanted = [locale.name for locale in self.options.locales]
        missing = [
            name or "the account's default" for name in wanted if name not in snapshot.locales
        ]
        if snapshot.mode != self.options.mode or missing:
            what = f"has no {', '.join(missing)}" if missing else f"holds {snapshot.mode} content"
            raise SettingsError(
                f"The snapshot in {folder} {what}, and this is a {self.options.mode} build. Export"
                " it again with these settings, or unset BUTTERCMS_SNAPSHOT."
            )
        if lacking := sorted(set(self.wanted().names()) - set(snapshot.wanted)):
            raise NoContentError(
                f"The snapshot in {folder} was exported without {', '.join(lacking)}. Export it"
                " again with these settings, or unset BUTTERCMS_SNAPSHOT."
            )
        scope = Scope("snapshot", wanted[0], snapshot.mode)
        generation = Generation("snapshot", scope, snapshot.pulled_at, {}, 0, snapshot.wanted)
        say(f"snapshot {folder}, content of {self.age(generation)} ago, no call made.")
        ids = self.options.translation_ids
        versions = {name: list(identified(snapshot.versions[name], ids)) for name in wanted}
        media = self._media(versions, check_all=False)
        return Stored(generation, versions, media, calls=Calls(0, 0, self.calls_this_month()))

    def pull(
        self, store: Store, progress: Progress, *, allow_deletions: bool = False
    ) -> PullResult:
        """Pull everything that is wanted into an open store.

        Raises:
            ButterCMSError: the pull failed, or was held back; the store is as it was.
        """
        scopes = self.scopes(store)
        bounds = self.options.max_deletions
        suspicions = Suspicions(self.options.cache_path, self.now)
        check = DeletionCheck(bounds, suspicions, self.now) if bounds else None
        try:
            with self.connect() as client:
                believed = None if allow_deletions else check
                return pull(client, store, scopes, self.wanted(), progress, check=believed)
        finally:
            suspicions.close()

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
    def connect(self, transport: httpx.BaseTransport | None = None) -> Iterator[Client]:
        """Give a client that asks the account, and counts what it asks in the ledger.

        Args:
            transport: where requests go, if that is not for this client alone.
        """
        ledger = Ledger(self.options.cache_path, self.now)
        token = self.environment.read_token() or Token("emulated")
        try:
            with Client(
                self.options.api_url,
                token,
                transport=transport or open_transport(self.options.api_url),
                meter=Meter(ledger, self.options.max_calls),
                concurrency=self.options.concurrency,
            ) as client:
                yield client
        finally:
            ledger.close()

    def wanted(self) -> Wanted:
        """Give everything that decides which requests a pull makes."""
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

    def covers(self, generation: Generation) -> bool:
        """Say whether the generation was pulled for at least what is wanted now."""
        return set(self.wanted().names()) <= set(generation.wanted)

    def is_due(self, generation: Generation) -> bool:
        """Say whether a generation is too old to build from without asking."""
        age = self.now() - generation.pulled_at
        return age >= self.options.max_age or age < timedelta(0)  # a clock that was set back

    def age(self, generation: Generation) -> str:
        """Spell how old a generation is."""
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
