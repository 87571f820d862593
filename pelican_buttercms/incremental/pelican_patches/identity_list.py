"""Is this article in that list? Without looking through the list."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pelican_buttercms.incremental.introspection import module_of


class Members(list[Any]):
    """A list that knows where its elements were, and looks there first.

    It may be changed like any other list: an element that is no longer at its place, or never was
    in the list, is looked for as usual.
    """

    def __init__(self, elements: Iterable[Any]) -> None:
        super().__init__(elements)
        self._places = {id(element): place for place, element in enumerate(self)}

    def __contains__(self, element: object) -> bool:
        place = self._places.get(id(element))
        if place is not None and place < len(self) and self[place] is element:
            return True
        return super().__contains__(element)


def are_distinct(elements: Iterable[Any]) -> bool:
    """Say whether objects are equal only to themselves, and each is there once.

    Pelican's contents are; a plugin may have contents of its own that compare otherwise.
    """
    elements = list(elements)
    return are_identities(elements) and len(set(map(id, elements))) == len(elements)


def are_identities(elements: Iterable[Any]) -> bool:
    """Say whether objects are equal only to themselves."""
    kinds: set[Any] = set(map(type, elements))
    return all(kind.__eq__ is object.__eq__ for kind in kinds)


def is_pelicans(owner: Any, name: str) -> bool:
    """Say whether a method is Pelican's own, replaced neither on the object nor on its class."""
    method = getattr(type(owner), name, None)
    return module_of(method) == "pelican.generators" and name not in vars(owner)
