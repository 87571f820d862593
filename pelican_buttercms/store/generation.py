"""What did one pull bring? A generation is the list of its records, and how it differs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

import msgspec

from pelican_buttercms.content import Key
from pelican_buttercms.content.raw import KINDS
from pelican_buttercms.store.scope import Scope


@dataclass(frozen=True, slots=True)
class Generation:
    """One complete, consistent pull of a scope.

    Attributes:
        id: sorts in the order of the pulls, whatever the clock did.
        scope: whose content it is.
        pulled_at: when the pull was stored, aware and in UTC.
        manifest: the digest of every record, by key and in the order of keys.
        calls: how many API calls the pull cost.
        wanted: what the pull was asked for, in the words of `fetch`; a build that wants more
            cannot use it.
    """

    id: str
    scope: Scope
    pulled_at: datetime
    manifest: Mapping[Key, str]
    calls: int
    wanted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """How a generation differs from the one before; all keys in order."""

    new: tuple[Key, ...] = ()
    updated: tuple[Key, ...] = ()
    deleted: tuple[Key, ...] = ()
    unchanged: tuple[Key, ...] = ()

    @classmethod
    def between(cls, old: Mapping[Key, str], new: Mapping[Key, str]) -> Self:
        """Compare two manifests, each in the order of its keys."""
        return cls(
            new=tuple(key for key in new if key not in old),
            updated=tuple(key for key, now in new.items() if old.get(key, now) != now),
            deleted=tuple(key for key in old if key not in new),
            unchanged=tuple(key for key, now in new.items() if old.get(key) == now),
        )

    def counts(self) -> dict[str, dict[str, int]]:
        """Count by kind, then by what happened; only kinds that occur."""
        lists = {
            "new": self.new,
            "updated": self.updated,
            "deleted": self.deleted,
            "unchanged": self.unchanged,
        }
        table = {kind: dict.fromkeys(lists, 0) for kind in KINDS}
        for what, keys in lists.items():
            for key in keys:
                table[key.kind][what] += 1
        return {kind: row for kind, row in table.items() if any(row.values())}


Encoded = tuple[Mapping[Key, str], Mapping[str, bytes]]
"""The digest of every record by key, and the bytes of every digest that may be new."""


def amend(old: Generation, changed: Collection[Key], new: Encoded) -> Encoded:
    """Give a generation's manifest with what changed in it: these keys go, those of `new` come."""
    manifest, data = new
    kept = {key: digest for key, digest in old.manifest.items() if key not in changed}
    return dict(sorted({**kept, **manifest}.items())), data


class _Stored(msgspec.Struct):
    """A generation as it lies in the store."""

    id: str
    scope: str
    pulled_at: datetime
    calls: int
    wanted: list[str]
    records: dict[str, str]


class _Records(msgspec.Struct):
    """The part of it that says which records it names."""

    records: dict[str, str]


def encode(generation: Generation) -> bytes:
    """Encode a generation for the store, always to the same bytes."""
    stored = _Stored(
        id=generation.id,
        scope=str(generation.scope),
        pulled_at=generation.pulled_at,
        calls=generation.calls,
        wanted=list(generation.wanted),
        records={str(key): digest for key, digest in generation.manifest.items()},
    )
    return msgspec.json.encode(stored, order="deterministic")


def decode(data: bytes) -> Generation:
    """Decode a generation from the store.

    Raises:
        ValueError: the bytes are not those of a generation.
    """
    stored = msgspec.json.decode(data, type=_Stored)
    return Generation(
        id=stored.id,
        scope=Scope.parse(stored.scope),
        pulled_at=stored.pulled_at.astimezone(UTC),
        manifest=dict(sorted((Key.parse(key), d) for key, d in stored.records.items())),
        calls=stored.calls,
        wanted=tuple(stored.wanted),
    )


def digests(data: bytes) -> Collection[str]:
    """Give the digests that a generation of the store names, in an eighth of the time of decoding.

    Raises:
        ValueError: the bytes are not those of a generation.
    """
    return msgspec.json.decode(data, type=_Records).records.values()
