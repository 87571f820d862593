"""The coverage of the last pull: what it was asked for, and what that refers to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from functools import cached_property

from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.content.reference_syntax import targets
from pelican_buttercms.store import Generation
from pelican_buttercms.sync.discovery import LABELS, referenced
from pelican_buttercms.sync.pull_spec import ListingName, PullSpec


class PullCoverage:
    """The page types and collections of a stored pull.

    Args:
        spec: what is asked for now; the pull may have been asked for more.
        latest: the generations of the pull, one for each locale.
        read: reads every record of a generation; called only if the manifests are not enough.

    Attributes:
        spec: what the pull was asked for.
    """

    def __init__(
        self,
        spec: PullSpec,
        latest: Sequence[Generation],
        read: Callable[[Generation], Iterable[RawRecord]],
    ) -> None:
        self.spec = _as_pulled(spec, latest[0])
        self._latest = latest
        self._read = read
        self._named: set[ListingName] = set(self.spec.named)
        keys = (key for generation in latest for key in generation.manifest)
        self._stored: set[ListingName] = {key[:2] for key in keys if key.kind in LABELS}

    def has(self, kind: str, name: str) -> bool:
        """Return whether a page type or collection is pulled; one referred to may be empty."""
        if (kind, name) in self._named | self._stored:
            return True
        return self.spec.discover and (kind, name) in self._referenced

    def missing(self, records: Iterable[RawRecord]) -> list[str]:
        """Return the names of what these records refer to and no pull brought."""
        if not self.spec.discover:
            return []
        return [name for kind, name in sorted(referenced(records)) if not self.has(kind, name)]

    def unreachable(
        self, before: Iterable[RawRecord], now: Iterable[RawRecord], changed: set[tuple[str, Key]]
    ) -> list[ListingName]:
        """Return the names of the page types and collections that nothing leads to any more.

        Args:
            before: the stored versions of what changed.
            now: its new versions.
            changed: the locale and key of each.
        """
        discovered = self._stored - self._named
        if not self.spec.discover or not discovered:
            return []
        after = list(now)
        if not (referenced(before) - referenced(after)) & discovered:
            return []
        kept = (r for r in self._everything() if (r.locale, r.key) not in changed)
        return sorted(discovered - self._reachable([*kept, *after]))

    def refers_to(self, keys: Collection[Key]) -> bool:
        """Return whether anything stored refers to one of these."""
        everything = self._everything() if self.spec.discover else ()
        return any(target.key in keys for r in everything for target in targets(r.data))

    def _reachable(self, records: list[RawRecord]) -> set[ListingName]:
        """Return what references lead to from what was named, as discovery in a pull does."""
        reached, asked = set(self._named), set[ListingName]()
        while reached - asked:
            asked |= reached
            inside = (record for record in records if record.key[:2] in asked)
            reached |= referenced(inside)
        return asked

    @cached_property
    def _referenced(self) -> set[ListingName]:
        return referenced(self._everything())

    def _everything(self) -> Iterable[RawRecord]:
        return (record for generation in self._latest for record in self._read(generation))


def _as_pulled(spec: PullSpec, generation: Generation) -> PullSpec:
    """Return what the generation was asked for: it stays whole, though less is wanted now."""
    names = generation.wanted

    def keys(kind: str) -> tuple[str, ...]:
        return tuple(n.removeprefix(f"{kind} ") for n in names if n.startswith(f"{kind} "))

    return replace(
        spec,
        posts="posts" in names,
        discover="discovery" in names,
        alt_media_text="alternative texts" in names,
        page_types=keys("page type"),
        collections=keys("collection"),
    )
