"""Builders of the requests that read content; `write_requests` has those that change it.

Every builder returns a `Request`: method, path below the base URL, query parameters. The token is
not among them; the client adds it as a header. Source: contract, sections 4 to 7.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
import secrets
from urllib.parse import quote, urlencode

from pelican_buttercms.api import query

SINGLE_PAGES = "*"


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


def posts(
    *,
    preview: bool = False,
    exclude_body: bool = False,
    locale: str | None = None,
    filters: query.Query = (),
    page: int | None = None,
    page_size: int | None = None,
) -> Request:
    """List posts, newest published first; `filters` are names and slugs, such as `category_slug`.

    Raises:
        ValueError: a parameter is out of its range; so from every builder here.
    """
    return _get(
        ("posts",),
        *query.pages(page, page_size),
        *query.flag("preview", preview),
        *(("exclude_body", "true") for _ in range(exclude_body)),
        *filters,
        *query.locale(locale),
    )


def post(slug: str, *, preview: bool = False, locale: str | None = None) -> Request:
    """Get one post; the API gives it whatever its status, drafts included.

    Under preview an unpublished draft over a live post is what comes.
    """
    return _get(("posts", slug), *query.flag("preview", preview), *query.locale(locale))


def pages(
    page_type: str,
    *,
    preview: bool = False,
    locale: str | None = None,
    levels: int | None = None,
    alt_media_text: bool = False,
    order: str | None = None,
    filters: query.Query = (),
    page: int | None = None,
    page_size: int | None = None,
) -> Request:
    """List the pages of a type, or the single pages (`"*"`), which take no order and no filters.

    `filters` are fields as `fields.<path>`, and the value that each has to have.
    """
    if page_type == SINGLE_PAGES and (order or filters):
        raise ValueError("single pages (*) cannot be ordered or filtered")
    return _get(
        ("pages", page_type),
        *query.flag("preview", preview),
        *query.pages(page, page_size),
        *query.locale(locale),
        *query.levels(levels),
        *query.flag("alt_media_text", alt_media_text),
        *query.text("order", order, 100),
        *filters,
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
        *query.flag("preview", preview),
        *query.locale(locale),
        *query.levels(levels),
        *query.flag("alt_media_text", alt_media_text),
    )


def collection(
    key: str,
    *,
    preview: bool = False,
    locale: str | None = None,
    levels: int | None = None,
    alt_media_text: bool = False,
    order: str | None = None,
    filters: query.Query = (),
    page: int | None = None,
    page_size: int | None = None,
) -> Request:
    """List the items of one collection; `filters` as for pages."""
    return _get(
        ("content", key),
        *query.flag("preview", preview),
        *query.pages(page, page_size),
        *query.locale(locale),
        *query.levels(levels),
        *query.flag("alt_media_text", alt_media_text),
        *query.text("order", order, 100),
        *filters,
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
    if wrong := [key for key in keys if not query.is_key(key)]:
        raise ValueError(f"{wrong[0]!r} is not a key: 1 to 100 characters without a comma")
    joined = ",".join(keys)
    return _get(
        ("content",),
        *((("keys", joined),) if joined else ()),
        *query.flag("preview", preview),
        *query.locale(locale),
        *query.levels(levels),
        *query.flag("alt_media_text", alt_media_text),
    )


def authors() -> Request:
    """List all authors."""
    return _get(("authors",))


def categories() -> Request:
    """List all categories."""
    return _get(("categories",))


def tags() -> Request:
    """List all tags."""
    return _get(("tags",))


def uncached(request: Request) -> Request:
    """Return the same request, made to bypass the caches on the way.

    Reads, and even 404s, are kept at the edge for days, until the API tells it of a change; what
    was just written may not have come so far. An unknown parameter is ignored, and makes another
    address. Source: contract, "Caching, quotas, limits".
    """
    return replace(request, params=(*request.params, ("fresh", secrets.token_hex(4))))


def path_of(*parts: str) -> str:
    """Return the path of a resource, each part percent-encoded.

    Raises:
        ValueError: a part is not a name.
    """
    for part in parts:
        if not query.is_name(part):
            raise ValueError(f"{part!r} is not a name: 1 to {query.LONGEST_NAME} characters")
    # a dot would be resolved as a folder before it reaches the API
    encoded = [
        part.replace(".", "%2E") if part in {".", ".."} else quote(part, safe="*") for part in parts
    ]
    return "/".join(encoded) + "/"


def _get(parts: tuple[str, ...], *parameters: tuple[str, str]) -> Request:
    return Request("GET", path_of(*parts), tuple(parameters))
