"""Where do the bytes go? A diskcache database whose every failure is a StoreError."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
import sqlite3
from typing import Any, Final

import diskcache

from pelican_buttercms.errors import StoreError
from pelican_buttercms.store.disk import PlainDisk

_SETTINGS: Final = {
    "eviction_policy": "none",  # diskcache's default drops content at 1 GiB
    "cull_limit": 0,
    "statistics": 0,
    "tag_index": 0,
    "sqlite_mmap_size": 0,  # a file cut short under a memory map kills the process
}

# SQLite quotes damaged bytes in its messages, which Python then cannot decode
_FAILURES: Final = (sqlite3.Error, OSError, diskcache.Timeout, UnicodeDecodeError)
_ADVICE: Final = (
    (("locked", "busy"), "Another process is writing to it; wait for it, then try again."),
    (
        ("readonly", "read-only", "permission", "unable to open", "not a directory"),
        "Give this user the right to write there, or name another folder.",
    ),
    (
        ("full", "no space", "disk i/o", "quota"),
        "Look whether that disk is full or failing, then try again.",
    ),
)
_REFILL: Final = (
    "It may be damaged: move that folder away, then run `pelican-buttercms pull` to refill it."
)


class _Cache(diskcache.Cache):  # type: ignore[misc]
    """A diskcache that lets go of its file when it cannot be opened."""

    def __init__(self, folder: str, **options: Any) -> None:
        try:
            super().__init__(folder, **options)
        except BaseException:
            with suppress(AttributeError, sqlite3.Error):  # it may not have come so far
                self.close()
            raise


class Database:
    """Named bytes and numbers in one folder, for several threads and processes.

    Args:
        folder: where it lies; made when it is not there.
        timeout: seconds to wait while another process writes.

    Raises:
        StoreError: from here and every method, when the disk fails or what is on it is not ours;
            the message has the folder and what to do.
    """

    def __init__(self, folder: Path, *, timeout: float = 60) -> None:
        self._folder = folder
        try:
            with self._guard():
                self._cache = _Cache(str(folder), timeout=timeout, disk=PlainDisk, **_SETTINGS)
        except (KeyError, TypeError, ValueError, AttributeError) as exc:
            # diskcache believes the settings that it finds in the database, whatever they are
            raise StoreError(self._explain(exc)) from exc

    def get(self, key: str) -> bytes | None:
        """Read the bytes of this name, None when there are none."""
        with self._guard():
            value = self._cache.get(key)
        if value is None or isinstance(value, bytes):
            return value
        raise self._wrong_type(key)

    def get_number(self, key: str) -> int:
        """Read the number of this name, 0 when there is none."""
        with self._guard():
            value = self._cache.get(key, default=0)
        if isinstance(value, int):
            return value
        raise self._wrong_type(key)

    def set(self, key: str, value: bytes | int) -> None:
        """Write bytes or a number under this name."""
        with self._guard():
            self._cache.set(key, value)

    def delete(self, key: str) -> None:
        """Forget what is under this name, if anything is."""
        with self._guard():
            self._cache.delete(key)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make the writes inside all happen, or none, whatever ends this process.

        Only one process writes at a time; others go on reading what was there before.
        """
        try:
            with self._guard(), self._cache.transact():
                yield
        except BaseException:
            self.close()  # a failed COMMIT leaves the connection inside the transaction
            raise

    def close(self) -> None:
        """Close this thread's connection; the next call opens it again."""
        with suppress(sqlite3.Error):
            self._cache.close()

    @contextmanager
    def _guard(self) -> Iterator[None]:
        try:
            yield
        except _FAILURES as exc:
            raise StoreError(self._explain(exc)) from exc

    def _explain(self, exc: Exception) -> str:
        words = "; ".join(dict.fromkeys(filter(None, map(str, _causes(exc))))) or repr(exc)
        fitting = (text for signs, text in _ADVICE if any(sign in words.lower() for sign in signs))
        return f"The store in {self._folder} cannot be used ({words}). {next(fitting, _REFILL)}"

    def _wrong_type(self, key: str) -> StoreError:
        return StoreError(f"The store in {self._folder} holds {key} in a wrong form. {_REFILL}")


def _causes(exc: BaseException) -> Iterator[BaseException]:
    """Go to what failed first: diskcache hides it behind its Timeout, SQLite behind a rollback."""
    current: BaseException | None = exc
    while isinstance(current, _FAILURES):
        yield current
        current = current.__context__
