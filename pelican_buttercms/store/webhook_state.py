"""The state that webhooks leave in the store: pending events, and slugs by ButterCMS's numbers.

A webhook comes once. Before a build requests what an event names, the store records the event as
*pending*. The record is removed only when the content was stored, so neither a failing API nor a
killed build loses an event.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
import math
from pathlib import Path
import secrets
from typing import Annotated
from urllib.parse import quote

import msgspec

from pelican_buttercms.content import Key
from pelican_buttercms.store.database import Database
from pelican_buttercms.store.scope import Scope

_MOST = 2000
"""The numbers that are kept for each account and mode; the oldest are dropped."""


class Note(msgspec.Struct, frozen=True):
    """A record of pending events.

    Attributes:
        token: a unique value.
        payload: the events, in the form in which a build gets them.
    """

    token: str
    payload: str


class _Slug(msgspec.Struct):
    key: str
    since: Annotated[datetime, msgspec.Meta(tz=True)]


class WebhookState:
    """The state that webhooks leave, by scope; it lies beside the store because it is no content.

    Reading creates no files: most stores never get an event. `store push` does not share it: the
    build that could not use an event has to repeat it.

    Args:
        folder: the store's folder.
        now: the clock, which returns aware datetimes.

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
        """Return the notes of pending events; none when no event is pending."""
        if not self._folder.is_dir():
            return {}
        notes = {scope: self._note(scope) for scope in scopes}
        return {scope: note for scope, note in notes.items() if note is not None}

    def add(
        self, scopes: Iterable[Scope], join: Callable[[Iterable[str]], str]
    ) -> dict[Scope, Note]:
        """Add pending events.

        A new note replaces the one before, so that a pull that began earlier does not settle
        events that came later.

        Args:
            scopes: the scopes that the events are about.
            join: returns the payload of a new note from the payloads of the notes it replaces.
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
        """Remove notes, unless another process has written a newer one since."""
        if not notes:
            return
        with self._database.transaction():
            for scope, note in notes.items():
                if self._note(scope) == note:
                    self._database.delete(_pending(scope))

    def adopt(self, old: str, new: str) -> None:
        """Copy the state of one account to another, which is the same one under a new id."""
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
                    elif prefix == "owed":  # both have one: an empty note requires a full pull
                        note = Note(secrets.token_hex(8), "")
                        self._database.set(target, msgspec.json.encode(note))

    def _note(self, scope: Scope) -> Note | None:
        data = self._database.get(_pending(scope))
        if data is None:
            return None
        try:
            return msgspec.json.decode(data, type=Note)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return Note(data.hex(), "")  # damaged, or written by an earlier version

    def key_of(self, scope: Scope, kind: str, number: int) -> Key | None:
        """Return the key that had ButterCMS's number at its last event; None if not known.

        A slug may change; the number stays.
        """
        slug = self._slugs(scope).get(f"{kind}/{number}")
        try:
            return Key.parse(slug.key) if slug else None
        except ValueError:
            return None

    def remember(self, scope: Scope, numbers: Mapping[tuple[str, int], Key]) -> None:
        """Store the keys of numbers, by kind and number."""
        if not numbers:
            return
        now = self.now()
        with self._database.transaction():
            slugs = self._slugs(scope)
            slugs |= {f"{kind}/{n}": _Slug(key.stored, now) for (kind, n), key in numbers.items()}
            newest = sorted(slugs.items(), key=lambda pair: pair[1].since)[-_MOST:]
            self._database.set(_numbers(scope), msgspec.json.encode(dict(newest)))

    def _slugs(self, scope: Scope) -> dict[str, _Slug]:
        if not self._folder.is_dir():
            return {}
        data = self._database.get(_numbers(scope))
        try:
            return {} if data is None else msgspec.json.decode(data, type=dict[str, _Slug])
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return {}  # damaged: the slugs are learnt again


def _pending(scope: Scope) -> str:
    return f"owed/{scope}"


def _numbers(scope: Scope) -> str:
    return f"numbers/{scope}"
