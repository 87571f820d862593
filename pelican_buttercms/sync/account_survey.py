"""A look at an account: which page types and collections it has, one call for each name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial

from pelican_buttercms.api import Listing, Request, Response, read_requests
from pelican_buttercms.api.query import is_key
from pelican_buttercms.api.responses import Data, decode_collection, decode_listing
from pelican_buttercms.content import SINGLE_PAGES
from pelican_buttercms.content.reference_syntax import targets
from pelican_buttercms.errors import NotFoundError
from pelican_buttercms.sync.discovery import LABELS
from pelican_buttercms.sync.http.client import Client
from pelican_buttercms.sync.pull_spec import ListingName
from pelican_buttercms.wording import did_you_mean

POSTS: ListingName = ("post", "")
STARTERS: tuple[ListingName, ...] = (
    ("page", SINGLE_PAGES),
    ("page", "landing-page"),
    ("item", "navigation_menu"),
)
"""What the vendor's starter projects use; single pages are part of every account."""

MOST_NAMES = 30
"""How many names that references lead to are looked at: each costs a call."""


@dataclass
class AccountSurvey:
    """What an account answered so far; each name is asked for once.

    Attributes:
        client: asks.
        locale: the locale that is asked for, "" for the default one.
        items: how many items each listing has, None for those that do not exist.
        referenced: what the references of the first hundred items of each listing lead to.
    """

    client: Client
    locale: str = ""
    items: dict[ListingName, int | None] = field(default_factory=dict)
    referenced: set[ListingName] = field(default_factory=set)

    def has(self, name: ListingName) -> bool:
        """Return whether the account has a page type or collection; posts are `POSTS`.

        Raises:
            ButterCMSError: the API cannot be asked, or refuses the token or the locale.
        """
        if name not in self.items:
            self.items[name] = self._ask(name)
        return self.items[name] is not None

    def explore(self, names: Iterable[ListingName]) -> None:
        """Look for these names, then for all that references lead to, up to `MOST_NAMES`."""
        waiting = list(names)
        while waiting:
            for name in waiting:
                self.has(name)
            room = max(0, MOST_NAMES - len(self.items))
            waiting = sorted(self.referenced - self.items.keys())[:room]

    def names(self, kind: str) -> list[str]:
        """Return the page types ("page") or collections ("item") that the account has."""
        return sorted(
            name for (k, name), count in self.items.items() if k == kind and count is not None
        )

    def explain(self, name: ListingName) -> str:
        """Return that the account does not have a name, and the nearest one that it has."""
        kind, key = name
        known = [*self.names(kind), *(other for k, other in self.referenced if k == kind)]
        hint = did_you_mean(key, (other for other in known if other != SINGLE_PAGES), cutoff=0.5)
        return f"The account has no {LABELS[kind]} {key!r}.{hint}"

    def _ask(self, name: ListingName) -> int | None:
        kind, key = name
        if name != POSTS and not is_key(key):
            return None
        locale = self.locale or None
        try:
            if kind == "item":
                request = read_requests.collection(
                    key, levels=1, locale=locale, page=1, page_size=100
                )
                listing = self.client.get(request, partial(_decode_items, key))
            elif kind == "page":
                request = read_requests.pages(key, levels=1, locale=locale, page=1, page_size=100)
                listing = self.client.get(request, decode_listing)
            else:
                request = read_requests.posts(
                    exclude_body=True, locale=locale, page=1, page_size=100
                )
                listing = self.client.get(request, decode_listing)
        except NotFoundError:
            return None
        if name != POSTS:  # a post has no references
            found = (target.key[:2] for item in listing.items for target in targets(item))
            self.referenced.update(other for other in found if is_key(other[1]))
        return len(listing.items) if listing.count is None else listing.count


def _decode_items(key: str, request: Request, response: Response) -> Listing[Data]:
    return decode_collection(request, response, key)
