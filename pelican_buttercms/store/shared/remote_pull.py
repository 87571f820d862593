"""What one manifest of a shared store holds, or several of the same settings together."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from pelican_buttercms.content import Key
from pelican_buttercms.content.fallbacks import Listed
from pelican_buttercms.store.generation import Generation
from pelican_buttercms.store.merging import Observations
from pelican_buttercms.store.scope import Scope


@dataclass(frozen=True, slots=True)
class RemotePull:
    """A manifest in a shared store, or several together.

    Attributes:
        pulled_at: when everything was last pulled from ButterCMS, aware and in UTC.
        wanted: as in `Generation.wanted`, sorted.
        locales: what is known of each locale.
        name: the object that holds it; "" for several together.
        merged: the names of the manifests that are part of it.
        is_ahead: whether it names moments that lie in the future of the storage's clock.
        left_out: as in `Generation.left_out`, of the newest full pull.
        post_groups: as in `Generation.post_groups`.
        listed: as in `Generation.listed`.
    """

    pulled_at: datetime
    wanted: tuple[str, ...]
    locales: Mapping[str, Observations]
    name: str = ""
    merged: frozenset[str] = frozenset()
    is_ahead: bool = False
    left_out: Mapping[Key, str] = field(default_factory=dict, compare=False)
    post_groups: Mapping[str, str] = field(default_factory=dict, compare=False)
    listed: Listed = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, generations: Sequence[Generation]) -> RemotePull:
        """Return what generations of one pull hold."""
        first = generations[0]
        locales = {generation.scope.locale: generation.observations for generation in generations}
        wanted = tuple(sorted(set(first.wanted)))
        return cls(
            first.pulled_at,
            wanted,
            locales,
            left_out=first.left_out,
            post_groups=first.post_groups,
            listed=first.listed,
        )

    @property
    def settings(self) -> tuple[frozenset[str], tuple[str, ...]]:
        """The locales and names that were pulled: only manifests of the same are merged."""
        return frozenset(self.locales), self.wanted

    def newest(self) -> datetime:
        """Return the moment of the newest observation."""
        return max(seen.newest() for seen in self.locales.values())

    def full_pull(self) -> datetime:
        """Return the moment of the last full pull of all locales."""
        return min(seen.observed_at for seen in self.locales.values())

    def merge(self, other: RemotePull) -> RemotePull:
        """Return both together; both must be of the same settings."""
        locales = {name: seen.merge(other.locales[name]) for name, seen in self.locales.items()}
        newest = max(self.full_pull(), other.full_pull())
        left_out: dict[Key, str] = {}
        for pull in (self, other):
            left_out |= pull.left_out if pull.full_pull() == newest else {}
        pulled_at = max(self.pulled_at, other.pulled_at)
        names = sorted(self.post_groups.keys() | other.post_groups.keys())
        groups = {
            name: max(self.post_groups.get(name, ""), other.post_groups.get(name, ""))
            for name in names
        }
        return RemotePull(
            pulled_at,
            self.wanted,
            locales,
            left_out=left_out,
            post_groups=groups,
            listed={n: self._newer_list(other, n) for n in sorted({*self.listed, *other.listed})},
        )

    def overlay(self, other: RemotePull) -> RemotePull:
        """Return it with what `other`, of other settings, has asked for alone since."""
        theirs = other.locales
        locales = {
            name: seen.overlay(theirs[name]) if name in theirs else seen
            for name, seen in self.locales.items()
        }
        listed = {name: self._newer_list(other, name) for name in self.listed}
        return replace(
            self, locales=locales, name="", merged=frozenset(), is_ahead=False, listed=listed
        )

    def _newer_list(self, other: RemotePull, name: str) -> tuple[str, ...]:
        """Return what a listing has by the one of two pulls that asked for it later."""
        return max(pull._list(name) for pull in (self, other))[1]

    def _list(self, name: str) -> tuple[datetime, tuple[str, ...]]:
        locale, kind, group = name.split("/", 2)
        seen = self.locales.get(locale)
        if seen is None or name not in self.listed:
            return datetime.min.replace(tzinfo=UTC), ()
        moments = [at for key, at in seen.asked_at.items() if key[:2] == (kind, group)]
        return max([seen.observed_at, *moments]), self.listed[name]

    def only(self, locales: Collection[str]) -> RemotePull:
        """Return the part of it that is about some of its locales."""
        kept = {name: self.locales[name] for name in locales}
        return replace(self, locales=kept, name="", merged=frozenset(), is_ahead=False)

    def is_same(self, other: RemotePull) -> bool:
        """Return whether both hold the same content, of the same moments."""
        return (self.pulled_at, self.wanted, self.locales) == (
            other.pulled_at,
            other.wanted,
            other.locales,
        )

    def fits(self, scopes: Sequence[Scope], wanted: Sequence[str]) -> bool:
        """Return whether it has all of these scopes, and at least what is wanted."""
        has_all = {scope.locale for scope in scopes} <= self.locales.keys()
        return has_all and set(wanted) <= set(self.wanted)

    def digests(self) -> set[str]:
        """Return the digests of all records."""
        return {digest for seen in self.locales.values() for digest in seen.manifest.values()}
