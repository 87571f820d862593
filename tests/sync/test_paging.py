"""Every form in which the API pages a listing, within the bounds on calls and on answers."""

from __future__ import annotations

import pytest

from pelican_buttercms.errors import CallLimitError, ResponseError
from pelican_buttercms.settings.limits import Limits
from pelican_buttercms.sync.pagination import calls_for
from tests.sync.paged_account import ABSENT, SOURCES, PagedAccount, make, read


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

    account = PagedAccount(kind, items, form)
    assert read(account) == items
    if meta == "full":
        assert account.calls == calls_for(size)


@pytest.mark.parametrize("kind", SOURCES)
def test_what_is_given_all_at_once_without_meta_is_whole(kind):
    """An API that does not page gives the same for page 2: that is no second half."""
    items = [make(kind, number) for number in range(150)]
    account = PagedAccount(kind, items, lambda *_: (ABSENT, items))
    assert read(account) == items
    assert account.calls == 2


def test_a_limit_of_calls_stops_before_the_call_within_a_window():
    """No page is asked for beyond BUTTERCMS_MAX_CALLS, though many are on their way."""
    account = PagedAccount("posts", [make("posts", number) for number in range(1900)])
    with pytest.raises(CallLimitError):
        read(account, Limits(5, None))
    assert account.calls == 5


def test_large_answers_are_asked_for_in_smaller_pages():
    """The page size is halved where an answer is too large, and the whole comes."""
    items = [make("posts", number) for number in range(230)]
    for number in (3, 120, 121, 229):
        items[number]["body"] = "x" * 60_000
    account = PagedAccount("posts", items)
    assert read(account, max_bytes=70_000) == items
    assert account.calls < 60


def test_one_item_that_is_too_large_is_named_by_its_place():
    """Alone it is still too large: the message says which it is."""
    items = [make("posts", number) for number in range(230)]
    items[121]["body"] = "x" * 90_000
    account = PagedAccount("posts", items)
    with pytest.raises(ResponseError, match=r"Item 122 of the listing of posts"):
        read(account, max_bytes=70_000)
    assert account.calls < 40
