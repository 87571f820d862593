"""Uncached reads of what the CMS holds now, unpublished content included."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from pelican_buttercms.api.query import is_name
from pelican_buttercms.api.responses import decode_item
from pelican_buttercms.content import SINGLE_PAGES
from pelican_buttercms.content.raw_records import Key, RawRecord
from pelican_buttercms.content.reference_syntax import embedded_key
from pelican_buttercms.errors import InvalidRequestError, NotFoundError, SettingsError
from pelican_buttercms.publish.item_reads import ItemReader
from pelican_buttercms.publish.write_model import (
    ItemVersion,
    WriteTarget,
    parse_version,
    reference_uri,
)
from pelican_buttercms.sync.live_and_preview import (
    Data,
    ListingReader,
    Views,
    item_request,
    split_records,
    unpulled_records,
)

if TYPE_CHECKING:
    from pelican_buttercms.sync.http.client import Client

MAX_SINGLE_READS = 8
"""Up to this many targets are read one by one. For more, the listing may cost fewer calls."""

Result = TypeVar("Result")
Group = tuple[str, str, str]
CollectionOf = Callable[[str], str | None]


@dataclass(frozen=True)
class RemoteItem:
    """One target as the API returns it.

    Attributes:
        latest: the object as preview shows it.
        live: the object as everyone sees it, None when it is not live.
        version: its writable values.
    """

    latest: Data
    live: Data | None
    version: ItemVersion


class RemoteReader:
    """Reads the current state of the CMS.

    Args:
        client: sends the requests, and bounds how many run at once.
        stored: what is stored of the account; it shows how to read few items of many.
        collection_of: returns the collection of an item's id, where it is known. An item that the
            API expands inside another record does not name its collection.
        main_locale: the locale of posts that name none. Without it the slug of a deleted post
            would lead to its translation of the same slug.
        alt_media_text: whether media are requested with their alternative texts, as pulls request
            them. A component of just a URL and a text has the same form here and in the store then.
    """

    def __init__(
        self,
        client: Client,
        collection_of: CollectionOf | None = None,
        stored: Iterable[RawRecord] = (),
        *,
        main_locale: str = "",
        alt_media_text: bool = False,
    ) -> None:
        self._client = client
        self._main = main_locale
        self._alts = alt_media_text
        self._listings = ListingReader(client, alt_media_text=alt_media_text)
        self._item_reads = ItemReader(client, self._listings, stored, alt_media_text=alt_media_text)
        self._collection_of = collection_of or (lambda _: None)
        self._items: dict[WriteTarget, RemoteItem | None] = {}
        self._groups: dict[tuple[str, str], bool] = {}

    def read(
        self,
        targets: Iterable[WriteTarget],
        changed: Mapping[Key, Collection[str]] | None = None,
        *,
        live: bool = True,
    ) -> dict[WriteTarget, ItemVersion | None]:
        """Return the current version of each target, None where the CMS has none.

        A post or a page costs two calls, or the calls of its two listings if those are fewer. An
        item costs one call if it is live and two if not, or the calls of its collection. A post in
        a named locale may come under a slug of its own.

        Args:
            targets: the versions.
            changed: the names of fields that were just written, by item.
            live: whether it matters what is live. If not, items count as drafts, and the status of
                a post or a page is asked for as live only where preview does not give it.

        Raises:
            SettingsError: the account has no such locale.
            ContentError: a response is not of the documented form.
            APIError, TransportError, ResponseError: as from `Client.get`.
        """
        targets = list(dict.fromkeys(targets))
        groups: dict[Group, list[WriteTarget]] = defaultdict(list)
        items: dict[str, list[Key]] = defaultdict(list)
        for target in filter(_can_exist, targets):
            if target.key.kind == "item":
                items[target.locale].append(target.key)
            else:
                groups[target.key.kind, target.key.group, target.locale].append(target)
        started = [
            (group, self._start_reads(group, members, live=live))
            for group, members in groups.items()
        ]
        for locale, keys in items.items():
            read = partial(self._item_reads.read, locale, keys, changed or {}, live=live)
            views = _in_locale(locale, read)
            self._keep([WriteTarget(key, locale) for key in keys], views)
        for group, finish in started:
            views = _in_locale(group[-1], finish)
            if group[0] == "post" and group[-1] and len(groups[group]) > MAX_SINGLE_READS:
                missing = [target for target in groups[group] if target.key not in views]
                views = {**views, **_in_locale(group[-1], self._start_singles(missing))}
            self._keep(groups[group], views)
        return {target: item.version if (item := self.item(target)) else None for target in targets}

    def _keep(self, targets: Iterable[WriteTarget], views: Views) -> None:
        for target in targets:
            latest, live = views.get(target.key, (None, None))
            self._items[target] = self._remote_item(target, latest, live)

    def item(self, target: WriteTarget) -> RemoteItem | None:
        """Return the API's objects of a target, as of its last read."""
        return self._items.get(target)

    def latest(self, target: WriteTarget) -> Data | None:
        """Return the preview object of a target, as of its last read."""
        return item.latest if (item := self.item(target)) else None

    def items(
        self, collection: str, locale: str, *, preview: bool = True
    ) -> dict[str, ItemVersion]:
        """Return all items of a collection by id; none where there is no such collection.

        Args:
            collection: its key.
            locale: "" for the account's default.
            preview: whether drafts are wanted, too. The status of an item is known only of those
                that are live.
        """
        read = partial(self._item_reads.listing, locale, [collection], preview=preview)
        items = {}
        for key, data in _in_locale(locale, read).items():
            target = WriteTarget(key, locale)
            item = self._remote_item(target, data, None if preview else data)
            if item and key.group == collection:
                self._items[target] = item
                items[key.id] = item.version
        return items

    def unpulled(self, kind: str, group: str, locale: str) -> list[RawRecord]:
        """Return all records of a page type or a collection that no pull brings."""
        if kind != "item":
            return unpulled_records(self._client, kind, group, locale)
        items = self._item_reads.listing(locale, [group], preview=True)
        return [RawRecord(key, data) for key, data in items.items() if key.group == group]

    def has_group(self, kind: str, group: str) -> bool:
        """Return whether the page type or collection exists in the account's default locale."""
        if group == SINGLE_PAGES and kind == "page":
            return True
        if (kind, group) not in self._groups:
            self._groups[kind, group] = self._listings.exists(kind, group)
        return self._groups[kind, group]

    def _start_reads(
        self, group: Group, targets: list[WriteTarget], *, live: bool
    ) -> Callable[[], Views]:
        """Start reading targets of one listing the cheaper way; return their collector."""
        singles = partial(self._start_singles, targets, live=live)
        if len(targets) <= MAX_SINGLE_READS:
            return singles()
        kind, name, _ = group
        locale = self._locale_of(targets[0])
        return self._listings.begin_both(
            kind, name, locale, most=2 * len(targets), otherwise=singles
        )

    def _start_singles(
        self, targets: list[WriteTarget], *, live: bool = True
    ) -> Callable[[], Views]:
        started = [
            (target, self._start(target, preview=True), self._start(target) if live else None)
            for target in targets
        ]

        def both(
            target: WriteTarget, preview: Future[Data], public: Future[Data] | None
        ) -> tuple[Data | None, Data | None]:
            latest = _result_or_none(preview)
            if public is None and (latest is None or latest.get("status")):
                return latest, None
            return latest, _result_or_none(public or self._start(target))

        return lambda: {one[0].key: both(*one) for one in started}

    def _start(self, target: WriteTarget, *, preview: bool = False) -> Future[Data]:
        locale = self._locale_of(target)
        request = item_request(target.key, locale, preview=preview, alt_media_text=self._alts)
        return self._client.start(request, decode_item)

    def _locale_of(self, target: WriteTarget) -> str:
        return target.locale or (self._main if target.key.kind == "post" else "")

    def _remote_item(
        self, target: WriteTarget, latest: Data | None, live: Data | None
    ) -> RemoteItem | None:
        """Build an item from its two responses; None where they are of another item."""
        key = target.key
        latest, live = self._verified(target, latest), self._verified(target, live)
        if key.kind == "post" and live and (live.get("status") or "published") != "published":
            live = None  # the endpoint returns a single post whatever its status
        latest = latest or live
        return RemoteItem(latest, live, parse_version(key, latest, live)) if latest else None

    def _verified(self, target: WriteTarget, data: Data | None) -> Data | None:
        if data is None:
            return None
        key = target.key
        is_translation = key.kind == "post" and target.locale  # it may have a slug of its own
        if split_records(key, data)[0].key != key and not is_translation:
            return None  # a page of another type
        if key.kind == "page":
            return {**data, "fields": self._with_item_uris(data["fields"])}
        kept = {"meta"} if key.kind == "item" else data.keys()
        return {n: value if n in kept else self._with_item_uris(value) for n, value in data.items()}

    def _with_item_uris(self, value: Any) -> Any:
        """Replace expanded items by their URIs, where their collection is known."""
        if isinstance(value, list):
            return [self._with_item_uris(entry) for entry in value]
        if not isinstance(value, dict):
            return value
        key = embedded_key(value)
        if key and key.kind == "item" and (collection := self._collection_of(key.id)):
            return reference_uri(Key("item", collection, key.id))
        return {name: self._with_item_uris(entry) for name, entry in value.items()}


def _can_exist(target: WriteTarget) -> bool:
    """Return whether a target can be requested: one that is still to be created has no id."""
    return is_name(target.key.id) and (target.key.kind == "post" or is_name(target.key.group))


def _result_or_none(response: Future[Data]) -> Data | None:
    try:
        return response.result()
    except NotFoundError:
        return None


def _in_locale(locale: str, finish: Callable[[], Result]) -> Result:
    """Return the result; raise SettingsError where the API refuses the locale."""
    try:
        return finish()
    except InvalidRequestError as exc:
        if locale and exc.status == 400 and "locale" in exc.detail.lower():
            raise SettingsError(
                f"The account has no locale {locale!r}: {exc.answer} Copy the API slug from the"
                " dashboard."
            ) from exc
        raise
