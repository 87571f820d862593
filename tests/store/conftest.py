"""A clock that the test sets, and small records."""

from datetime import UTC, datetime, timedelta

import pytest

from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.store import Scope, Store


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self):
        self.moment = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)

    def __call__(self):
        return self.moment

    def move(self, **span):
        self.moment += timedelta(**span)


@pytest.fixture
def clock():
    """Return a clock."""
    return Clock()


@pytest.fixture
def store(tmp_path, clock):
    """Yield an open store on a real disk."""
    with Store(tmp_path, clock) as store:
        yield store


@pytest.fixture
def live():
    """Return the scope that most tests write to."""
    return Scope("fingerprint", "", "live")


@pytest.fixture(scope="session")
def post():
    """Return a function that builds a raw post."""

    def make(slug, **data):
        return RawRecord(Key("post", "", slug), {"slug": slug, **data})

    return make
