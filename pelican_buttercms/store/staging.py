"""Records that are written while their pull is under way, before a generation names them.

A record lies in the store by the digest of its bytes, so nobody reads one that no generation
names. Only the generations have to come all at once. What is written ahead is noted, so that what
no generation ever names is found again and removed (see `gc`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
import logging
from queue import SimpleQueue
import secrets
from threading import Event, Thread
import time
from typing import Final, Self

from pelican_buttercms.errors import StoreError
from pelican_buttercms.store import record_encoding
from pelican_buttercms.store.batch_cache import batches
from pelican_buttercms.store.database import Database
from pelican_buttercms.store.record_encoding import Encoded

logger = logging.getLogger(__name__)

BATCH_BYTES: Final = 4 * 1024 * 1024
"""Bytes that are worth a transaction; each writes most of the index's pages anew."""

ABANDONED_AFTER: Final = 3600
"""Seconds after which a note is that of a pull which failed or was killed; nothing depends on it:
a pull that takes longer writes once more what was removed."""

_NOTE: Final = "ahead/"


class StagedRecords:
    """Writes records while others are still on their way, in a thread of its own.

    It only saves time: whoever stores the pull checks that every record is there. So it waits for
    no other process, and what it fails to write is written at the end.

    Attributes:
        stored: the digests of records that were in the store, whole, when they were looked up.
        notes: the names of the entries that list what was written.
        written: the digests of records that were not there before.

    Args:
        database: the store's.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: SimpleQueue[list[Encoded] | None] = SimpleQueue()
        self._ended = Event()
        self._thread = Thread(target=self._run, name="buttercms-store")
        self._token = secrets.token_hex(8)
        self.stored: set[str] = set()
        self.written: set[str] = set()
        self.notes: list[str] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._waiting.put(None)
        self._thread.join()

    def put(self, records: list[Encoded]) -> None:
        """Queue records to be written; from any thread, without waiting."""
        self._waiting.put(records)

    def _run(self) -> None:
        try:
            for records in self._batches():
                self._try_to_keep(records)
        finally:
            self._database.close()  # this thread's connection, which would outlive it

    def _try_to_keep(self, records: Mapping[str, bytes]) -> None:
        try:
            self._keep(records)
        except StoreError as exc:
            logger.info("Some records are written when all are here: %s", exc)

    def _batches(self) -> Iterator[dict[str, bytes]]:
        """Yield records in batches that are worth a transaction, each once; none after the end."""
        batch: dict[str, bytes] = {}
        size = 0
        while (records := self._waiting.get()) is not None and not self._ended.is_set():
            for record in records:
                if record.digest not in self.stored and record.digest not in batch:
                    batch[record.digest] = record.data
                    size += len(record.data)
            if size >= BATCH_BYTES:
                yield batch
                batch, size = {}, 0

    def _keep(self, records: Mapping[str, bytes]) -> None:
        self._database.do_not_block()
        new = changed_records(self._database, records)
        if new:
            note = f"{_NOTE}{self._token}-{len(self.notes)}"
            with self._database.transaction():
                write_records(self._database, new)
                self._database.set(note, "\n".join(new).encode())
            self.notes.append(note)
            self.written.update(new)
        self.stored.update(records)


def changed_records(database: Database, records: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return those of some records that are not in the store, or were damaged in it."""
    new: dict[str, bytes] = {}
    for digests in batches(records):
        named = {record_encoding.record_name(digest): digest for digest in digests}
        present = database.get_many(named)
        new.update((d, records[d]) for name, d in named.items() if present.get(name) != records[d])
    return new


def missing_records(database: Database, digests: Iterable[str]) -> Iterator[str]:
    """Yield the digests of those batches of records of which some have no entry.

    Reads none of the records. In the order of their names, as the index has them.
    """
    for batch in batches(sorted(digests)):
        if not database.has_all([record_encoding.record_name(digest) for digest in batch]):
            yield from batch


def write_records(database: Database, records: Mapping[str, bytes]) -> None:
    """Write records; inside a transaction.

    In the order of their names, as the index has them: its pages are then written one by one.
    """
    for digests in batches(sorted(records)):
        database.set_many(
            {record_encoding.record_name(digest): records[digest] for digest in digests}
        )


def abandoned_notes(database: Database) -> dict[str, set[str]]:
    """Return the notes of pulls that failed or were killed: the digests in each, by name."""
    names = database.names(_NOTE, time.time() - ABANDONED_AFTER)
    return {name: _noted(database, name) for name in names}


def _noted(database: Database, name: str) -> set[str]:
    try:
        return set((database.get(name) or b"").decode("ascii", "replace").split())
    except StoreError:
        return set()  # damaged: the note is removed as any other
