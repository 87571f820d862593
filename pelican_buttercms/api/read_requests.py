"""Requests for reading content; nothing here touches the network. `writes` has the others.

Every builder gives a `Request`: method, path below the base URL, query parameters. The token is
not among them; the client adds it as a header. Source: contract, sections 4 to 7.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
import secrets
from typing import Literal, TypedDict, Unpack
from urllib.parse import quote, urlencode

from pelican_buttercms.api import query as params

SINGLE_PAGES = "*"
FEEDS = ("rss", "atom", "sitemap")


@dataclass(frozen=True, slots=True)
class Request:
    """One call of the API.

    Attributes:
        method: the HTTP method.
        path: below the base URL, percent-encoded, with its trailing slash: without it the API
            answers with a redirect, which is billed as a call of its own.
        params: the query's names and values, in the order of the vendor's documents.
        body: JSON, None where nothing is sent.
    """

    method: str
    path: str
    params: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None

    @property
    def target(self) -> str:
        """Path and query, as they follow the base URL."""
        return f"{self.path}?{urlencode(self.params)}" if self.params else self.path


class Pagination(TypedDict, total=False):
    """Either `page` (from 1) with `page_size`, or `limit` (both at most 100) with `offset`."""

    page: int | None
    page_size: int | None
    limit: int | None
    offset: int | None


def posts(
    *,
    preview: bool = False,
    exclude_body: bool = False,
    author_slug: str | None = None,
    category_slug: str | None = None,
    tag_slug: str | None = None,
    locale: str | None = None,
    **pagination: Unpack[Pagination],
) -> Request:
    """List posts, newest published first.

    Raises:
        ValueError: a parameter is out of its range; so from every builder here.
    """
    return _get(
        ("posts",),
        *params.pages(**pagination),
        *params.flag("preview", preview),
        *(("exclude_body", "true") for _ in range(exclude_body)),
        *params.text("author_slug", author_slug, 100),
        *params.text("category_slug", category_slug, 100),
        *params.text("tag_slug", tag_slug, 100),
        *params.locale(locale),
    )


def post(slug: str, *, preview: bool = False, locale: str | None = None) -> Request:
    """Get one post; the API gives it whatever its status, drafts included.

    Under preview an unpublished draft over a live post is what comes.
    """
    return _get(("posts", slug), *params.flag("preview", preview), *params.locale(locale))


def search_posts(
    query: str, *, locale: str | None = None, **pagination: Unpack[Pagination]
) -> Request:
    """Search the titles and bodies of posts, the most relevant first."""
    return _get(
        ("posts", "search"),
        *params.text("query", query, 100),
        *params.pages(**pagination),
        *params.locale(locale),
    )


def pages(
    page_type: str,
    *,
    preview: bool = False,
    locale: str | None = None,
    levels: int | None = None,
    alt_media_text: bool = False,
    order: str | None = None,
    fields: Mapping[str, object] | None = None,
    **pagination: Unpack[Pagination],
) -> Request:
    """List the pages of a type, or the single pages (`"*"`), which take no order and no filter."""
    if page_type == SINGLE_PAGES and (order or fields):
        raise ValueError("single pages (*) can be neither ordered nor filtered by fields")
    return _get(
        ("pages", page_type),
        *params.flag("preview", preview),
        *params.pages(**pagination),
        *params.locale(locale),
        *params.levels(levels),
        *params.flag("alt_media_text", alt_media_text),
        *params.text("order", order, 100),
        *params.fields(fields),
    )


def page(
    page_type: str,
    slug: str,
    *,
    preview: bool = False,
    locale: str | None = None,
    levels: int | None = None,
    alt_media_text: bool = False,
) -> Request:
    """Get one page of a type; `"*"` finds the slug among the pages of all types."""
    return _get(
        ("pages", page_type, slug),
        *params.flag("preview", preview),
        *params.locale(locale),
        *params.levels(levels),
        *params.flag("alt_media_text", alt_media_text),
    )


def search_pages(
    query: str,
    *,
    page_type: str | None = None,
    preview: bool = False,
    locale: str | None = None,
    levels: int | None = None,
    **pagination: Unpack[Pagination],
) -> Request:
    """Search the direct content of pages, of all types or of one, the most relevant first."""
    return _get(
        ("pages", "search"),
        *params.text("query", query, 100),
        *params.text("page_type", page_type, 100),
        *params.flag("preview", preview),
        *params.locale(locale),
        *params.levels(levels),
        *params.pages(**pagination),
    )


def collection(
    key: str,
    *,
    preview: bool = False,
    locale: str | None = None,
    levels: int | None = None,
    alt_media_text: bool = False,
    order: str | None = None,
    fields: Mapping[str, object] | None = None,
    **pagination: Unpack[Pagination],
) -> Request:
    """List the items of one collection."""
    return _get(
        ("content", key),
        *params.flag("preview", preview),
        *params.text("order", order, 100),
        *params.fields(fields),
        *params.pages(**pagination),
        *params.locale(locale),
        *params.levels(levels),
        *params.flag("alt_media_text", alt_media_text),
    )


def collections(
    keys: Iterable[str],
    *,
    preview: bool = False,
    locale: str | None = None,
    levels: int | None = None,
    alt_media_text: bool = False,
) -> Request:
    """Get all items of several collections in one call; one unknown key is a 404 for all."""
    keys = tuple(keys)
    if wrong := [key for key in keys if not params.is_key(key)]:
        raise ValueError(f"{wrong[0]!r} is not a key: 1 to 100 characters without a comma")
    joined = ",".join(keys)
    return _get(
        ("content",),
        *((("keys", joined),) if joined else ()),
        *params.flag("preview", preview),
        *params.locale(locale),
        *params.levels(levels),
        *params.flag("alt_media_text", alt_media_text),
    )


def authors(*, recent_posts: bool = False) -> Request:
    """List all authors, with up to ten recent posts each if asked for."""
    return _get(("authors",), *params.include(recent_posts=recent_posts))


def author(slug: str, *, recent_posts: bool = False) -> Request:
    """Get one author."""
    return _get(("authors", slug), *params.include(recent_posts=recent_posts))


def categories(*, recent_posts: bool = False) -> Request:
    """List all categories, with up to ten recent posts each if asked for."""
    return _get(("categories",), *params.include(recent_posts=recent_posts))


def category(slug: str, *, recent_posts: bool = False) -> Request:
    """Get one category."""
    return _get(("categories", slug), *params.include(recent_posts=recent_posts))


def tags(*, recent_posts: bool = False) -> Request:
    """List all tags, with up to ten recent posts each if asked for."""
    return _get(("tags",), *params.include(recent_posts=recent_posts))


def tag(slug: str, *, recent_posts: bool = False) -> Request:
    """Get one tag."""
    return _get(("tags", slug), *params.include(recent_posts=recent_posts))


def feed(
    name: Literal["rss", "atom", "sitemap"],
    *,
    category_slug: str | None = None,
    tag_slug: str | None = None,
    locale: str | None = None,
) -> Request:
    """Get the API's own feed of posts, as XML."""
    if name not in FEEDS:
        raise ValueError(f"there is no feed {name!r}; the feeds are {', '.join(FEEDS)}")
    return _get(
        ("feeds", name),
        *params.text("category_slug", category_slug, 100),
        *params.text("tag_slug", tag_slug, 100),
        *params.locale(locale),
    )


def uncached(request: Request) -> Request:
    """Ask for the same past the caches on the way.

    Reads, and even 404s, are kept at the edge for days, until the API tells it of a change; what
    was just written may not have come so far. An unknown parameter is ignored, and makes another
    address. Source: contract, "Caching, quotas, limits".
    """
    return replace(request, params=(*request.params, ("fresh", secrets.token_hex(4))))


def path_of(*parts: str) -> str:
    """Give the path of a resource, each part percent-encoded.

    Raises:
        ValueError: a part is not a name.
    """
    for part in parts:
        if not params.is_name(part):
            raise ValueError(f"{part!r} is not a name: 1 to {params.LONGEST_NAME} characters")
    # a dot would be resolved as a folder before it reaches the API
    encoded = [
        part.replace(".", "%2E") if part in {".", ".."} else quote(part, safe="*") for part in parts
    ]
    return "/".join(encoded) + "/"


def _get(parts: tuple[str, ...], *query: tuple[str, str]) -> Request:
    return Request("GET", path_of(*parts), tuple(query))
