"""The queue on disk: one SQLite database that syncs every commit.

Every change is a transaction, also between processes; a half-written one is rolled back by the next
process that opens the file. In WAL mode `synchronous` must be FULL: NORMAL, diskcache's default,
survives a killed process but loses the last commits when the power fails.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from dataclasses import astuple
import os
from pathlib import Path
import sqlite3
from threading import RLock
import time
from weakref import WeakSet

from pelican_buttercms.errors import StoreError
from pelican_buttercms.store.queue.queue import Queue
from pelican_buttercms.store.queue.storage import (
    LONGEST_LOG,
    Cursor,
    Result,
    StoredState,
    Transaction,
)

_BUSY = 5.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS state (one INTEGER PRIMARY KEY CHECK (one = 1),
    base INTEGER DEFAULT 0, closed INTEGER DEFAULT 0, first REAL, last REAL, delivered REAL,
    checked REAL);
CREATE TABLE IF NOT EXISTS items (number INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL, taken REAL NOT NULL, item BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS keys ON items (key);
CREATE TABLE IF NOT EXISTS targets (name TEXT PRIMARY KEY, done INTEGER NOT NULL,
    attempts INTEGER DEFAULT 0, since REAL, not_before REAL DEFAULT 0,
    owner TEXT DEFAULT '', until REAL DEFAULT 0, fence INTEGER DEFAULT 0);
CREATE TABLE IF NOT EXISTS log (number INTEGER PRIMARY KEY AUTOINCREMENT, entry BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, number INTEGER NOT NULL);
INSERT OR IGNORE INTO state (one) VALUES (1);
"""
_NEWEST = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'items'"
_CURSORS = "SELECT name, done, attempts, since, not_before, owner, until, fence FROM targets"
_SAVE = "UPDATE state SET base = ?, closed = ?, first = ?, last = ?, delivered = ?, checked = ?"


class DiskQueue(Queue):
    """A `Queue` in a local folder; SQLite's locks fail on a network disk.

    Args:
        folder: the folder, which is created if it does not exist.
        now: the clock, in seconds since 1970.

    Raises:
        StoreError: from here and every method, when the disk fails.
    """

    def __init__(self, folder: Path, now: Callable[[], float] = time.time) -> None:
        super().__init__(QueueFile(folder / "queue.sqlite", now))
        self.state()  # so that an unwritable folder is reported at once


class QueueFile:
    """A connection for all threads of a process; several processes may have one each.

    Args:
        path: the file, which is created if it does not exist.
        now: the clock, in seconds since 1970.
    """

    def __init__(self, path: Path, now: Callable[[], float]) -> None:
        self._path = path
        self._now = now
        self._lock = RLock()
        self._connection: sqlite3.Connection | None = None
        _FILES.add(self)

    def close(self) -> None:
        """Close the file; the next change opens it again."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = None

    def before_fork(self) -> None:
        """Close the file until after the fork; see `_before_fork`."""
        self._lock.acquire()
        self.close()

    def after_fork(self) -> None:
        """Allow the file to be opened again."""
        self._lock.release()

    def run(self, change: Callable[[Transaction], Result]) -> Result:
        """Run a change in a transaction."""
        with self._lock:
            try:
                connection = self._open()
                connection.execute("BEGIN IMMEDIATE")
                try:
                    # the clock is read in the transaction, which may have waited for another one
                    transaction = _DiskTransaction(connection, self._now())
                    result = change(transaction)
                    transaction.save()
                    connection.execute("COMMIT")
                except BaseException:
                    with suppress(sqlite3.Error):
                        connection.execute("ROLLBACK")
                    raise
            except (sqlite3.Error, OSError) as exc:
                self.close()
                raise StoreError(self._explain(exc)) from exc
            return result

    def _open(self) -> sqlite3.Connection:
        if self._connection is not None:
            return self._connection
        self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(
            self._path, timeout=_BUSY, isolation_level=None, check_same_thread=False
        )
        try:
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "fullfsync=1", "mmap_size=0"):
                connection.execute(f"PRAGMA {pragma}")
            connection.executescript(_SCHEMA)
        except BaseException:
            connection.close()
            raise
        self._connection = connection
        return connection

    def _explain(self, exc: Exception) -> str:
        return (
            f"The queue {self._path} cannot be used ({exc}). Check whether its disk is full and"
            " whether this user may write there. If it is damaged, move that file away and make a"
            " full pull, because the waiting events are lost."
        )


class _DiskTransaction:
    """A `Transaction` on an open one of SQLite."""

    def __init__(self, connection: sqlite3.Connection, now: float) -> None:
        self._run = connection.execute
        self.now = now
        ((base, closed, first, last, delivered, checked),) = self._run(
            "SELECT base, closed, first, last, delivered, checked FROM state"
        )
        ((newest,),) = self._run(_NEWEST)
        cursors = {name: Cursor(*values) for name, *values in self._run(_CURSORS)}
        counters = dict(self._run("SELECT name, number FROM counters").fetchall())
        self.state = StoredState(
            base, newest, closed, first, last, delivered, checked, cursors, counters
        )
        self._before = deepcopy(self.state)

    def save(self) -> None:
        state, before = self.state, self._before
        if state == before:
            return
        fields = (state.base, state.closed, state.first, state.last, state.delivered, state.checked)
        self._run(_SAVE, fields)
        if state.cursors != before.cursors:
            self._run("DELETE FROM targets")
            for name, cursor in state.cursors.items():
                row = (name, *astuple(cursor))
                self._run("INSERT INTO targets VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        for counter in state.counters.items() - before.counters.items():
            self._run("INSERT OR REPLACE INTO counters VALUES (?, ?)", counter)

    def is_open(self, key: str) -> bool:
        query = "SELECT 1 FROM items WHERE key = ? AND number > ?"
        return self._run(query, (key, self.state.closed)).fetchone() is not None

    def append(self, key: str, item: bytes) -> None:
        values = (key, self.now, item)
        added = self._run("INSERT INTO items (key, taken, item) VALUES (?, ?, ?)", values)
        self.state.newest = added.lastrowid or 0

    def close_window(self) -> None:
        pass  # it is what lies after `closed`

    def items(self, after: int, upto: int) -> tuple[bytes, ...]:
        query = "SELECT item FROM items WHERE number > ? AND number <= ? ORDER BY number"
        return tuple(bytes(item) for (item,) in self._run(query, (after, upto)))

    def taken(self, number: int) -> float | None:
        row = self._run("SELECT taken FROM items WHERE number = ?", (number,)).fetchone()
        return float(row[0]) if row else None

    def remove(self, after: int, upto: int) -> None:
        self._run("DELETE FROM items WHERE number > ? AND number <= ?", (after, upto))

    def note(self, entry: bytes) -> None:
        number = self._run("INSERT INTO log (entry) VALUES (?)", (entry,)).lastrowid or 0
        self._run("DELETE FROM log WHERE number <= ?", (number - LONGEST_LOG,))

    def log(self) -> list[bytes]:
        return [
            bytes(entry) for (entry,) in self._run("SELECT entry FROM log ORDER BY number DESC")
        ]


_FILES: WeakSet[QueueFile] = WeakSet()
_FORKING: list[QueueFile] = []


def _before_fork() -> None:
    """Close every file: a host's workers are forks, and SQLite's state does not survive a fork.

    It is not enough that a child opens the file again: SQLite keeps its locks by process, assumes
    that it holds the parent's, and loses what the child writes.
    """
    _FORKING[:] = _FILES
    for file in _FORKING:
        file.before_fork()


def _after_fork() -> None:
    while _FORKING:
        _FORKING.pop().after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_before_fork, after_in_parent=_after_fork, after_in_child=_after_fork
    )
