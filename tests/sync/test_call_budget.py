"""What a pull may cost, and how much may vanish: bounds, told before and kept."""

from datetime import timedelta
from threading import Thread

import httpx
import pytest

from pelican_buttercms.api import read_requests
from pelican_buttercms.api.responses import decode_listing
from pelican_buttercms.content import Key
from pelican_buttercms.errors import CallLimitError, HeldBackError, TransportError
from pelican_buttercms.settings.limits import Deletions, Limits
from pelican_buttercms.store import CallLog, Scope
from pelican_buttercms.store.held_deletions import HeldDeletions
from pelican_buttercms.sync.call_budget import Meter
from pelican_buttercms.sync.cost_estimate import estimate_calls
from pelican_buttercms.sync.deletion_guard import DeletionGuard
from pelican_buttercms.sync.progress import SilentProgress
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
        pull(client, store, [scope], PullSpec(), SilentProgress())
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


def test_a_plan_tells_the_calls_that_the_next_pull_makes(connect, account, app, store, scope):
    """By listing, from what the last pull brought; the sum is what the API then counts."""
    for number in range(205):
        account.post(f"p{number}")
    account.page("*", "about")
    account.page("news", "n", item={"$ref": "item:extra/9"})
    account.collection("a", {"id": 1})
    account.collection("b", {"id": 2})
    account.collection("extra", {"id": 9})
    wanted = PullSpec(page_types=("*", "news"), collections=("a", "b"))
    before = estimate_calls(wanted, {})
    assert {one.listing: one.calls for one in before} == {
        "posts": 1,
        "single pages": 1,
        "news": 1,
        "a + b": 1,
        "authors": 1,
        "categories": 1,
        "tags": 1,
    }
    result = pull(connect(app()), store, [scope], wanted, SilentProgress())
    stored = {one.scope.locale: list(store.records(one)) for one in result.generations}
    estimated = estimate_calls(wanted, stored)
    assert {one.listing: (one.calls, one.items) for one in estimated if one.items} == {
        "posts": (4, 205),
        "single pages": (1, 1),
        "news": (1, 1),
        "a + b": (1, 2),
        "extra": (1, 1),
    }
    again = pull(connect(app()), store, [scope], wanted, SilentProgress())
    assert sum(one.calls for one in estimated) == again.calls == 11


def test_a_plan_follows_references_round_by_round(connect, account, app, store):
    """As a pull does: what is found together is asked for together, in each locale."""
    account.settings(locales=["en", "de"])
    account.page("news", "n", farm={"$ref": "item:farms/1"}, faq={"$ref": "item:faqs/2"})
    account.collection("farms", {"id": 1, "owner": {"$ref": "item:people/3"}})
    account.collection("faqs", {"id": 2, "page": {"$ref": "page:coffee/c"}})
    account.collection("people", {"id": 3, "team": {"$ref": "item:teams/4"}})
    account.collection("teams", {"id": 4, "gone": "/v2/pages/nothing/x"})
    account.page("coffee", "c")
    wanted = PullSpec(page_types=("news",), locales=("en", "de"))
    scopes = [Scope("account", name, "live") for name in wanted.locales]
    result = pull(connect(app()), store, scopes, wanted, SilentProgress())
    stored = {one.scope.locale: list(store.records(one)) for one in result.generations}
    assert sum(one.calls for one in estimate_calls(wanted, stored)) == result.calls
    assert result.calls > 12


def keys(*names):
    """Make the keys of posts."""
    return [Key("post", "", name) for name in names]


@pytest.fixture
def look(tmp_path, clock, scope):
    """Compare what was with what is."""
    held = HeldDeletions(tmp_path / "cache", clock)
    check = DeletionGuard(Deletions(0.25, 2), held, clock)

    def compare(before, after, asked=("post/", "page/news")):
        check.check_full(scope, before, set(after), asked)

    yield compare
    held.close()


def test_a_large_loss_is_believed_at_the_second_look(look, clock):
    """One that is later, and finds just the same; anything else begins anew."""
    before, after = keys(*"abcdefgh"), keys(*"abcde")
    with pytest.raises(HeldBackError, match=r"3 of 8 of post \(f, g, h\)") as caught:
        look(before, after)
    assert "--allow-deletions" in str(caught.value)
    clock.move(minutes=4)
    with pytest.raises(HeldBackError):
        look(before, after)
    clock.move(minutes=2)
    with pytest.raises(HeldBackError):
        look(before, keys(*"abcd"))
    clock.move(minutes=6)
    with pytest.raises(HeldBackError):
        look(before, after)
    clock.move(minutes=6)
    look(before, after)


def test_an_answer_that_is_whole_again_forgets_the_suspicion(look, clock):
    """The failure has passed."""
    before = keys(*"abcdefgh")
    with pytest.raises(HeldBackError):
        look(before, [])
    clock.move(hours=1)
    look(before, before)
    with pytest.raises(HeldBackError):
        look(before, [])


def test_small_losses_and_what_was_not_asked_for_pass(look):
    """A few deletions are everyday; a page type that is not wanted any more is no loss."""
    look(keys(*"abcdefgh"), keys(*"abcdef"))
    look([Key("page", "old", str(n)) for n in range(9)], [])
    look(keys("only"), [])
    with pytest.raises(HeldBackError, match=r"2 of 2 of page/news"):
        look([Key("page", "news", "a"), Key("page", "news", "b")], [])


def test_each_scope_has_suspicions_of_its_own(tmp_path, clock, scope):
    """What vanished in one locale says nothing of another."""
    held = HeldDeletions(tmp_path / "cache", clock)
    first = held.since(scope, keys("a"))
    clock.move(hours=1)
    other = Scope("account", "de", "live")
    assert held.since(other, keys("a")) - first == timedelta(hours=1)
    assert held.since(scope, keys("a")) == first
    held._database.set(f"held/{scope}", b"{damaged")
    assert held.since(scope, keys("a")) == clock()
    held.close()
