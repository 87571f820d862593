"""What did webhooks tell this store before, and what could it not take in?

A webhook comes once. Before a build asks for what one names, the store notes that it *owes* a full
pull; only when all is taken in, that note goes. So an event is lost neither by an API that fails
nor by a build that is killed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
import secrets

import msgspec

from pelican_buttercms.content import Key
from pelican_buttercms.store.database import Database
from pelican_buttercms.store.scope import Scope

_MOST = 2000
"""Keys that are remembered for each account and mode, the newest."""


class _Memory(msgspec.Struct):
    looked: dict[str, datetime] = {}
    deleted: dict[str, datetime] = {}


class Heard:
    """What events told, by scope; beside the store, since it is no content.

    Looking makes no files: most stores never hear of an event.

    Args:
        folder: the store's folder.
        now: the clock; gives aware datetimes.

    Raises:
        StoreError: from here and every method, when the disk fails.
    """

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        self.now = now
        self._folder = folder / "heard"
        self._opened: Database | None = None

    def close(self) -> None:
        """Close the files."""
        if self._opened:
            self._opened.close()

    @property
    def _database(self) -> Database:
        if self._opened is None:
            self._opened = Database(self._folder)
        return self._opened

    def owes(self, scopes: Iterable[Scope]) -> dict[Scope, bytes]:
        """Give the notes that a full pull is owed; none when everything was taken in."""
        if not self._folder.is_dir():
            return {}
        found = {scope: self._database.get(_owed(scope)) for scope in scopes}
        return {scope: note for scope, note in found.items() if note is not None}

    def owe(self, scopes: Iterable[Scope]) -> dict[Scope, bytes]:
        """Note that a full pull is owed; gives the notes, each like no other."""
        notes = {scope: secrets.token_bytes(8) for scope in scopes}
        with self._database.transaction():
            for scope, note in notes.items():
                self._database.set(_owed(scope), note)
        return notes

    def settle(self, notes: Mapping[Scope, bytes]) -> None:
        """Take notes back, unless another process has written a newer one since."""
        if not notes:
            return
        with self._database.transaction():
            for scope, note in notes.items():
                if self._database.get(_owed(scope)) == note:
                    self._database.delete(_owed(scope))

    def looked_at(self, scope: Scope, key: Key) -> datetime | None:
        """Tell when this was last asked for because of an event; None if that is not known."""
        return self._memory(scope).looked.get(str(key))

    def was_deleted(self, scope: Scope, key: Key) -> bool:
        """Say whether an event has told of a deletion of this before."""
        return str(key) in self._memory(scope).deleted

    def remember(self, scope: Scope, looked: Iterable[Key], deleted: Iterable[Key]) -> None:
        """Keep what was asked for just now, and what was said to be deleted."""
        now = self.now()
        with self._database.transaction():
            memory = self._memory(scope)
            memory.looked |= dict.fromkeys(sorted(map(str, looked)), now)
            memory.deleted |= dict.fromkeys(sorted(map(str, deleted)), now)
            kept = _Memory(_newest(memory.looked), _newest(memory.deleted))
            self._database.set(_memory(scope), msgspec.json.encode(kept))

    def _memory(self, scope: Scope) -> _Memory:
        data = self._database.get(_memory(scope))
        try:
            return _Memory() if data is None else msgspec.json.decode(data, type=_Memory)
        except msgspec.DecodeError:
            return _Memory()  # damaged: as good as new


def _newest(moments: Mapping[str, datetime]) -> dict[str, datetime]:
    kept: Sequence[tuple[str, datetime]] = sorted(moments.items(), key=lambda pair: pair[1])
    return dict(kept[-_MOST:])


def _owed(scope: Scope) -> str:
    return f"owed/{scope}"


def _memory(scope: Scope) -> str:
    return f"heard/{scope}"
