"""The queue on disk: its clock, its file and its forks."""

import subprocess
import sys

import pytest

from pelican_buttercms.errors import StoreError
from pelican_buttercms.store.queue import DiskQueue

from .items import add, due


def test_a_renewed_lease_lasts_for_longer_than_the_first(tmp_path):
    """It ends when the renewal ends, and not a moment before."""
    clock = [1_000_000.0]
    queue, other = (DiskQueue(tmp_path, now=lambda: clock[0]) for _ in range(2))
    queue.register(["a"])
    due(queue, "x")
    first = queue.claim("a", "first", 2)
    clock[0] += 1.5
    assert queue.renew(first, 2)
    clock[0] += 1.9
    assert other.claim("a", "second", 2) is None
    clock[0] += 0.2
    assert other.claim("a", "second", 2).fence > first.fence
    queue.close()
    other.close()


@pytest.mark.parametrize("lease", [0.2, 0.4, 0.7])
def test_a_claim_at_the_same_instant_is_refused(tmp_path, lease):
    """Floating-point time and a lease do not add up exactly, and that is no wrong clock."""
    queue = DiskQueue(tmp_path, lambda: 1_700_000_000.25)
    queue.register(["a"])
    due(queue, "x")
    assert queue.claim("a", "one", lease)
    assert queue.claim("a", "two", lease) is None
    queue.close()


def test_a_clock_that_is_set_back_holds_nothing_up(tmp_path):
    """Neither the window, nor a pause, nor a lease waits for the time to come round again."""
    clock = [1_000_000.0]
    queue = DiskQueue(tmp_path, now=lambda: clock[0])
    queue.register(["a"])
    add(queue, "x")
    clock[0] -= 86_400
    assert queue.close_window(10, 60) == 10
    clock[0] += 10
    assert queue.close_window(10, 60) == 0.0
    queue.failed(queue.claim("a", "me", 15), 600, "failed")
    clock[0] -= 86_400
    claim = queue.claim("a", "me", 15)
    assert claim is not None
    clock[0] -= 86_400
    assert queue.claim("a", "other", 15).fence == claim.fence + 1
    assert queue.state().oldest == 0
    queue.close()


def test_a_disk_that_cannot_be_used_is_told(tmp_path):
    """A folder that is a file, and a file that is no database."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match=r"queue\.sqlite cannot be used"):
        DiskQueue(tmp_path / "file")
    (tmp_path / "queue.sqlite").write_bytes(b"no database" * 500)
    with pytest.raises(StoreError, match="move that file away"):
        DiskQueue(tmp_path)


def test_the_disk_is_synced_at_every_commit(tmp_path):
    """FULL: SQLite's NORMAL would lose the last commits with the power."""
    queue = DiskQueue(tmp_path)
    connection = queue._storage._connection
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    queue.close()


def test_a_fork_has_a_connection_of_its_own(tmp_path):
    """What a host's workers do with a queue that was opened before them."""
    program = f"""
import os
from pathlib import Path
from pelican_buttercms.store.queue import DiskQueue
queue = DiskQueue(Path({str(tmp_path)!r}))
queue.register(["a"])
child = os.fork()
assert queue._storage._connection is None  # neither side goes on with the one before
for number in range(20):
    queue.add(f"{{child == 0}}-{{number}}", b"x", "taken", b"")
queue.close()
if child == 0:
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
print(queue.state().waiting)
"""
    command = [sys.executable, "-c", program]
    assert subprocess.check_output(command, text=True).strip() == "40"
