"""Deletions that were held back, and when, so that a second look can agree with the first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from pelican_buttercms.content import Key
from pelican_buttercms.digests import sha256_hex
from pelican_buttercms.store.call_log import PullState
from pelican_buttercms.store.scope import Scope

HELD_PREFIX = "held/"
"""Begins the names of suspicions, which lie beside the counts of calls."""


class _HeldDeletion(msgspec.Struct):
    gone: str
    since: Annotated[datetime, Meta(tz=True)]


class HeldDeletions(PullState):
    """Deletions that were not believed, by scope."""

    def since(self, scope: Scope, gone: Iterable[Key]) -> datetime:
        """Return when just these were first found to be gone: now, if that is new."""
        digest = sha256_hex("\n".join(sorted(key.stored for key in gone)).encode())
        name = _name(scope)
        with self._database.transaction():
            held = _decode(self._database.get(name))
            if held is None or held.gone != digest:
                held = _HeldDeletion(digest, self._now())
                self._database.set(name, msgspec.json.encode(held))
        return held.since

    def forget(self, scope: Scope) -> None:
        """Delete what was held back."""
        self._database.delete(_name(scope))


def _name(scope: Scope) -> str:
    return f"{HELD_PREFIX}{scope}"


def _decode(data: bytes | None) -> _HeldDeletion | None:
    try:
        return msgspec.json.decode(data, type=_HeldDeletion) if data is not None else None
    except msgspec.DecodeError:
        return None  # damaged: as good as new
