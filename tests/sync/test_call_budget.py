"""The bounds on API calls hold, and calls are counted before they are sent."""

from threading import Thread

import httpx
import pytest

from pelican_buttercms.api import read_requests
from pelican_buttercms.api.responses import decode_listing
from pelican_buttercms.errors import CallLimitError, TransportError
from pelican_buttercms.settings.limits import Limits
from pelican_buttercms.store import CallLog
from pelican_buttercms.sync.call_budget import Meter
from pelican_buttercms.sync.progress import Progress
from pelican_buttercms.sync.pull import pull
from pelican_buttercms.sync.pull_spec import PullSpec


@pytest.fixture
def ledger(tmp_path, clock):
    """A ledger on disk."""
    made = CallLog(tmp_path / "cache", clock)
    yield made
    made.close()


def test_the_call_that_would_pass_a_pulls_bound_is_not_made(connect, account, app, store, scope):
    """Not even as a retry; nothing is stored."""
    account.post("p")
    emulator = app()
    client = connect(emulator, meter=Meter(limits=Limits(pull=3)))
    with pytest.raises(CallLimitError, match="allows 3 calls for a pull"):
        pull(client, store, [scope], PullSpec(), Progress())
    assert len(emulator.calls) == client.calls == 3
    assert store.latest(scope) is None


def test_a_months_bound_is_shared_by_all_that_count_in_one_store(connect, account, app, ledger):
    """Another process's calls count; a call that never arrived does not."""
    account.post("p")
    ledger.count(7)
    emulator = app(faults=["refuse@*#1"])
    client = connect(emulator, meter=Meter(ledger, Limits(month=9)))
    for _ in range(2):
        client.get(read_requests.posts(), decode_listing)
    with pytest.raises(CallLimitError, match="allows 9 calls a month"):
        client.get(read_requests.posts(), decode_listing)
    assert ledger.this_month() == 9
    assert len(emulator.calls) == 2


@pytest.mark.parametrize("most", [None, 40])
def test_calls_that_wait_are_counted_together(ledger, most):
    """Each is counted once before it is made, and none passes the bound."""
    meter, refused = Meter(ledger, Limits(month=most)), []

    def make_calls():
        for _ in range(10):
            try:
                meter.reserve()
            except CallLimitError:
                refused.append(1)

    threads = [Thread(target=make_calls) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ledger.this_month() == meter.calls == (most or 80)
    assert len(refused) == 80 - meter.calls


def test_an_answer_that_drips_is_given_up(connect):
    """The read time-out alone would begin anew with every byte."""
    seconds = [0.0]

    class Drip(httpx.SyncByteStream):
        def __iter__(self):
            while True:
                seconds[0] += 30
                yield b" "

    from pelican_buttercms.sync.http.retry import Retry

    retry = Retry(attempts=1, clock=lambda: seconds[0])
    transport = httpx.MockTransport(lambda request: httpx.Response(200, stream=Drip()))
    with pytest.raises(TransportError, match="was not complete after 120 s"):
        connect(transport, retry=retry).get(read_requests.posts(), decode_listing)
