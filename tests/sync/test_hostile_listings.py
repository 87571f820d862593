"""Listings that lie, change or never end: the whole of it is read, or an error says why not."""

from __future__ import annotations

import logging

import httpx
from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from pelican_buttercms.errors import ButterCMSError, CallLimitError, ResponseError
from pelican_buttercms.settings import Token
from pelican_buttercms.settings.limits import Limits
from pelican_buttercms.sync import listing_pages, listings
from pelican_buttercms.sync.call_budget import Meter
from pelican_buttercms.sync.http.client import Client
from pelican_buttercms.sync.http.retry import Retry
from pelican_buttercms.sync.pagination import PagedFetch, calls_for
from pelican_buttercms.sync.progress import Progress
from pelican_buttercms.sync.pull import pull
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


class Account:
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
        found = self.lie(number, meta, here)
        if isinstance(found, httpx.Response):
            return found
        meta, here = found
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


@pytest.mark.parametrize("kind", SOURCES)
@pytest.mark.parametrize("size", [0, 1, 99, 100, 101, 250, 1700])
@pytest.mark.parametrize("meta", ["full", "none", "no count", "offsets"])
def test_every_form_of_paging_is_read_whole(kind, size, meta):
    """With `meta` or without, with a count or without, by pages or by offsets."""
    items = [make(kind, number) for number in range(size)]

    def form(number, told, here):
        if meta == "none":
            return ABSENT, here
        if told and meta == "no count":
            return {"next_page": told["next_page"]}, here
        if told and meta == "offsets":
            after = told["next_page"]
            return {"count": told["count"], "next_offset": after and number * 100}, here
        return told, here

    account = Account(kind, items, form)
    assert read(account) == items
    if meta == "full":
        assert account.calls == calls_for(size)


@pytest.mark.parametrize("kind", SOURCES)
def test_what_is_given_all_at_once_without_meta_is_whole(kind):
    """An API that does not page gives the same for page 2: that is no second half."""
    items = [make(kind, number) for number in range(150)]
    account = Account(kind, items, lambda *_: (ABSENT, items))
    assert read(account) == items
    assert account.calls == 2


NUMBERS = [
    10**12,
    10**30,
    -1,
    0,
    1,
    99,
    101,
    250,
    1999,
    "250",
    True,
    250.5,
    [250],
    {},
    99_999,
    100_000,
    100_001,
]


@pytest.mark.parametrize("kind", SOURCES)
@pytest.mark.parametrize("size", [1, 100, 249])
@pytest.mark.parametrize("count", NUMBERS, ids=str)
def test_a_count_that_lies_is_found_out_within_a_few_calls(kind, size, count):
    """Too high, too low, negative, or no number at all."""
    items = [make(kind, number) for number in range(size)]

    def lie(number, meta, here):
        return (meta and meta | {"count": count}), here

    if count is True or count != size:
        account = Account(kind, items, lie)
        with pytest.raises(ResponseError):
            read(account)
        assert account.calls <= 40


@pytest.mark.parametrize("follows", [1, 2, 3, 7, 0, -1, 10**12, "3", True, None], ids=str)
@pytest.mark.parametrize("at", [1, 2, 3])
@pytest.mark.parametrize("counted", [True, False])
def test_a_next_page_that_contradicts_is_found_out(at, follows, counted):
    """It loops, it skips, it ends too early or never."""
    items = [make("posts", number) for number in range(250)]
    right = {1: 2, 2: 3, 3: None}[at]
    if follows is right or (follows == right and follows is not True):
        return

    def lie(number, meta, here):
        meta = meta and (meta if counted else {"next_page": meta["next_page"]})
        return (meta | {"next_page": follows} if meta and number == at else meta), here

    account = Account("posts", items, lie)
    if not counted and follows is None:  # nothing contradicts a listing that ends
        return
    with pytest.raises(ResponseError):
        read(account)
    assert account.calls <= 10


@pytest.mark.parametrize("counted", [True, False])
@pytest.mark.parametrize("size", [1, 100])
def test_a_listing_without_an_end_is_left(counted, size, monkeypatch):
    """New items on each page for ever: calls and memory are bounded."""
    monkeypatch.setattr(listing_pages, "MAX_PAGES", 30)

    def endless(number, _, __):
        here = [make("posts", number * size + n) for n in range(size)]
        return ({"next_page": number + 1} | ({"count": 90_000} if counted else {})), here

    account = Account("posts", [], endless)
    with pytest.raises(ResponseError, match="no more than"):
        read(account)
    assert account.calls <= 70


@pytest.mark.parametrize("count", [2000, 90_000, None])
@pytest.mark.parametrize("size", [1, 10, 100])
def test_the_same_page_for_ever_is_left(size, count):
    """An API that ignores `page`."""
    items = [make("posts", number) for number in range(size)]

    def same(number, _, __):
        return {"next_page": number + 1} | ({"count": count} if count else {}), items

    account = Account("posts", [], same)
    with pytest.raises(ResponseError):
        read(account)
    assert account.calls <= 70


@pytest.mark.parametrize("change", [-1, 1])
@pytest.mark.parametrize("page", [1, 2, 3])
def test_a_page_that_is_shorter_or_longer_than_the_others(page, change):
    """With the right count and the right next page."""
    items = [make("posts", number) for number in range(250)]

    def lie(number, meta, here):
        if number == page and here:
            here = here[:-1] if change < 0 else [*here, make("posts", 999)]
        return meta, here

    with pytest.raises(ResponseError, match=r"posts (contradicts itself|changed)"):
        read(Account("posts", items, lie))


@pytest.mark.parametrize("kind", SOURCES)
@pytest.mark.parametrize("size", [2, 120, 320])
def test_an_item_that_the_account_has_twice_does_not_stop_the_site(kind, size, caplog):
    """The same content twice: one is kept, and named."""
    items = [make(kind, number) for number in range(size)]
    with caplog.at_level(logging.WARNING):
        assert read(Account(kind, [*items, items[1]])) == items
    (line,) = caplog.messages
    assert '2"' in line or 's1"' in line
    assert "twice" in line


@pytest.mark.parametrize("kind", SOURCES)
@pytest.mark.parametrize("size", [2, 120])
def test_two_different_items_of_one_name_are_both_named(kind, size):
    """They would be one page: the message tells which, and what to do."""
    items = [make(kind, number) for number in range(size)]
    other = {"name": "Other"} if kind == "collection" else {"title": "Other"}
    account = Account(kind, [*items, make(kind, 1, **other)])
    with pytest.raises(ResponseError, match=r"two different items named .*1.*Other.*dashboard"):
        read(account)


def test_two_authors_with_one_slug_are_named(connect, store, scope, account, app):
    """A listing that comes at once is looked at like others."""
    emulator = app()
    emulator.account.authors = [
        {"slug": "ann", "first_name": "Ann", "last_name": "Lee"},
        {"slug": "ann", "first_name": "Anna", "last_name": "Low"},
    ]

    def two(environ, start_response):
        if "authors" not in environ["PATH_INFO"]:
            return emulator(environ, start_response)
        start_response("200 OK", [("Content-Type", "application/json")])
        return [httpx.Response(200, json={"data": emulator.account.authors}).content]

    with pytest.raises(ResponseError, match=r'authors .*"ann": "Ann Lee" and "Anna Low"'):
        pull(connect(two), store, [scope], PullSpec(), Progress())


def test_an_item_that_hides_another_at_the_end_of_a_page_is_no_duplicate():
    """A sort without an order gives one item twice and another never: pages of 99 show it."""
    items = [make("posts", number) for number in range(250)]

    def unstable(number, meta, here):
        if here and number == 2:
            here = [items[0], *here[1:]]  # stands in for one that is then nowhere
        return meta, here

    account = Account("posts", items, unstable)
    with pytest.raises(ResponseError):
        read(account)


def test_a_change_that_leaves_the_count_is_seen_at_the_end():
    """One item goes and one comes: the pages fit, the first one does not any more."""
    items = [make("posts", number) for number in range(250)]

    def swap(number, meta, here):
        if account.calls == 2:
            account.items = [make("posts", 900), *items[:149], *items[150:]]
        return meta, here

    account = Account("posts", items, swap)
    assert read(account) == account.items
    assert account.items[0]["slug"] == "s900"


def test_a_limit_of_calls_stops_before_the_call_within_a_window():
    """No page is asked for beyond BUTTERCMS_MAX_CALLS, though many are on their way."""
    account = Account("posts", [make("posts", number) for number in range(1900)])
    with pytest.raises(CallLimitError):
        read(account, Limits(5, None))
    assert account.calls == 5


def test_large_answers_are_asked_for_in_smaller_pages():
    """The page size is halved where an answer is too large, and the whole comes."""
    items = [make("posts", number) for number in range(230)]
    for number in (3, 120, 121, 229):
        items[number]["body"] = "x" * 60_000
    account = Account("posts", items)
    assert read(account, max_bytes=70_000) == items
    assert account.calls < 60


def test_one_item_that_is_too_large_is_named_by_its_place():
    """Alone it is still too large: the message says which it is."""
    items = [make("posts", number) for number in range(230)]
    items[121]["body"] = "x" * 90_000
    account = Account("posts", items)
    with pytest.raises(ResponseError, match=r"Item 122 of the listing of posts"):
        read(account, max_bytes=70_000)
    assert account.calls < 40


METAS = st.one_of(
    st.none(),
    st.integers(-2, 400),
    st.sampled_from([10**12, "2", True, 2.5, []]),
)
LIES = st.dictionaries(
    st.tuples(st.integers(1, 4), st.sampled_from(["count", "next_page", "next_offset"])),
    METAS,
    max_size=4,
)
EDITS = st.lists(
    st.tuples(st.integers(1, 4), st.sampled_from(["drop", "repeat", "short", "long", "none"])),
    max_size=3,
)


@settings(max_examples=150)
@given(
    size=st.integers(0, 330),
    cap=st.sampled_from([10, 40, 100]),
    lies=LIES,
    edits=EDITS,
    without=st.booleans(),
)
def test_a_quiet_account_is_read_whole_or_not_at_all(size, cap, lies, edits, without):
    """Whatever the answers say: all items or an error, within a bounded number of calls."""
    items = [make("posts", number) for number in range(size)]

    def lie(number, meta, here):
        if here is None:
            return meta, here
        meta = dict(meta) | {name: value for (at, name), value in lies.items() if at == number}
        for at, what in edits:
            if at == number:
                here = {
                    "drop": here[1:],
                    "repeat": here + here[:1],
                    "short": here[: len(here) // 2],
                    "long": [*here, *items[:3]],
                    "none": [],
                }[what]
        return (ABSENT if without else meta), here

    account = Account("posts", items, lie)
    account.cap = cap
    told = set()
    try:
        told = {item["slug"] for item in read(account)}
    except ButterCMSError:
        pass
    else:
        hidden = edits or any(name == "next_page" for _, name in lies) or lies
        assert told <= {item["slug"] for item in items}
        if not hidden:
            assert told == {item["slug"] for item in items}
        if not without and all(name != "count" for _, name in lies):
            assert len(told) == size
    assert account.calls <= 120
