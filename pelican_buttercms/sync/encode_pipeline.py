"""What is held of an answer while a pull goes on? Its records as the bytes that will be stored.

They are checked, split and encoded while other answers are on their way. What remains of an answer
is a third of what it takes as objects of Python.
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
from pelican_buttercms.content.status import listed_live
from pelican_buttercms.store.record_encoding import Encoded, encode
from pelican_buttercms.sync.discovery import Name, leads_of
from pelican_buttercms.sync.listings import Source, each_once, title_of
from pelican_buttercms.sync.paged import ItemName, Naming, Paged

MOST_WAITING = 16
"""Answers that wait to be packed; they are held as objects, so a few must do."""

TURN = 0.002
"""Seconds that one thread computes while others want to. With Python's own 5 ms connections stand
still for longer; with half a millisecond, taking turns costs a tenth of all computing."""

Data = dict[str, Any]
Known = dict[Key, tuple[Data, "Packed"]]
Item = TypeVar("Item")


class Packed(Struct, frozen=True, gc=False):
    """One record on its way into the store.

    Attributes:
        record: what is stored.
        leads: the page types and collections that its references lead to.
    """

    record: Encoded
    leads: frozenset[Name]


class PackedItem(Struct, frozen=True, gc=False):
    """What became of one item of a listing.

    Attributes:
        name: what no two items of the listing share, None where the item has nothing of the kind.
        digest: of the item itself, "" for a draft that a live pull leaves out.
        records: the item itself, and what came inside it and not inside of those before it in the
            same answer; without drafts, in a live pull.
    """

    name: ItemName
    digest: str
    records: tuple[Packed, ...]


class Packer:
    """Packs answers beside the fetching, in a thread of its own; a context manager.

    A connection would stand still while its thread packs. Where too many answers wait, though,
    their own threads pack them: so no more is fetched than can be packed.

    Args:
        preview: whether drafts are wanted.
        now: when the pull began; what is published after it is not live yet.
        keep: takes the records that items of listings themselves are, as soon as they are packed.
            What comes inside of them may not be stored in the end: a listing of its own wins.

    Attributes:
        left_out: what the live listings gave, and is not live by its status, which is the value.
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
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="buttercms-pack")
        self.left_out: dict[Key, str] = {}
        self._room = Semaphore(MOST_WAITING)

    def __enter__(self) -> Self:
        self._interval = sys.getswitchinterval()
        sys.setswitchinterval(min(self._interval, TURN))
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown(cancel_futures=True)
        sys.setswitchinterval(self._interval)

    def listing(self, source: Source) -> Paged[PackedItem]:
        """Give a listing whose pages are packed as they come."""
        paged = source.paged
        known: Known = {}

        def pack(items: Sequence[Data]) -> list[PackedItem]:
            kept: list[Encoded] = []
            packed = []
            for item, records in source.split_answer(items):
                before = len(kept)
                inside = self._pack(records, known, kept)
                digest = kept[-1].digest if len(kept) > before else ""
                packed.append(PackedItem(paged.naming.name(item), digest, inside))
            self._keep(kept)
            return packed

        def decode(request: Request, response: Response) -> Listing[PackedItem]:
            page = paged.decode(request, response)
            items = self._begin(pack, page.items)
            return replace(cast("Listing[Any]", page), items=items)

        naming = Naming[PackedItem](attrgetter("name"), attrgetter("digest"), _title_of)
        return replace(cast("Paged[Any]", paged), decode=decode, naming=naming)

    def joined(
        self, request: Request, response: Response, keys: Iterable[str]
    ) -> Mapping[str, list[tuple[Packed, ...]]] | None:
        """Read several collections as `decode_joined` does; gives the records of each item."""
        found = decode_joined(request, response, keys)
        if found is None:
            return None
        own: list[Encoded] = []
        packed = {
            key: [self._pack(split_item(key, item), {}, own) for item in each_once(key, items)]
            for key, items in found.items()
        }
        self._keep(own)
        return packed

    def _begin(
        self, pack: Callable[[Sequence[Data]], list[PackedItem]], items: Sequence[Data]
    ) -> Sequence[PackedItem]:
        if not self._room.acquire(blocking=False):
            return pack(items)

        def run() -> list[PackedItem]:
            try:
                return pack(items)
            finally:
                self._room.release()

        return _Later(len(items), self._thread.submit(run))

    def _pack(
        self, records: Iterable[RawRecord], known: Known, kept: list[Encoded]
    ) -> tuple[Packed, ...]:
        """Pack an item's records, the first of which is its own, and goes to `kept` too.

        What comes inside of it was mostly packed before: an author comes with each of his posts.
        """
        everything = list(records)
        own, inside = everything[:1], everything[1:]
        packed = [self._pack_one(record) for record in own]
        kept += [one.record for one in packed if one]
        for record in inside:
            before = known.get(record.key)
            if before is not None and before[0] == record.data:
                packed.append(before[1])
            elif found := self._pack_one(record):
                known[record.key] = (record.data, found)
                packed.append(found)
        return tuple(one for one in packed if one)

    def _pack_one(self, record: RawRecord) -> Packed | None:
        """Pack a record; None for what may not be in this scope.

        The read token reads drafts too, so what enters a live scope is looked at, from whatever
        call it came.
        """
        kept = record if self._preview else listed_live(record, self._now)
        if kept is None:
            self.left_out[record.key] = str(record.data.get("status"))
            return None
        return Packed(encode(kept), leads_of(kept))


def _title_of(item: PackedItem) -> str:
    own = next((one.record for one in item.records if one.record.digest == item.digest), None)
    return title_of(json.decode(own.data)) if own else ""


class _Later(Sequence[Item]):
    """Items that are not ready yet, but known in number; whoever looks at them waits."""

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
