"""A partial refresh: the last pull once more, with what its events name read anew.

A post or a page is one call in each locale that it may be about, a collection item the listing of
its collection. No event is believed: what one calls deleted is asked for as well, and goes when the
API says so. The API gives a single post whatever its status, so a draft never enters live content,
and what became one leaves it. A post's plain event names no locale: its slug is asked for in each,
and leads to its translation there.

What has no event waits for the next full pull: a profile that changed alone, an author or term that
no post uses any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
import time

from pelican_buttercms.api.webhook_events.event import Event
from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.store import Changes, Generation, Store
from pelican_buttercms.store.webhook_state import WebhookState
from pelican_buttercms.sync.account import Source
from pelican_buttercms.sync.deletion_guard import DeletionCheck, listing_of
from pelican_buttercms.sync.pagination import calls_for
from pelican_buttercms.sync.refresh.coverage import KINDS, Reach
from pelican_buttercms.sync.refresh.fetch import Records, Reread
from pelican_buttercms.sync.refresh.plan import Due, FullPullError, Planner


@dataclass(frozen=True)
class Taken:
    """What came of some events.

    Attributes:
        generations: what builds read now, one for each locale; the last ones where nothing differs.
        changes: how each differs from the one before, by locale; empty when nothing was asked for.
        calls: requests that reached the API.
        seconds: how long it took.
        told: a line for each event.
        media: whether stored media files have to be asked for news.
    """

    generations: list[Generation]
    changes: dict[str, Changes]
    calls: int
    seconds: float
    told: tuple[str, ...]
    media: bool


class Scoped:
    """A partial refresh of one mode.

    Args:
        source: the account, and what is wanted of it.
        store: where the last pull is.
        latest: what the last pull brought, a generation for each locale.
        state: what earlier events left.
        check: holds answers back from which much has vanished; None believes every answer.
    """

    def __init__(
        self,
        source: Source,
        store: Store,
        latest: Sequence[Generation],
        state: WebhookState,
        check: DeletionCheck | None,
    ) -> None:
        self._source = source
        self._store = store
        self._latest = {one.scope.locale: one for one in latest}
        self._state = state
        self._check = check
        self._reach = Reach(source.wanted(), latest, store.records)

    def take(self, events: Iterable[Event]) -> Taken:
        """Ask for what the events name, and store it as a whole generation of each locale.

        Raises:
            FullPullError: they can only be followed by a full pull; nothing is changed.
            ButterCMSError: a call failed, or its answer is held back; nothing is changed.
        """
        started, latest = time.monotonic(), list(self._latest.values())
        due = Planner(latest, self._reach, self._state).plan(events)
        self._refuse_costly(due)
        asked_at = self._store.next_moment(one.scope for one in latest)
        calls, changes = 0, dict[str, Changes]()
        if not due.is_empty:
            calls, records = self._ask(due)
            found = self._store.apply_changes(
                {one.scope: records[locale] for locale, one in self._latest.items()},
                calls=calls,
                cause="event",
                asked_at=asked_at,
            )
            if found is None:
                raise FullPullError("another process has changed what is stored meanwhile")
            latest = [one for one, _ in found]
            changes = {one.scope.locale: told for one, told in found}
        for one in latest:
            here = {n: key for n, key in due.numbers.items() if key in one.manifest}
            self._state.remember(one.scope, here)
        seconds = time.monotonic() - started
        return Taken(latest, changes, calls, seconds, tuple(due.told), due.media)

    def _refuse_costly(self, due: Due) -> None:
        """Prefer the full pull where it costs no more: it brings what webhooks missed, too."""
        sizes = [self._pages(*place) for place in due.listings]
        new = self._new_posts(due)
        calls = len(due.looks) - len(new) + bool(new) + sum(sizes)
        if calls < 2:
            return
        full = self._latest[next(iter(self._latest))].full_calls
        full = full or sum(one.calls for one in self._source.plan(self._store))
        if calls >= full:
            raise FullPullError(f"what changed takes {calls:,} calls, and everything {full:,}")

    def _pages(self, locale: str, collection: str) -> int:
        return calls_for(len(self._items(locale, collection)))

    def _items(self, locale: str, collection: str) -> set[Key]:
        manifest = self._latest[locale].manifest
        return {key for key in manifest if (key.kind, key.group) == ("item", collection)}

    def _ask(self, due: Due) -> tuple[int, dict[str, Records]]:
        """Read what is due; return the calls, and what is stored anew by locale."""
        calls, records = 0, {locale: Records() for locale in self._latest}
        new = self._new_posts(due)
        newest = None
        if due.looks or due.listings:
            with self._source.connect() as client:
                reread = Reread(client, self._latest, self._reach.wanted, self._source.now())
                newest = reread.newest() if new else None
                reread.read([place for place in due.looks if place[1] not in new], due.listings)
                missing = reread.keep_newest(new, newest.result()) if newest else set()
                reread.read((p for p in due.former if p[1] not in reread.records[p[0]]), {})
                calls, records = client.calls, reread.records
            if reread.elsewhere:
                found = ", ".join(map(str, reread.elsewhere))
                raise FullPullError(f"a single page was named, and what is there is {found}")
            self._drop_unlisted(reread)
        if newest and missing:
            self._explain(missing, newest.result().count, records[""])
        self._check_deletions(records)
        self._complete(records)
        return calls, records

    def _new_posts(self, due: Due) -> set[Key]:
        """Return the posts that are new to a live store of the unnamed default locale.

        A slug alone may be that of a translation, which the API gives without saying so: only the
        listing tells what is of the default locale. It has the newest posts first, and one call
        brings several.
        """
        one = self._latest.get("")
        if one is None or one.scope.mode == "preview":
            return set()
        return {key for _, key in due.looks if key.kind == "post" and key not in one.manifest}

    def _explain(self, missing: set[Key], count: int | None, records: Records) -> None:
        """Accept that new posts are drafts or translations, if the number of posts agrees.

        Raises:
            FullPullError: it does not: one of them may be further down.
        """
        stored = {key for key in self._latest[""].manifest if key.kind == "post"}
        posts = {key: found for key, found in records.items() if key.kind == "post"}
        expected = (stored - posts.keys()) | {key for key, found in posts.items() if found}
        if count != len(expected):
            names = ", ".join(sorted(key.id for key in missing))
            raise FullPullError(f"{names} is not among the newest posts")

    def _drop_unlisted(self, reread: Reread) -> None:
        """Mark as gone what a listing does not hold any more.

        Raises:
            FullPullError: there is no such collection any more.
        """
        for (locale, collection), listed in reread.listed.items():
            stored = self._items(locale, collection)
            if listed is None and stored:
                raise FullPullError(f"the collection {collection} is not there any more")
            reread.records[locale].update(dict.fromkeys(stored - (listed or set())))

    def _check_deletions(self, records: Mapping[str, Records]) -> None:
        """Hold back what would go, where it is so much that the API may be failing.

        Raises:
            HeldBackError: it is.
        """
        for locale, one in self._latest.items() if self._check else ():
            found = records[locale].items()
            gone = {key for key, record in found if record is None and key in one.manifest}
            kept = one.manifest.keys() - gone
            if self._check:
                self._check.look_partly(one.scope, one.manifest, kept, set(map(listing_of, gone)))

    def _complete(self, records: dict[str, Records]) -> None:
        """Look whether a full pull would now lead further, or less far.

        Raises:
            FullPullError: something refers to what was never pulled.
        """
        now = [record for found in records.values() for record in found.values() if record]
        if beyond := self._reach.beyond(now):
            raise FullPullError(f"what changed refers to {', '.join(beyond)}, never pulled yet")
        before, after = list[RawRecord](), list[RawRecord]()
        for locale, one in self._latest.items():
            found = records[locale]
            before += [self._store.record(one, key) for key in found if key in one.manifest]
            after += [RawRecord(key, r.data, locale) for key, r in found.items() if r]
        changed = {(locale, key) for locale, found in records.items() for key in found}
        lost = set(self._reach.lost(before, after, changed))
        for locale, one in self._latest.items():
            keys = {*one.manifest, *records[locale]}
            gone = (key for key in keys if (KINDS.get(key.kind, ""), key.group) in lost)
            records[locale].update(dict.fromkeys(gone))
