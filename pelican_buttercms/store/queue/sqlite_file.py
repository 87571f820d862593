"""The file of a queue: one SQLite database that syncs every commit to disk.

Adding an item, closing the window and moving a cursor are transactions, also between processes; a
half-written one is rolled back by the next process that opens the file. In WAL mode `synchronous`
must be FULL: NORMAL, diskcache's default, survives a killed process but loses the last commits when
the power fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
import os
from pathlib import Path
import sqlite3
from threading import RLock
from weakref import WeakSet

from pelican_buttercms.errors import StoreError

Run = Callable[..., sqlite3.Cursor]
"""A function that runs a statement with its values."""

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


class QueueFile:
    """A connection for all threads of a process; several processes may have one each.

    Args:
        path: the file, which is created if it does not exist.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
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

    @contextmanager
    def change(self) -> Iterator[Run]:
        """Open a transaction, and yield the function that runs a statement in it."""
        with self._lock:
            try:
                connection = self._open()
                connection.execute("BEGIN IMMEDIATE")
                try:
                    yield lambda statement, *values: connection.execute(statement, values)
                    connection.execute("COMMIT")
                except BaseException:
                    with suppress(sqlite3.Error):
                        connection.execute("ROLLBACK")
                    raise
            except (sqlite3.Error, OSError) as exc:
                self.close()
                raise StoreError(self._explain(exc)) from exc

    def _open(self) -> sqlite3.Connection:
        if self._connection is not None:
            return self._connection
        self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(
            self._path, timeout=_BUSY, isolation_level=None, check_same_thread=False
        )
        try:
            connection.row_factory = sqlite3.Row
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
