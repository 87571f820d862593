"""A database's file, opened without diskcache, whatever state it is in.

Opening a database through diskcache writes to it, and fails where reading could go on.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing, suppress
from functools import cache
from pathlib import Path
import sqlite3
from tempfile import TemporaryDirectory
from typing import Any, Final, Self

from diskcache.core import DBNAME

from pelican_buttercms.errors import StoreError
from pelican_buttercms.filesystem import read_regular
from pelican_buttercms.store.database import Database
from pelican_buttercms.store.shape import (
    find_foreign_object,
    find_foreign_setting,
    find_irregular_file,
)

# whoever runs this, the disk or another process stands in the way: the database may be whole
_ELSEWHERE: Final = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_NOMEM,
    }
)

_OBJECTS: Final = "SELECT type, name, sql FROM sqlite_master"
_FOREIGN: Final = """
    SELECT count(*) FROM Cache NOT INDEXED
    WHERE typeof(key) <> 'text' OR raw IS NOT 1 OR mode IS NOT 1 OR filename IS NOT NULL
    OR typeof(value) NOT IN ('blob', 'integer') OR expire_time IS NOT NULL"""


class DamagedDatabaseError(Exception):
    """A database is of no use as a whole; the message is a part of a sentence."""


def is_filled(folder: Path) -> bool:
    """Return whether there is anything in a database, without creating one."""
    try:
        return bool((folder / DBNAME).stat().st_size)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as exc:
        raise _outside(folder, exc) from exc


def is_begun(folder: Path) -> bool:
    """Return whether there is a database with something in it.

    Only to be called while this process does not use the database: closing a file takes away the
    locks that the process has on it.

    Raises:
        DamagedDatabaseError: the database as a whole is of no use.
        StoreError: something else stands in the way.
    """
    if problem := find_irregular_file(folder):  # opening it could wait for ever
        raise DamagedDatabaseError(problem)
    if not is_filled(folder):
        return False
    try:
        header = read_regular(folder / DBNAME, 100)
    except OSError as exc:
        raise _outside(folder, exc) from exc
    if not header.startswith(b"SQLite format 3\0"):
        raise DamagedDatabaseError("its file is no database")
    if header[18:20] not in {b"\1\1", b"\2\2"}:  # which SQLite takes for a read-only file
        raise DamagedDatabaseError("its file is damaged")
    with RawDatabase(folder) as raw:
        return not raw.is_empty()


class RawDatabase:
    """One state of a database, read while others may write to it; a context manager.

    Args:
        folder: the database's folder, which must be filled.
        write: wait until nobody writes, keep others from writing, and store what was changed when
            the block ends without an error.

    Raises:
        DamagedDatabaseError: from here and every method, when the database is damaged.
        StoreError: from here and every method, when something else stands in the way.
    """

    def __init__(self, folder: Path, *, write: bool = False) -> None:
        self._folder = folder
        self._writes = write
        self._connection = self._connect()
        try:
            self._ask("PRAGMA mmap_size = 0")
            if not write:
                self._ask("PRAGMA query_only = ON")
            self._ask("BEGIN IMMEDIATE" if write else "BEGIN")
            self._ask("SELECT count(*) FROM sqlite_master")
        except BaseException:
            self._connection.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            if self._writes and kind is None:
                self._ask("COMMIT")
        finally:
            with suppress(sqlite3.Error):
                self._connection.close()

    def is_empty(self) -> bool:
        """Return whether another process has only begun to create the database."""
        tables = {name for _, name, _ in self._ask(_OBJECTS)}
        begun = tables <= {"Settings", "sqlite_autoindex_Settings_1"}
        return begun and self._ask("PRAGMA integrity_check(1)") == [("ok",)]

    def check(self) -> None:
        """Check the database as a whole.

        Raises:
            DamagedDatabaseError: it is damaged, or somebody else wrote to it.
        """
        objects = self._ask(_OBJECTS)
        if problem := find_foreign_object(objects):
            raise DamagedDatabaseError(f"{problem}; find out where it was restored from")
        if set(objects) != _own_objects():
            raise DamagedDatabaseError("it is no database of pelican-buttercms, or damaged")
        if self._ask("PRAGMA integrity_check(1)") != [("ok",)]:
            raise DamagedDatabaseError("its file is damaged")
        if self._ask(_FOREIGN) != [(0,)]:
            raise DamagedDatabaseError(
                "it holds entries that pelican-buttercms never writes, and never opens, because"
                " they could run code; find out where it was restored from"
            )
        if problem := find_foreign_setting(self._ask("SELECT key, value FROM Settings")):
            raise DamagedDatabaseError(problem)

    def get(self, name: str) -> bytes | int | None:
        """Read what is under this name, None when there is nothing."""
        rows = self._ask("SELECT value FROM Cache WHERE key = ? AND raw = 1", name)
        return rows[0][0] if rows else None

    def names(self) -> dict[str, int]:
        """Return the name of every entry, with its size in bytes."""
        return dict(self._ask("SELECT key, length(value) FROM Cache"))

    def replace(self, name: str, value: bytes) -> None:
        """Write other bytes under a name that is there."""
        self._ask("UPDATE Cache SET value = ? WHERE key = ? AND raw = 1", value, name)

    def drop(self, names: Iterable[str]) -> None:
        """Delete the entries of some names."""
        for name in names:
            self._ask("DELETE FROM Cache WHERE key = ? AND raw = 1", name)

    def copy(self, folder: Path) -> None:
        """Copy the database as it is now into a new folder.

        Raises:
            StoreError: the disk fails.
        """
        try:
            folder.mkdir()
            # SQLite copies nothing through a connection that writes
            with (
                closing(self._open("mode=rw")) as source,
                closing(sqlite3.connect(folder / DBNAME)) as target,
            ):
                source.backup(target)
        except (OSError, sqlite3.Error) as exc:
            raise _outside(folder, exc) from exc

    def _connect(self) -> sqlite3.Connection:
        try:
            return self._open("mode=rw")
        except sqlite3.Error as exc:
            # where nothing may be written, nobody else writes either
            if self._writes or (self._folder / f"{DBNAME}-wal").exists():
                raise _outside(self._folder, exc) from exc
        try:
            return self._open("immutable=1")
        except sqlite3.Error as exc:
            raise _outside(self._folder, exc) from exc

    def _open(self, how: str) -> sqlite3.Connection:
        address = f"{(self._folder / DBNAME).absolute().as_uri()}?{how}"
        connection = sqlite3.connect(address, uri=True, timeout=60, isolation_level=None)
        try:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
        except (sqlite3.Error, UnicodeDecodeError) as exc:
            if _code(exc) == sqlite3.SQLITE_CANTOPEN:
                connection.close()
                raise
        return connection

    def _ask(self, statement: str, *values: str | bytes) -> list[Any]:
        try:
            return self._connection.execute(statement, values).fetchall()
        except (sqlite3.Error, UnicodeDecodeError) as exc:  # damage is quoted in the messages
            if _code(exc) in _ELSEWHERE:
                raise _outside(self._folder, exc) from exc
            raise DamagedDatabaseError("its file is damaged") from exc


@cache
def _own_objects() -> set[tuple[str, str, str | None]]:
    """Return the tables, indexes and triggers of a database that a build has just created."""
    with TemporaryDirectory() as folder:
        Database(Path(folder)).close()
        with closing(sqlite3.connect(Path(folder) / DBNAME)) as connection:
            return set(connection.execute(_OBJECTS))


def _code(exc: Exception) -> int:
    """Return the main code of an error; Python's own errors have none."""
    return int(getattr(exc, "sqlite_errorcode", 0)) & 0xFF


def _outside(folder: Path, exc: Exception) -> StoreError:
    return StoreError(
        f"The store in {folder} cannot be used ({exc}). Check whether this user may read and write"
        " there, whether another process is writing to it, and whether that disk is full or"
        " failing; then try again."
    )
