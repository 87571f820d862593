"""A partial refresh: a new generation with the last pull's content and a few items read anew.

A post or a page is one call in each locale that is meant. A collection item is the listing of its
collection; so is a page or a post where settings select a part of the listing. No event is
believed: what one calls deleted is asked for as well, and is removed when the API says so. The API
gives a single post whatever its status, so a draft never enters live content, and what became a
draft leaves it. A post's plain event names no locale: its slug is asked for in each, and leads to
its translation there.

What nobody names waits for the next full pull: a profile that changed alone, and an author or term
that no post uses any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
import time
from typing import TYPE_CHECKING

from pelican_buttercms.api.webhook_events.event import Event
from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.content.fallbacks import listing_name
from pelican_buttercms.content.reference_syntax import targets
from pelican_buttercms.store import Changes, Generation, Scope, Store
from pelican_buttercms.store.generation import Cause
from pelican_buttercms.store.webhook_state import Note, WebhookState
from pelican_buttercms.sync.account import Source
from pelican_buttercms.sync.deletion_guard import DeletionGuard, listing_of
from pelican_buttercms.sync.discovery import LABELS
from pelican_buttercms.sync.pagination import calls_for
from pelican_buttercms.sync.post_groups import link_posts
from pelican_buttercms.sync.pull_spec import ListingName
from pelican_buttercms.sync.refresh.coverage import PullCoverage
from pelican_buttercms.sync.refresh.fetch import RecordFetcher, Records
from pelican_buttercms.sync.refresh.plan import (
    NeedsFullPull,
    RefreshPlan,
    RefreshPlanner,
    unlisted,
)

if TYPE_CHECKING:
    from pelican_buttercms.sync.http.client import Client


@dataclass(frozen=True)
class RefreshResult:
    """What some events brought.

    Attributes:
        generations: what builds read now, one for each locale; the last ones if nothing differs.
        changes: how each differs from the one before, by locale; empty if nothing was asked for.
        calls: requests that reached the API.
        seconds: how long it took.
        lines: a line for each event.
        media: whether stored media files have to be checked for changes.
        media_notes: the pending notes of media events; they are settled when the files are here.
    """

    generations: list[Generation]
    changes: dict[str, Changes]
    calls: int
    seconds: float
    lines: tuple[str, ...]
    media: bool
    media_notes: Mapping[Scope, Note] = field(default_factory=dict)


@dataclass(frozen=True)
class PartialPull:
    """A partial refresh of one mode.

    Attributes:
        source: the account and its settings.
        store: where the last pull is.
        latest: what the last pull brought, by locale.
        coverage: which page types and collections that has.
        guard: holds answers back from which much has vanished; None believes every answer.
    """

    source: Source
    store: Store
    latest: Mapping[str, Generation]
    coverage: PullCoverage
    guard: DeletionGuard | None = None

    @classmethod
    def of(
        cls,
        source: Source,
        store: Store,
        latest: Sequence[Generation],
        guard: DeletionGuard | None = None,
    ) -> PartialPull:
        """Return the refresh of what the last pull brought, a generation for each locale."""
        by_locale = {generation.scope.locale: generation for generation in latest}
        coverage = PullCoverage(source.pull_spec(), latest, store.records)
        return cls(source, store, by_locale, coverage, guard)

    def run(
        self, plan: RefreshPlan, client: Client, cause: Cause
    ) -> list[tuple[Generation, Changes]] | NeedsFullPull:
        """Ask for what a plan names, and store it as a whole generation of each locale.

        Nothing is changed if a full pull is needed.

        Args:
            plan: what to ask for.
            client: asks the account.
            cause: why, for the history.

        Returns:
            The generations that builds read now, and how each differs from the one before.

        Raises:
            ButterCMSError: a call failed, or its answer is held back; nothing is changed.
        """
        latest, before = self.latest.values(), client.calls
        asked_at = self.store.next_moment(generation.scope for generation in latest)
        fetcher = RecordFetcher(client, self.latest, self.coverage.spec, self.source.now())
        if decision := self._fetch(fetcher, plan) or self._complete(fetcher.records):
            return decision
        groups = link_posts(
            client, self._keys(fetcher.records), self._post_groups(), self.coverage.spec
        )
        stored = self.store.apply_changes(
            {generation.scope: fetcher.records[generation.scope.locale] for generation in latest},
            calls=client.calls - before,
            cause=cause,
            asked_at=asked_at,
            post_groups=groups,
            listed={
                listing_name(locale, *name): tuple(key.id for key in keys)
                for (locale, name), keys in fetcher.listed.items()
                if keys is not None and name[0] != "post" and name in self.coverage.spec.selections
            },
        )
        if stored is None:
            return NeedsFullPull("another process has changed what is stored meanwhile")
        return stored

    def _keys(self, records: Mapping[str, Records]) -> dict[str, list[Key]]:
        """Return the keys that each locale has after the refresh."""
        keys: dict[str, list[Key]] = {}
        for locale, generation in self.latest.items():
            fetched = records[locale]
            new = [key for key, record in fetched.items() if record]
            keys[locale] = sorted({*(k for k in generation.manifest if k not in fetched), *new})
        return keys

    def _post_groups(self) -> dict[str, str]:
        return {k: v for last in self.latest.values() for k, v in last.post_groups.items()}

    def items(self, locale: str, listing: ListingName) -> set[Key]:
        """Return the stored items of a listing."""
        generation = self.latest[locale]
        return {k for k in generation.manifest if k[:2] == listing} - unlisted(generation)

    def _fetch(self, fetcher: RecordFetcher, plan: RefreshPlan) -> NeedsFullPull | None:
        """Send the calls of the plan, and check whether the answers are enough.

        Raises:
            HeldBackError: so much would be deleted that the API may be failing.
        """
        newest = fetcher.newest() if plan.new_posts else None
        fetcher.read(plan.items, plan.listings)
        fetcher.keep(plan.given)
        missing = fetcher.keep_newest(plan.new_posts, newest.result()) if newest else set()
        fetcher.read((p for p in plan.former if p[1] not in fetcher.records[p[0]]), {})
        records = fetcher.records
        if fetcher.elsewhere:
            pages = ", ".join(map(str, fetcher.elsewhere))
            return NeedsFullPull(f"a single page was named, and what is there is {pages}")
        if unclear := fetcher.unclear - plan.withdrawn:
            names = ", ".join(sorted(key.id for key in unclear))
            return NeedsFullPull(f"{names} came as a draft; only the listing tells what is live")
        for (locale, name), listed in fetcher.listed.items():
            if plan.listings[locale, name] is not None:
                continue
            stored = self.items(locale, name)
            if listed is None and stored:
                return NeedsFullPull(f"the {LABELS[name[0]]} {name[1]} is not there any more")
            gone = stored.difference(listed or ())
            records[locale].update(dict.fromkeys(gone))
            if gone and name in self.coverage.spec.selections and self.coverage.refers_to(gone):
                names = ", ".join(map(str, sorted(gone)))
                return NeedsFullPull(f"the listing has no {names} any more, and others refer to it")
        if newest and missing and newest.result().count != self._expected_posts(records[""]):
            names = ", ".join(sorted(key.id for key in missing))
            return NeedsFullPull(f"{names} is not among the newest posts")
        self._check_deletions(records)
        for locale, key in plan.gone:
            records[locale][key] = None
        return None

    def _expected_posts(self, records: Records) -> int:
        """Return how many posts there are if those not among the newest are drafts.

        They may be translations, too. If the number differs, one is further down the listing.
        """
        stored = {key for key in self.latest[""].manifest if key.kind == "post"}
        posts = {key: record for key, record in records.items() if key.kind == "post"}
        return len((stored - posts.keys()) | {key for key, record in posts.items() if record})

    def _check_deletions(self, records: Mapping[str, Records]) -> None:
        """Check whether so much would be deleted that the API may be failing.

        Raises:
            HeldBackError: it would.
        """
        if self.guard is None:
            return
        for locale, generation in self.latest.items():
            fetched = records[locale].items()
            gone = {key for key, record in fetched if record is None and key in generation.manifest}
            kept = generation.manifest.keys() - gone
            self.guard.check_partial(
                generation.scope, generation.manifest, kept, set(map(listing_of, gone))
            )

    def _complete(self, records: dict[str, Records]) -> NeedsFullPull | None:
        """Check what the changed records refer to, as discovery in a full pull would.

        What nothing refers to any more is removed; what was never pulled needs a full pull.
        """
        if targeted := self._unlisted_targets(records):
            absent = ", ".join(map(str, targeted))
            return NeedsFullPull(f"what changed refers to {absent}, which no listing has brought")
        now = [record for fetched in records.values() for record in fetched.values() if record]
        if missing := self.coverage.missing(now):
            names = ", ".join(missing)
            return NeedsFullPull(f"what changed refers to {names}, which was never pulled")
        before, after = list[RawRecord](), list[RawRecord]()
        for locale, generation in self.latest.items():
            fetched = records[locale]
            before += [
                self.store.record(generation, key) for key in fetched if key in generation.manifest
            ]
            after += [RawRecord(key, r.data, locale) for key, r in fetched.items() if r]
        changed = {(locale, key) for locale, fetched in records.items() for key in fetched}
        unreachable = set(self.coverage.unreachable(before, after, changed))
        for locale, generation in self.latest.items():
            keys = {*generation.manifest, *records[locale]}
            gone = (key for key in keys if key[:2] in unreachable)
            records[locale].update(dict.fromkeys(gone))
        return None

    def _unlisted_targets(self, records: Mapping[str, Records]) -> list[Key]:
        """Return what changed records refer to, newly, in listings that are not pulled whole."""
        spec = self.coverage.spec
        narrow = {name for name, selection in spec.selections.items() if selection.is_narrow}
        found: set[Key] = set()
        for locale, generation in self.latest.items() if narrow and spec.discover else ():
            fetched = records[locale]
            new = {t.key for r in fetched.values() if r for t in targets(r.data)}
            known = {key for key in generation.manifest if key not in fetched}
            for key in fetched.keys() & generation.manifest.keys():
                known |= {t.key for t in targets(self.store.record(generation, key).data)}
            new -= known | {key for key, record in fetched.items() if record}
            found |= {key for key in new if key[:2] in narrow}
        return sorted(found)


def pull_events(
    events: Iterable[Event], pull: PartialPull, state: WebhookState
) -> RefreshResult | NeedsFullPull:
    """Ask for what events name, unless everything costs no more."""
    started, latest = time.monotonic(), list(pull.latest.values())
    plan = RefreshPlanner(latest, pull.coverage, state).plan(events)
    if isinstance(plan, NeedsFullPull):
        return plan
    if decision := _compare_cost(pull, plan):
        return decision
    calls, changes = 0, dict[str, Changes]()
    if not plan.is_empty:
        with pull.source.connect() as client:
            stored = pull.run(plan, client, "event")
            calls = client.calls
        if isinstance(stored, NeedsFullPull):
            return stored
        latest = [generation for generation, _ in stored]
        changes = {generation.scope.locale: changed for generation, changed in stored}
    for generation in latest:
        numbers = {n: key for n, key in plan.numbers.items() if key in generation.manifest}
        state.remember(generation.scope, numbers)
    seconds = time.monotonic() - started
    return RefreshResult(latest, changes, calls, seconds, tuple(plan.lines), plan.media)


def _compare_cost(pull: PartialPull, plan: RefreshPlan) -> NeedsFullPull | None:
    """Prefer the full pull if it costs no more: it also brings what webhooks missed."""
    calls = len(plan.items) + bool(plan.new_posts)
    calls += sum(calls_for(len(pull.items(*place))) for place in plan.listings)
    if calls < 2:
        return None
    full = next(iter(pull.latest.values())).full_calls
    full = full or sum(listing.calls for listing in pull.source.estimate(pull.store))
    if calls < full:
        return None
    return NeedsFullPull(f"what changed takes {calls:,} calls, and everything {full:,}")
