"""The encoding of a pull's answers as the records that will be stored, beside the fetching.

Answers are checked, split and encoded while other answers are on their way. An encoded answer takes
a third of the memory that its Python objects take.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from operator import attrgetter
import sys
from threading import Semaphore
from typing import Any, Self, TypeVar, cast, overload

from msgspec import Struct, json

from pelican_buttercms.api import Listing, Request, Response
from pelican_buttercms.api.responses import decode_joined
from pelican_buttercms.content import Key, RawRecord, split_item
from pelican_buttercms.content.naming import title_of
from pelican_buttercms.content.status import listed_live
from pelican_buttercms.store.record_encoding import Encoded, encode
from pelican_buttercms.sync.discovery import references_of
from pelican_buttercms.sync.listings import RecordListing, each_once
from pelican_buttercms.sync.paged import ItemName, ItemNaming, PagedListing
from pelican_buttercms.sync.pull_spec import ListingName

MAX_PENDING_ANSWERS = 16
"""Answers that wait to be encoded. They are held as objects, so there are few."""

SWITCH_INTERVAL = 0.002
"""Seconds that one thread computes while others want to. With Python's own 5 ms connections are
idle for longer; with half a millisecond, switching costs a tenth of all computing."""

Data = dict[str, Any]
Known = dict[Key, tuple[Data, "EncodedRecord"]]
Item = TypeVar("Item")


class EncodedRecord(Struct, frozen=True, gc=False):
    """One record on its way into the store.

    Attributes:
        record: what is stored.
        leads: the page types and collections that its references lead to.
    """

    record: Encoded
    references: frozenset[ListingName]


class EncodedItem(Struct, frozen=True, gc=False):
    """One item of a listing, encoded.

    Attributes:
        name: what no two items of the listing share, None where the item has nothing of the kind.
        digest: of the item itself, "" for a draft that a live pull leaves out.
        records: the item itself, and what came inside it and not inside of those before it in the
            same answer; without drafts, in a live pull.
    """

    name: ItemName
    digest: str
    records: tuple[EncodedRecord, ...]


class RecordEncoder:
    """Encodes answers in a thread of its own, beside the fetching; a context manager.

    A connection would be idle while its thread encodes. If too many answers wait, their own threads
    encode them: so no more is fetched than can be encoded.

    Args:
        preview: whether drafts are wanted.
        now: when the pull began; what is published after it is not live yet.
        keep: receives the records of the listings' own items, as soon as they are encoded.
            Embedded records may not be stored in the end: a record from its own listing wins.

    Attributes:
        left_out: the status of each item of a live listing that is not live by its status.
    """

    def __init__(
        self,
        *,
        preview: bool,
        now: datetime,
        keep: Callable[[list[Encoded]], None] = lambda _: None,
    ) -> None:
        self._preview = preview
        self._now = now
        self._keep = keep
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="buttercms-encode")
        self.left_out: dict[Key, str] = {}
        self._room = Semaphore(MAX_PENDING_ANSWERS)

    def __enter__(self) -> Self:
        self._interval = sys.getswitchinterval()
        sys.setswitchinterval(min(self._interval, SWITCH_INTERVAL))
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown(cancel_futures=True)
        sys.setswitchinterval(self._interval)

    def listing(self, source: RecordListing) -> PagedListing[EncodedItem]:
        """Return a listing whose pages are encoded as they come."""
        paged = source.paged
        known: Known = {}

        def encode_items(items: Sequence[Data]) -> list[EncodedItem]:
            kept: list[Encoded] = []
            encoded = []
            for item, records in source.split_answer(items):
                before = len(kept)
                inside = self._encode_records(records, known, kept)
                digest = kept[-1].digest if len(kept) > before else ""
                encoded.append(EncodedItem(paged.naming.name(item), digest, inside))
            self._keep(kept)
            return encoded

        def decode(request: Request, response: Response) -> Listing[EncodedItem]:
            page = paged.decode(request, response)
            items = self._begin(encode_items, page.items)
            return replace(cast("Listing[Any]", page), items=items)

        naming = ItemNaming[EncodedItem](attrgetter("name"), attrgetter("digest"), _title_of)
        return replace(cast("PagedListing[Any]", paged), decode=decode, naming=naming)

    def joined(
        self, request: Request, response: Response, keys: Iterable[str]
    ) -> Mapping[str, list[tuple[EncodedRecord, ...]]] | None:
        """Decode several collections as `decode_joined` does; return the records of each item."""
        decoded = decode_joined(request, response, keys)
        if decoded is None:
            return None
        own: list[Encoded] = []
        encoded = {
            key: [
                self._encode_records(split_item(key, item), {}, own)
                for item in each_once(key, items)
            ]
            for key, items in decoded.items()
        }
        self._keep(own)
        return encoded

    def _begin(
        self, encode_items: Callable[[Sequence[Data]], list[EncodedItem]], items: Sequence[Data]
    ) -> Sequence[EncodedItem]:
        if not self._room.acquire(blocking=False):
            return encode_items(items)

        def run() -> list[EncodedItem]:
            try:
                return encode_items(items)
            finally:
                self._room.release()

        return _PendingItems(len(items), self._thread.submit(run))

    def _encode_records(
        self, records: Iterable[RawRecord], known: Known, kept: list[Encoded]
    ) -> tuple[EncodedRecord, ...]:
        """Encode an item's records; the first one is its own, and goes to `kept` too.

        Most embedded records were encoded before: an author comes with each of his posts.
        """
        everything = list(records)
        own, inside = everything[:1], everything[1:]
        encoded = [self._encode_one(record) for record in own]
        kept += [encoded_record.record for encoded_record in encoded if encoded_record]
        for record in inside:
            before = known.get(record.key)
            if before is not None and before[0] == record.data:
                encoded.append(before[1])
            elif new := self._encode_one(record):
                known[record.key] = (record.data, new)
                encoded.append(new)
        return tuple(encoded_record for encoded_record in encoded if encoded_record)

    def _encode_one(self, record: RawRecord) -> EncodedRecord | None:
        """Encode a record; return None for what may not be in this scope.

        The read token reads drafts too, so every record that enters a live scope is checked.
        """
        kept = record if self._preview else listed_live(record, self._now)
        if kept is None:
            self.left_out[record.key] = str(record.data.get("status"))
            return None
        return EncodedRecord(encode(kept), references_of(kept))


def _title_of(item: EncodedItem) -> str:
    own = next(
        (
            encoded_record.record
            for encoded_record in item.records
            if encoded_record.record.digest == item.digest
        ),
        None,
    )
    return title_of(json.decode(own.data)) if own else ""


class _PendingItems(Sequence[Item]):
    """Items whose number is known before they are ready; reading them waits."""

    def __init__(self, count: int, items: Future[list[Item]]) -> None:
        self._count = count
        self._items = items

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Item]:
        return iter(self._items.result())

    @overload
    def __getitem__(self, place: int) -> Item: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Item]: ...

    def __getitem__(self, place: int | slice) -> Item | Sequence[Item]:
        return self._items.result()[place]
