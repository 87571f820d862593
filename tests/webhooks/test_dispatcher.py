"""When builds are started, and what becomes of events when that fails."""

from itertools import pairwise
import logging
import time

import msgspec
import pytest

from pelican_buttercms.errors import StoreError
from pelican_buttercms.store.queue import DiskQueue
from pelican_buttercms.webhooks.dispatcher import TOO_LONG, Worker
from pelican_buttercms.webhooks.targets import DeliveryResult

STARTED = DeliveryResult(started=True, note="started")
FAILED = DeliveryResult(started=False, note="it answered 503")
POSTPONED = DeliveryResult(started=False, note="it ended with exit code 75", postponed=True)
WRONG = DeliveryResult(started=False, note="it answered 404", permanent=True)


class Place:
    """Somewhere to start builds; it does what it is told, and success when it was told nothing."""

    def __init__(self, name="a", *outcomes):
        self.name = name
        self.outcomes = list(outcomes)
        self.started = []
        self.tries = []

    def start(self, events, stopping):
        """See `BuildTarget`."""
        self.tries.append([event.id for event in events])
        outcome = self.outcomes.pop(0) if self.outcomes else STARTED
        if isinstance(outcome, Exception):
            raise outcome
        if outcome.started:
            self.started.append([event.id for event in events])
        return outcome


class Clock:
    """The time, as it is told."""

    time = 1_000_000.0

    def __call__(self):
        """Return the time."""
        return self.time


@pytest.fixture
def clock():
    """A clock."""
    return Clock()


@pytest.fixture
def queue(tmp_path, clock):
    """A queue with that clock."""
    queue = DiskQueue(tmp_path, now=clock)
    yield queue
    queue.close()


@pytest.fixture
def work(queue, make_options):
    """Return a worker that never jitters, with the options' own defaults."""
    plain = {"QUIET": "10", "LONGEST": "60", "FIRST_RETRY": "5", "LAST_RETRY": "600"}

    def make(*places, **values):
        environ = {f"BUTTERCMS_RELAY_{name}": value for name, value in plain.items()}
        worker = Worker(queue, places, make_options(**environ, **values), jitter=lambda: 0.5)
        worker.register()
        return worker

    return make


@pytest.fixture
def happen(queue, make_event):
    """Add an event to the queue."""

    def add(slug, name="page.published"):
        event = make_event(name, slug)
        queue.add(event.identity(), msgspec.json.encode(event), "event:x", b"{}")

    return add


def test_a_burst_is_one_build_when_it_is_quiet(work, clock, happen):
    """Ten seconds after the last of them, and not before."""
    place = Place()
    worker = work(place)
    for number in range(30):
        happen(f"p{number}")
        clock.time += 1
        assert worker.deliver_due(place) > 0
    clock.time += 8.9
    assert worker.deliver_due(place) == pytest.approx(0.1)
    clock.time += 0.2
    assert worker.deliver_due(place) == 0
    assert [len(build) for build in place.started] == [30]


def test_a_burst_without_an_end_is_a_build_a_minute(work, clock, happen):
    """The longest window counts from its first event; what comes then begins a new one."""
    place = Place()
    worker = work(place)
    for number in range(130):
        happen(f"p{number}")
        worker.deliver_due(place)
        clock.time += 1
    assert [len(build) for build in place.started] == [61, 61]


def test_failures_are_tried_again_at_growing_pauses(work, clock, happen, caplog):
    """Twice as long each time, never beyond ten minutes, and it is one build in the end."""
    place = Place("a", *[FAILED] * 10)
    worker = work(place)
    happen("p")
    clock.time += 10
    tries = []
    for _ in range(5000):
        before = len(place.tries)
        worker.deliver_due(place)
        if len(place.tries) > before:
            tries.append(clock.time)
        clock.time += 1
    pauses = [round(b - a) for a, b in pairwise(tries)]
    assert pauses == [5, 10, 20, 40, 80, 160, 320, 600, 600, 600]
    assert place.started == [["p"]]
    assert "Nothing is lost: 1 event on 1 item kept, the next try is in 5 s" in caplog.text


def test_what_came_while_a_target_failed_goes_along(work, clock, happen):
    """One build for all of it."""
    place = Place("a", FAILED)
    worker = work(place)
    happen("p")
    clock.time += 10
    worker.deliver_due(place)
    happen("q")
    clock.time += 10
    worker.deliver_due(place)
    assert place.started == [["p", "q"]]


def test_targets_are_delivered_to_independently(work, clock, happen):
    """One that fails keeps its own events and nobody else's."""
    good, bad = Place("good"), Place("bad", FAILED, FAILED)
    worker = work(good, bad)
    happen("p")
    clock.time += 10
    worker.deliver_now()
    assert good.started == [["p"]]
    assert bad.started == []
    for _ in range(20):
        clock.time += 5
        worker.deliver_now()
    assert bad.started == [["p"]]
    assert good.started == [["p"]]


@pytest.mark.parametrize(
    ("outcome", "pause"),
    [
        (WRONG, 600),
        (DeliveryResult(started=False, note="", retry_after=120.0), 120),
        (DeliveryResult(started=False, note="", retry_after=1_000_000.0), 600),
        (DeliveryResult(started=False, note="", retry_after=0.0), 5),
    ],
)
def test_a_target_is_left_alone_for_as_long_as_it_wants(work, clock, happen, outcome, pause):
    """Up to the bound; a wrong configuration is tried at the slow rate from the start."""
    place = Place("a", outcome)
    worker = work(place)
    happen("p")
    clock.time += 10
    worker.deliver_due(place)
    clock.time += pause - 1
    worker.deliver_due(place)
    assert len(place.tries) == 1
    clock.time += 2
    worker.deliver_due(place)
    assert place.started == [["p"]]


def test_failing_for_a_day_is_an_error_and_still_kept(work, clock, happen, queue, caplog):
    """It is never given up."""
    place = Place("a", *[WRONG] * 3)
    worker = work(place)
    happen("p")
    clock.time += 10
    worker.deliver_due(place)
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
    clock.time += TOO_LONG + 1
    worker.deliver_due(place)
    (error,) = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert "it has failed for 24 hours" in error.getMessage()
    assert queue.state().waiting == 1
    clock.time += 30 * TOO_LONG
    worker.deliver_due(place)
    clock.time += 601
    worker.deliver_due(place)
    assert place.started == [["p"]]


def test_drafts_alone_need_no_build_where_they_are_skipped(work, clock, happen, queue):
    """With anything else among them there is one."""
    place = Place()
    worker = work(place, skip_drafts=True)
    happen("p", "page.draft")
    clock.time += 10
    worker.deliver_due(place)
    assert place.tries == []
    assert queue.state().waiting == 0
    happen("p", "page.draft")
    happen("q")
    clock.time += 10
    worker.deliver_due(place)
    assert place.started == [["p", "q"]]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("page.draft", {"published": None, "scheduled": "2099-01-01T00:00:00Z"}),
        ("collectionitem.draft", {}),
    ],
)
def test_a_draft_that_may_have_left_the_public_site_is_no_draft_alone(
    work, clock, queue, make_event, name, data
):
    """A page that got a date in the future, and an item, which has no versions."""
    place = Place()
    worker = work(place, skip_drafts=True)
    event = make_event(name, "7", **data)
    queue.add(event.identity(), msgspec.json.encode(event), "event:x", b"{}")
    clock.time += 10
    worker.deliver_due(place)
    assert place.started == [["7"]]


def test_the_longest_pause_is_one_that_the_queue_believes(work, clock, happen):
    """A time farther away is taken for a wrong clock's, and would be no pause at all."""
    place = Place("a", *[WRONG] * 5)
    worker = work(place, last_retry="12h")
    happen("p")
    clock.time += 10
    for _ in range(50):
        worker.deliver_due(place)
        clock.time += 60
    assert len(place.tries) == 1
    clock.time += 3600
    worker.deliver_due(place)
    assert len(place.tries) == 2


def test_a_restarted_relay_goes_on_with_the_pauses(work, clock, happen, tmp_path):
    """Its count of failures is on disk."""
    first, second = Place("a", *[POSTPONED] * 4), Place("a", *[POSTPONED] * 4)
    worker = work(first)
    happen("p")
    clock.time += 10
    for pause in (5, 10, 20, 40):
        worker.deliver_due(first)
        clock.time += pause
    assert len(first.tries) == 4
    again = work(second)
    again.deliver_due(second)
    clock.time += 79
    again.deliver_due(second)
    assert len(second.tries) == 1
    clock.time += 2
    again.deliver_due(second)
    assert len(second.tries) == 2


@pytest.mark.parametrize("item", [b"\x00damaged", b"", b'{"name": "\xff"}', b'{"x":' + b"[" * 5000])
def test_a_damaged_event_needs_a_full_pull(work, clock, queue, item):
    """Damage may not lose the change, nor hold up what came after it."""
    place = Place()
    worker = work(place)
    queue.add("k", item, "event:x", b"{}")
    clock.time += 10
    worker.deliver_due(place)
    assert place.started == [[""]]


def test_the_log_tells_of_builds(work, clock, happen, queue):
    """What was started where, and why not."""
    import json

    place = Place("a", FAILED)
    worker = work(place)
    happen("p")
    clock.time += 10
    worker.deliver_due(place)
    clock.time += 10
    worker.deliver_due(place)
    new, old, _ = map(json.loads, queue.log())
    assert (new["build"], new["started"], new["events"]) == ("a", True, 1)
    assert (old["started"], old["note"]) == (False, "it answered 503")


def test_a_lease_is_renewed_while_a_build_is_started(tmp_path, make_options, make_event):
    """However long that takes, nobody else takes over."""
    queue, other = DiskQueue(tmp_path), DiskQueue(tmp_path)

    class Slow(Place):
        def start(self, events, stopping):
            time.sleep(0.9)
            self.other = other.claim("a", "other", 0.5)
            return super().start(events, stopping)

    place = Slow()
    worker = Worker(queue, [place], make_options(lease="0.5", quiet="0", longest="0"))
    worker.register()
    queue.add("k", b"{}", "event:x", b"{}")
    worker.deliver_due(place)
    assert place.other is None
    assert place.tries == [[""]]
    queue.close()
    other.close()


def test_threads_survive_what_goes_wrong(tmp_path, make_options, wait, caplog, monkeypatch):
    """A queue that fails for a while, and a target with a mistake in it."""
    queue = DiskQueue(tmp_path)
    place = Place("a", RuntimeError("a mistake"))
    worker = Worker(queue, [place], make_options(quiet="0", longest="0", lease="0.5"))
    worker.register()
    plain = queue.close_window
    failures = [StoreError("the disk is away")]

    def close_window(*arguments):
        if failures:
            raise failures.pop()
        return plain(*arguments)

    monkeypatch.setattr(queue, "close_window", close_window)
    queue.add("k", b"{}", "event:x", b"{}")
    worker.ensure_running()
    worker.ensure_running()
    wait(lambda: place.started)
    worker.stop()
    worker.ensure_running()
    assert "the disk is away" in caplog.text
    assert "a mistake" in caplog.text
    assert queue.state().waiting == 0
    queue.close()
