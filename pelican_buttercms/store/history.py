"""Which pulls does a catalogue name, and which of them do builds read?"""

from __future__ import annotations

from collections.abc import Sequence

from pelican_buttercms.store.generation_index import Branch, Catalogue
from pelican_buttercms.store.scope import Scope


def read_catalogue(data: bytes | None) -> Catalogue:
    """Read a store's catalogue; a store without one is empty.

    The next pull is numbered above all that are there, whatever the catalogue counted.

    Raises:
        ValueError: the bytes are not those of a catalogue.
    """
    catalogue = Catalogue() if data is None else Catalogue.decode(data)
    for text, branch in catalogue.scopes.items():
        Scope.parse(text)
        for number in branch.generations:
            leading = number.partition("-")[0]
            if leading.isascii() and leading.isdecimal():
                catalogue.pulls = max(catalogue.pulls, int(leading[:18]))
    return catalogue


def common(catalogue: Catalogue, scopes: Sequence[Scope]) -> list[str]:
    """Name the pulls that have all of several scopes, newest first."""
    branches = _branches(catalogue, scopes)
    found = set.intersection(*(set(branch.generations) for branch in branches))
    return sorted(found, reverse=True)


def in_use(catalogue: Catalogue, scopes: Sequence[Scope]) -> str | None:
    """Name the pull that builds of these scopes read, None when no pull has all of them."""
    found = common(catalogue, scopes)
    if not found:
        return None
    newest = {branch.latest for branch in _branches(catalogue, scopes)}
    return newest.pop() if len(newest) == 1 else found[0]


def _branches(catalogue: Catalogue, scopes: Sequence[Scope]) -> list[Branch]:
    return [catalogue.scopes.get(str(scope), Branch()) for scope in scopes]
