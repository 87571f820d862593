"""What webhooks left in the store: events that no build has taken in yet, and the slugs of numbers.

A webhook comes once. Before a build asks for what one names, the store notes its events as
*pending*; the note goes only when all is taken in. So an event is lost neither by an API that
fails nor by a build that is killed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
import math
from pathlib import Path
import secrets
from urllib.parse import quote

import msgspec

from pelican_buttercms.content import Key
from pelican_buttercms.store.database import Database
from pelican_buttercms.store.scope import Scope

_MOST = 2000
"""Numbers that are remembered for each account and mode, the newest."""


class Note(msgspec.Struct, frozen=True):
    """Events that wait.

    Attributes:
        token: like no other note's.
        payload: the events, as a build gets them.
    """

    token: str
    payload: str


class _Slug(msgspec.Struct):
    key: str
    since: datetime


class WebhookState:
    """What events left, by scope; beside the store, since it is no content.

    Reading makes no files: most stores never get an event. `store push` shares none of it: the
    build that could not take an event in is the one to repeat.

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

    def pending(self, scopes: Iterable[Scope]) -> dict[Scope, Note]:
        """Return the notes of what waits; none when everything was taken in."""
        if not self._folder.is_dir():
            return {}
        found = {scope: self._note(scope) for scope in scopes}
        return {scope: note for scope, note in found.items() if note is not None}

    def add(
        self, scopes: Iterable[Scope], join: Callable[[Iterable[str]], str]
    ) -> dict[Scope, Note]:
        """Note that something waits.

        A new note takes the place of the one before, so that a pull that began earlier does not
        settle what came meanwhile.

        Args:
            scopes: whose content the events are about.
            join: returns the payload of the new note, for those of the notes that it replaces.
        """
        notes = {}
        with self._database.transaction():
            for scope in scopes:
                before = self._note(scope)
                payload = join([before.payload] if before else [])
                notes[scope] = Note(secrets.token_hex(8), payload)
                self._database.set(_pending(scope), msgspec.json.encode(notes[scope]))
        return notes

    def settle(self, notes: Mapping[Scope, Note]) -> None:
        """Take notes back, unless another process has written a newer one since."""
        if not notes:
            return
        with self._database.transaction():
            for scope, note in notes.items():
                if self._note(scope) == note:
                    self._database.delete(_pending(scope))

    def adopt(self, old: str, new: str) -> None:
        """Copy what events left of one account to another, which is the same with a new id."""
        if not self._folder.is_dir():
            return
        with self._database.transaction():
            for prefix in ("owed", "numbers"):
                before = f"{prefix}/{quote(old, safe='')}/"
                for name in self._database.names(before, math.inf):
                    target = f"{prefix}/{quote(new, safe='')}/{name.removeprefix(before)}"
                    data = self._database.get(name)
                    if data is None:
                        continue
                    if self._database.get(target) is None:
                        self._database.set(target, data)
                    elif prefix == "owed":  # both wait: a note without a payload is everything
                        note = Note(secrets.token_hex(8), "")
                        self._database.set(target, msgspec.json.encode(note))

    def _note(self, scope: Scope) -> Note | None:
        data = self._database.get(_pending(scope))
        if data is None:
            return None
        try:
            return msgspec.json.decode(data, type=Note)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return Note(data.hex(), "")  # damaged, or an earlier version's: it names nothing

    def key_of(self, scope: Scope, kind: str, number: int) -> Key | None:
        """Return what had ButterCMS's number at the last event about it; None if not known.

        A slug may change; the number stays.
        """
        found = self._slugs(scope).get(f"{kind}/{number}")
        try:
            return Key.parse(found.key) if found else None
        except ValueError:
            return None

    def remember(self, scope: Scope, numbers: Mapping[tuple[str, int], Key]) -> None:
        """Keep what has which number, by kind."""
        if not numbers:
            return
        now = self.now()
        with self._database.transaction():
            slugs = self._slugs(scope)
            slugs |= {f"{kind}/{n}": _Slug(str(key), now) for (kind, n), key in numbers.items()}
            newest = sorted(slugs.items(), key=lambda pair: pair[1].since)[-_MOST:]
            self._database.set(_numbers(scope), msgspec.json.encode(dict(newest)))

    def _slugs(self, scope: Scope) -> dict[str, _Slug]:
        if not self._folder.is_dir():
            return {}
        data = self._database.get(_numbers(scope))
        try:
            return {} if data is None else msgspec.json.decode(data, type=dict[str, _Slug])
        except (msgspec.DecodeError, UnicodeDecodeError):
            return {}  # damaged: as good as new


def _pending(scope: Scope) -> str:
    return f"owed/{scope}"


def _numbers(scope: Scope) -> str:
    return f"numbers/{scope}"
