"""Reads of collection items past the caches, in few calls: a filter, a listing, or several at once.

Items have no versions: one that is live is what preview shows, too. Source: contract, "Preview".
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from pelican_buttercms.api import read_requests
from pelican_buttercms.api.query import is_key
from pelican_buttercms.api.read_requests import uncached
from pelican_buttercms.api.responses import decode_collection
from pelican_buttercms.content.raw_records import Key, RawRecord, split_item
from pelican_buttercms.content.reference_syntax import parse
from pelican_buttercms.errors import APIError, NotFoundError
from pelican_buttercms.sync.live_and_preview import Data, ListingReader, Views, joined_items
from pelican_buttercms.sync.pagination import PAGE_SIZE, calls_for
from pelican_buttercms.sync.pull_spec import PullSpec

if TYPE_CHECKING:
    from pelican_buttercms.sync.http.client import Client

_LONGEST_FILTER = 100

Items = dict[Key, Data]


class ItemReader:
    """Reads items by their keys, or whole collections.

    Args:
        client: sends the requests.
        listings: reads whole listings.
        stored: what is stored of the account, which tells how large collections are, and by which
            of its values an item can be asked for.
        alt_media_text: whether media are requested with their alternative texts.
    """

    def __init__(
        self,
        client: Client,
        listings: ListingReader,
        stored: Iterable[RawRecord],
        *,
        alt_media_text: bool,
    ) -> None:
        self._client = client
        self._listings = listings
        self._alts = alt_media_text
        self._stored: dict[tuple[str, str], Items] = defaultdict(dict)
        for record in stored:
            if record.key.kind == "item":
                self._stored[record.key.group, record.locale][record.key] = record.data

    def read(
        self,
        locale: str,
        keys: Collection[Key],
        changed: Mapping[Key, Collection[str]],
        *,
        live: bool = True,
    ) -> Views:
        """Return the preview and the live object of each item that is there.

        Args:
            locale: "" for the account's default.
            keys: the items.
            changed: the names of fields that may have other values than before, by item.
            live: whether it matters which of them are live.
        """
        by_group: dict[str, set[Key]] = defaultdict(set)
        for key in keys:
            by_group[key.group].add(key)
        modes = (False, True) if live else (True,)
        views: dict[Key, tuple[Data | None, Data | None]] = {}
        listed: set[Key] = set()
        for group, members in by_group.items():
            filters = {key: self._filter(key, locale, changed.get(key, ())) for key in members}
            if not all(filters.values()) or len(members) >= calls_for(self._size(group, locale)):
                listed |= members
                continue
            for preview in modes:
                asked = {key: name for key, name in filters.items() if name and key not in views}
                views |= _views(self._filtered(locale, asked, preview=preview), preview=preview)
            listed |= members - views.keys()  # another value since, or gone
        for preview in modes:
            missing = listed - views.keys()
            groups = {key.group for key in missing}
            items = self.listing(locale, groups, preview=preview) if groups else {}
            views |= _views({k: items[k] for k in missing & items.keys()}, preview=preview)
        return views

    def listing(self, locale: str, collections: Iterable[str], *, preview: bool) -> Items:
        """Return all items of collections; none of one that is not there.

        Several collections come in one call. One that may have more than a page is asked for
        together with a small one, since the API pages only what is asked for alone.
        """
        collections = sorted(filter(is_key, collections))
        together = collections
        if len(collections) == 1 and not 0 < self._size(collections[0], locale) <= PAGE_SIZE:
            others = {group for group, _ in self._stored if is_key(group)} - {*collections}
            smallest = min(others, key=lambda group: self._size(group, locale), default=None)
            together = [*collections, *([smallest] if smallest else ())]
        items = self._joined(locale, together, preview=preview) if len(together) > 1 else None
        if items is None:
            starts = [
                self._listings.begin("item", group, locale, preview=preview)
                for group in collections
            ]
            items = {key: data for collect in starts for key, data in collect().items()}
        self._remember(locale, items)
        return items

    def _joined(self, locale: str, keys: Sequence[str], *, preview: bool) -> Items | None:
        """Return the items of several collections, None if they have to be asked for one by one."""
        spec = PullSpec(preview=preview, alt_media_text=self._alts)
        answer = joined_items(self._client, keys, spec, locale)
        if answer is None:
            return None
        return {
            split_item(group, item)[0].key: item
            for group, items in answer.items()
            for item in items
        }

    def _filtered(
        self, locale: str, filters: Mapping[Key, tuple[str, str]], *, preview: bool
    ) -> Items:
        """Return the items that a filter by one of their values brings."""
        started = []
        for key, where in filters.items():
            request = read_requests.collection(
                key.group,
                preview=preview,
                locale=locale or None,
                levels=1,
                alt_media_text=self._alts,
                where=where,
                page_size=PAGE_SIZE,
            )
            decode = partial(decode_collection, key=key.group)
            started.append((key, self._client.start(uncached(request), decode)))
        found: Items = {}
        for key, answer in started:
            try:
                items = answer.result().items
            except NotFoundError:
                continue
            except APIError as exc:
                if "locale" in str(exc).lower():
                    raise
                continue  # a filter that the account does not take
            found |= {k: i for i in items if (k := split_item(key.group, i)[0].key) == key}
        self._remember(locale, found)
        return found

    def _remember(self, locale: str, items: Items) -> None:
        for key, data in items.items():
            self._stored[key.group, locale][key] = data

    def _size(self, collection: str, locale: str) -> int:
        return len(self._stored.get((collection, locale), ()))

    def _filter(self, key: Key, locale: str, changed: Collection[str]) -> tuple[str, str] | None:
        """Return a field and its value that the fewest items have, None if none is fit."""
        items = self._stored.get((key.group, locale), {})
        texts = [
            (name, value)
            for name, value in items.get(key, {}).items()
            if name not in changed and _is_fit(value)
        ]
        if not texts:
            return None
        held = Counter(
            (n, item.get(n)) for item in items.values() for n, v in texts if item.get(n) == v
        )
        best = min(texts, key=lambda text: held[text])
        return best if held[best] <= PAGE_SIZE // 2 else None


def _is_fit(value: Any) -> bool:
    """Return whether a value can be a filter: a short line of text that is no reference."""
    return (
        isinstance(value, str)
        and 0 < len(value) <= _LONGEST_FILTER
        and value == value.strip()
        and value.isprintable()
        and "<" not in value
        and parse(value) is None
    )


def _views(items: Items, *, preview: bool) -> dict[Key, tuple[Data | None, Data | None]]:
    return {key: (item, None if preview else item) for key, item in items.items()}
