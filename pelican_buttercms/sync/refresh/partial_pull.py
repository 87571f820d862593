"""A partial refresh: a new generation with the last pull's content and what events name, read anew.

A post or a page is one call in each locale that the event may mean. A collection item is the
listing of its collection. No event is believed: what one calls deleted is asked for as well, and is
removed when the API says so. The API gives a single post whatever its status, so a draft never
enters live content, and what became a draft leaves it. A post's plain event names no locale: its
slug is asked for in each, and leads to its translation there.

What has no event waits for the next full pull: a profile that changed alone, and an author or term
that no post uses any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
import time

from pelican_buttercms.api.webhook_events.event import Event
from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.store import Changes, Generation, Scope, Store
from pelican_buttercms.store.webhook_state import Note, WebhookState
from pelican_buttercms.sync.account import Source
from pelican_buttercms.sync.deletion_guard import DeletionGuard, listing_of
from pelican_buttercms.sync.pagination import calls_for
from pelican_buttercms.sync.refresh.coverage import KINDS, PullCoverage
from pelican_buttercms.sync.refresh.fetch import RecordFetcher, Records
from pelican_buttercms.sync.refresh.plan import NeedsFullPull, RefreshPlan, RefreshPlanner


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


@dataclass
class _Answers:
    """What the API answered.

    Attributes:
        calls: requests that reached the API.
        records: what is stored anew, by locale.
        listed: what each listing held; None for one that is not there any more.
        elsewhere: single pages that were found under a page type.
        unlisted_posts: new posts that are not among the newest.
        post_count: how many posts there are, if the API told.
        unclear: posts that may be live under the draft that was given.
    """

    calls: int
    records: dict[str, Records]
    listed: Mapping[tuple[str, str], set[Key] | None] = field(default_factory=dict)
    elsewhere: Sequence[Key] = ()
    unlisted_posts: set[Key] = field(default_factory=set)
    post_count: int | None = None
    unclear: set[Key] = field(default_factory=set)


class PartialPull:
    """A partial refresh of one mode.

    Args:
        source: the account and its settings.
        store: where the last pull is.
        latest: what the last pull brought, a generation for each locale.
        state: the numbers that earlier events brought.
        guard: holds answers back from which much has vanished; None believes every answer.
    """

    def __init__(
        self,
        source: Source,
        store: Store,
        latest: Sequence[Generation],
        state: WebhookState,
        guard: DeletionGuard | None,
    ) -> None:
        self._source = source
        self._store = store
        self._latest = {generation.scope.locale: generation for generation in latest}
        self._state = state
        self._guard = guard
        self._coverage = PullCoverage(source.pull_spec(), latest, store.records)

    def run(self, events: Iterable[Event]) -> RefreshResult | NeedsFullPull:
        """Ask for what the events name, and store it as a whole generation of each locale.

        Nothing is changed if a full pull is needed.

        Raises:
            ButterCMSError: a call failed, or its answer is held back; nothing is changed.
        """
        started, latest = time.monotonic(), list(self._latest.values())
        plan = RefreshPlanner(latest, self._coverage, self._state).plan(events)
        if isinstance(plan, NeedsFullPull):
            return plan
        if decision := self._compare_cost(plan):
            return decision
        asked_at = self._store.next_moment(generation.scope for generation in latest)
        calls, changes = 0, dict[str, Changes]()
        if not plan.is_empty:
            answers = self._ask(plan)
            if decision := self._check(answers, plan):
                return decision
            calls = answers.calls
            stored = self._store.apply_changes(
                {
                    generation.scope: answers.records[locale]
                    for locale, generation in self._latest.items()
                },
                calls=calls,
                cause="event",
                asked_at=asked_at,
            )
            if stored is None:
                return NeedsFullPull("another process has changed what is stored meanwhile")
            latest = [generation for generation, _ in stored]
            changes = {generation.scope.locale: changed for generation, changed in stored}
        for generation in latest:
            numbers = {n: key for n, key in plan.numbers.items() if key in generation.manifest}
            self._state.remember(generation.scope, numbers)
        seconds = time.monotonic() - started
        return RefreshResult(latest, changes, calls, seconds, tuple(plan.lines), plan.media)

    def _compare_cost(self, plan: RefreshPlan) -> NeedsFullPull | None:
        """Prefer the full pull if it costs no more: it also brings what webhooks missed."""
        sizes = [calls_for(len(self._items(*place))) for place in plan.listings]
        new = self._new_posts(plan)
        calls = len(plan.items) - len(new) + bool(new) + sum(sizes)
        if calls < 2:
            return None
        full = self._latest[next(iter(self._latest))].full_calls
        full = full or sum(listing.calls for listing in self._source.estimate(self._store))
        if calls < full:
            return None
        return NeedsFullPull(f"what changed takes {calls:,} calls, and everything {full:,}")

    def _items(self, locale: str, collection: str) -> set[Key]:
        manifest = self._latest[locale].manifest
        return {key for key in manifest if (key.kind, key.group) == ("item", collection)}

    def _ask(self, plan: RefreshPlan) -> _Answers:
        """Send the calls of the plan."""
        new = self._new_posts(plan)
        with self._source.connect() as client:
            now = self._source.now()
            fetcher = RecordFetcher(client, self._latest, self._coverage.spec, now)
            newest = fetcher.newest() if new else None
            fetcher.read([place for place in plan.items if place[1] not in new], plan.listings)
            unlisted = fetcher.keep_newest(new, newest.result()) if newest else set()
            fetcher.read((p for p in plan.former if p[1] not in fetcher.records[p[0]]), {})
            count = newest.result().count if newest else None
            return _Answers(
                client.calls,
                fetcher.records,
                fetcher.listed,
                fetcher.elsewhere,
                unlisted,
                count,
                fetcher.unclear,
            )

    def _new_posts(self, plan: RefreshPlan) -> set[Key]:
        """Return the posts that are new to a live store of the unnamed default locale.

        A slug alone may be that of a translation, which the API gives without saying so. Only the
        listing shows which posts the default locale has. It has the newest posts first, so that
        one call brings several.
        """
        generation = self._latest.get("")
        if generation is None or generation.scope.mode == "preview":
            return set()
        return {
            key for _, key in plan.items if key.kind == "post" and key not in generation.manifest
        }

    def _check(self, answers: _Answers, plan: RefreshPlan) -> NeedsFullPull | None:
        """Add the deletions that the answers imply, and check whether they are enough.

        Raises:
            HeldBackError: so much would be deleted that the API may be failing.
        """
        if answers.elsewhere:
            pages = ", ".join(map(str, answers.elsewhere))
            return NeedsFullPull(f"a single page was named, and what is there is {pages}")
        if unclear := answers.unclear - plan.withdrawn:
            names = ", ".join(sorted(key.id for key in unclear))
            return NeedsFullPull(f"{names} came as a draft; only the listing tells what is live")
        for (locale, collection), listed in answers.listed.items():
            stored = self._items(locale, collection)
            if listed is None and stored:
                return NeedsFullPull(f"the collection {collection} is not there any more")
            answers.records[locale].update(dict.fromkeys(stored - (listed or set())))
        if answers.unlisted_posts and not self._is_post_count_right(answers):
            names = ", ".join(sorted(key.id for key in answers.unlisted_posts))
            return NeedsFullPull(f"{names} is not among the newest posts")
        self._check_deletions(answers.records)
        return self._complete(answers.records)

    def _is_post_count_right(self, answers: _Answers) -> bool:
        """Return whether new posts can be drafts or translations, by the number of posts.

        If the number differs, one of them may be further down the listing.
        """
        stored = {key for key in self._latest[""].manifest if key.kind == "post"}
        posts = {key: fetched for key, fetched in answers.records[""].items() if key.kind == "post"}
        expected = (stored - posts.keys()) | {key for key, fetched in posts.items() if fetched}
        return answers.post_count == len(expected)

    def _check_deletions(self, records: Mapping[str, Records]) -> None:
        """Check whether so much would be deleted that the API may be failing.

        Raises:
            HeldBackError: it would.
        """
        if self._guard is None:
            return
        for locale, generation in self._latest.items():
            fetched = records[locale].items()
            gone = {key for key, record in fetched if record is None and key in generation.manifest}
            kept = generation.manifest.keys() - gone
            self._guard.check_partial(
                generation.scope, generation.manifest, kept, set(map(listing_of, gone))
            )

    def _complete(self, records: dict[str, Records]) -> NeedsFullPull | None:
        """Check what the changed records refer to, as discovery in a full pull would.

        What nothing refers to any more is removed; what was never pulled needs a full pull.
        """
        now = [record for fetched in records.values() for record in fetched.values() if record]
        if missing := self._coverage.missing(now):
            return NeedsFullPull(f"what changed refers to {', '.join(missing)}, never pulled yet")
        before, after = list[RawRecord](), list[RawRecord]()
        for locale, generation in self._latest.items():
            fetched = records[locale]
            before += [
                self._store.record(generation, key) for key in fetched if key in generation.manifest
            ]
            after += [RawRecord(key, r.data, locale) for key, r in fetched.items() if r]
        changed = {(locale, key) for locale, fetched in records.items() for key in fetched}
        unreachable = set(self._coverage.unreachable(before, after, changed))
        for locale, generation in self._latest.items():
            keys = {*generation.manifest, *records[locale]}
            gone = (key for key in keys if (KINDS.get(key.kind, ""), key.group) in unreachable)
            records[locale].update(dict.fromkeys(gone))
        return None
