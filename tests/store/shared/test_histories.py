"""For any history of edits, events, pulls and pushes, what all have pushed is the newest seen."""

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from .machines import EN
from .worlds import NAMES, SLUGS, World

HISTORIES = settings(max_examples=60, derandomize=True, deadline=None)

STEPS = st.tuples(
    st.sampled_from(
        [
            *("change", "change", "change", "edit", "delete", "event", "slow event", "store"),
            *("pull", "slow pull", "push", "push", "take", "push killed", "push beside"),
            *("roll back", "collect"),
        ]
    ),
    st.sampled_from(NAMES),
    st.sampled_from(SLUGS),
    st.integers(0, 5),
)


@HISTORIES
@given(history=st.lists(STEPS, min_size=3, max_size=16))
def test_after_all_have_pushed_the_newest_version_of_each_record_is_pulled(
    tmp_path_factory, history
):
    """Whatever was edited, deleted, asked for, killed, collected and rolled back in between."""
    world = World(tmp_path_factory.mktemp("world"))
    try:
        world.begin()
        for step in history:
            world.step(*step)
        world.check()
    finally:
        world.close()


@HISTORIES
@given(
    turns=st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(SLUGS)), max_size=12),
    offsets=st.tuples(*[st.integers(-50, 50)] * 3),
    full=st.sets(st.integers(0, 11)),
)
def test_runners_that_take_turns_need_no_equal_clocks(tmp_path_factory, turns, offsets, full):
    """Pull, take in the event, push: what a later runner asks for counts, whatever its clock."""
    world = World(tmp_path_factory.mktemp("world"), offsets)
    try:
        world.pull(world.runners["A"])()
        world.push(world.runners["A"])
        for number, (name, slug) in enumerate(turns):
            world.clocks.tick()
            world.edit(slug)
            runner = world.runners[name]
            world.take(runner)
            (world.pull(runner) if number in full else world.event(runner, slug))()
            assert world.shown(runner) == world.there
            world.push(runner)
        new = world.runners["new"] = world.runner("new")
        world.take(new)
        assert world.shown(new) == world.there
    finally:
        world.close()


@pytest.mark.parametrize("first", ["A", "B"])
@pytest.mark.parametrize("beside", [False, True])
def test_two_events_on_two_runners_are_both_shared(tmp_path, first, beside):
    """In either order, one after the other or at once."""
    world = World(tmp_path)
    a, b = world.runners["A"], world.runners["B"]
    world.pull(a)()
    world.push(a)
    world.take(b)
    for runner, slug in ((a, "one"), (b, "two")):
        world.clocks.tick()
        world.edit(slug)
        world.event(runner, slug)()
    order = [a, b] if first == "A" else [b, a]
    if beside:
        world.push_beside(*order)
    else:
        for runner in order:
            world.push(runner)
    new = world.runner("new")
    world.take(new)
    assert world.shown(new) == world.there == {"one": 1, "two": 2, "three": 0}
    world.close()
    new.store.close()


def test_what_was_asked_for_while_a_full_pull_was_under_way_stays(tmp_path):
    """The pull may have read the record before; an event that came earlier is superseded."""
    world = World(tmp_path)
    world.begin()
    a, b = world.runners["A"], world.runners["B"]
    for runner in (a, b):
        world.clocks.tick()
        early = world.event(runner, "two")
        world.edit("two")
        world.clocks.tick()
        full = world.pull(runner)
        world.clocks.tick()
        world.edit("one")
        world.event(runner, "one")()
        full()
        early()
        assert world.shown(runner) == world.there
    world.check()
    world.close()


def test_what_was_asked_for_again_and_is_the_same_counts_as_asked_for(tmp_path):
    """An edit that was taken back: who saw it must not win over who saw that it is gone."""
    world = World(tmp_path)
    world.begin()
    a, b = world.runners["A"], world.runners["B"]
    before = a.store.pulls([EN])
    world.clocks.tick()
    world.edit("one")
    world.event(b, "one")()
    world.there["one"] = 0
    world.clocks.tick()
    world.event(a, "one")()
    assert a.store.pulls([EN]) == before
    world.check()
    world.close()
