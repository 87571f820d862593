"""How does a listing come whole? Its first page tells the count, the others come side by side."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
import logging
from typing import TYPE_CHECKING, Generic, TypeVar

from pelican_buttercms.api import Listing, Request, Response
from pelican_buttercms.errors import NotFoundError, ResponseError

if TYPE_CHECKING:
    from pelican_buttercms.fetch.client import Client

logger = logging.getLogger(__name__)

PAGE_SIZE = 100
"""The most that the API gives at once. Source: contract, section 4."""

Item = TypeVar("Item")


@dataclass(frozen=True)
class Paged(Generic[Item]):
    """A listing that comes in pages, or all at once where the API does not page.

    Attributes:
        name: for progress and messages.
        build: gives the request for a page, counted from 1.
        decode: reads a page, in the thread that fetched it: while it does, others wait for theirs.
        identify: gives what no two items of the listing share; None when an item has nothing of
            the kind, which whoever reads the items will refuse by name.
    """

    name: str
    build: Callable[[int], Request]
    decode: Callable[[Request, Response], Listing[Item]]
    identify: Callable[[Item], str | int | None]


class PagedFetch(Generic[Item]):
    """A listing on its way: its first page is asked for at once, the rest by `begin_rest()`.

    Args:
        client: sends the requests.
        listing: what to ask for.
        progress: told the listing's name, how many items are here, and of how many.
    """

    def __init__(
        self,
        client: Client,
        listing: Paged[Item],
        progress: Callable[[str, int, int | None], None],
    ) -> None:
        self._client = client
        self._listing = listing
        self._progress = progress
        self._first = self._start(1)
        self._rest: list[Future[Listing[Item]]] = []

    def begin_rest(self) -> None:
        """Wait for the first page, then ask for the others side by side."""
        first = self._first.result()
        self._rest = [self._start(number) for number in range(2, self.pages + 1)]
        self._progress(self._listing.name, len(first.items), first.count)

    @property
    def pages(self) -> int:
        """How many pages there are; waits for the first, which tells."""
        first = self._first.result()
        more = first.next_page is not None and first.count is not None
        size = len(first.items) or PAGE_SIZE  # the API may give fewer at once than it was asked for
        return -(-(first.count or 0) // size) if more else 1

    def result(self) -> list[Item]:
        """Give all items, each once; `begin_rest()` was called before.

        An editor may publish while the pages are read: items then move from page to page. Such a
        listing is read once more, and is an error if it is not whole then either.

        Raises:
            APIError, TransportError, ResponseError: as from `Client.get`.
        """
        items = self._gather()
        if items is None:
            logger.info("%s changed while it was read; reading it again", self._listing.name)
            self._first = self._start(1)
            self.begin_rest()
            items = self._gather()
        if items is None:
            raise ResponseError(
                f"The listing of {self._listing.name} changed while it was being read, twice. Try"
                " again when nobody is publishing; nothing of it was used."
            )
        return items

    def _gather(self) -> list[Item] | None:
        """Put the pages together; None when they do not make one whole listing."""
        first = self._first.result()
        items = list(first.items)
        for future in self._rest:
            try:
                page = future.result()
            except NotFoundError:  # the listing became shorter: this page is past its end
                return None
            if page.count != first.count:
                return None
            items += page.items
            self._progress(self._listing.name, len(items), first.count)
        names = [name for item in items if (name := self._listing.identify(item)) is not None]
        whole = len(set(names)) == len(names) and first.count in {None, len(items)}
        return items if whole else None

    def _start(self, number: int) -> Future[Listing[Item]]:
        return self._client.start(self._listing.build(number), self._listing.decode)
