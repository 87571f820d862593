"""The last pull once more, with a few items read anew after `publish` changed them.

One call for a post or a page in each locale and mode that is stored, one listing for a collection,
none for what is known to be gone. What is read is what a pull would have brought.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pelican_buttercms.content import Key
from pelican_buttercms.publish.write_model import Target
from pelican_buttercms.store import Changes, Generation, Mode, Store
from pelican_buttercms.sync.account import Source
from pelican_buttercms.sync.refresh.coverage import PullCoverage
from pelican_buttercms.sync.refresh.fetch import RecordFetcher, Records

if TYPE_CHECKING:
    from pelican_buttercms.sync.http.client import Client


@dataclass
class Folded:
    """What became of the changed items.

    Attributes:
        calls: requests that reached the API.
        changes: how each new generation differs from the one before, by mode and locale.
        notes: what was left as it was, and why; each a sentence.
    """

    calls: int = 0
    changes: dict[Mode, dict[str, Changes]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def fold_in(
    source: Source,
    client: Client,
    store: Store,
    changed: Iterable[Target],
    gone: Iterable[Target] = (),
) -> Folded:
    """Take what changed at the CMS into the store, live and preview, as far as they are stored.

    Args:
        source: the account, and what is wanted of it.
        client: asks the account.
        store: where the last pull is.
        changed: what is new or changed. A locale of "" is every locale that is stored, unless the
            store has the account's default under just that name.
        gone: what was deleted, in the same way; it is not asked for. An item that was renamed is
            gone under its old name.

    Raises:
        ButterCMSError: a read failed; the store is as it was, or one mode is folded.
    """
    changed, gone = list(dict.fromkeys(changed)), list(dict.fromkeys(gone))
    folded, before = Folded(), client.calls
    for preview in (False, True):
        of_mode = replace(source, options=replace(source.options, preview=preview))
        _Fold(of_mode, client, store, folded, source.options.mode).run(changed, gone)
    folded.calls = client.calls - before
    return folded


class _Fold:
    """One mode's part; `asked` is the mode that the user works in."""

    def __init__(
        self, source: Source, client: Client, store: Store, folded: Folded, asked: Mode
    ) -> None:
        self._source = source
        self._asked = asked
        self._client = client
        self._store = store
        self._folded = folded
        self._spec = source.pull_spec()
        self._latest: list[Generation] = []
        self._before = client.calls

    def run(self, changed: Sequence[Target], gone: Sequence[Target]) -> None:
        """Read, and store one generation of each locale."""
        mode = self._source.options.mode
        scopes = self._source.scopes(self._store)
        self._latest = self._store.latest_together(scopes) or []
        if not self._latest:
            if mode == self._asked:  # the other one is a matter of those who use it
                self._note(f"No {mode} content of this account is stored yet")
            return
        if self._store.is_pinned(scopes):
            self._note(f"The {mode} content was rolled back, and stays so until the next pull")
            return
        if not self._source.covers(self._latest[0]):
            self._note(f"The stored {mode} content is less than is wanted now")
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
        found = self._store.apply_changes(
            {one.scope: records[one.scope.locale] for one in self._latest},
            calls=self._client.calls - self._before,
            cause="publish",
            asked_at=asked_at,
        )
        if found is None:
            self._note(f"The {mode} content was rolled back meanwhile")
            return
        self._folded.changes[mode] = {one.scope.locale: told for one, told in found}

    def _note(self, why: str) -> None:
        text = f"{why}: the next `pelican-buttercms pull` brings what changed."
        if text not in self._folded.notes:
            self._folded.notes.append(text)

    # which targets, in which locales

    def _covered(self, targets: Iterable[Target]) -> Iterator[Target]:
        for target in targets:
            if not self._is_pulled(target.key):
                self._note(f"{target.key} is not among what is pulled")
            elif not self._locales(target):
                self._note(f"The locale {target.locale!r} is not among what is pulled")
            else:
                yield target

    def _is_pulled(self, key: Key) -> bool:
        spec = self._latest[0].wanted
        names = {"post": "posts", "page": f"page type {key.group}"}
        if names.get(key.kind, f"collection {key.group}") in spec:
            return True
        found = (one for generation in self._latest for one in generation.manifest)
        return any((one.kind, one.group) == (key.kind, key.group) for one in found if one.group)

    def _locales(self, target: Target) -> list[str]:
        stored = [one.scope.locale for one in self._latest]
        if target.locale in stored:
            return [target.locale]
        return [] if target.locale else stored

    # what they are now

    def _read(self, changed: Collection[Target]) -> dict[str, Records]:
        """Ask for everything side by side; gives what is stored anew, by locale."""
        locales = [one.scope.locale for one in self._latest]
        reread = RecordFetcher(self._client, locales, self._spec, self._source.now())
        looks: list[tuple[str, Key]] = []
        listings: dict[tuple[str, str], list[Key]] = {}
        for target in changed:
            for locale in self._locales(target):
                if target.key.kind == "item":
                    listings.setdefault((locale, target.key.group), []).append(target.key)
                else:
                    looks.append((locale, target.key))
        reread.read(looks, listings)
        return reread.records

    def _is_complete(self, records: Mapping[str, Records]) -> bool:
        """Say whether all that is referred to is pulled, as far as that was so before."""
        now = [record for found in records.values() for record in found.values() if record]
        missing = PullCoverage(self._spec, self._latest, self._store.records).missing(now)
        if missing and self._spec.discover:
            self._note(f"What changed refers to {', '.join(missing)}, never pulled yet")
            return False
        return True
