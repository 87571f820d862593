from datetime import UTC, datetime
import subprocess
import sys
from threading import Thread

import pytest

from pelican_buttercms.errors import StoreError
from pelican_buttercms.store import CallLog, Store


def test_calls_are_counted_by_month(tmp_path, clock):
    """Calls count for the month they were made in, and stay on disk."""
    call_log = CallLog(tmp_path, clock)
    call_log.count()
    call_log.count(3)
    clock.move(days=30)
    call_log.count()
    call_log.close()

    again = CallLog(tmp_path, clock)
    assert (again.month(2026, 11), again.month(2026, 12), again.this_month()) == (4, 1, 1)
    assert again.month(2026, 1) == 0


def test_months_are_those_of_utc(tmp_path):
    """A call made in the first hour of a month further east counts for the month of UTC."""
    east = datetime.fromisoformat("2026-12-01T00:30:00+02:00")
    call_log = CallLog(tmp_path, lambda: east)
    call_log.count()

    assert (call_log.month(2026, 11), call_log.month(2026, 12)) == (1, 0)


def test_threads_lose_no_call(tmp_path, clock):
    """Calls that several threads count at once are all counted."""
    call_log = CallLog(tmp_path, clock)
    threads = [
        Thread(target=lambda: [call_log.count() for _ in range(25)], daemon=True) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert call_log.this_month() == 200


def test_processes_lose_no_call(tmp_path):
    """Calls that several processes count at once are all counted."""
    program = (
        "import sys; from datetime import UTC, datetime; from pathlib import Path\n"
        "from pelican_buttercms.store import CallLog\n"
        "ledger = CallLog(Path(sys.argv[1]), lambda: datetime(2026, 11, 1, tzinfo=UTC))\n"
        "for _ in range(50): ledger.count()\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    workers = [subprocess.Popen(command) for _ in range(3)]

    assert [worker.wait() for worker in workers] == [0, 0, 0]
    assert CallLog(tmp_path, lambda: datetime(2026, 11, 2, tzinfo=UTC)).this_month() == 150


def test_a_failed_pull_is_counted(tmp_path, clock, live):
    """Calls are counted while a commit is under way, and when it fails."""
    call_log = CallLog(tmp_path, clock)

    def pull():
        call_log.count()
        raise RuntimeError("cut off")
        yield

    with Store(tmp_path, clock) as store, pytest.raises(RuntimeError):
        store.commit(live, pull(), 1)

    assert call_log.this_month() == 1


def test_what_is_not_a_number_is_named(tmp_path, clock):
    """An entry that is not a number is an error, and not a crash or a count."""
    call_log = CallLog(tmp_path, clock)
    call_log._database.set("calls/2026-11", b"many")

    with pytest.raises(StoreError, match="calls/2026-11 in a wrong form"):
        call_log.count()


@pytest.mark.parametrize(
    "use",
    [
        lambda log: log.count(),
        lambda log: log.count_below(9),
        lambda log: log.this_month(),
    ],
)
def test_a_thread_leaves_no_connection_behind(tmp_path, clock, use):
    """A worker thread counts and ends; nobody could close its connection then."""
    call_log = CallLog(tmp_path, clock)
    left = []

    def work():
        use(call_log)
        left.append(getattr(call_log._database._cache._local, "con", None))

    thread = Thread(target=work)
    thread.start()
    thread.join()
    assert left == [None]
    call_log.close()
