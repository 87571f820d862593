"""The posts and pages that are scheduled to be published; collection items have no schedule."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import structs

from pelican_buttercms.content import Key, Kind, RawRecord
from pelican_buttercms.content.timestamps import parse_time
from pelican_buttercms.store import Generation, Store
from pelican_buttercms.sync.account import Source
from pelican_buttercms.sync.live_and_preview import begin_listing, fresh_listing
from pelican_buttercms.sync.pull_spec import PullSpec
from pelican_buttercms.sync.untranslated import PostLocales

if TYPE_CHECKING:
    from pelican_buttercms.sync.http.client import Client


@dataclass(frozen=True, order=True)
class ScheduledItem:
    """One scheduled item: when it is due, in UTC, its key, and its locale."""

    at: datetime
    key: Key
    locale: str


@dataclass(frozen=True)
class Schedule:
    """The scheduled items.

    Attributes:
        items: the soonest first; without what was due before the last pull of live content.
        pulled_at: when the stored preview content was pulled; None if the API was asked.
        calls: what asking has cost.
        unknown: the kinds whose status the API does not give, so that nobody can know which are
            scheduled. Source: contract, "Page": absent in the recordings.
    """

    items: tuple[ScheduledItem, ...]
    pulled_at: datetime | None
    calls: int = 0
    unknown: tuple[Kind, ...] = ()


def find_scheduled(source: Source, *, ask: bool = False) -> Schedule:
    """Return what is scheduled, from the stored preview content or from the API.

    What was due before live content was last pulled as a whole is live in it, and left out.

    Args:
        source: the account.
        ask: whether the API is asked even if preview content is stored.

    Raises:
        ButterCMSError: the account had to be asked, and that failed.
    """
    drafts = source.with_options(preview=True)
    with Store(source.options.cache_path, source.now) as store:
        live = _latest(store, source.with_options(preview=False))
        stored = None if ask else _latest(store, drafts)
        since = live[0].pulled_at if live else None
        posts = PostLocales.of(live or (), drafts.pull_spec()).locales
        if stored:
            records = [r for generation in stored for r in store.records(generation)]
            return _schedule(records, since, stored[0].pulled_at)
    source.refuse_offline()
    with source.connect() as client:
        records = list(_asked(client, drafts.pull_spec(), posts))
        return _schedule(records, since, None, client.calls)


def _schedule(
    records: Iterable[RawRecord], since: datetime | None, pulled_at: datetime | None, calls: int = 0
) -> Schedule:
    dated = [record for record in records if record.key.kind in {"post", "page"}]
    kinds = {record.key.kind for record in dated}
    told = {record.key.kind for record in dated if "status" in record.data}
    return Schedule(_due(dated, since), pulled_at, calls, tuple(sorted(kinds - told)))


def _latest(store: Store, source: Source) -> list[Generation] | None:
    return store.latest_together(source.scopes(store))


def _asked(client: Client, spec: PullSpec, posts: Collection[str]) -> Iterator[RawRecord]:
    """Yield posts without bodies, and the named page types, with unpublished ones."""
    for locale in spec.locales:
        named = [("page", name) for name in spec.page_types]
        for kind, group in [("post", "")] * (spec.posts and locale in posts) + named:
            source = fresh_listing(kind, group, locale, replace(spec, levels=1), bodies=False)
            for records in begin_listing(client, source)() or ():
                yield structs.replace(records[0], locale=locale)


def _due(records: Iterable[RawRecord], since: datetime | None) -> tuple[ScheduledItem, ...]:
    """Return the scheduled items among posts and pages; items have no status of the CMS's."""
    items = []
    for record in records:
        when = record.data.get("scheduled")
        if record.data.get("status") != "scheduled" or not isinstance(when, str):
            continue
        try:
            at = parse_time(when)
        except ValueError:
            continue
        if since is None or at > since:
            items.append(ScheduledItem(at, record.key, record.locale))
    return tuple(sorted(items))
