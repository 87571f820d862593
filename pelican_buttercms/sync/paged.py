"""What a listing is: how its pages are asked for and read, and how its items are named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pelican_buttercms.api import Listing, Request, Response

ItemName = str | int | None
"""What no two items of a listing share: a slug or an id. None where an item has nothing of the
kind, which whoever reads the items refuses or leaves out by what it is."""

Item = TypeVar("Item")
Report = Callable[[str, int, int | None], None]
"""Receives a listing's name, how many items are here, and of how many."""


@dataclass(frozen=True)
class ItemNaming(Generic[Item]):
    """How the items of a listing are named and compared.

    Attributes:
        name: returns an item's name.
        content: returns what two items with the same content have in common.
        title: returns a text by which people know the item.
    """

    name: Callable[[Item], ItemName]
    content: Callable[[Item], Any]
    title: Callable[[Item], str]


@dataclass(frozen=True)
class PagedListing(Generic[Item]):
    """A listing that comes in pages, or all at once where the API does not page.

    Attributes:
        name: for progress and messages.
        build: builds the request for a page, counted from 1, of so many items.
        decode: reads a page, in the thread that fetched it: while it does, others wait for theirs.
        naming: how its items are named and compared.
        look: reads the names of a page's items, and keeps nothing.
        is_paged: whether the API pages it; what it does not page has no `meta`.
    """

    name: str
    build: Callable[[int, int], Request]
    decode: Callable[[Request, Response], Listing[Item]]
    naming: ItemNaming[Item]
    look: Callable[[Request, Response], Listing[ItemName]]
    is_paged: bool = True
