"""Sites whose builds may have nothing to do."""

from __future__ import annotations

from typing import Any

import pytest

from tests.incremental.builds import QuickSite
from tests.incremental.conftest import builder, sandboxes, site

__all__ = ["builder", "sandboxes", "site"]

RESTED = "Nothing has changed since the last build"


def rested(site: QuickSite, *more: str, **options: Any) -> bool:
    """Build; says whether there was nothing to do."""
    return RESTED in site.make("-v", *more, **options).log


def py(site: QuickSite, code: str) -> None:
    """Add Python code to the settings file."""
    configure = site.configure
    site.configure = lambda *_: configure(code)  # type: ignore[method-assign,assignment]


@pytest.fixture
def still(site: QuickSite) -> QuickSite:
    """A site with some of everything, built once; nothing has changed since."""
    account = site.account
    account.post("one", day="2024-01-01", tags=["red"], body="<p>One.</p>")
    account.post("two", day="2024-01-02", categories=["notes"])
    account.page("*", "about", body="<p>About.</p>")
    account.collection("faqs", {"id": 1, "question": "Why?"})
    site.write("content/notes/local.md", "Title: Local\nDate: 2024-01-03\n\n[x]({tag}red)")
    site.write("content/pages/page.md", "Title: Page\n\nText")
    site.write("content/images/one.txt", "one")
    site.template("extra.html", "{{ SITENAME }} {{ articles|length }}")
    site.settings |= {
        "BUTTERCMS_PAGE_TYPES": ["*"],
        "BUTTERCMS_COLLECTIONS": ["faqs"],
        "ARTICLE_PATHS": ["notes"],
        "STATIC_PATHS": ["images"],
        "DIRECT_TEMPLATES": ["index", "archives", "extra"],
        "FEED_ALL_ATOM": "feeds/all.atom.xml",
    }
    site.rests = True
    site.make()
    return site
