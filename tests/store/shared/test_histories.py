"""For any history of edits, events, pulls and pushes, what all have pushed is the newest seen."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from pelican_buttercms.content import Key
from pelican_buttercms.errors import NoContentError
from pelican_buttercms.store.shared.garbage import collect_garbage

from .machines import EN, Machine, page

SLUGS = ("one", "two", "three")
NAMES = ("A", "B", "C")
HISTORIES = settings(max_examples=60, derandomize=True, deadline=None)


class Killed(BaseException):
    """A process that ended."""


class Clocks:
    """The world's time, and machines whose clocks differ from it."""

    def __init__(self):
        self.moment = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)

    def tick(self):
        self.moment += timedelta(seconds=1)

    def of(self, offset):
        return lambda: self.moment + offset


class World:
    """An account that editors change, and runners that share what they saw of it.

    Attributes:
        there: the version of each page in the account.
        seen: of each page, when it was asked for last by anyone, and which version it was.
    """

    def __init__(self, folder, offsets=(0, 0, 0)):
        self.folder, self.clocks = folder / uuid4().hex, Clocks()
        self.url = f"memory://{uuid4().hex}/stores"
        self.there, self.seen, self.versions = dict.fromkeys(SLUGS, 0), {}, 0
        self.runners = {
            name: self.runner(name, offset) for name, offset in zip(NAMES, offsets, strict=True)
        }
        self.waiting = []

    def runner(self, name, offset=0):
        clock = self.clocks.of(timedelta(minutes=offset))
        return Machine(self.folder / name, self.url, clock, [EN])

    def close(self):
        for runner in self.runners.values():
            runner.store.close()

    def begin(self):
        """Share the same content with all runners."""
        self.pull(self.runners["A"])()
        for name in NAMES:
            self.push(self.runners["A"])
            self.take(self.runners[name])

    # what happens at ButterCMS

    def edit(self, slug):
        self.versions += 1
        self.there[slug] = self.versions

    def delete(self, slug):
        self.there[slug] = None

    # what runners do: asking and storing are two moments, and others act in between

    def see(self, at, found):
        for slug, version in found.items():
            self.seen[slug] = max(
                self.seen.get(slug, (at, -1)), (at, -1 if version is None else version)
            )

    def pull(self, runner):
        asked, at, found = runner.store.next_moment([EN]), self.clocks.moment, dict(self.there)

        def store():
            records = [page(slug, n=n) for slug, n in found.items() if n is not None]
            runner.store.commit_together({EN: records}, 9, ["posts"], asked_at=asked)
            self.see(at, {slug: found.get(slug) for slug in SLUGS})

        return store

    def event(self, runner, slug):
        asked, at, n = runner.store.next_moment([EN]), self.clocks.moment, self.there[slug]

        def store():
            record = None if n is None else page(slug, n=n)
            changed = {EN: {Key("page", "*", slug): record}}
            if runner.store.apply_changes(changed, asked_at=asked) is not None:
                self.see(at, {slug: n})

        return store

    def push(self, runner):
        try:
            runner.push()
        except NoContentError:
            assert runner.content() is None

    def take(self, runner):
        try:
            runner.pull()
        except NoContentError:
            assert runner.content() is None

    def push_killed(self, runner, writes):
        """Push, and die at a write or a removal."""
        left, plain = [writes], (runner.remote.write, runner.remote.remove)

        def dying(action):
            def act(*arguments):
                left[0] -= 1
                if left[0] < 0:
                    raise Killed
                return action(*arguments)

            return act

        runner.remote.write, runner.remote.remove = map(dying, plain)
        try:
            self.push(runner)
        except Killed:
            pass
        finally:
            runner.remote.write, runner.remote.remove = plain

    def push_beside(self, runner, other):
        """Push while another runner pushes: it does so after this one has looked."""
        plain, begun = runner.remote.write, []

        def write(name, data):
            if not begun and name.startswith("v1/pulls"):
                begun.append(name)
                self.push(other)
            return plain(name, data)

        runner.remote.write = write
        self.push(runner)
        runner.remote.write = plain

    def roll_back(self, runner):
        numbers = runner.store.pulls([EN])
        if len(numbers) > 1:
            runner.store.roll_back([EN], numbers[1])

    def collect(self):
        """Remove garbage as if all of it was old."""
        collect_garbage(next(iter(self.runners.values())).remote, datetime(2100, 1, 1, tzinfo=UTC))

    def step(self, action, name, slug, number):
        """Do one thing; what was asked for before may be stored now, or later, or never."""
        self.clocks.tick()
        runner, other = self.runners[name], self.runners[NAMES[number % 3]]
        if action in {"edit", "delete"}:
            getattr(self, action)(slug)
        elif action == "change":  # as most often: edited, and reported at once
            (self.edit if number else self.delete)(slug)
            self.event(runner, slug)()
        elif action in {"pull", "event"}:
            store = self.pull(runner) if action == "pull" else self.event(runner, slug)
            store()
        elif action in {"slow pull", "slow event"}:
            slow = self.pull(runner) if action == "slow pull" else self.event(runner, slug)
            self.waiting.append(slow)
        elif action == "store":
            if self.waiting:
                self.waiting.pop(number % len(self.waiting))()
        elif action == "push killed":
            self.push_killed(runner, number)
        elif action == "push beside":
            self.push_beside(runner, other)
        elif action == "collect":
            self.collect()
        else:
            {"push": self.push, "take": self.take, "roll back": self.roll_back}[action](runner)

    def newest(self):
        """Return the version of each page that somebody saw last, but for those that are gone."""
        return {slug: n for slug, (_, n) in self.seen.items() if n >= 0}

    def shown(self, runner):
        """Return the version of each page that builds of a runner show."""
        (generation,) = runner.store.latest_together([EN])
        return {r.key.id: r.data["fields"]["n"] for r in runner.store.records(generation)}

    def check(self):
        """After all have pushed, in any order, one who comes new sees the newest of each page."""
        for runner in self.runners.values():
            self.push(runner)
        new = self.runners["new"] = self.runner("new")
        self.take(new)
        if self.seen:
            assert self.shown(new) == self.newest()


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
