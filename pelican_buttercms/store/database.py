"""A diskcache database whose every failure is a StoreError."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
import sqlite3
from typing import Final

import diskcache
from diskcache.core import DBNAME, MODE_RAW

from pelican_buttercms.errors import DatabaseError, StoreError
from pelican_buttercms.store.batch_cache import BatchCache
from pelican_buttercms.store.diskcache_disk import PlainDisk
from pelican_buttercms.store.shape import find_foreign_content, find_irregular_file
from pelican_buttercms.store.sqlite import SharedConnection, create_empty

_SETTINGS: Final = {
    "eviction_policy": "none",  # diskcache's default drops content at 1 GiB
    "cull_limit": 0,
    "statistics": 0,
    "tag_index": 0,
    "sqlite_cache_size": -8192,  # kB; the default is 32 MB, and what is read here is read once
    "sqlite_mmap_size": 0,  # a file cut short under a memory map kills the process
}

# SQLite quotes damaged bytes in its messages, which Python then cannot decode
_FAILURES: Final = (sqlite3.Error, OSError, diskcache.Timeout, UnicodeDecodeError)
_ADVICE: Final = (
    (("locked", "busy"), "Another process is writing to it; wait for it, then try again."),
    (
        ("readonly", "read-only", "permission", "unable to open", "not a directory"),
        "Give this user the right to write there, or name another folder.",
    ),
    (
        ("full", "no space", "disk i/o", "quota"),
        "Check whether that disk is full or failing, then try again.",
    ),
)
_REFILL: Final = (
    "It may be damaged: `pelican-buttercms doctor --repair` sets it aside; then"
    " `pelican-buttercms pull` fills a new one."
)


_ADD: Final = f"""
    UPDATE Cache SET value = value + ?
    WHERE key = ? AND raw = 1 AND mode = {MODE_RAW} AND filename IS NULL AND expire_time IS NULL
    AND typeof(value) = 'integer' AND value <= ?"""  # noqa: S608


class UnusableError(DatabaseError):
    """A database is damaged: neither another process nor the disk stands in the way."""


class Database:
    """Named bytes and numbers in one folder, for several threads and processes.

    Args:
        folder: where it lies; made when it is not there.
        timeout: seconds to wait while another process writes.
        page_size: bytes that SQLite reads and writes at once, if it is made; None is SQLite's own.

    Raises:
        StoreError: from here and every method, when the disk fails or what is on it is not ours;
            the message has the folder and what to do.
    """

    def __init__(self, folder: Path, *, timeout: float = 60, page_size: int | None = None) -> None:
        self._folder = folder
        if problem := find_irregular_file(folder) or find_foreign_content(folder, timeout):
            raise UnusableError(f"The store in {folder} cannot be used ({problem}). {_REFILL}")
        if page_size is not None:
            create_empty(folder, page_size)
        self._shared = SharedConnection(folder / DBNAME, timeout)
        try:
            with self._guard():
                self._cache = BatchCache(str(folder), timeout=timeout, disk=PlainDisk, **_SETTINGS)
        except (KeyError, TypeError, ValueError, AttributeError) as exc:
            # diskcache believes the settings that it finds in the database, whatever they are
            raise self._failure(exc) from exc

    def get(self, key: str) -> bytes | None:
        """Read the bytes of this name, None when there are none."""
        with self._guard():
            value = self._cache.get(key)
        if value is None or isinstance(value, bytes):
            return value
        raise self._wrong_type(key)

    def get_number(self, key: str) -> int:
        """Read the number of this name, 0 when there is none."""
        with self._guard():
            value = self._cache.get(key, default=0)
        if isinstance(value, int):
            return value
        raise self._wrong_type(key)

    def get_many(self, keys: Iterable[str]) -> dict[str, bytes]:
        """Read the bytes of at most `BATCH` names, as far as there are any."""
        with self._guard():
            values = self._cache.read_many(list(keys))
        for key, value in values.items():
            if not isinstance(value, bytes):
                raise self._wrong_type(key)
        return values

    def has_all(self, keys: Sequence[str]) -> bool:
        """Return whether at most `BATCH` different names all have an entry; no entry is read."""
        with self._guard():
            return self._cache.has_all(keys)

    def names(self, prefix: str, before: float) -> list[str]:
        """Return the names with a prefix that were written before a moment of `time.time()`."""
        with self._guard():
            return self._cache.names(prefix, before)

    def set_many(self, entries: Mapping[str, bytes]) -> None:
        """Write bytes under at most `BATCH` names; inside a transaction."""
        with self._guard():
            self._cache.write_many(entries)

    def set(self, key: str, value: bytes | int) -> None:
        """Write bytes or a number under this name."""
        with self._guard():
            self._cache.set(key, value)

    def add(self, key: str, n: int, most: int) -> bool:
        """Add to the number of this name; nothing if there is none, or it would pass a bound.

        Cheaper than a transaction, since it is one statement, and since all threads share a
        connection: nothing is opened and closed for it.
        """
        try:
            with self._guard():
                return self._shared.change(_ADD, (n, key, most - n)) == 1
        except BaseException:
            self._shared.close()
            raise

    def delete(self, key: str) -> None:
        """Delete what is under this name, if anything is."""
        with self._guard():
            self._cache.delete(key)

    def do_not_block(self) -> None:
        """Set this thread's connection to fail at once where another process writes.

        It caches little as well. Both last until it is closed or fails.
        """
        with self._guard():
            self._cache.do_not_block()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Run the writes inside as one transaction: all happen or none, whatever ends this process.

        Only one process writes at a time; others go on reading what was there before.
        """
        try:
            with self._guard(), self._cache.transact():
                yield
        except BaseException:
            self.close()  # a failed COMMIT leaves the connection inside the transaction
            raise

    def close(self) -> None:
        """Close this thread's connection and the shared one; the next call opens them again."""
        with suppress(sqlite3.Error):
            self._shared.close()
        with suppress(sqlite3.Error):
            self._cache.close()

    @contextmanager
    def _guard(self) -> Iterator[None]:
        try:
            yield
        except _FAILURES as exc:
            raise self._failure(exc) from exc

    def _failure(self, exc: Exception) -> DatabaseError:
        words = "; ".join(dict.fromkeys(filter(None, map(str, _causes(exc))))) or repr(exc)
        fitting = (text for signs, text in _ADVICE if any(sign in words.lower() for sign in signs))
        advice = next(fitting, _REFILL)
        kind = UnusableError if advice == _REFILL else DatabaseError
        return kind(f"The store in {self._folder} cannot be used ({words}). {advice}")

    def _wrong_type(self, key: str) -> StoreError:
        return StoreError(f"The store in {self._folder} holds {key} in a wrong form. {_REFILL}")


def _causes(exc: BaseException) -> Iterator[BaseException]:
    """Yield an error and its causes: diskcache hides them in a Timeout, SQLite in a rollback."""
    current: BaseException | None = exc
    while isinstance(current, _FAILURES):
        yield current
        current = current.__context__
