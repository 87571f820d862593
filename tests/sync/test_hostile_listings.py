"""Listings that lie, change or never end: the whole of it is read, or an error says why not."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from pelican_buttercms.errors import ButterCMSError, ResponseError
from pelican_buttercms.sync import listing_pages
from tests.sync.paged_account import ABSENT, SOURCES, PagedAccount, make, read

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
        account = PagedAccount(kind, items, lie)
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

    account = PagedAccount("posts", items, lie)
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

    account = PagedAccount("posts", [], endless)
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

    account = PagedAccount("posts", [], same)
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
        read(PagedAccount("posts", items, lie))


def test_a_change_that_leaves_the_count_is_seen_at_the_end():
    """One item goes and one comes: the pages fit, the first one does not any more."""
    items = [make("posts", number) for number in range(250)]

    def swap(number, meta, here):
        if account.calls == 2:
            account.items = [make("posts", 900), *items[:149], *items[150:]]
        return meta, here

    account = PagedAccount("posts", items, swap)
    assert read(account) == account.items
    assert account.items[0]["slug"] == "s900"


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

    account = PagedAccount("posts", items, lie)
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
