"""Large deletions are held back until a second pull confirms them."""

from datetime import timedelta

import pytest

from pelican_buttercms.content import Key
from pelican_buttercms.errors import HeldBackError
from pelican_buttercms.settings.limits import Deletions
from pelican_buttercms.store import Scope
from pelican_buttercms.store.held_deletions import HeldDeletions
from pelican_buttercms.sync.deletion_guard import DeletionGuard


def keys(*names):
    """Make the keys of posts."""
    return [Key("post", "", name) for name in names]


@pytest.fixture
def look(tmp_path, clock, scope):
    """Compare what was with what is."""
    held = HeldDeletions(tmp_path / "cache", clock)
    check = DeletionGuard(Deletions(0.25, 2), held, clock)

    def compare(before, after, asked=(("post", ""), ("page", "news"))):
        check.check_full(scope, before, set(after), asked)

    yield compare
    held.close()


def test_a_large_loss_is_believed_at_the_second_look(look, clock):
    """One that is later, and finds just the same; anything else begins anew."""
    before, after = keys(*"abcdefgh"), keys(*"abcde")
    with pytest.raises(HeldBackError, match=r"3 of 8 of posts \(f, g, h\)") as caught:
        look(before, after)
    assert "--allow-deletions" in str(caught.value)
    clock.move(minutes=4)
    with pytest.raises(HeldBackError):
        look(before, after)
    clock.move(minutes=2)
    with pytest.raises(HeldBackError):
        look(before, keys(*"abcd"))
    clock.move(minutes=6)
    with pytest.raises(HeldBackError):
        look(before, after)
    clock.move(minutes=6)
    look(before, after)


def test_an_answer_that_is_whole_again_forgets_the_suspicion(look, clock):
    """The failure has passed."""
    before = keys(*"abcdefgh")
    with pytest.raises(HeldBackError):
        look(before, [])
    clock.move(hours=1)
    look(before, before)
    with pytest.raises(HeldBackError):
        look(before, [])


def test_small_losses_and_what_was_not_asked_for_pass(look):
    """A few deletions are everyday; a page type that is not wanted any more is no loss."""
    look(keys(*"abcdefgh"), keys(*"abcdef"))
    look([Key("page", "old", str(n)) for n in range(9)], [])
    look(keys("only"), [])
    with pytest.raises(HeldBackError, match=r"2 of 2 of pages/news"):
        look([Key("page", "news", "a"), Key("page", "news", "b")], [])


@pytest.mark.parametrize(("number", "end"), [(50, r"n49\)"), (51, r"n49, …\)")])
def test_at_most_fifty_names_are_listed(look, number, end):
    """An ellipsis stands for the rest, and for nothing else."""
    with pytest.raises(HeldBackError, match=end):
        look(keys(*(f"n{n}" for n in range(number))), [])


def test_each_scope_has_suspicions_of_its_own(tmp_path, clock, scope):
    """What vanished in one locale says nothing of another."""
    held = HeldDeletions(tmp_path / "cache", clock)
    first = held.since(scope, keys("a"))
    clock.move(hours=1)
    other = Scope("account", "de", "live")
    assert held.since(other, keys("a")) - first == timedelta(hours=1)
    assert held.since(scope, keys("a")) == first
    held._database.set(f"held/{scope}", b"{damaged")
    assert held.since(scope, keys("a")) == clock()
    held.close()
