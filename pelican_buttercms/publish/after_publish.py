"""The update of the store after `publish`: the last pull, with the changed items read again.

A post or a page costs one call for each stored locale and mode, a collection costs one listing, and
a deletion costs none. The result is what a pull would have brought.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pelican_buttercms.content import Key
from pelican_buttercms.errors import ButterCMSError
from pelican_buttercms.publish.apply.types import PublishReport
from pelican_buttercms.publish.write_model import WriteTarget
from pelican_buttercms.store import Changes, Generation, Mode, Store
from pelican_buttercms.sync.account import Source
from pelican_buttercms.sync.refresh.coverage import PullCoverage
from pelican_buttercms.sync.refresh.fetch import RecordFetcher, Records

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


def update_store(
    source: Source, client: Client, report: PublishReport, main_locale: str
) -> list[str]:
    """Merge what was written into the store, so that the next build shows it without a pull.

    Returns:
        Notes for the user. A failure here is harmless: the next pull brings the changes.
    """
    changed: list[WriteTarget] = []
    gone: list[WriteTarget] = []
    for written in report.written:
        target = written.target
        if target.key.kind == "post" and not target.locale:
            target = replace(target, locale=main_locale)
        (gone if written.version is None else changed).append(target)
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
    changed: Iterable[WriteTarget],
    gone: Iterable[WriteTarget] = (),
) -> StoreUpdate:
    """Read changed items and merge them into the stored live and preview content.

    Args:
        source: the account, and what is pulled of it.
        client: reads from the account.
        store: holds the last pull.
        changed: new and changed targets. A locale of "" means every stored locale, unless the
            store has the account's default locale under that name.
        gone: deleted targets, in the same way; they are not read. A renamed item is gone under its
            old name.

    Raises:
        ButterCMSError: a read failed. The store is unchanged, or only one mode is updated.
    """
    changed, gone = list(dict.fromkeys(changed)), list(dict.fromkeys(gone))
    update, before = StoreUpdate(), client.calls
    for preview in (False, True):
        of_mode = replace(source, options=replace(source.options, preview=preview))
        _ModeUpdate(of_mode, client, store, update, source.options.mode).run(changed, gone)
    update.calls = client.calls - before
    return update


class _ModeUpdate:
    """The update of one mode; `user_mode` is the mode that the user works in."""

    def __init__(
        self, source: Source, client: Client, store: Store, update: StoreUpdate, user_mode: Mode
    ) -> None:
        self._source = source
        self._user_mode = user_mode
        self._client = client
        self._store = store
        self._update = update
        self._spec = source.pull_spec()
        self._latest: list[Generation] = []
        self._before = client.calls

    def run(self, changed: Sequence[WriteTarget], gone: Sequence[WriteTarget]) -> None:
        """Read the items and store one generation of each locale."""
        mode = self._source.options.mode
        scopes = self._source.scopes(self._store)
        self._latest = self._store.latest_together(scopes) or []
        if not self._latest:
            if mode == self._user_mode:  # the other mode matters only to its users
                self._note(f"No {mode} content of this account is stored yet")
            return
        if self._store.is_pinned(scopes):
            self._note(f"The {mode} content was rolled back and stays as it is")
            return
        if not self._source.covers(self._latest[0]):
            self._note(f"The stored {mode} content covers less than the settings ask for now")
            return
        asked_at = self._store.next_moment(scopes)
        alts = "alternative texts" in self._latest[0].wanted
        self._spec = replace(self._spec, alt_media_text=alts)
        changed, gone = list(self._covered(changed)), list(self._covered(gone))
        records = self._read(changed)
        for target in gone:
            for locale in self._locales(target):
                records[locale][target.key] = None
        if not any(records.values()) or not self._is_complete(records):
            return
        stored = self._store.apply_changes(
            {generation.scope: records[generation.scope.locale] for generation in self._latest},
            calls=self._client.calls - self._before,
            cause="publish",
            asked_at=asked_at,
        )
        if stored is None:
            self._note(f"The {mode} content was rolled back in the meantime")
            return
        self._update.changes[mode] = {
            generation.scope.locale: changes for generation, changes in stored
        }

    def _note(self, why: str) -> None:
        text = f"{why}: the next `pelican-buttercms pull` brings what changed."
        if text not in self._update.notes:
            self._update.notes.append(text)

    # targets and locales

    def _covered(self, targets: Iterable[WriteTarget]) -> Iterator[WriteTarget]:
        for target in targets:
            if not self._is_pulled(target.key):
                self._note(f"{target.key} is not pulled")
            elif not self._locales(target):
                self._note(f"The locale {target.locale!r} is not pulled")
            else:
                yield target

    def _is_pulled(self, key: Key) -> bool:
        spec = self._latest[0].wanted
        names = {"post": "posts", "page": f"page type {key.group}"}
        if names.get(key.kind, f"collection {key.group}") in spec:
            return True
        entries = (entry for generation in self._latest for entry in generation.manifest)
        return any(
            (entry.kind, entry.group) == (key.kind, key.group) for entry in entries if entry.group
        )

    def _locales(self, target: WriteTarget) -> list[str]:
        stored = [generation.scope.locale for generation in self._latest]
        if target.locale in stored:
            return [target.locale]
        return [] if target.locale else stored

    # reading

    def _read(self, changed: Collection[WriteTarget]) -> dict[str, Records]:
        """Read all items concurrently; return the new records by locale."""
        locales = [generation.scope.locale for generation in self._latest]
        reread = RecordFetcher(self._client, locales, self._spec, self._source.now())
        singles: list[tuple[str, Key]] = []
        listings: dict[tuple[str, str], list[Key]] = {}
        for target in changed:
            for locale in self._locales(target):
                if target.key.kind == "item":
                    listings.setdefault((locale, target.key.group), []).append(target.key)
                else:
                    singles.append((locale, target.key))
        reread.read(singles, listings)
        return reread.records

    def _is_complete(self, records: Mapping[str, Records]) -> bool:
        """Return whether all references of the records lead to what is pulled, as before."""
        new = [record for of_locale in records.values() for record in of_locale.values() if record]
        missing = PullCoverage(self._spec, self._latest, self._store.records).missing(new)
        if missing and self._spec.discover:
            self._note(f"What changed refers to {', '.join(missing)}, which was never pulled")
            return False
        return True
