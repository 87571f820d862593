"""The source of content: one account, and the place where its content is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
import logging
from typing import TYPE_CHECKING

from pelican_buttercms.errors import SettingsError
from pelican_buttercms.settings import Environment, Settings, Token
from pelican_buttercms.settings.durations import spell_duration
from pelican_buttercms.store import CallLog, Generation, Scope, Store
from pelican_buttercms.store.held_deletions import HeldDeletions
from pelican_buttercms.store.webhook_state import WebhookState
from pelican_buttercms.sync.account_id import Identity, identify, recognise
from pelican_buttercms.sync.call_budget import Meter
from pelican_buttercms.sync.cost_estimate import PlannedCalls, plan
from pelican_buttercms.sync.deletion_guard import DeletionCheck
from pelican_buttercms.sync.progress import Progress
from pelican_buttercms.sync.pull import PullResult, pull
from pelican_buttercms.sync.pull_spec import Wanted
from pelican_buttercms.sync.untranslated import PostLocales

if TYPE_CHECKING:
    import httpx

    from pelican_buttercms.sync.http.client import Client

logger = logging.getLogger(__name__)


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

    def refresh(self, progress: Progress, *, allow_deletions: bool = False) -> PullResult:
        """Pull now, whatever the age of what is stored.

        Args:
            progress: shows the pull.
            allow_deletions: whether everything that has vanished is believed to be deleted.

        Raises:
            ButterCMSError: the pull failed, or was held back; the store is as it was.
        """
        self.refuse_offline()
        with Store(self.options.cache_path, self.now) as store:
            return self.pull(store, progress, allow_deletions=allow_deletions)

    def refuse_offline(self) -> None:
        """Refuse what needs the network.

        Raises:
            SettingsError: BUTTERCMS_OFFLINE is set.
        """
        if self.options.offline:
            raise SettingsError(
                "BUTTERCMS_OFFLINE is set, so nothing can be pulled. Unset it, in the settings file"
                " or in the environment, and pull again."
            )

    def planned(self) -> list[PlannedCalls]:
        """List the calls that a pull will make; asks the API nothing."""
        with Store(self.options.cache_path, self.now) as store:
            return self.plan(store)

    def plan(self, store: Store) -> list[PlannedCalls]:
        """List the same by an open store."""
        latest = store.latest_together(self.scopes(store)) or []
        stored = {one.scope.locale: list(store.records(one)) for one in latest}
        return plan(self.wanted(), stored, PostLocales.of(latest, self.wanted()))

    def calls_this_month(self) -> int:
        """Give the calls of this month by everyone who counts in this store."""
        ledger = CallLog(self.options.cache_path, self.now)
        try:
            return ledger.this_month()
        finally:
            ledger.close()

    def scopes(self, store: Store) -> list[Scope]:
        """Name what is asked for: whose account, which locales, live or preview.

        Raises:
            SettingsError: there is no token, and the store does not tell the account either.
        """
        account, mode = self.identity(store).account, self.options.mode
        return [Scope(account, locale.name, mode) for locale in self.options.locales]

    def identity(self, store: Store) -> Identity:
        """Return whose content is asked for, and whether that can be told.

        Raises:
            SettingsError: there is no token, and the store does not tell the account either.
        """
        return identify(self.options, self.environment, store)

    def stored(self) -> Source:
        """Return the same source without its network: what is stored may stand in."""
        return replace(self, options=replace(self.options, offline=True))

    def live(self) -> Source:
        """Give the source of what is live in the same account."""
        return replace(self, options=replace(self.options, preview=False))

    def pull(
        self,
        store: Store,
        progress: Progress,
        *,
        allow_deletions: bool = False,
        say: Callable[[str], None] = logger.warning,
    ) -> PullResult:
        """Pull everything that is wanted into an open store.

        Args:
            store: the store.
            progress: shows the pull.
            allow_deletions: whether everything that has vanished is believed to be deleted.
            say: told where the account is recognised by its content.

        Raises:
            ButterCMSError: the pull failed, or was held back; the store is as it was.
        """
        scopes = self.scopes(store)
        store.scopes()  # a database that cannot be read costs no call
        with self.heard() as heard, self.deletion_check() as check, self.connect() as client:
            owed = heard.pending(scopes)  # what is noted from here on may be missed
            believed = None if allow_deletions else check
            result = pull(
                client,
                store,
                scopes,
                self.wanted(),
                progress,
                check=believed,
                recognise=lambda found: recognise(
                    self.options, self.environment, store, found, say
                ),
            )
            heard.settle(owed)
        return result

    @contextmanager
    def heard(self) -> Iterator[WebhookState]:
        """Open what events left of this account, and what of them still waits."""
        heard = WebhookState(self.options.cache_path, self.now)
        try:
            yield heard
        finally:
            heard.close()

    @contextmanager
    def deletion_check(self) -> Iterator[DeletionCheck | None]:
        """Give what holds back large losses; None where every answer is believed."""
        if self.options.max_deletions is None:
            yield None
            return
        suspicions = HeldDeletions(self.options.cache_path, self.now)
        try:
            yield DeletionCheck(self.options.max_deletions, suspicions, self.now)
        finally:
            suspicions.close()

    @contextmanager
    def connect(self, transport: httpx.BaseTransport | None = None) -> Iterator[Client]:
        """Give a client that asks the account, and counts what it asks in the ledger.

        Args:
            transport: where requests go, if that is not for this client alone.
        """
        # httpx takes a third of the time that importing this package takes, and most rebuilds at
        # a desk ask for nothing
        from pelican_buttercms.sync.http.client import Client  # noqa: PLC0415
        from pelican_buttercms.sync.http.transport import open_transport  # noqa: PLC0415

        ledger = CallLog(self.options.cache_path, self.now)
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
            main=next(
                (one.name for one in options.locales if one.lang == options.default_lang), ""
            ),
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
