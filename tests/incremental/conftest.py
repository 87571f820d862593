"""Sites that are built again and again."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.accounts import Account

from .builds import Builder, QuickSite


@pytest.fixture(scope="session")
def builder() -> Iterator[Builder]:
    """One process for all builds of a session."""
    one = Builder()
    yield one
    one.end()


@pytest.fixture
def site(tmp_path: Path, account: Account, builder: Builder) -> QuickSite:
    """A site that is built from the account."""
    return QuickSite(tmp_path / "site", account, builder)


@pytest.fixture
def sandboxes(tmp_path: Path, builder: Builder) -> Any:
    """Make a site and its account anew, as often as a property wants."""
    numbers = count(1)

    def make() -> QuickSite:
        folder = tmp_path / f"example-{next(numbers)}"
        return QuickSite(folder / "site", Account(folder / "cms"), builder)

    return make


@pytest.fixture
def posts(site: QuickSite, account: Account) -> QuickSite:
    """A site with eight posts of two categories, built once."""
    for number in range(1, 9):
        account.post(
            f"post-{number}",
            day=f"2024-01-{number:02}",
            categories=["tea" if number % 2 else "coffee"],
            tags=["old" if number < 5 else "new"],
            body=f"<p>Body {number}.</p>",
            summary=f"Summary {number}.",
        )
    account.page("*", "about", body="<p>About.</p>")
    site.settings |= {"BUTTERCMS_PAGE_TYPES": ["*"], "DEFAULT_PAGINATION": 3}
    return site


FEEDS = ("FEED_ALL_ATOM", "CATEGORY_FEED_ATOM", "AUTHOR_FEED_ATOM", "AUTHOR_FEED_RSS")


@pytest.fixture
def plain(posts: QuickSite) -> QuickSite:
    """A site with short templates and no feeds; each page shows itself only. It is not built."""
    posts.settings |= {"BUTTERCMS_SITEMAP": False, "TRANSLATION_FEED_ATOM": ""}
    posts.settings |= dict.fromkeys(FEEDS, "")
    for name in ("index", "archives", "tags", "categories", "authors"):
        posts.template(f"{name}.html", "{{ SITENAME }}")
    for name in ("category", "tag", "author"):
        posts.template(f"{name}.html", f"{{{{ {name} }}}}")
    posts.template("article.html", "{{ article.title }} {{ article.content }}")
    posts.template("page.html", "{{ page.title }} {{ page.content }}")
    return posts
