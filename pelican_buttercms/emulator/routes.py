"""The resources of the API by path, and their methods.

Source: contract, `Allow` per route, as recorded.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from pelican_buttercms.emulator.quirks import Behaviour

_READ = "GET, HEAD, OPTIONS"


@dataclass(frozen=True)
class Route:
    """A kind of resource.

    Attributes:
        name: its name in reads and writes.
        shape: the segments of its path; None matches any.
        allow: the `Allow` header.
        slashless: whether it was recorded without a redirect to the trailing slash.
    """

    name: str
    shape: tuple[str | None, ...]
    allow: str = _READ
    slashless: bool = False


ROUTES = (
    Route("posts", ("posts",), "GET, POST, HEAD, OPTIONS"),
    Route("search_posts", ("posts", "search")),
    Route("search_posts", ("search",)),
    Route("post", ("posts", None), "GET, PUT, PATCH, DELETE, HEAD, OPTIONS"),
    Route("all_pages", ("pages",), "GET, POST, HEAD, OPTIONS"),
    Route("search_pages", ("pages", "search")),
    Route("pages", ("pages", None)),
    Route("page", ("pages", None, None), "GET, PUT, PATCH, HEAD, OPTIONS"),
    Route("contents", ("content",), "GET, POST, HEAD, OPTIONS"),
    Route("content", ("content", None)),
    Route("content_item", ("content", None, None), "GET, PUT, PATCH, DELETE, HEAD, OPTIONS"),
    *(
        route
        for plural in ("authors", "categories", "tags")
        for route in (
            Route(plural, (plural,)),
            Route(f"{plural}/one", (plural, None), slashless=True),
        )
    ),
    Route("feed", ("feeds", None), slashless=True),
)


def with_behaviour(route: Route, behaviour: Behaviour) -> Route:
    """Return a route with the methods that only some of the documents have."""
    if route.name == "content" and behaviour.collection_post == "allow":
        return replace(route, allow="GET, POST, HEAD, OPTIONS")
    if route.name == "page" and behaviour.page_delete == "allow":
        return replace(route, allow="GET, PUT, PATCH, DELETE, HEAD, OPTIONS")
    return route


def find_route(path: str) -> tuple[Route, tuple[str, ...]] | None:
    """Return the route of a path below `/v2/`, and the values of its variable segments."""
    segments = tuple(path.strip("/").split("/"))
    for route in ROUTES:
        if len(route.shape) == len(segments):
            pairs = list(zip(route.shape, segments, strict=True))
            if all(fixed in {None, segment} for fixed, segment in pairs):
                return route, tuple(segment for fixed, segment in pairs if fixed is None)
    return None
