"""The worker's threads, leases and log, and events that are damaged."""

import time

import pytest

from pelican_buttercms.errors import StoreError
from pelican_buttercms.store.queue import DiskQueue
from pelican_buttercms.webhooks.dispatcher import Worker

from .places import FAILED, Place


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
