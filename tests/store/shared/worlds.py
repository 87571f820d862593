"""An account that changes, and runners that share what they saw of it."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from pelican_buttercms.content import Key
from pelican_buttercms.errors import NoContentError
from pelican_buttercms.store.shared.garbage import collect_garbage

from .machines import EN, Machine, page

SLUGS = ("one", "two", "three")
NAMES = ("A", "B", "C")


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

    def see(self, at, result):
        for slug, version in result.items():
            self.seen[slug] = max(
                self.seen.get(slug, (at, -1)), (at, -1 if version is None else version)
            )

    def pull(self, runner):
        asked, at, result = runner.store.next_moment([EN]), self.clocks.moment, dict(self.there)

        def store():
            records = [page(slug, n=n) for slug, n in result.items() if n is not None]
            runner.store.commit_together({EN: records}, 9, ["posts"], asked_at=asked)
            self.see(at, {slug: result.get(slug) for slug in SLUGS})

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
