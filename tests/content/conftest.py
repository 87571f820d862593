"""Small records for the tests of content."""

import pytest

from tests.records import item_record, page_record, post_record


@pytest.fixture(scope="session")
def page():
    """Make a raw page of a few fields."""
    return page_record


@pytest.fixture(scope="session")
def item():
    """Make a raw collection item of a few fields."""
    return item_record


@pytest.fixture(scope="session")
def post():
    """Make a raw post."""
    return post_record
