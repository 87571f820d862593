"""The journal of a publish run, so that an interrupted run can be continued.

Nothing in it is secret. Every line of JSON is on the disk before its call is sent, so that
a run that was killed, or whose machine lost power, continues without sending twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from io import FileIO
import os
from pathlib import Path
import sqlite3
from typing import Any, Self

import msgspec

from pelican_buttercms.errors import StoreError
from pelican_buttercms.filesystem import open_to_append, read_regular


class RunJournal:
    """The entries of a run that is not finished; one process at a time has it open.

    Args:
        folder: the cache folder.

    Raises:
        StoreError: another process has it open, or it is damaged, or the disk fails; so from every
            method.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "publish" / "journal.jsonl"
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as exc:
            raise self._failed(exc) from exc
        self._lock = _Lock(self._path.with_name("lock"))
        try:
            self._entries = self._read()
        except StoreError:
            self._lock.release()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Release the lock; the entries stay."""
        self._lock.release()

    def open_entries(self) -> list[dict[str, Any]]:
        """Return the entries of the run that is not finished, oldest first; none after `finish`."""
        return list(self._entries)

    def append(self, entry: Mapping[str, Any]) -> None:
        """Write an entry; it is on the disk when this returns.

        Args:
            entry: what JSON can hold, with its `type`.

        Raises:
            ValueError: it has no type, or JSON cannot hold it.
        """
        if not isinstance(entry.get("type"), str):
            raise ValueError("an entry of the journal needs a type")  # noqa: TRY004
        try:
            line = append_line(self._path, entry)
        except TypeError as exc:
            raise ValueError(f"an entry of the journal is JSON: {exc}") from exc
        except OSError as exc:
            raise self._failed(exc) from exc
        self._entries.append(msgspec.json.decode(line))

    def finish(self) -> None:
        """Delete all entries: the run is complete."""
        try:
            self._path.unlink(missing_ok=True)
        except OSError as exc:
            raise self._failed(exc) from exc
        self._entries.clear()

    def _read(self) -> list[dict[str, Any]]:
        """Read the entries; a last line that was cut off was never relied on, and is dropped."""
        try:
            is_there = os.path.lexists(self._path)
            data = read_regular(self._path, follow=False) if is_there else b""
            whole = data[: data.rfind(b"\n") + 1]
            if whole != data:
                os.truncate(self._path, len(whole))  # the next entry begins a line of its own
        except OSError as exc:
            raise self._failed(exc) from exc
        try:
            return [msgspec.json.decode(line, type=dict[str, Any]) for line in whole.splitlines()]
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
            raise StoreError(
                f"The journal of an interrupted publish, {self._path}, is damaged ({exc}). Move it"
                " away, look in the ButterCMS dashboard for what was written last, then publish"
                " again."
            ) from exc

    def _failed(self, exc: OSError) -> StoreError:
        return StoreError(
            f"The journal {self._path} cannot be used ({exc}). Look at that disk and its rights,"
            " then publish again."
        )


def append_line(path: Path, entry: Mapping[str, Any]) -> bytes:
    """Append an entry to a file of JSON lines, and return its line, which is on the disk then.

    Raises:
        TypeError: JSON cannot hold it.
        OSError: the disk fails; half a line would spoil the next one, so that none is left.
    """
    line = msgspec.json.encode(entry) + b"\n"
    with FileIO(open_to_append(path), "ab") as file:
        end = file.tell()
        try:
            whole = file.write(line) == len(line)
            os.fsync(file.fileno())
        except OSError:
            file.truncate(end)
            raise
        if not whole:
            file.truncate(end)
            raise OSError("the disk took half a line only")
    return line


class _Lock:
    """A lock of one process, which dies with it: an exclusive transaction of SQLite.

    Raises:
        StoreError: another process holds it, or the disk fails.
    """

    def __init__(self, path: Path) -> None:
        try:
            # closed by whatever thread ends the run
            self._connection = sqlite3.connect(
                path, timeout=0, isolation_level=None, check_same_thread=False
            )
            self._connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as exc:
            if "locked" in str(exc):
                self._connection.close()
                raise StoreError(
                    f"Another publish is under way with the cache folder {path.parent.parent}."
                    " Wait for it, then try again."
                ) from exc
            raise self._failed(path, exc) from exc
        except sqlite3.Error as exc:
            raise self._failed(path, exc) from exc

    def release(self) -> None:
        """Release the lock; a second call does nothing."""
        self._connection.close()

    def _failed(self, path: Path, exc: sqlite3.Error) -> StoreError:
        if connection := getattr(self, "_connection", None):
            connection.close()
        return StoreError(
            f"The lock {path} cannot be used ({exc}). Look at that disk and its rights, delete that"
            " file if it is damaged, then publish again."
        )
