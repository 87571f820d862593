"""Sites with themes and plugins of others."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.accounts import Account
from tests.incremental.builds import Builder, QuickSite


@pytest.fixture(scope="session")
def builder() -> Iterator[Builder]:
    """One process for all builds of a session."""
    one = Builder()
    yield one
    one.end()


@pytest.fixture
def make_site(tmp_path, builder):
    """Make an empty site in a folder of its own, with its account."""

    def make(name: str) -> QuickSite:
        folder = tmp_path / name
        return QuickSite(folder / "site", Account(folder / "cms"), builder)

    return make
