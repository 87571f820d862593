"""What a database of ours looks like from outside, for builds and for `doctor` alike.

diskcache believes what it finds: triggers and views run with every write, and opening a FIFO waits
for ever. A file that is not of this shape was written by somebody else.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing, suppress
from pathlib import Path
import sqlite3
import stat
from typing import Final

import diskcache
from diskcache.core import DBNAME

_SETTINGS: Final[dict[object, object]] = diskcache.DEFAULT_SETTINGS | dict.fromkeys(
    ("count", "size", "hits", "misses"), 0
)
_WORDS: Final = {"none", *(value for value in _SETTINGS.values() if isinstance(value, str))}

ATTACHED: Final = ("", "-wal", "-shm", "-journal")
"""Endings of the names of a database's files."""


def _trigger(name: str, event: str, change: str, key: str) -> tuple[str, str]:
    when = f"CREATE TRIGGER {name} AFTER {event} ON Cache FOR EACH ROW"
    what = " ".join(["UPDATE Settings SET value = value", change, f'WHERE key = "{key}";'])
    return name, f"{when} BEGIN {what} END"


_TRIGGERS: Final = dict(
    [
        _trigger("Settings_count_insert", "INSERT", "+ 1", "count"),
        _trigger("Settings_count_delete", "DELETE", "- 1", "count"),
        _trigger("Settings_size_insert", "INSERT", "+ NEW.size", "size"),
        _trigger("Settings_size_update", "UPDATE", "+ NEW.size - OLD.size", "size"),
        _trigger("Settings_size_delete", "DELETE", "- OLD.size", "size"),
    ]
)
"""diskcache's own."""


def find_irregular_file(folder: Path) -> str:
    """Return what lies in the place of a database's folder or files, "" where nothing does."""
    if _mode(folder) and not stat.S_ISDIR(_mode(folder)):
        return f"{folder.name} is no folder"
    for ending in ATTACHED:
        mode = _mode(folder / f"{DBNAME}{ending}")
        if mode and not stat.S_ISREG(mode):
            return f"{DBNAME}{ending} is no regular file"
    return ""


def find_foreign_content(folder: Path, timeout: float) -> str:
    """Return what in a database is not ours, "" where all is; whoever opens it reports failures."""
    file = folder / DBNAME
    with suppress(sqlite3.Error, OSError, UnicodeDecodeError):
        if file.exists() and file.stat().st_size:
            with closing(sqlite3.connect(file, timeout=timeout, isolation_level=None)) as reading:
                objects = reading.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
                if problem := find_foreign_object(objects):
                    return problem
                return find_foreign_setting(reading.execute("SELECT key, value FROM Settings"))
    return ""


def find_foreign_object(objects: Iterable[tuple[str, str, str | None]]) -> str:
    """Return what of a database's schema is not diskcache's, "" where all of it is.

    Args:
        objects: the type, name and statement of everything in `sqlite_master`.
    """
    for kind, name, sql in objects:
        if kind == "view" or (kind == "trigger" and _TRIGGERS.get(name) != _plain(sql)):
            return f"it holds a {kind} that pelican-buttercms never writes"
        if kind == "table" and (sql or "").upper().startswith("CREATE VIRTUAL"):
            return "it holds a virtual table, which pelican-buttercms never writes"
    return ""


def find_foreign_setting(rows: Iterable[tuple[object, object]]) -> str:
    """Return what of a database's settings is not diskcache's, "" where all of it is.

    diskcache runs them as parts of statements, those that it does not know as well.
    """
    for name, value in rows:
        default = _SETTINGS.get(name)
        if type(value) is not type(default) or (isinstance(default, str) and value not in _WORDS):
            return "its own settings are damaged"
    return ""


def _plain(sql: str | None) -> str:
    return " ".join((sql or "").split())


def _mode(path: Path) -> int:
    """Return the mode of what lies there, following links; 0 where nothing can be seen."""
    try:
        return path.stat().st_mode
    except (OSError, ValueError):
        return 0
