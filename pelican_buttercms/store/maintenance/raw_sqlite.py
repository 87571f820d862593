"""A database's file, whatever state it is in: read without diskcache, and unchanged.

Opening a database through diskcache writes to it, and fails where reading could go on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
import sqlite3
from typing import Any, Final, Self

from pelican_buttercms.errors import StoreError
from pelican_buttercms.filesystem import read_regular
from pelican_buttercms.store.maintenance.opening import can_be_opened
from pelican_buttercms.store.shape import (
    find_foreign_object,
    find_foreign_setting,
    find_irregular_file,
)

_FILE: Final = "cache.db"

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

_COLUMNS: Final = {
    *("rowid", "key", "raw", "store_time", "expire_time", "access_time"),
    *("access_count", "tag", "size", "mode", "filename", "value"),
}

_FOREIGN: Final = """
    SELECT count(*) FROM Cache NOT INDEXED
    WHERE typeof(key) <> 'text' OR raw IS NOT 1 OR mode IS NOT 1 OR filename IS NOT NULL
    OR typeof(value) NOT IN ('blob', 'integer')"""

_EXPIRING: Final = "SELECT count(*) FROM Cache NOT INDEXED WHERE expire_time IS NOT NULL"


class DamagedDatabaseError(Exception):
    """A database is of no use as a whole; the message is a part of a sentence.

    Args:
        reason: what is wrong with it.
        foreign: whether somebody else wrote to it, so that nothing in it is to be trusted.
    """

    def __init__(self, reason: str, *, foreign: bool = False) -> None:
        super().__init__(reason)
        self.foreign = foreign


def is_filled(folder: Path) -> bool:
    """Return whether there is anything in a database, without creating one."""
    try:
        return (folder / _FILE).stat().st_size > 0
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as exc:
        raise _outside(folder, exc) from exc


def check_place(folder: Path) -> None:
    """Check for what a build refuses to open: opening it could wait for ever.

    Raises:
        DamagedDatabaseError: something else is in the place of the database.
    """
    if problem := find_irregular_file(folder):
        raise DamagedDatabaseError(problem, foreign=True)


def is_begun(folder: Path) -> bool:
    """Return whether there is a database with something in it.

    Only to be called while this process does not use the database.

    Raises:
        DamagedDatabaseError: the database as a whole is of no use.
        StoreError: something else stands in the way.
    """
    check_place(folder)
    if not is_filled(folder):
        return False
    check_header(folder)
    with RawDatabase(folder) as raw:
        return not raw.is_empty()


def compact(folder: Path) -> None:
    """Return the space of deleted entries to the disk.

    Raises:
        StoreError: another process is in the way, or the disk is full.
    """
    try:
        connection = sqlite3.connect(folder / _FILE, timeout=60, isolation_level=None)
        try:
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        finally:
            connection.close()
    except sqlite3.Error as exc:
        raise _outside(folder, exc) from exc


def check_header(folder: Path) -> None:
    """Check for damage that SQLite reports as another error.

    Only to be called while this process does not use the database: closing a file takes away the
    locks that the process has on it.

    Raises:
        DamagedDatabaseError: it is no database, or damaged.
        StoreError: it cannot be read.
    """
    try:
        header = read_regular(folder / _FILE, 100)
    except OSError as exc:
        raise _outside(folder, exc) from exc
    if not header.startswith(b"SQLite format 3\0"):
        raise DamagedDatabaseError("its file is no database")
    if header[18:20] not in {b"\1\1", b"\2\2"}:
        raise DamagedDatabaseError("its file is damaged")


class RawDatabase:
    """One state of a database, read while others may write to it; a context manager.

    Args:
        folder: the database's folder, which must be filled.
        broken: read on where SQLite itself would rather not.
        lock: wait until nobody writes, and keep others from writing, as far as damage allows.

    Raises:
        DamagedDatabaseError: from here and every method, when the database is damaged.
        StoreError: from here and every method, when something else stands in the way.
    """

    def __init__(self, folder: Path, *, broken: bool = False, lock: bool = False) -> None:
        self._folder = folder
        try:
            self._connection = self._connect("mode=rw")
        except sqlite3.Error as exc:
            self._connection = self._connect_read_only(exc)
        try:
            self._ask("PRAGMA mmap_size = 0")
            self._ask("PRAGMA writable_schema = ON" if broken else "PRAGMA query_only = ON")
            self._begin(lock=lock)
            self._ask("SELECT count(*) FROM sqlite_master")
        except BaseException:
            self.close()
            raise

    def _begin(self, *, lock: bool) -> None:
        if lock:
            try:
                self._ask("BEGIN IMMEDIATE")
            except DamagedDatabaseError:
                pass
            else:
                return
        self._ask("BEGIN")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        with suppress(sqlite3.Error):
            self._connection.close()

    def is_empty(self) -> bool:
        """Return whether another process has only begun to create the database."""
        tables = {name for (name,) in self._ask("SELECT name FROM sqlite_master")}
        begun = tables <= {"Settings", "sqlite_autoindex_Settings_1"}
        return begun and self._ask("PRAGMA integrity_check(1)") == [("ok",)]

    def check(self) -> None:
        """Check the database as a whole.

        Raises:
            DamagedDatabaseError: it is damaged, or somebody else wrote to it.
        """
        if problem := find_foreign_object(self._ask("SELECT type, name, sql FROM sqlite_master")):
            raise DamagedDatabaseError(
                f"{problem}; find out where it was restored from", foreign=True
            )
        if {
            name for (name,) in self._ask("SELECT name FROM pragma_table_info('Cache')")
        } != _COLUMNS:
            raise DamagedDatabaseError("it is no database of pelican-buttercms, or damaged")
        if self._ask(_FOREIGN) != [(0,)]:
            raise DamagedDatabaseError(
                "it holds entries that pelican-buttercms never writes, and never opens, because"
                " they could run code; find out where it was restored from",
                foreign=True,
            )
        if self._ask("PRAGMA integrity_check(1)") != [("ok",)] or self._ask(_EXPIRING) != [(0,)]:
            raise DamagedDatabaseError("its file is damaged")
        settings = self._ask("SELECT key, value FROM Settings")
        statements = self._ask(
            "SELECT sql FROM sqlite_master WHERE sql NOT NULL AND name NOT LIKE 'sqlite%'"
        )
        if not can_be_opened([sql for (sql,) in statements], settings):
            raise DamagedDatabaseError("a build cannot open it")
        if problem := find_foreign_setting(settings):
            raise DamagedDatabaseError(problem)

    def get(self, name: str) -> bytes | int | None:
        """Read what is under this name, None when there is nothing."""
        rows = self._ask("SELECT value FROM Cache WHERE key = ? AND raw = 1", name)
        return rows[0][0] if rows else None

    def names(self) -> dict[str, int]:
        """Return the name of every entry, with its size in bytes."""
        return dict(self._ask("SELECT key, length(value) FROM Cache"))

    def salvage(self) -> Iterator[tuple[str, bytes | int]]:
        """Read as many entries as can be read, in no order, some of them perhaps twice."""
        for order in ("ASC", "DESC"):
            rows = self._connection.cursor()
            with suppress(sqlite3.Error, UnicodeDecodeError):
                for name, value in rows.execute(
                    f"SELECT key, value FROM Cache NOT INDEXED ORDER BY rowid {order}"  # noqa: S608
                ):
                    if isinstance(name, str) and isinstance(value, bytes | int):
                        yield name, value

    def _connect(self, how: str) -> sqlite3.Connection:
        address = f"{(self._folder / _FILE).absolute().as_uri()}?{how}"
        connection = sqlite3.connect(address, uri=True, timeout=60, isolation_level=None)
        try:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
        except (sqlite3.Error, UnicodeDecodeError) as exc:
            if _code(exc) == sqlite3.SQLITE_CANTOPEN:
                connection.close()
                raise
        return connection

    def _connect_read_only(self, exc: sqlite3.Error) -> sqlite3.Connection:
        """Read where nothing may be written, so that nobody else writes either."""
        if (self._folder / f"{_FILE}-wal").exists():
            raise _outside(self._folder, exc) from exc
        try:
            return self._connect("immutable=1")
        except sqlite3.Error as again:
            raise _outside(self._folder, again) from again

    def _ask(self, statement: str, *values: str) -> list[Any]:
        try:
            return self._connection.execute(statement, values).fetchall()
        except (sqlite3.Error, UnicodeDecodeError) as exc:  # damage is quoted in the messages
            if _code(exc) in _ELSEWHERE:
                raise _outside(self._folder, exc) from exc
            raise DamagedDatabaseError("its file is damaged") from exc


def _code(exc: Exception) -> int:
    """Return the main code of an error; Python's own errors have none."""
    return int(getattr(exc, "sqlite_errorcode", 0)) & 0xFF


def _outside(folder: Path, exc: Exception) -> StoreError:
    return StoreError(
        f"The store in {folder} cannot be used ({exc}). Check whether this user may read and write"
        " there, whether another process is writing to it, and whether that disk is full or"
        " failing; then try again."
    )
