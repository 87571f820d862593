"""What one manifest of a shared store holds, or several of the same settings together."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from pelican_buttercms.content import Key
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
    """

    pulled_at: datetime
    wanted: tuple[str, ...]
    locales: Mapping[str, Observations]
    name: str = ""
    merged: frozenset[str] = frozenset()
    is_ahead: bool = False
    left_out: Mapping[Key, str] = field(default_factory=dict, compare=False)
    post_groups: Mapping[str, str] = field(default_factory=dict, compare=False)

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
        return RemotePull(pulled_at, self.wanted, locales, left_out=left_out, post_groups=groups)

    def overlay(self, other: RemotePull) -> RemotePull:
        """Return it with what `other`, of other settings, has asked for alone since."""
        theirs = other.locales
        locales = {
            name: seen.overlay(theirs[name]) if name in theirs else seen
            for name, seen in self.locales.items()
        }
        return replace(self, locales=locales, name="", merged=frozenset(), is_ahead=False)

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
