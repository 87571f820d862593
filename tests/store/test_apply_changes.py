"""The newest generations once more, with a few records changed."""

import pytest

from pelican_buttercms.content import Key
from pelican_buttercms.store import Scope

DE = Scope("fingerprint", "de", "live")


def key(slug):
    """Return a post's key."""
    return Key("post", "", slug)


def test_records_are_added_replaced_and_removed(store, live, post, clock):
    """All scopes get one new generation: as fresh as the pull, with a moment of its own."""
    store.commit_together({live: [post("a"), post("b")], DE: [post("a")]}, 7, ["posts"])
    before = clock()
    clock.move(hours=1)
    changed = {live: {key("b"): None, key("a"): post("a", n=1), key("c"): post("c")}, DE: {}}
    pulled = store.latest(live)
    (first, changes), (second, _) = store.apply_changes(changed, calls=2)
    assert first.id == second.id
    assert (first.pulled_at, first.full_calls, first.wanted) == (before, 7, ("posts",))
    assert (first.created, first.calls, first.cause) == (clock(), 2, "event")
    assert first.parents == (pulled.id,)
    assert first.id.endswith("-20261121T130000Z")
    outcome = (changes.new, changes.updated, changes.deleted)
    assert outcome == ((key("c"),), (key("a"),), (key("b"),))
    assert list(store.records(store.latest(live))) == [post("a", n=1), post("c")]
    assert [r.key for r in store.records(store.latest(DE))] == [key("a")]
    assert store.latest_together([live, DE]) == [first, second]


def test_removing_what_is_not_there_is_nothing(store, live, post):
    """The result is the same content."""
    store.commit(live, [post("a")], 1)
    ((generation, changes),) = store.apply_changes({live: {key("x"): None}})
    assert changes.unchanged == tuple(generation.manifest) == (key("a"),)


@pytest.mark.parametrize("state", ["empty", "apart", "pinned"])
def test_without_a_whole_pull_in_use_nothing_is_stored(store, live, post, state):
    """An empty store, scopes that were pulled apart, a pull that somebody rolled back to."""
    if state == "apart":
        store.commit(live, [post("a")], 1)
        store.commit(DE, [post("a")], 1)
    elif state == "pinned":
        (first, _), _ = store.commit_together({live: [post("a")], DE: []}, 1)
        store.commit_together({live: [], DE: []}, 1)
        store.roll_back([live, DE], first.id)
    before = [store.generations(scope) for scope in (live, DE)]
    assert store.apply_changes({live: {key("b"): post("b")}, DE: {}}) is None
    assert [store.generations(scope) for scope in (live, DE)] == before


def test_old_generations_go_as_with_pulls(store, live, post):
    """And records that nobody names any more with them."""
    store.commit(live, [post("a")], 1)
    for number in range(15):
        store.apply_changes({live: {key("b"): post("b", n=number)}})
    assert len(store.generations(live)) == 10
    names = [n for n in store._database._cache.iterkeys() if n.startswith("record/")]
    assert len(names) == 11


def test_what_does_not_differ_is_no_new_generation(store, live, post):
    """Old pulls are not pushed out by events that changed nothing."""
    store.commit(live, [post("a")], 1)
    before = store.latest(live)
    ((generation, changes),) = store.apply_changes({live: {key("a"): post("a"), key("x"): None}})
    assert generation == before
    assert (changes.new, changes.updated, changes.deleted) == ((), (), ())
    assert [item.id for item in store.generations(live)] == [before.id]


@pytest.mark.parametrize("other", [None, "changed"])
def test_what_the_last_pull_left_out_is_known_until_it_is_asked_for(store, live, post, other):
    """By its status; also where the rest of the content is as before."""
    left_out = {key("x"): "draft", key("y"): "scheduled"}
    store.commit_together({live: [post("a")]}, 1, left_out=left_out)
    assert store.latest(live).left_out == left_out
    store.apply_changes({live: {key("x"): None, key("b"): post("b") if other else None}})
    assert store.latest(live).left_out == {key("y"): "scheduled"}
    store.commit_together({live: [post("a")]}, 1)
    assert store.latest(live).left_out == {}


@pytest.mark.parametrize("moved", [{}, {"hours": -3}])
def test_a_moment_of_asking_is_later_than_all_that_was_observed(store, live, post, clock, moved):
    """Whether the clock stands still or was set back: the edit that was asked for last counts."""
    store.commit(live, [post("a")], 1)
    store.apply_changes({live: {key("a"): post("a", n=1)}})
    observed = store.latest(live).observations.newest()
    clock.move(**moved)
    asked_at = store.next_moment([live])
    assert asked_at > observed
    store.apply_changes({live: {key("a"): post("a", n=2)}}, asked_at=asked_at)
    assert list(store.records(store.latest(live))) == [post("a", n=2)]
