"""Open a database as builds do, without touching it: what diskcache believes of it is copied."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
import sqlite3
from tempfile import TemporaryDirectory

from diskcache.core import DBNAME

from pelican_buttercms.store.database import Database, UnusableError


def can_be_opened(statements: Iterable[str], settings: Iterable[tuple[object, object]]) -> bool:
    """Return whether a build can open a database, and write to it.

    Args:
        statements: what made its tables, indexes and triggers.
        settings: the rows of its table of settings.
    """
    with TemporaryDirectory() as folder:
        try:
            with closing(sqlite3.connect(Path(folder) / DBNAME, isolation_level=None)) as copy:
                for statement in statements:
                    copy.execute(statement)
                copy.execute("DELETE FROM Settings")
                copy.executemany("INSERT INTO Settings VALUES (?, ?)", settings)
            with closing(Database(Path(folder))) as database, database.transaction():
                database.set("schema", 1)
                return database.get_number("schema") == 1
        except (UnusableError, sqlite3.DatabaseError):
            return False
