"""Connections to a database that are not diskcache's own."""

from __future__ import annotations

from contextlib import closing, suppress
import os
from pathlib import Path
import sqlite3
from threading import Lock

from diskcache.core import DBNAME


class SharedConnection:
    """One connection that all threads share; each of diskcache's belongs to one thread."""

    def __init__(self, path: Path, timeout: float) -> None:
        self._path = path
        self._timeout = timeout
        self._lock = Lock()
        self._connection: sqlite3.Connection | None = None
        self._process = 0

    def change(self, statement: str, values: tuple[str | int, ...]) -> int:
        """Run one statement, which is a transaction of its own; gives how many rows it changed."""
        with self._lock:
            return self._connected().execute(statement, values).rowcount

    def close(self) -> None:
        """Close the connection; the next call opens it again."""
        with self._lock:
            if self._connection is not None and self._process == os.getpid():
                self._connection.close()
            self._connection = None

    def _connected(self) -> sqlite3.Connection:
        if self._connection is None or self._process != os.getpid():  # SQLite survives no fork
            self._connection = sqlite3.connect(
                self._path, timeout=self._timeout, isolation_level=None, check_same_thread=False
            )
            self._connection.execute("PRAGMA synchronous = NORMAL")  # as diskcache's own
            self._process = os.getpid()
        return self._connection


def create_empty(folder: Path, page_size: int) -> None:
    """Create an empty database; where that fails, diskcache creates one with the usual page size.

    diskcache sets the journal's mode first, and the size of a page is fixed from then on.
    """
    with suppress(sqlite3.Error, OSError):
        file = folder / DBNAME
        if file.exists() and file.stat().st_size:
            return
        folder.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            connection.execute(f"PRAGMA page_size = {page_size}")
            connection.execute("PRAGMA auto_vacuum = FULL")  # as diskcache's own
            connection.execute("PRAGMA journal_mode = WAL").fetchall()
