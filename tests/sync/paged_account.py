"""An account of one listing, which may lie, and how a command reads it."""

from __future__ import annotations

import httpx

from pelican_buttercms.settings import Token
from pelican_buttercms.sync import listings
from pelican_buttercms.sync.call_budget import Meter
from pelican_buttercms.sync.http.client import Client
from pelican_buttercms.sync.http.retry import Retry
from pelican_buttercms.sync.pagination import PagedFetch
from pelican_buttercms.sync.pull_spec import PullSpec

ABSENT = object()
SOURCES = {
    "posts": listings.posts(PullSpec(), ""),
    "page type": listings.pages("news", PullSpec(), ""),
    "single pages": listings.pages("*", PullSpec(), ""),
    "collection": listings.collection("people", PullSpec(), ""),
}


def make(kind, number, **more):
    """Make an item of a listing."""
    if kind == "collection":
        return {"meta": {"id": number + 1}, "name": f"n{number}"} | more
    item = {"slug": f"s{number}", "title": f"T{number}"} | more
    if kind == "posts":
        return item
    page_type = None if kind == "single pages" else "news"
    return item | {"name": item.pop("title"), "page_type": page_type, "fields": {}}


class PagedAccount:
    """One listing, paged as the API pages it; `lie(number, meta, items)` changes an answer."""

    def __init__(self, kind, items, lie=lambda number, meta, items: (meta, items)):
        self.kind, self.items, self.lie = kind, list(items), lie
        self.calls = 0
        self.numbers = []
        self.cap = 100

    def __call__(self, request):
        self.calls += 1
        number = int(request.url.params.get("page", 1))
        size = min(self.cap, int(request.url.params.get("page_size", 10)))
        self.numbers.append(number)
        last = max(1, -(-len(self.items) // size))
        here = self.items[(number - 1) * size : number * size]
        meta = {
            "count": len(self.items),
            "next_page": number + 1 if number < last else None,
            "previous_page": number - 1 if number > 1 else None,
        }
        if number > last:
            meta, here = None, None
        answer = self.lie(number, meta, here)
        if isinstance(answer, httpx.Response):
            return answer
        meta, here = answer
        if here is None:
            return httpx.Response(404, json={"detail": "Invalid page."})
        data = {"people": here} if self.kind == "collection" else here
        return httpx.Response(200, json={"data": data} | ({} if meta is ABSENT else {"meta": meta}))


def read(account, limits=None, **options):
    """Read the listing as every command does."""
    with Client(
        "https://api.example/v2/",
        Token("t"),
        transport=httpx.MockTransport(account),
        meter=Meter(None, limits),
        retry=Retry(attempts=1),
        **options,
    ) as client:
        fetch = PagedFetch(client, SOURCES[account.kind].paged, lambda *_: None)
        fetch.begin_rest()
        return fetch.result()
