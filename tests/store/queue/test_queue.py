"""What a queue keeps, on disk and in Redis, whatever ends the process that it belongs to."""

from concurrent.futures import ThreadPoolExecutor
import random
import signal
import subprocess
import sys
import time

import pytest

from pelican_buttercms.store.queue import DiskQueue, RedisQueue
from tests.commands import until

from .items import add, due


def test_an_item_is_taken_once_while_its_window_is_open(queue):
    """A second delivery in a later window is an item of its own."""
    assert add(queue, "x", "x", "y") == [True, False, True]
    assert queue.close_window(0, 0) == 0.0
    assert add(queue, "x") == [True]
    assert queue.state().counters == {"taken": 3, "repeated": 1}
    assert queue.state().waiting == 3
    assert queue.state().open == 1


def test_a_window_closes_when_it_is_quiet_or_old(queue):
    """Whichever comes first; an empty one stays as it is."""
    assert queue.close_window(0, 0) is None
    add(queue, "x")
    assert 9 < queue.close_window(10, 60) <= 10
    assert 4 < queue.close_window(10, 5) <= 5
    assert queue.claim("a", "me", 10) is None
    time.sleep(0.05)
    assert queue.close_window(0.02, 60) == 0.0
    add(queue, "y")
    time.sleep(0.05)
    assert queue.close_window(10, 0.02) == 0.0
    assert queue.close_window(0, 0) is None
    assert queue.claim("a", "me", 10).items == (b"x", b"y")


def test_what_is_delivered_leaves_and_what_came_meanwhile_stays(queue):
    """A claim is on what was due when it was made."""
    due(queue, "x", "y")
    claim = queue.claim("a", "me", 10)
    due(queue, "z")
    assert queue.claim("a", "me", 10) is None
    assert queue.done(claim, "built")
    state = queue.state()
    assert (state.waiting, state.open, state.targets["a"].waiting) == (1, 0, 1)
    assert state.delivered == pytest.approx(time.time(), abs=5)
    assert 0 <= state.oldest < 5
    second = queue.claim("a", "me", 10)
    assert second.items == (b"z",)
    assert queue.done(second, "built")
    assert queue.state().oldest is None
    assert queue.state().counters["built"] == 2


def test_what_every_target_has_is_kept_nowhere(queue):
    """An item takes room until the last target has it, and not longer."""
    queue.register(["a", "b"])
    due(queue, "x", "y")
    for target, kept in (("a", (b"x", b"y")), ("b", ())):
        queue.done(queue.claim(target, "me", 10), "built")
        stored = queue._storage.run(lambda change: change.items(0, change.state.newest))
        assert tuple(filter(None, stored)) == kept


def test_targets_do_not_wait_for_each_other(queue):
    """What one could not take goes to it later, with what came since; then it leaves."""
    assert queue.register(["a", "b"]) == []
    due(queue, "x")
    queue.done(queue.claim("a", "me", 10), "built")
    assert queue.failed(queue.claim("b", "me", 10), 1, "failed")
    assert queue.claim("b", "me", 10) is None
    due(queue, "y")
    queue.done(queue.claim("a", "me", 10), "built")
    assert queue.state().waiting == 2
    claim = claim_when_due(queue, "b", "me", 10)
    assert claim.items == (b"x", b"y")
    assert claim.attempts == 1
    assert 0.9 < claim.failing_for < 60
    assert queue.state().targets["b"].attempts == 1
    queue.done(claim, "built")
    assert queue.state().waiting == 0
    assert queue.state().targets["b"].attempts == 0


def claim_when_due(queue, target, owner, lease):
    """Claim what is due for a target as soon as the queue allows it."""
    return until(lambda: queue.claim(target, owner, lease))


def test_a_dead_owners_claim_passes_to_another(queue, open_queue):
    """After the lease has expired; late calls of the first owner have no effect."""
    other = open_queue()
    due(queue, "x")
    before = time.monotonic()
    first = queue.claim("a", "first", 20)
    assert other.claim("a", "second", 20) is None
    assert queue.renew(first, 1)
    second = claim_when_due(other, "a", "second", 30)
    assert time.monotonic() - before > 0.9
    assert second.items == (b"x",)
    assert second.fence > first.fence
    assert not queue.renew(first, 10)
    assert not queue.failed(first, 10, "failed")
    assert not queue.done(first, "built")
    assert queue.state().waiting == 1
    assert other.done(second, "built")


def test_targets_come_and_go(queue):
    """A new one gets what still waits; one that is gone holds nothing back."""
    due(queue, "x")
    assert queue.register(["a", "b"]) == []
    assert queue.claim("b", "me", 10).items == (b"x",)
    queue.done(queue.claim("a", "me", 10), "built")
    assert queue.state().waiting == 1
    assert queue.register(["a"]) == ["b"]
    assert queue.state().waiting == 0
    assert queue.claim("b", "me", 10) is None
    due(queue, "y")
    assert queue.claim("a", "me", 10).items == (b"y",)


def test_the_log_keeps_the_newest(queue):
    """The newest entry first, and not more than two hundred."""
    for number in range(205):
        queue.record(str(number).encode())
    queue.add("k", b"item", "taken", b"last")
    log = queue.log()
    assert log[:2] == [b"last", b"204"]
    assert len(log) == 200


def test_everything_is_there_when_it_is_opened_again(queue, open_queue):
    """Items, cursors, numbers and the log."""
    due(queue, "x")
    queue.done(queue.claim("a", "me", 10), "built")
    due(queue, "y")
    queue.failed(queue.claim("a", "me", 10), 0, "failed")
    before = queue.state()
    queue.close()
    again = open_queue()
    again.register(["a"])
    after = again.state()
    assert after.counters == before.counters
    assert (after.waiting, after.delivered) == (1, before.delivered)
    assert again.claim("a", "me", 10).items == (b"y",)
    assert len(again.log()) == 2
    again.check()


def test_many_at_once_are_all_kept_in_one_window(queue):
    """From many threads, each exactly once."""
    items = [f"item-{number}" for number in range(120)]
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda item: add(queue, item)[0], items))
    assert queue.close_window(0, 0) == 0.0
    claim = queue.claim("a", "me", 10)
    assert sorted(claim.items) == sorted(item.encode() for item in items)


def test_many_wanting_one_claim_get_it_once(queue, open_queue):
    """Whoever asks at the same time."""
    due(queue, "x")
    queues = [open_queue() for _ in range(4)]
    with ThreadPoolExecutor(8) as pool:
        claims = list(pool.map(lambda n: queues[n % 4].claim("a", f"o{n}", 10), range(16)))
    assert len([claim for claim in claims if claim]) == 1


PROGRAM = """
import sys
from pathlib import Path
from pelican_buttercms.store.queue import DiskQueue, RedisQueue
where, number = sys.argv[1], 0
queue = RedisQueue(where, prefix="{killed}") if "://" in where else DiskQueue(Path(where))
while True:
    queue.add(str(number), b"%d" % number, "taken", b"{}")
    print(number, flush=True)
    number += 1
"""


@pytest.mark.parametrize("kind", ["disk", "redis"])
def test_a_process_that_is_killed_loses_nothing_that_it_took(kind, tmp_path, request):
    """Killed between two instants of its life, everything that it told is there."""
    where = str(tmp_path) if kind == "disk" else request.getfixturevalue("redis_server").url
    command = [sys.executable, "-c", PROGRAM, where]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        report = [process.stdout.readline()]
        time.sleep(random.uniform(0.05, 0.15))
        process.send_signal(signal.SIGKILL)
        report += process.stdout.read().split()
    queue = DiskQueue(tmp_path) if kind == "disk" else RedisQueue(where, prefix="{killed}")
    queue.register(["a"])
    queue.close_window(0, 0)
    items = queue.claim("a", "me", 10).items
    assert items == tuple(b"%d" % number for number in range(len(items)))
    assert len(items) >= len(report)
    queue.close()
