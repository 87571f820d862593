"""Which generation does a build read: the stored one, or a new pull?

Source: the README, "When the API fails"; the ages and causes are decided here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
import logging
from typing import TYPE_CHECKING

from pelican_buttercms.errors import (
    ButterCMSError,
    CallLimitError,
    HeldBackError,
    NoContentError,
    QuotaError,
    ResponseError,
    ServerError,
    StoreError,
    TransportError,
)
from pelican_buttercms.fetch.progress import Progress, summary_lines
from pelican_buttercms.fetch.pull import PullResult
from pelican_buttercms.settings.durations import spell_duration
from pelican_buttercms.store import Generation, Store

if TYPE_CHECKING:
    from pelican_buttercms.fetch.source import Source

logger = logging.getLogger(__name__)

_TEMPORARY = (
    TransportError,
    ServerError,
    ResponseError,
    QuotaError,
    CallLimitError,
    HeldBackError,
)


@dataclass
class Calls:
    """API calls: made, saved by what was stored, and made in this month by everyone."""

    made: int = 0
    saved: int = 0
    month: int = 0


class Reading:
    """One decision about which generations a build reads, and what it has cost."""

    def __init__(
        self,
        source: Source,
        store: Store,
        say: Callable[[str], None],
        progress: Progress,
        calls: Calls,
    ) -> None:
        self._source = source
        self._store = store
        self._say = say
        self._progress = progress
        self._calls = calls
        self._pulled = False
        self.stale: str | None = None
        self.latest = self._latest()

    def _latest(self) -> list[Generation] | None:
        """Give what is stored; what is damaged is none, where it can be pulled again."""
        try:
            return self._store.latest_together(self._source.scopes(self._store))
        except StoreError as exc:
            if self._source.options.offline:
                raise
            logger.warning("What is stored is pulled again, because it is damaged: %s", exc)
            return None

    def current(self) -> list[Generation]:
        """Give the generations to build from, one for each locale."""
        source, store = self._source, self._store
        latest = self.latest
        if source.options.offline:
            return self._offline(latest)
        if latest and source.covers(latest[0]):
            if store.is_pinned(source.scopes(store)):
                self._calls.saved += latest[0].calls
                self._say(f"rolled back to content of {source.age(latest[0])} ago, no call made.")
                return latest
            if not source.is_due(latest[0]):
                self._calls.saved += latest[0].calls
                self._say(f"content of {source.age(latest[0])} ago, no call made.")
                return latest
        try:
            result = self._pull(source)
        except _TEMPORARY as exc:
            return self._fall_back(latest, exc)
        for line in summary_lines(result.changes, result.calls, result.seconds):
            self._say(line)
        return result.generations

    def again(self, damage: StoreError) -> list[Generation]:
        """Pull because what was to be read turned out to be damaged.

        Raises:
            StoreError: it was just pulled, or nothing may be pulled.
            ButterCMSError: the pull failed.
        """
        if self._source.options.offline or self._pulled:
            raise damage
        logger.warning("What is stored is pulled again, because it is damaged: %s", damage)
        self.stale = None
        return self._pull(self._source).generations

    def live(self) -> list[Generation] | None:
        """Give what is live, to compare drafts with; pulled once, then as old as it may be."""
        source = self._source.live()
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
        before = source.calls_this_month()
        try:
            result = source.pull(self._store, self._progress)
            self._pulled = True
            return result
        finally:
            self._calls.made += max(0, source.calls_this_month() - before)

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
        if missing := sorted(set(source.wanted().names()) - set(latest[0].wanted)):
            raise NoContentError(
                f"BUTTERCMS_OFFLINE is set, and the stored content was pulled without"
                f" {', '.join(missing)}. Run `pelican-buttercms pull` once with the network."
            )
        self._calls.saved += latest[0].calls
        self._say(f"offline, content of {source.age(latest[0])} ago.")
        return latest

    def _fall_back(self, latest: list[Generation] | None, exc: ButterCMSError) -> list[Generation]:
        """Serve the last good generation, loudly: half a site is never an answer."""
        source = self._source
        if latest is None or not source.covers(latest[0]):
            raise exc
        age = source.age(latest[0])
        if source.now() - latest[0].pulled_at > source.options.max_stale:
            most = spell_duration(source.options.max_stale)
            raise NoContentError(
                f"{exc} What is stored is {age} old, and BUTTERCMS_MAX_STALE allows {most}:"
                " nothing was built. Raise it, or build with BUTTERCMS_OFFLINE=1."
            ) from exc
        self.stale = str(exc)
        logger.warning(
            "The site is built from ButterCMS content of %s ago, because %s: %s",
            age,
            "an answer was held back" if isinstance(exc, HeldBackError) else "the API failed",
            exc,
        )
        return latest
