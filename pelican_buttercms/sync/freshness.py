"""Which generation a build reads: the stored one, or that of a new pull.

Source: docs/explanation/failure.md. Ages and causes are judged here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
import logging
from typing import Literal

from pelican_buttercms.errors import (
    ButterCMSError,
    DatabaseError,
    EventsPendingError,
    HeldBackError,
    NoContentError,
    StoreError,
)
from pelican_buttercms.settings.durations import spell_duration
from pelican_buttercms.store import Changes, Generation, Scope, Store
from pelican_buttercms.store.webhook_state import Note
from pelican_buttercms.sync.account import Source
from pelican_buttercms.sync.build_trigger import STORED_ONLY, Trigger
from pelican_buttercms.sync.progress import Progress, summary_lines
from pelican_buttercms.sync.pull import PullResult
from pelican_buttercms.sync.refresh.apply_events import (
    TEMPORARY,
    AppliedEvents,
    apply_events,
    find_pending,
    record_pending,
    result_lines,
    settle_media,
)
from pelican_buttercms.sync.refresh.partial_pull import RefreshResult
from pelican_buttercms.titled_logs import titled_logger

logger = logging.getLogger(__name__)
_older_content = titled_logger(f"{__name__}.older_content", "ButterCMS: older content")
_held_back = titled_logger(f"{__name__}.held_back", "ButterCMS: held back deletions")

News = Literal["all", "again"] | None
"""Which media files are checked: the stored ones, or also those that failed before."""


@dataclass
class Calls:
    """Counts of API calls: made, saved by the store, and made this month by everyone."""

    made: int = 0
    saved: int = 0
    month: int = 0


class FreshnessPolicy:
    """Decides which generations a build reads, and counts what that costs.

    Attributes:
        news: which media files have to be checked for changes.
        changes: what was pulled for this build, by locale; None if nothing was.
        stale: why older content is read than was asked for.
        latest: what was stored before.
        pulled: whether everything was pulled for this build.
        encoded: the bytes of what was pulled, by digest: they need not be read from the store.
    """

    def __init__(
        self,
        source: Source,
        store: Store,
        say: Callable[[str], None],
        progress: Progress,
        calls: Calls,
        *,
        trigger: Trigger | None = None,
    ) -> None:
        self._applies_pending = trigger is not STORED_ONLY
        self._trigger = trigger if self._applies_pending else None
        self.news: News = None
        self._source = source
        self._store = store
        self._say = say
        self._progress = progress
        self._calls = calls
        self.pulled = False
        self.encoded: dict[str, bytes] = {}
        self._media_notes: Mapping[Scope, Note] = {}
        self.changes: Mapping[str, Changes] | None = None
        self.stale: str | None = None
        self.latest = self._latest()

    def _latest(self) -> list[Generation] | None:
        """Return what is stored; damaged content counts as none if it can be pulled again."""
        try:
            return self._store.latest_together(self._source.scopes(self._store))
        except DatabaseError:
            raise  # nothing could be stored there: the calls of a pull would be lost
        except StoreError as exc:
            if self._source.options.offline:
                raise
            logger.warning("What is stored is pulled again, because it is damaged: %s", exc)
            return None

    def current(self) -> list[Generation]:
        """Return the generations to build from, one for each locale.

        Raises:
            EventsPendingError: the events that the build was started for could not be applied.
            ButterCMSError: there is nothing to build from.
        """
        source, store = self._source, self._store
        latest, trigger = self.latest, self._trigger
        if source.options.offline:
            return self._offline(latest)
        if latest and source.covers(latest[0]):
            if store.is_pinned(source.scopes(store)):
                self._record_debt("builds read what somebody rolled back to")
                return self._keep(latest, f"rolled back to content of {source.age(latest[0])} ago")
            if trigger is None and not source.is_due(latest[0], source.options.max_age):
                trigger = find_pending(source, store) if self._applies_pending else None
                if trigger is None:
                    return self._keep(latest, f"content of {source.age(latest[0])} ago")
        try:
            result = self._apply_events(latest, trigger) if trigger else self._pull(source)
        except EventsPendingError as exc:
            if self._trigger or not isinstance(exc.__cause__, ButterCMSError):
                raise
            return self._fall_back(latest, exc.__cause__)
        except TEMPORARY as exc:
            return self._fall_back(latest, exc)
        for line in self._lines(result, trigger):
            self._say(line)
        self.changes = result.changes
        return result.generations

    def _keep(self, latest: list[Generation], what: str) -> list[Generation]:
        self._calls.saved += latest[0].full_calls
        self._say(f"{what}, no call made.")
        return latest

    def _record_debt(self, why: str) -> None:
        """Note the events that this build does not apply as pending."""
        if self._trigger is None:
            return
        with self._source.webhook_state() as state:
            record_pending(state, self._source, self._store, self._trigger)
        self._say(f"the events from {self._trigger.origin} wait for a later build: {why}.")

    def _apply_events(self, latest: list[Generation] | None, trigger: Trigger) -> AppliedEvents:
        """Apply the events that the build was started for, or those that are pending."""
        with self._counted():
            result = apply_events(
                self._source,
                self._store,
                trigger,
                latest,
                say=self._say,
                progress=self._progress,
            )
        if isinstance(result, RefreshResult):
            self._calls.saved += max(0, result.generations[0].full_calls - result.calls)
            self.news = "again" if result.media else None
            self._media_notes = result.media_notes
        else:
            self.pulled, self.news, self.encoded = True, "all", result.encoded
        return result

    def settle_media(self, unfetched: Collection[str]) -> None:
        """Settle the media events, unless their files could not be fetched for now.

        Args:
            unfetched: the URLs of the files that a later build may get.
        """
        settle_media(self._source, self._media_notes, unfetched, self._say)

    def _lines(self, result: AppliedEvents, trigger: Trigger | None) -> list[str]:
        if isinstance(result, RefreshResult) and trigger:
            return result_lines(trigger, result)
        return summary_lines(result.changes, result.calls, result.seconds)

    def again(self, damage: StoreError) -> list[Generation]:
        """Pull because what was to be read turned out to be damaged.

        Raises:
            StoreError: it was just pulled, or nothing may be pulled.
            ButterCMSError: the pull failed.
        """
        if self._source.options.offline or self.pulled or isinstance(damage, DatabaseError):
            raise damage
        logger.warning("What is stored is pulled again, because it is damaged: %s", damage)
        self.stale = None
        try:
            result = self._pull(self._source)
        except TEMPORARY as exc:
            if self._trigger:
                raise EventsPendingError(self._trigger.origin, exc) from exc
            raise
        self.changes = result.changes
        return result.generations

    def live(self) -> list[Generation] | None:
        """Return what is live, to compare drafts with; it is pulled once, and may then be old."""
        source = self._source.with_options(preview=False)
        latest = self._store.latest_together(source.scopes(self._store))
        if (latest and source.covers(latest[0])) or source.options.offline:
            return latest
        try:
            result = self._pull(source)
        except ButterCMSError as exc:
            self._say(f"drafts are not compared with what is live, because that failed: {exc}")
            return None
        self._say(f"pulled what is live, to compare drafts with: {result.calls:,} calls.")
        return result.generations

    def _pull(self, source: Source) -> PullResult:
        with self._counted():
            result = source.pull(self._store, self._progress, say=self._say)
        self.encoded = result.encoded
        if source is self._source:
            self.pulled, self.news = True, "all"
        return result

    @contextmanager
    def _counted(self) -> Iterator[None]:
        before = self._source.calls_this_month()
        try:
            yield
        finally:
            self._calls.made += max(0, self._source.calls_this_month() - before)

    def _offline(self, latest: list[Generation] | None) -> list[Generation]:
        source = self._source
        options = source.options
        if latest is None:
            names = [locale.name for locale in options.locales if locale.name]
            where = f" in {', '.join(names)}" if names else ""
            raise NoContentError(
                f"BUTTERCMS_OFFLINE is set, and {options.cache_path} holds no {options.mode}"
                f" content of this account{where}. Run `pelican-buttercms pull` once with the"
                " network, or restore the folder from where it was saved."
            )
        if missing := sorted(set(source.pull_spec().names()) - set(latest[0].wanted)):
            raise NoContentError(
                f"BUTTERCMS_OFFLINE is set, and the stored content was pulled without"
                f" {', '.join(missing)}. Run `pelican-buttercms pull` once with the network."
            )
        if unchecked := source.identity(self._store).unchecked:
            logger.warning("%s", unchecked)
        self._calls.saved += latest[0].full_calls
        self._say(f"offline, content of {source.age(latest[0])} ago.")
        self._record_debt("BUTTERCMS_OFFLINE is set")
        return latest

    def _fall_back(self, latest: list[Generation] | None, exc: ButterCMSError) -> list[Generation]:
        """Serve the last good generation, loudly: half a site is never an answer."""
        source, unchecked = self._source, ""
        if latest is None:
            offline = source.with_options(offline=True)
            unchecked = offline.identity(self._store).unchecked
            latest = self._store.latest_together(offline.scopes(self._store))
        if latest is None or not source.covers(latest[0]):
            raise exc
        age = source.age(latest[0])
        if source.now() - latest[0].pulled_at > source.options.max_stale:
            most = spell_duration(source.options.max_stale)
            error = NoContentError(
                f"{exc} What is stored is {age} old, and BUTTERCMS_MAX_STALE allows {most}:"
                " nothing was built. Raise it, or build with BUTTERCMS_OFFLINE=1."
            )
            error.exitcode = exc.exitcode  # what a script can do depends on the cause
            raise error from exc
        self.stale = str(exc)
        is_held_back = isinstance(exc, HeldBackError)
        (_held_back if is_held_back else _older_content).warning(
            "The site is built from ButterCMS content of %s ago, because %s: %s",
            age,
            "an answer was held back" if is_held_back else "the API failed",
            exc,
        )
        if unchecked:
            logger.warning("%s", unchecked)
        return latest
