"""Items that a listing holds twice: equal ones are kept once, different ones are an error."""

from __future__ import annotations

import logging

import httpx
import pytest

from pelican_buttercms.errors import ResponseError
from pelican_buttercms.sync.progress import Progress
from pelican_buttercms.sync.pull import pull
from pelican_buttercms.sync.pull_spec import PullSpec
from tests.sync.paged_account import SOURCES, PagedAccount, make, read


@pytest.mark.parametrize("kind", SOURCES)
@pytest.mark.parametrize("size", [2, 120, 320])
def test_an_item_that_the_account_has_twice_does_not_stop_the_site(kind, size, caplog):
    """The same content twice: one is kept, and named."""
    items = [make(kind, number) for number in range(size)]
    with caplog.at_level(logging.WARNING):
        assert read(PagedAccount(kind, [*items, items[1]])) == items
    (line,) = caplog.messages
    assert '2"' in line or 's1"' in line
    assert "twice" in line


@pytest.mark.parametrize("kind", SOURCES)
@pytest.mark.parametrize("size", [2, 120])
def test_two_different_items_of_one_name_are_both_named(kind, size):
    """They would be one page: the message tells which, and what to do."""
    items = [make(kind, number) for number in range(size)]
    other = {"name": "Other"} if kind == "collection" else {"title": "Other"}
    account = PagedAccount(kind, [*items, make(kind, 1, **other)])
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

    account = PagedAccount("posts", items, unstable)
    with pytest.raises(ResponseError):
        read(account)
