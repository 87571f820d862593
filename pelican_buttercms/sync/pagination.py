"""Whole listings: every item of an account's posts, of a page type or of a collection, once."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Generic, TypeVar

from pelican_buttercms.errors import InvalidRequestError, NotFoundError, ResponseError
from pelican_buttercms.sync.listing_pages import (
    ContradictionError,
    PageReader,
    count_pages,
)
from pelican_buttercms.sync.paged import PagedListing, Report

if TYPE_CHECKING:
    from pelican_buttercms.sync.http.client import Client

logger = logging.getLogger(__name__)

PAGE_SIZE = 100
"""The most that the API gives at once. Source: contract, section 4."""

OTHER_SIZE = 99
"""The page size of a second reading: pages begin at other items, so that an item that comes twice
where one page ends and the next begins can be told apart from one that the account has twice."""

Item = TypeVar("Item")


def calls_for(items: int, size: int = PAGE_SIZE) -> int:
    """Return the calls that a listing of so many items takes.

    The first of several pages is looked at again when the last one has come.
    """
    pages = max(1, count_pages(items, size))
    return pages + (pages > 1)


class PagedFetch(Generic[Item]):
    """A listing on its way: its first page is asked for at once, the rest by `begin_rest()`.

    Args:
        client: sends the requests.
        listing: what to ask for.
        progress: receives the listing's name, how many items are here, and of how many.
    """

    def __init__(self, client: Client, listing: PagedListing[Item], progress: Report) -> None:
        self._client = client
        self._listing = listing
        self._progress = progress
        self._reader = PageReader(client, listing, progress, size=PAGE_SIZE)

    def begin_rest(self) -> None:
        """Wait for the first page, then ask for the next ones side by side.

        Raises:
            NotFoundError, InvalidRequestError: there is no such listing.
            ButterCMSError: the first page could not be read.
        """
        self._reader.begin()

    @property
    def calls(self) -> int:
        """How many calls the whole listing takes; waits for the first page."""
        first = self._reader.first()
        return calls_for(first.count or 0, len(first.items) or PAGE_SIZE)

    def result(self) -> list[Item]:
        """Return all items, each once; `begin_rest()` was called before.

        A listing that contradicts itself is read once more, past the caches. So is one of several
        pages that holds an item twice: it is believed if all comes in the same order again, though
        in pages of another size.

        Raises:
            ResponseError: the listing contradicted itself twice, or holds different items of one
                name; nothing of it is used.
            ButterCMSError: a page could not be read.
        """
        first = self._reader
        try:
            items = first.collect()
        except ContradictionError as exc:
            logger.info("%s: %s; it is read again", self._listing.name, exc)
        else:
            if not first.duplicates or first.is_one_answer:
                return first.duplicates.settle(items)
            logger.info("%s holds items twice; it is read again", self._listing.name)
        again = PageReader(
            self._client, self._listing, self._progress, size=OTHER_SIZE, is_fresh=True
        )
        try:
            again.begin()
            items = again.collect()
        except (NotFoundError, InvalidRequestError, ContradictionError) as exc:
            raise ResponseError(self._explain(exc)) from exc
        if again.duplicates and not again.is_one_answer and again.names != first.names:
            moved = ContradictionError("items come twice, and not the same ones", changed=True)
            raise ResponseError(self._explain(moved))
        return again.duplicates.settle(items)

    def _explain(self, exc: Exception) -> str:
        if isinstance(exc, ContradictionError) and not exc.changed:
            what, when = "contradicts itself", "later, or look at the API's status page"
        else:
            what, when = "changed while it was being read, twice", "when nobody is publishing"
        return (
            f"The listing of {self._listing.name} {what}: {exc}. Try again {when}; nothing of it"
            " was used."
        )
