"""The update of the store after `publish`: a partial refresh of the items that were written.

What publish read to see its writes is not asked for again. The rest costs a call for a post or a
page in each stored locale and mode, a listing for a collection, and nothing for a deletion. The
result is what a pull would have brought.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pelican_buttercms.content import Key
from pelican_buttercms.errors import ButterCMSError
from pelican_buttercms.publish.apply.types import PublishReport
from pelican_buttercms.publish.remote_state import RemoteItem
from pelican_buttercms.publish.write_model import WriteTarget
from pelican_buttercms.store import Changes, Mode, Store
from pelican_buttercms.sync.account import Source
from pelican_buttercms.sync.pull_spec import PullSpec
from pelican_buttercms.sync.refresh.partial_pull import PartialPull
from pelican_buttercms.sync.refresh.plan import NeedsFullPull, RefreshPlan

if TYPE_CHECKING:
    from pelican_buttercms.sync.http.client import Client


@dataclass
class StoreUpdate:
    """What became of the changed items in the store.

    Attributes:
        calls: requests that reached the API.
        changes: how each new generation differs from the one before, by mode and locale.
        notes: what was not updated, and why; a sentence each.
    """

    calls: int = 0
    changes: dict[Mode, dict[str, Changes]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def note(self, why: str) -> None:
        """Note once why something was not updated."""
        text = f"{why}: the next `pelican-buttercms pull` brings what changed."
        if text not in self.notes:
            self.notes.append(text)


def update_store(
    source: Source,
    client: Client,
    report: PublishReport,
    main_locale: str,
    read: Callable[[WriteTarget], RemoteItem | None],
) -> list[str]:
    """Merge what was written into the store, so that the next build shows it without a pull.

    Args:
        source: the account, and what is pulled of it.
        client: reads from the account.
        report: what was written.
        main_locale: the locale of posts that name none.
        read: returns what the last read of a target brought, if it was read.

    Returns:
        Notes for the user. A failure here is harmless: the next pull brings the changes.
    """
    changed: dict[WriteTarget, RemoteItem | None] = {}
    gone: list[WriteTarget] = []
    for written in report.written:
        target = written.target
        if target.key.kind == "post" and not target.locale:
            target = replace(target, locale=main_locale)
        if written.version is None:
            gone.append(target)
        else:
            changed[target] = read(written.target)
        if written.part.target.key.id not in {"", target.key.id}:
            gone.append(replace(target, key=written.part.target.key))  # it was renamed
    try:
        with Store(source.options.cache_path, source.now) as store:
            return merge_into_store(source, client, store, changed, gone).notes
    except ButterCMSError as exc:
        return [f"The store was not updated ({exc}). The next pull brings what was published."]


def merge_into_store(
    source: Source,
    client: Client,
    store: Store,
    changed: Mapping[WriteTarget, RemoteItem | None],
    gone: Iterable[WriteTarget] = (),
) -> StoreUpdate:
    """Read changed items and merge them into the stored live and preview content.

    Args:
        source: the account, and what is pulled of it.
        client: reads from the account.
        store: holds the last pull.
        changed: new and changed targets, each with what was just read of it, which is not asked
            for again. A locale of "" means every stored locale, unless the store has the account's
            default locale under that name.
        gone: deleted targets, in the same way; they are not read. A renamed item is gone under its
            old name.

    Raises:
        ButterCMSError: a read failed. The store is unchanged, or only one mode is updated.
    """
    gone = list(dict.fromkeys(gone))
    update, before = StoreUpdate(), client.calls
    for preview in (False, True):
        of_mode = source.with_options(preview=preview)
        refresh = _prepare(of_mode, store, update, is_used=preview == source.options.preview)
        plan = _plan(refresh, changed, gone, update) if refresh else None
        if refresh is None or plan is None or plan.is_empty:
            continue
        stored = refresh.run(plan, client, "publish")
        if isinstance(stored, NeedsFullPull):
            mode = of_mode.options.mode
            update.note(f"The stored {mode} content was not updated, because {stored.reason}")
        else:
            changes = {generation.scope.locale: changed for generation, changed in stored}
            update.changes[of_mode.options.mode] = changes
    update.calls = client.calls - before
    return update


def _prepare(
    source: Source, store: Store, update: StoreUpdate, *, is_used: bool
) -> PartialPull | None:
    """Return the refresh of one mode, None if what is stored of it has to stay as it is."""
    mode, scopes = source.options.mode, source.scopes(store)
    latest = store.latest_together(scopes)
    if not latest:
        if is_used:  # the other mode matters only to its users
            update.note(f"No {mode} content of this account is stored yet")
    elif store.is_pinned(scopes):
        update.note(f"The {mode} content was rolled back and stays as it is")
    elif not source.covers(latest[0]):
        update.note(f"The stored {mode} content covers less than the settings ask for now")
    else:
        return PartialPull.of(source, store, latest)
    return None


def _plan(
    refresh: PartialPull,
    changed: Mapping[WriteTarget, RemoteItem | None],
    gone: Sequence[WriteTarget],
    update: StoreUpdate,
) -> RefreshPlan:
    """Return what to ask for, and what is gone, as far as it is pulled."""
    plan, spec = RefreshPlan(), refresh.coverage.spec
    for target in (*changed, *gone):
        key, locales = target.key, _locales(refresh, target)
        is_post = key.kind == "post"
        if not (spec.posts if is_post else refresh.coverage.has(key.kind, key.group)):
            update.note(f"{key} is not pulled")
        elif not locales:
            update.note(f"The locale {target.locale!r} is not pulled")
        elif _is_selected(spec, key):  # only the listing shows what is selected now
            plan.listings |= dict.fromkeys(((locale, key[:2]) for locale in locales), None)
            plan.gone |= dict.fromkeys((locale, key) for locale in locales if target in gone)
        elif target in gone:
            plan.gone |= dict.fromkeys((locale, key) for locale in locales)
        elif (
            (item := changed[target])
            and locales == [target.locale]
            and _is_whole(refresh, key, item)
        ):
            is_preview = refresh.source.options.preview
            plan.given[target.locale, key] = item.latest if is_preview else item.live
        elif key.kind != "item":
            if item and item.live is None:
                plan.withdrawn.add(key)  # it was published before, maybe, and this run ended that
            plan.items |= dict.fromkeys((locale, key) for locale in locales)
        else:
            for place in ((locale, key[:2]) for locale in locales):
                plan.listings[place] = (plan.listings.get(place) or set()) | {key}
    return plan


def _locales(refresh: PartialPull, target: WriteTarget) -> list[str]:
    """Return the stored locales that a target means."""
    if target.locale in refresh.latest:
        return [target.locale]
    return [] if target.locale else list(refresh.latest)


def _is_selected(spec: PullSpec, key: Key) -> bool:
    """Return whether settings select a part of an item's listing, so that it cannot be seen alone.

    A post shows by itself whether filters select it, but not whether it is among the first few.
    """
    selection = spec.selections.get(key[:2])
    return selection is not None and (key.kind != "post" or selection.limit is not None)


def _is_whole(refresh: PartialPull, key: Key, item: RemoteItem) -> bool:
    """Return whether an item was read as this refresh would read it.

    Of a post that came as a draft only the listing tells whether another version is live.
    """
    spec, options = refresh.coverage.spec, refresh.source.options
    is_same = spec.levels == 1 and spec.alt_media_text == options.alt_media_text
    return is_same and (options.preview or item.live is not None or key.kind != "post")
