"""A site whose posts and pages get other addresses from build to build."""

from __future__ import annotations

import csv

import pytest

from tests.incremental.builds import QuickSite
from tests.incremental.conftest import builder, sandboxes, site

__all__ = ["builder", "sandboxes", "site"]

BORN = {"created": "2024-05-17T14:13:46.787544Z"}


def history(site: QuickSite) -> list[list[str]]:
    """Read the history of addresses, without its first line."""
    with (site.folder / "redirects.csv").open(newline="") as file:
        return list(csv.reader(file))[1:]


def rules(site: QuickSite) -> list[str]:
    """Read the rules that are not the user's own."""
    return [line for line in site.read("_redirects").splitlines() if line[:1] not in ("", "#")]


def rename(site: QuickSite, old: str, new: str, **values: object) -> None:
    """Give a post another slug, as the dashboard does."""
    site.account.delete(f"posts/{old}.json")
    site.account.post(new, **BORN, **values)


@pytest.fixture
def moving(site: QuickSite) -> QuickSite:
    """A site with a post, two more and a page, built once."""
    site.account.post("first", **BORN)
    site.account.post("second", day="2024-01-02", categories=["tea"])
    site.account.post("third", day="2024-01-03")
    site.account.page("*", "about", published="2024-03-01T09:00:00.123456Z", body="<p>Us.</p>")
    site.settings |= {
        "BUTTERCMS_PAGE_TYPES": ["*"],
        "BUTTERCMS_REDIRECTS": ["netlify", "nginx", "html"],
    }
    site.make()
    return site
