"""What events left: those that wait, and what had which number."""

import pytest

from pelican_buttercms.content import Key
from pelican_buttercms.store import Scope
from pelican_buttercms.store.webhook_state import WebhookState

KEY = Key("post", "", "a")


def last(payloads):
    """Join the payloads of a note and the one before."""
    return "+".join([*payloads, "new"])


@pytest.fixture
def state(tmp_path, clock):
    """A state on disk."""
    opened = WebhookState(tmp_path, clock)
    yield opened
    opened.close()


def test_what_waits_stays_until_it_is_settled(state, live, tmp_path, clock):
    """In another process, too; each scope for itself."""
    other = Scope("fingerprint", "de", "live")
    notes = state.add([live, other], last)
    again = WebhookState(tmp_path, clock)
    assert again.pending([live, other]) == notes
    again.settle({live: notes[live]})
    again.close()
    assert state.pending([live, other]) == {other: notes[other]}


def test_a_newer_note_has_the_older_ones_events_and_outlives_it(state, live):
    """A pull that began before an event came may have missed it."""
    before = state.add([live], last)
    after = state.add([live], last)
    assert after[live].payload == "new+new"
    state.settle(before)
    assert state.pending([live]) == after
    state.settle(after)
    assert state.pending([live]) == {}


def test_looking_makes_no_files(state, live, tmp_path):
    """Most stores never get an event."""
    assert state.pending([live]) == {}
    assert state.key_of(live, "post", 7) is None
    state.settle({})
    state.remember(live, {})
    assert list(tmp_path.iterdir()) == []


def test_numbers_are_remembered_by_scope(state, live, clock):
    """The newest two thousand."""
    other = Scope("fingerprint", "", "preview")
    state.remember(live, {("post", 7): KEY})
    assert state.key_of(live, "post", 7) == KEY
    assert state.key_of(live, "page", 7) is None
    assert state.key_of(other, "post", 7) is None
    clock.move(hours=1)
    state.remember(live, {("post", n): Key("post", "", f"p{n}") for n in range(100, 2100)})
    assert state.key_of(live, "post", 7) is None
    assert state.key_of(live, "post", 100) == Key("post", "", "p100")


NAIVE = b'{"post/1": {"key": "post:a", "since": "2020-01-01T00:00:00"}}'

DEEP = b'{"post/1": {"x": ' + b"[" * 5000


@pytest.mark.parametrize("damage", [b"[", b"\xff", b'{"token": 5}', b"\x00" * 8, NAIVE, DEEP])
def test_a_damaged_state_loses_no_event(state, live, damage):
    """A damaged note stays pending until everything was pulled; slugs are stored again."""
    state.remember(live, {("post", 7): KEY})
    state._database.set(f"numbers/{live}", damage)
    assert state.key_of(live, "post", 7) is None
    state._database.set(f"owed/{live}", damage)
    notes = state.pending([live])
    assert notes[live].payload == ""
    state.settle(notes)
    assert state.pending([live]) == {}
    state.remember(live, {("post", 7): KEY})
    assert state.key_of(live, "post", 7) == KEY
