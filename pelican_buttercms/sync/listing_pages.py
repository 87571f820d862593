"""The pages of a listing, read in a bounded window and checked against each other.

An answer's numbers are claims. They decide which page is asked for next, within bounds, and every
page has to agree with the first one; at the first contradiction nothing more is asked for.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, Generic, TypeVar

from pelican_buttercms.api import Listing
from pelican_buttercms.api.read_requests import uncached
from pelican_buttercms.errors import (
    InvalidRequestError,
    NotFoundError,
    ResponseError,
    ResponseTooLargeError,
)
from pelican_buttercms.sync.duplicates import Duplicates
from pelican_buttercms.sync.paged import ItemName, PagedListing, Report

if TYPE_CHECKING:
    from pelican_buttercms.sync.http.client import Client

MAX_ITEMS = 100_000
"""Items of one listing. The largest plans count pages and items of collections by the thousand."""

MAX_PAGES = 2_000
"""Pages of one listing: each is a metered call."""

WINDOW = 16
"""Pages that are asked for before the first of them is looked at."""

MAX_DUPLICATES = 10
"""Items that several pages may hold twice; with more, they are the same pages again."""

Item = TypeVar("Item")


class ContradictionError(Exception):
    """A listing whose answers do not fit together; the text is half a sentence that says why.

    Args:
        why: what does not fit.
        changed: whether an editor who publishes meanwhile would explain it.
    """

    def __init__(self, why: str, *, changed: bool = False) -> None:
        super().__init__(why)
        self.changed = changed


class PageReader(Generic[Item]):
    """One reading of a listing, from its first page to its last.

    Args:
        client: sends the requests.
        listing: what to ask for.
        progress: receives the listing's name, how many items are here, and of how many.
        size: how many items a page is asked for.
        is_fresh: whether it is asked for past the caches on the way.

    Attributes:
        duplicates: the items that came twice so far.
    """

    def __init__(
        self,
        client: Client,
        listing: PagedListing[Item],
        progress: Report,
        *,
        size: int,
        is_fresh: bool = False,
    ) -> None:
        self._client = client
        self._listing = listing
        self._progress = progress
        self._size = size
        self._is_fresh = is_fresh
        self._coming: deque[tuple[int, Future[Listing[Item]]]] = deque()
        self._next = 2
        self._last: int | None = 1
        self._page_one: Listing[Item] | None = None
        self._first = self._start(1, size)
        self.duplicates = Duplicates(listing.name, listing.naming)

    @property
    def names(self) -> list[ItemName]:
        """The names of all items so far, in the order of the listing."""
        return self.duplicates.names

    @property
    def is_one_answer(self) -> bool:
        """Whether all of it came in one answer, so that nothing can have moved meanwhile."""
        return self._last == 1

    def first(self) -> Listing[Item]:
        """Return the first page; pages are made smaller until it fits into an answer."""
        while self._page_one is None:
            try:
                self._page_one = self._first.result()
            except ResponseTooLargeError as exc:
                if self._size == 1:
                    raise self._too_large(1) from exc
                self._size = _smaller(self._size)
                self._first = self._start(1, self._size)
        return self._page_one

    def begin(self) -> None:
        """Wait for the first page, and ask for the next ones as far as it can be believed.

        Raises:
            ResponseError: it claims more than is ever asked for.
        """
        first = self.first()
        here = len(first.items)
        if not self._flaw(first):
            self._last = self._last_page(first)
            # a page that is shorter than it was asked for is believed when the second one agrees
            self._ask(WINDOW if here >= self._size else 1)
        if self._last is not None:
            self._progress(self._listing.name, here, first.count)

    def collect(self) -> list[Item]:
        """Return the items of all pages, as they come; `begin()` was called before.

        Raises:
            ContradictionError: they do not make one whole listing.
            ButterCMSError: a page could not be read.
        """
        first = self.first()
        if flaw := self._flaw(first):
            raise ContradictionError(flaw)
        items = list(first.items)
        self._note(items)
        try:
            while self._coming:
                number, future = self._coming.popleft()
                more = self._read(number, future, len(items))
                self._note(more)
                items.extend(more)
                self._check_bounds(len(items), number)
                self._progress(self._listing.name, len(items), first.count or len(items) + 1)
                self._ask(WINDOW)
        finally:
            for _, future in self._coming:
                future.cancel()
        self._progress(self._listing.name, len(items), first.count or len(items))
        if not self.is_one_answer:
            self._look_again(first)
        return items

    def _flaw(self, first: Listing[Item]) -> str:
        """Describe why the first page cannot be believed, "" if it can."""
        count, here, more = first.count, len(first.items), _has_more(first)
        if first.next_page not in {None, 2}:
            return f"its first page is followed by page {first.next_page}"
        if count is None or (more and 0 < here < count) or (not more and count == here):
            return ""
        if not more and count == len({self._listing.naming.name(item) for item in first.items}):
            return ""  # of those that come twice each is counted once
        return (
            f"it is said to have {count:,} items, and gives {here:,} in a page that is"
            f" {'not ' if more else ''}the last"
        )

    def _last_page(self, first: Listing[Item]) -> int | None:
        """Return the number of the last page, None if only that page will show it."""
        if first.count is not None:
            last = count_pages(first.count, len(first.items)) if _has_more(first) else 1
            self._check_bounds(first.count, last)
            return last
        # without `meta` the first page may be all there is: the second one shows it
        may_go_on = _has_more(first) if first.has_meta else self._listing.is_paged
        return None if may_go_on and first.items else 1

    def _check_bounds(self, items: int, pages: int) -> None:
        if items > MAX_ITEMS or pages > MAX_PAGES:
            raise ResponseError(
                f"The listing of {self._listing.name} is said to have {items:,} items in"
                f" {pages:,} pages, and no more than {MAX_ITEMS:,} items and {MAX_PAGES:,} pages"
                " are asked for, since each page is a call. Nothing of it was used. If you do have"
                " that much content, please report it."
            )

    def _ask(self, window: int) -> None:
        """Ask for the next pages, so many at once; one by one where nobody knows how many."""
        window = window if self._last is not None else 1
        while len(self._coming) < window and (self._last is None or self._next <= self._last):
            self._coming.append((self._next, self._start(self._next, self._size)))
            self._next += 1

    def _read(self, number: int, future: Future[Listing[Item]], done: int) -> Sequence[Item]:
        """Return the items of the next page, once it agrees with those before it."""
        first = self.first()
        try:
            page = future.result()
        except ResponseTooLargeError as exc:
            page = self._split(number, len(first.items), exc)
        except (NotFoundError, InvalidRequestError) as exc:
            if first.has_meta:
                why = f"page {number} was answered with {exc.status}"
                raise ContradictionError(why, changed=True) from exc
            self._last = number - 1
            return ()
        if (page.count, page.has_meta) != (first.count, first.has_meta):
            raise ContradictionError(
                f"it has {first.count} items by its first page, {page.count} by page {number}",
                changed=True,
            )
        if not first.has_meta:
            return self._until_empty(number, page)
        self._check_next(number, page)
        if first.count is not None:
            expected = min(len(first.items), first.count - done)
            if len(page.items) != expected:
                raise ContradictionError(
                    f"page {number} has {len(page.items):,} items instead of {expected:,}"
                )
        return page.items

    def _until_empty(self, number: int, page: Listing[Item]) -> Sequence[Item]:
        """Return the items of a page without `meta`: the last one is empty, or the first again."""
        names = [self._listing.naming.name(item) for item in page.items]
        if not names or (number == 2 and names == self.names):
            self._last = number - 1
            return ()
        return page.items

    def _check_next(self, number: int, page: Listing[Item]) -> None:
        more = _has_more(page)
        if self._last is None and not more:
            self._last = number
        elif not page.items or more != (self._last is None or number < self._last):
            raise ContradictionError(f"page {number} is the last by one answer, not by another")
        if page.next_page not in {None, number + 1}:
            raise ContradictionError(f"page {number} is followed by page {page.next_page}")

    def _split(self, number: int, size: int, cause: ResponseTooLargeError) -> Listing[Item]:
        """Read a page that does not fit into an answer as several smaller ones."""
        if size == 1:
            raise self._too_large(number) from cause
        smaller = _smaller(size)
        parts = size // smaller
        items: list[Item] = []
        page: Listing[Item] | None = None
        for part in range((number - 1) * parts + 1, number * parts + 1):
            try:
                page = self._start(part, smaller).result()
            except ResponseTooLargeError as exc:
                page = self._split(part, smaller, exc)
            items += page.items
            if not _has_more(page):
                break
        assert page is not None  # noqa: S101  (there are at least two parts)
        follows = number + 1 if _has_more(page) else None
        return Listing(items, page.count, follows, has_meta=page.has_meta)

    def _too_large(self, position: int) -> ResponseTooLargeError:
        return ResponseTooLargeError(
            f"Item {position:,} of the listing of {self._listing.name} is larger than an answer of"
            " the API may be, even alone. Make it smaller in the ButterCMS dashboard."
        )

    def _note(self, items: Sequence[Item]) -> None:
        for item in items:
            self.duplicates.add(item)
        if len(self.duplicates) > MAX_DUPLICATES and not self.is_one_answer:
            raise ContradictionError("its pages hold the same items again")

    def _look_again(self, first: Listing[Item]) -> None:
        """Look whether the listing changed while it was read: what is new mostly comes first."""
        request = uncached(self._listing.build(1, self._size))
        again = self._client.start(request, self._listing.look).result()
        if again.count != first.count or list(again.items) != self.names[: len(first.items)]:
            raise ContradictionError("its first page is another one at the end", changed=True)

    def _start(self, number: int, size: int) -> Future[Listing[Item]]:
        request = self._listing.build(number, size)
        sent = uncached(request) if self._is_fresh else request
        return self._client.start(sent, self._listing.decode)


def count_pages(items: int, size: int) -> int:
    """Return how many pages of a size hold so many items."""
    return -(-items // max(1, size))


def _has_more(page: Listing[Item]) -> bool:
    return (page.next_page, page.next_offset) != (None, None)


def _smaller(size: int) -> int:
    """Return the largest page size of which several pages make up one of this size."""
    return size // next(factor for factor in range(2, size + 1) if size % factor == 0)
