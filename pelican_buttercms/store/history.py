"""The pulls that an index names, and which of them builds read."""

from __future__ import annotations

from collections.abc import Sequence

from pelican_buttercms.store.generation_index import Branch, GenerationIndex
from pelican_buttercms.store.scope import Scope


def read_index(data: bytes | None) -> GenerationIndex:
    """Read a store's index; a store without one is empty.

    The next pull is numbered above all that are there, whatever the index counted.

    Raises:
        ValueError: the bytes are not those of an index.
    """
    index = GenerationIndex() if data is None else GenerationIndex.decode(data)
    for text, branch in index.scopes.items():
        Scope.parse(text)
        for number in branch.generations:
            leading = number.partition("-")[0]
            if leading.isascii() and leading.isdecimal():
                index.pulls = max(index.pulls, int(leading[:18]))
    return index


def common(index: GenerationIndex, scopes: Sequence[Scope]) -> list[str]:
    """Return the pulls that have all of several scopes, newest first."""
    branches = _branches(index, scopes)
    shared = set.intersection(*(set(branch.generations) for branch in branches))
    return sorted(shared, reverse=True)


def in_use(index: GenerationIndex, scopes: Sequence[Scope]) -> str | None:
    """Return the pull that builds of these scopes read, None when no pull has all of them."""
    shared = common(index, scopes)
    if not shared:
        return None
    newest = {branch.latest for branch in _branches(index, scopes)}
    return newest.pop() if len(newest) == 1 else shared[0]


def expired(index: GenerationIndex, scope: Scope, keep: int) -> list[str]:
    """Return the oldest generations of a scope beyond the `keep` newest; none that builds read."""
    old = index.branch(scope).expired(keep)
    kept = _readable(index, scope) if old else set()
    return [number for number in old if number not in kept]


def _readable(index: GenerationIndex, scope: Scope) -> set[str]:
    """Return the pulls that builds of any locales of an account and mode may read.

    Of those that have the same locales, and perhaps more, that is the newest.
    """
    locales: dict[str, set[str]] = {}
    for text, branch in index.scopes.items():
        other = Scope.parse(text)
        if (other.account, other.mode) == (scope.account, scope.mode):
            for number in branch.generations:
                locales.setdefault(number, set()).add(other.locale)
    newest: set[str] = set()
    for number in sorted(locales, reverse=True):
        if not any(locales[number] <= locales[newer] for newer in newest):
            newest.add(number)
    return newest


def _branches(index: GenerationIndex, scopes: Sequence[Scope]) -> list[Branch]:
    return [index.scopes.get(str(scope), Branch()) for scope in scopes]
