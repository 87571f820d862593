"""Pages with any fields, as the tests of content have them."""

import pytest

from tests.records import page_record


@pytest.fixture(scope="session")
def page():
    """Make a raw page of a few fields."""
    return page_record
