"""The form of values on disk: bytes and numbers in one SQLite file; nothing is ever pickled."""

from __future__ import annotations

import sqlite3
from typing import Any

import diskcache
from diskcache.core import MODE_RAW

from pelican_buttercms.errors import StoreError


class PlainDisk(diskcache.Disk):  # type: ignore[misc]
    """Keys are str, values bytes or int, all of them inside the database.

    diskcache pickles what it does not know, and unpickles what it finds (CVE-2025-69872); caches
    are restored from elsewhere, so an entry in any other form is an error and is not looked at.
    Nothing lies in files beside the database: a transaction then covers everything, and a planted
    file name makes us neither read nor delete a file.
    """

    def put(self, key: Any) -> tuple[str, bool]:
        """Return a key's form in the database."""
        if type(key) is not str:
            raise StoreError(f"The store was given a key of type {type(key).__name__}, not str.")
        return key, True

    def get(self, key: Any, raw: Any) -> str:
        """Return a key from its form in the database."""
        if not raw or type(key) is not str:
            raise self._foreign("a key that is not a string")
        return key

    def store(
        self, value: Any, read: Any, key: Any = diskcache.UNKNOWN
    ) -> tuple[int, int, None, Any]:
        """Return a value's form in the database."""
        if read or type(value) not in {bytes, int}:
            raise StoreError(f"The store was given {key} as {type(value).__name__}, not as bytes.")
        return 0, MODE_RAW, None, sqlite3.Binary(value) if type(value) is bytes else value

    def fetch(self, mode: Any, filename: Any, value: Any, read: Any) -> bytes | int:
        """Return a value from its form in the database."""
        if mode != MODE_RAW or filename is not None or type(value) not in {bytes, int} or read:
            raise self._foreign("a value that is neither bytes nor a number")
        return value  # type: ignore[no-any-return]

    def remove(self, file_path: Any) -> None:
        """Remove nothing: no entry of ours has a file."""

    def _foreign(self, what: str) -> StoreError:
        return StoreError(
            f"The store in {self._directory} holds {what}. pelican-buttercms never writes such"
            " entries, and never opens them, because they could run code. Delete that folder, find"
            " out where it was restored from, then run `pelican-buttercms pull`."
        )
