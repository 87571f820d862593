"""Items that a listing holds twice: one of two equal ones is kept, different ones are an error."""

from __future__ import annotations

from collections.abc import Sequence
import logging
from typing import Generic, TypeVar

from pelican_buttercms.content.api_schema import brief
from pelican_buttercms.errors import RefusedResponseError
from pelican_buttercms.sync.paged import ItemName, ItemNaming

logger = logging.getLogger(__name__)

Item = TypeVar("Item")

_MOST_NAMED = 5


class Duplicates(Generic[Item]):
    """The names of a listing's items, and those that came twice.

    Args:
        listing: the listing's name, for messages.
        naming: how its items are named and compared.

    Attributes:
        names: of all items, in the order of the listing.
    """

    def __init__(self, listing: str, naming: ItemNaming[Item]) -> None:
        self._listing = listing
        self._naming = naming
        self._seen: set[ItemName] = set()
        self._twice = 0
        self.names: list[ItemName] = []

    def __len__(self) -> int:
        return self._twice

    def add(self, item: Item) -> None:
        """Note one more item."""
        name = self._naming.name(item)
        self.names.append(name)
        if name is not None:
            self._twice += name in self._seen
            self._seen.add(name)

    def settle(self, items: list[Item]) -> list[Item]:
        """Return the items, each once; a warning names those that came twice.

        Raises:
            RefusedResponseError: two items have the same name and different content.
        """
        if not self._twice:
            return items
        kept: dict[ItemName, Item] = {}
        unnamed: list[Item] = []
        twice: dict[ItemName, None] = {}
        for item in items:
            name = self._naming.name(item)
            if name is None:
                unnamed.append(item)
            elif name not in kept:
                kept[name] = item
            elif self._naming.content(kept[name]) == self._naming.content(item):
                twice[name] = None
            else:
                raise self._conflict(name, kept[name], item)
        logger.warning(
            "The listing of %s holds %s twice, with the same content: one of each is kept. Delete"
            " the other in the ButterCMS dashboard.",
            self._listing,
            name_some(list(twice)),
        )
        return [*kept.values(), *unnamed]

    def _conflict(self, name: ItemName, one: Item, other: Item) -> RefusedResponseError:
        titles = [f'"{brief(self._naming.title(item))}"' for item in (one, other)]
        return RefusedResponseError(
            f'The listing of {self._listing} holds two different items named "{brief(name)}":'
            f" {' and '.join(titles)}. They would be one page, so nothing of the listing was used."
            " Give one of them another slug in the ButterCMS dashboard, or delete it."
        )


def name_some(names: Sequence[ItemName]) -> str:
    """Return the first few of some names, and how many more there are."""
    named = ", ".join(f'"{brief(name)}"' for name in names[:_MOST_NAMED])
    more = len(names) - _MOST_NAMED
    return f"{named} and {more:,} more" if more > 0 else named
