"""The source of content: one account, its settings and its store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
import logging
from typing import TYPE_CHECKING, Any

from pelican_buttercms.content import RawRecord
from pelican_buttercms.content.fallbacks import identified
from pelican_buttercms.errors import SettingsError
from pelican_buttercms.settings import Environment, Settings, Token
from pelican_buttercms.settings.durations import spell_duration
from pelican_buttercms.store import CallLog, Generation, Scope, Store
from pelican_buttercms.store.held_deletions import HeldDeletions
from pelican_buttercms.store.webhook_state import WebhookState
from pelican_buttercms.sync.account_id import Identity, adopt_history, identify
from pelican_buttercms.sync.call_budget import Meter
from pelican_buttercms.sync.cost_estimate import PlannedCalls, estimate_calls
from pelican_buttercms.sync.deletion_guard import DeletionGuard
from pelican_buttercms.sync.progress import Progress
from pelican_buttercms.sync.pull import PullResult, pull
from pelican_buttercms.sync.pull_spec import PullSpec
from pelican_buttercms.sync.untranslated import PostLocales

if TYPE_CHECKING:
    import httpx

    from pelican_buttercms.sync.http.client import Client

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Source:
    """An account and the store of its content.

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
        """Check that the network may be used.

        Raises:
            SettingsError: BUTTERCMS_OFFLINE is set.
        """
        if self.options.offline:
            raise SettingsError(
                "BUTTERCMS_OFFLINE is set, so nothing can be pulled. Unset it, in the settings file"
                " or in the environment, and pull again."
            )

    def estimate(self, store: Store) -> list[PlannedCalls]:
        """Return the calls that a pull will make; no call is made for it."""
        latest = store.latest_together(self.scopes(store)) or []
        stored = {
            generation.scope.locale: list(
                identified(store.records(generation), {}, listed=generation.listed)
            )
            for generation in latest
        }
        return estimate_calls(self.pull_spec(), stored, PostLocales.of(latest, self.pull_spec()))

    def calls_this_month(self) -> int:
        """Return the calls of this month by everyone who counts in this store."""
        with closing(CallLog(self.options.cache_path, self.now)) as log:
            return log.this_month()

    def scopes(self, store: Store) -> list[Scope]:
        """Return the scopes that a pull fills: one for each locale.

        Raises:
            SettingsError: there is no token, and the store does not identify the account either.
        """
        account, mode = self.identity(store).account, self.options.mode
        selection = self.pull_spec().selection
        return [Scope(account, locale.name, mode, selection) for locale in self.options.locales]

    def identity(self, store: Store) -> Identity:
        """Return whose content is asked for, and whether that is certain.

        Raises:
            SettingsError: there is no token, and the store does not identify the account either.
        """
        return identify(self.options, self.environment, store)

    def with_options(self, **changes: Any) -> Source:
        """Return the same account with other settings, such as `preview=True`."""
        return replace(self, options=replace(self.options, **changes))

    def pull(
        self,
        store: Store,
        progress: Progress,
        *,
        allow_deletions: bool = False,
        say: Callable[[str], None] = logger.warning,
    ) -> PullResult:
        """Pull everything that the settings name into an open store.

        Args:
            store: the store.
            progress: shows the pull.
            allow_deletions: whether everything that has vanished is believed to be deleted.
            say: where a line goes if the account is recognised by its content.

        Raises:
            ButterCMSError: the pull failed, or was held back; the store is as it was.
        """
        scopes = self.scopes(store)
        store.scopes()  # a database that cannot be read costs no call
        with (
            self.webhook_state() as state,
            self.deletion_guard(allow_deletions=allow_deletions) as guard,
            self.connect() as client,
        ):
            pending = state.pending(scopes)  # what is noted from here on may be missed
            result = pull(
                client,
                store,
                scopes,
                self.pull_spec(),
                progress,
                check=guard,
                identify=lambda digests: adopt_history(
                    self.options, self.environment, store, digests, state=state, say=say
                ),
            )
            state.settle(pending)
        return result

    def webhook_state(self) -> closing[WebhookState]:
        """Open the pending events of this account."""
        return closing(WebhookState(self.options.cache_path, self.now))

    @contextmanager
    def deletion_guard(self, *, allow_deletions: bool = False) -> Iterator[DeletionGuard | None]:
        """Open the guard against large deletions; None if every answer is believed."""
        if allow_deletions or self.options.max_deletions is None:
            yield None
            return
        with closing(HeldDeletions(self.options.cache_path, self.now)) as held:
            yield DeletionGuard(self.options.max_deletions, held, self.now)

    @contextmanager
    def connect(self, transport: httpx.BaseTransport | None = None) -> Iterator[Client]:
        """Open a client of the account's API, which counts its calls on disk.

        Args:
            transport: where requests go, if that is not for this client alone.
        """
        # httpx takes a third of the time that importing this package takes, and most rebuilds at
        # a desk ask for nothing
        from pelican_buttercms.sync.http.client import Client  # noqa: PLC0415
        from pelican_buttercms.sync.http.transport import open_transport  # noqa: PLC0415

        token = self.environment.read_token() or Token("emulated")
        with (
            closing(CallLog(self.options.cache_path, self.now)) as log,
            Client(
                self.options.api_url,
                token,
                transport=transport or open_transport(self.options.api_url),
                meter=Meter(log, self.options.max_calls),
                concurrency=self.options.concurrency,
            ) as client,
        ):
            yield client

    def pull_spec(self) -> PullSpec:
        """Return what a pull asks for."""
        options = self.options
        main = options.locale_of(options.default_lang)
        return PullSpec(
            posts=options.posts,
            page_types=tuple(options.page_types),
            collections=options.collections,
            discover=options.discover,
            levels=options.levels,
            locales=tuple(locale.name for locale in options.locales),
            main=main.name if main else "",
            preview=options.preview,
            link_posts="posts" not in options.translation_ids,
            alt_media_text=options.alt_media_text,
            selections=options.selections,
        )

    def covers(self, generation: Generation) -> bool:
        """Return whether the generation was pulled for at least what the settings name now."""
        return set(self.pull_spec().names()) <= set(generation.wanted)

    def is_due(self, generation: Generation, most: timedelta) -> bool:
        """Return whether a generation is older than is allowed."""
        age = self.now() - generation.pulled_at
        return age >= most or age < timedelta(0)  # a clock that was set back

    def age(self, generation: Generation) -> str:
        """Return how old a generation is, in words."""
        return spell_duration(self.now() - generation.pulled_at)


def account_name(source: Source) -> str:
    """Return the account's id and the API's address, without any secret.

    Raises:
        SettingsError: there is no token, and the store does not identify the account either.
    """
    with Store(source.options.cache_path, source.now) as store:
        return f"{source.scopes(store)[0].account} at {source.options.api_url}"


def stored_records(source: Source) -> list[RawRecord]:
    """Return the newest stored records of an account, of every locale, in a stable order.

    The preview version of an item comes after its live version. Content of any age will do: the
    caller learns which fields there are, and not what they hold now.

    Raises:
        StoreError: the store cannot be read.
        SettingsError: there is no token, and the store does not identify the account either.
    """
    records: list[RawRecord] = []
    with Store(source.options.cache_path, source.now) as store:
        for preview in (False, True):
            scopes = source.with_options(preview=preview).scopes(store)
            for generation in store.latest_together(scopes) or ():
                records += identified(store.records(generation), {}, listed=generation.listed)
    return records
