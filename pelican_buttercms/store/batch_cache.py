"""A diskcache that reads and writes many entries at once, the only user of its private `_sql`.

A diskcache without it works as well: entry by entry, which costs ten times as much.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
import sqlite3
import time
from typing import Any, Final, TypeVar

import diskcache
from diskcache.core import MODE_RAW

BATCH: Final = 200
"""Entries that go to SQLite in one statement; below 999 values, the least that it takes at once."""

_READ: Final = """
    SELECT key, mode, filename, value FROM Cache
    WHERE raw = 1 AND (expire_time IS NULL OR expire_time > ?) AND key IN ({})"""
_WRITE: Final = """
    INSERT INTO Cache (key, raw, store_time, access_time, size, mode, value) VALUES {}
    ON CONFLICT (key, raw) DO UPDATE SET
    store_time = excluded.store_time, expire_time = NULL, access_time = excluded.access_time,
    access_count = 0, tag = NULL, size = 0, mode = excluded.mode, filename = NULL,
    value = excluded.value"""
_ROW: Final = f"(?, 1, ?, ?, 0, {MODE_RAW}, ?)"
_COUNT: Final = "SELECT count(*) FROM Cache WHERE raw = 1 AND key IN ({})"
_NAMES: Final = """
    SELECT key FROM Cache WHERE raw = 1 AND key >= ? AND key < ? AND store_time < ? ORDER BY key"""

Item = TypeVar("Item")


class BatchCache(diskcache.Cache):  # type: ignore[misc]
    """A diskcache that handles entries in batches, and closes its file when it cannot be opened."""

    def __init__(self, folder: str, **options: Any) -> None:
        try:
            super().__init__(folder, **options)
        except BaseException:
            with suppress(AttributeError, sqlite3.Error):  # it may not have come so far
                self.close()
            raise

    @property
    def _run(self) -> Callable[..., Any] | None:
        """The function that runs a statement on this thread's connection, None where unknown."""
        run = getattr(self, "_sql", None)
        return run if callable(run) else None

    def read_many(self, names: Sequence[str]) -> dict[str, Any]:
        """Read at most `BATCH` names, as far as there are any."""
        if self._run is None:
            values = ((name, self.get(name)) for name in names)
            return {name: value for name, value in values if value is not None}
        query = _READ.format(", ".join("?" * len(names)))
        rows = self._run(query, (time.time(), *names)).fetchall()
        return {
            key: self.disk.fetch(mode, filename, raw, read=False)
            for key, mode, filename, raw in rows
        }

    def has_all(self, names: Sequence[str]) -> bool:
        """Return whether at most `BATCH` different names all have an entry; no entry is read."""
        if self._run is None:
            return all(name in self for name in names)
        ((count,),) = self._run(_COUNT.format(", ".join("?" * len(names))), names).fetchall()
        return bool(count == len(names))

    def names(self, prefix: str, before: float) -> list[str]:
        """Return the names with a prefix that were written before a moment of `time.time()`.

        Where that is not known, nothing counts as written before a moment of the past.
        """
        if self._run is None:
            is_past = before < time.time()
            return [] if is_past else sorted(name for name in self if name.startswith(prefix))
        end = prefix[:-1] + chr(ord(prefix[-1]) + 1)
        return [key for (key,) in self._run(_NAMES, (prefix, end, before)).fetchall()]

    def write_many(self, entries: Mapping[str, bytes]) -> None:
        """Write bytes under at most `BATCH` names; inside a transaction."""
        if self._run is None:
            for name, data in entries.items():
                self.set(name, data)
        elif entries:
            now = time.time()
            values = [value for name, data in entries.items() for value in (name, now, now, data)]
            self._run(_WRITE.format(", ".join([_ROW] * len(entries))), values)

    def do_not_block(self) -> None:
        """Set this thread's connection to fail at once where another process writes."""
        if self._run is not None:
            self._run("PRAGMA busy_timeout = 0")
            self._run("PRAGMA cache_size = -2048")  # kB


def batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Yield a few items at a time, as many as one statement takes."""
    waiting = iter(items)
    while batch := list(islice(waiting, BATCH)):
        yield batch
