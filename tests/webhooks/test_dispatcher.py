"""When builds are started, and what becomes of events when that fails."""

from itertools import pairwise
import logging

import msgspec
import pytest

from pelican_buttercms.webhooks.dispatcher import TOO_LONG
from pelican_buttercms.webhooks.targets import DeliveryResult

from .places import FAILED, POSTPONED, WRONG, Place


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
