"""What events told, and what is owed to them."""

import pytest

from pelican_buttercms.content import Key
from pelican_buttercms.store import Scope
from pelican_buttercms.store.heard import Heard

KEY = Key("post", "", "a")


@pytest.fixture
def heard(tmp_path, clock):
    """A memory on disk."""
    opened = Heard(tmp_path, clock)
    yield opened
    opened.close()


def test_what_is_owed_stays_until_it_is_settled(heard, live, tmp_path, clock):
    """In another process, too; each scope for itself."""
    other = Scope("fingerprint", "de", "live")
    notes = heard.owe([live, other])
    again = Heard(tmp_path, clock)
    assert again.owes([live, other]) == notes
    again.settle({live: notes[live]})
    again.close()
    assert heard.owes([live, other]) == {other: notes[other]}


def test_a_newer_note_is_not_settled_with_an_older_one(heard, live):
    """A pull that began before an event came may have missed it."""
    before = heard.owe([live])
    after = heard.owe([live])
    heard.settle(before)
    assert heard.owes([live]) == after


def test_looking_makes_no_files(heard, live, tmp_path):
    """Most stores never hear of an event."""
    assert heard.owes([live]) == {}
    heard.settle({})
    assert list(tmp_path.iterdir()) == []


def test_what_was_told_is_remembered_by_scope(heard, live, clock):
    """When something was looked at, and what was said to be deleted; the newest two thousand."""
    other = Scope("fingerprint", "", "preview")
    heard.remember(live, [KEY], [Key("post", "", "b")])
    assert heard.looked_at(live, KEY) == clock()
    assert heard.was_deleted(live, Key("post", "", "b"))
    assert not heard.was_deleted(live, KEY)
    assert heard.looked_at(other, KEY) is None
    clock.move(hours=1)
    heard.remember(live, [Key("post", "", f"p{n}") for n in range(2000)], [])
    assert heard.looked_at(live, KEY) is None
    assert heard.was_deleted(live, Key("post", "", "b"))


def test_a_damaged_memory_is_as_good_as_none(heard, live):
    """It only saves calls."""
    heard.remember(live, [KEY], [KEY])
    heard._database.set(f"heard/{live}", b"[")
    assert heard.looked_at(live, KEY) is None
