"""Generations: the records of one scope at one moment, where they come from, how they differ."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, Self

import msgspec

from pelican_buttercms.content import Key
from pelican_buttercms.content.fallbacks import Listed
from pelican_buttercms.content.raw_records import KINDS
from pelican_buttercms.store.merging import Observations
from pelican_buttercms.store.scope import Scope

Cause = Literal["pull", "event", "publish", "shared", "import"]
"""Why a generation was made: by a full pull, or one of what webhooks or `publish` named; out of
what other machines share; out of a snapshot."""


@dataclass(frozen=True, slots=True)
class Generation:
    """The complete, consistent content of a scope.

    Attributes:
        id: sorts in the order in which generations were made, whatever the clock did.
        scope: whose content it is.
        pulled_at: how fresh it is: when everything was last asked for, aware and in UTC.
        manifest: the digest of every record, by key and in the order of keys.
        calls: how many API calls it cost to make it.
        wanted: what the last full pull requested, as `sync` spells it; a build that needs more
            cannot use it.
        cause: why it was made.
        parents: the ids of the generations that it was made from.
        created_at: when it was made; None is when it was pulled.
        full_pull_calls: how many calls the last full pull cost; None is `calls`.
        observed_at: the moment of the last full pull in the order of all observations; it differs
            from `pulled_at` where the clock of another machine was ahead, None is the same.
        asked_at: when records were asked for alone since, also those that were found to be gone.
        left_out: what the last full pull left out of live content, by key: its status. The same in
            all scopes of a pull.
        post_groups: which posts are translations of each other, as `sync.post_groups` names them.
            The same in all scopes of a pull.
        listed: the ids of the pages or items that a listing with filters or an order has, in that
            order, by `listing_name`. What else of it is in the manifest, others refer to. The same
            in all scopes of a pull.
    """

    id: str
    scope: Scope
    pulled_at: datetime
    manifest: Mapping[Key, str]
    calls: int
    wanted: tuple[str, ...] = ()
    cause: Cause = "pull"
    parents: tuple[str, ...] = ()
    created_at: datetime | None = None
    full_pull_calls: int | None = None
    observed_at: datetime | None = field(default=None, compare=False)
    asked_at: Mapping[Key, datetime] = field(default_factory=dict, compare=False)
    left_out: Mapping[Key, str] = field(default_factory=dict, compare=False)
    post_groups: Mapping[str, str] = field(default_factory=dict, compare=False)
    listed: Listed = field(default_factory=dict, compare=False)

    @property
    def created(self) -> datetime:
        """When it was made."""
        return self.created_at or self.pulled_at

    @property
    def full_calls(self) -> int:
        """The calls that the last full pull cost; 0 where that is unknown."""
        return self.calls if self.full_pull_calls is None else self.full_pull_calls

    @property
    def observations(self) -> Observations:
        """The observations: the state of each record, and when it was requested."""
        return Observations(self.observed_at or self.pulled_at, self.manifest, self.asked_at)


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where the generations of one commit come from; each attribute as of `Generation`."""

    cause: Cause
    created_at: datetime
    pulled_at: datetime
    calls: int
    wanted: tuple[str, ...]
    full_pull_calls: int | None = None
    left_out: Mapping[Key, str] = field(default_factory=dict)
    post_groups: Mapping[str, str] = field(default_factory=dict)
    listed: Listed = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Changes:
    """The difference between a generation and the one before; all keys in order."""

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


class _Stored(msgspec.Struct):
    """A generation as it is encoded in the store."""

    id: str
    scope: str
    pulled_at: datetime
    calls: int
    wanted: list[str]
    records: dict[str, str]
    cause: Cause = "pull"
    parents: list[str] = []
    created_at: datetime | None = None
    full_pull_calls: int | None = None
    observed_at: datetime | None = None
    asked_at: dict[str, datetime] = {}
    left_out: dict[str, str] | msgspec.UnsetType = msgspec.UNSET
    post_groups: dict[str, str] | msgspec.UnsetType = msgspec.UNSET
    listed: dict[str, tuple[str, ...]] | msgspec.UnsetType = msgspec.UNSET


class _Records(msgspec.Struct):
    """The part of an encoded generation that names its records."""

    records: dict[str, str]


def encode(generation: Generation) -> bytes:
    """Encode a generation for the store, always to the same bytes."""
    stored = _Stored(
        id=generation.id,
        scope=str(generation.scope),
        pulled_at=generation.pulled_at,
        calls=generation.calls,
        wanted=list(generation.wanted),
        records={key.stored: digest for key, digest in generation.manifest.items()},
        cause=generation.cause,
        parents=list(generation.parents),
        created_at=generation.created_at,
        full_pull_calls=generation.full_pull_calls,
        observed_at=generation.observed_at,
        asked_at={key.stored: moment for key, moment in generation.asked_at.items()},
        left_out={key.stored: status for key, status in generation.left_out.items()}
        or msgspec.UNSET,
        post_groups=dict(generation.post_groups) or msgspec.UNSET,
        listed=dict(generation.listed) or msgspec.UNSET,
    )
    return msgspec.json.encode(stored, order="deterministic")


def decode(data: bytes) -> Generation:
    """Decode a generation from the store.

    Raises:
        ValueError: the bytes are not those of a generation.
    """
    try:
        return _from_stored(msgspec.json.decode(data, type=_Stored))
    except OverflowError as exc:
        raise ValueError("a moment is out of range") from exc


def _from_stored(stored: _Stored) -> Generation:
    return Generation(
        id=stored.id,
        scope=Scope.parse(stored.scope),
        pulled_at=stored.pulled_at.astimezone(UTC),
        manifest=dict(sorted((Key.parse(key), d) for key, d in stored.records.items())),
        calls=stored.calls,
        wanted=tuple(stored.wanted),
        cause=stored.cause,
        parents=tuple(stored.parents),
        created_at=stored.created_at and stored.created_at.astimezone(UTC),
        full_pull_calls=stored.full_pull_calls,
        observed_at=stored.observed_at and stored.observed_at.astimezone(UTC),
        asked_at={Key.parse(key): at.astimezone(UTC) for key, at in stored.asked_at.items()},
        left_out={Key.parse(key): status for key, status in (stored.left_out or {}).items()},
        post_groups=stored.post_groups or {},
        listed=stored.listed or {},
    )


def digests(data: bytes) -> Collection[str]:
    """Return the digests that an encoded generation names, in an eighth of the time of decoding it.

    Raises:
        ValueError: the bytes are not those of a generation.
    """
    return msgspec.json.decode(data, type=_Records).records.values()
