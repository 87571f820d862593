"""Which generation a build reads, and when it asks."""

from datetime import timedelta
import logging

import pytest

from pelican_buttercms.errors import (
    NoContentError,
    ServerError,
    SettingsError,
    StoreError,
)
from pelican_buttercms.settings.durations import FOR_EVER
from pelican_buttercms.settings.limits import Deletions, Limits
from pelican_buttercms.store import Scope, Store
from tests.sync.conftest import calls


def test_young_content_is_not_asked_for_again(read, clock, tmp_path):
    """MAX_AGE counts from the last pull, changed or not."""
    first, _ = read()
    clock.move(minutes=9)
    again, said = read()
    assert again.generation.id == first.generation.id
    assert said == ["content of 9 minutes ago, no call made."]
    clock.move(minutes=1)
    pulled, said = read()
    assert pulled.generation.id != first.generation.id
    assert said[-1].startswith("pulled with 4 API calls")
    assert calls(tmp_path, clock) == 8


def test_zero_always_asks_and_the_star_never_again(read, clock):
    """The two ends of MAX_AGE."""
    first, _ = read(max_age=timedelta(0))
    second, _ = read(max_age=timedelta(0))
    assert first.generation.id != second.generation.id
    clock.move(days=4000)
    third, _ = read(max_age=FOR_EVER)
    assert third.generation.id == second.generation.id


def test_a_clock_that_was_set_back_does_not_keep_content_young(read, clock):
    """Content from the future is as good as old."""
    first, _ = read()
    clock.move(hours=-5)
    second, _ = read()
    assert second.generation.id != first.generation.id


def test_a_wish_that_the_stored_content_does_not_fulfil_is_pulled(read, account):
    """A page type that is named now was not asked for then."""
    account.page("news", "n")
    first, _ = read()
    wider, _ = read(page_types={"news": None})
    assert first.generation.id != wider.generation.id
    narrower, said = read()
    assert narrower.generation.id == wider.generation.id
    assert "no call made" in said[0]


def test_offline_reads_what_is_stored_or_stops(read, clock, tmp_path):
    """No call, no token needed, and no site from nothing."""
    with pytest.raises(NoContentError, match="holds no live content"):
        read(offline=True)
    first, _ = read()
    clock.move(days=3)
    stored, said = read(offline=True)
    assert stored.generation.id == first.generation.id
    assert said == ["offline, content of 3 days ago."]
    assert calls(tmp_path, clock) == 4
    with pytest.raises(NoContentError, match="pulled without page type news"):
        read(offline=True, page_types={"news": None})


def test_a_passing_failure_serves_the_last_generation_loudly(read, account, clock, caplog):
    """The age is told, as a WARNING, which --fatal warnings turns into a failure."""
    first, _ = read()
    clock.move(hours=3)
    account.settings(faults=["status=404@/v2/nothing/", "quota=60"])
    with caplog.at_level(logging.INFO):
        served, _ = read()
    assert served.generation.id == first.generation.id
    (warning,) = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert "built from ButterCMS content of 3 hours ago" in warning.getMessage()


def test_stored_content_that_lacks_something_is_no_fallback(read, account, monkeypatch):
    """Half a site is never an answer."""
    read()
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    account.settings(faults=["status=500"])
    with pytest.raises(ServerError):
        read(page_types={"news": None})


def test_without_a_token_the_places_that_were_searched_are_named(read):
    """Online there is no way without; offline the only account in the store is taken."""
    environment = {"api_url": "https://api.buttercms.com/v2/"}
    with pytest.raises(SettingsError, match="BUTTERCMS_READ_TOKEN is neither in the environment"):
        read(**environment)


def test_offline_without_a_token_takes_the_only_account_of_the_store(read, tmp_path, clock):
    """A build of a pull request has no secrets; two accounts would be a guess."""
    real = {"api_url": "https://api.buttercms.com/v2/", "offline": True, "posts": False}
    with Store(tmp_path / "cache", clock) as store:
        store.commit(
            Scope("one", "", "live"), [], 0, ["discovery", "levels 1", "alternative texts"]
        )
    stored, _ = read(**real)
    assert stored.generation.scope.account == "one"
    with Store(tmp_path / "cache", clock) as store:
        store.commit(Scope("two", "", "live"), [], 0)
    with pytest.raises(SettingsError, match="The store holds 2 accounts"):
        read(**real)


def test_live_and_preview_do_not_mix(read, account):
    """A preview of drafts is never what a live build reads."""
    account.post("draft", status="draft")
    preview, _ = read(preview=True)
    live, _ = read(max_age=FOR_EVER)
    assert {r.key.id for r in preview.versions[""] if r.key.kind == "post"} == {"p", "draft"}
    assert {r.key.id for r in live.versions[""] if r.key.kind == "post"} == {"p"}


def test_content_that_is_too_old_is_not_served_in_a_failures_stead(read, account, clock):
    """BUTTERCMS_MAX_STALE: nothing is better than that."""
    bounds = {"max_stale": timedelta(days=2)}
    read(**bounds)
    account.settings(faults=["quota=60"])
    clock.move(days=1)
    served, _ = read(**bounds)
    assert "API Calls limit reached" in served.stale or "429" in served.stale
    clock.move(days=2)
    with pytest.raises(NoContentError, match="3 days old, and BUTTERCMS_MAX_STALE allows 2 days"):
        read(**bounds)
    offline, _ = read(offline=True, **bounds)
    assert offline.stale is None


def test_calls_are_reported_made_saved_and_by_month(read, clock):
    """What was stored saves what pulling it has cost."""
    first, _ = read()
    assert (first.calls.made, first.calls.saved, first.calls.month) == (4, 0, 4)
    second, _ = read()
    assert (second.calls.made, second.calls.saved, second.calls.month) == (0, 4, 4)


def test_a_bound_on_calls_serves_what_is_stored(read, clock, caplog):
    """Like a spent quota, before it is spent."""
    first, _ = read()
    clock.move(days=1)
    served, _ = read(max_calls=Limits(pull=2))
    assert served.generation.id == first.generation.id
    assert served.calls.made == 2
    assert "BUTTERCMS_MAX_CALLS allows 2 calls" in caplog.text


def test_a_large_loss_is_held_back_until_it_is_confirmed(read, account, clock, caplog):
    """The old site stays, loudly; later it is believed, or at once when the user says so."""
    for number in range(20):
        account.post(f"p{number}")
    bounds = {"max_age": timedelta(0), "max_deletions": Deletions(0.25, 5)}
    first, _ = read(**bounds)
    for number in range(20):
        account.delete(f"posts/p{number}.json")
    held, _ = read(**bounds)
    assert held.generation.id == first.generation.id
    assert "because an answer was held back" in caplog.text
    assert "ButterCMS: held back deletions" in {getattr(r, "title", "") for r in caplog.records}
    clock.move(minutes=6)
    believed, _ = read(**bounds)
    assert [raw.key.id for raw in believed.versions[""] if raw.key.kind == "post"] == ["p"]


def test_what_was_rolled_back_to_is_kept(read, clock, tmp_path):
    """No build pulls over it, until somebody pulls."""
    first, _ = read()
    clock.move(hours=1)
    read()
    with Store(tmp_path / "cache", clock) as store:
        store.roll_back([first.generation.scope], first.generation.id)
    clock.move(hours=1)
    again, said = read()
    assert again.generation.id == first.generation.id
    assert said == ["rolled back to content of 2 hours ago, no call made."]


def test_a_damaged_generation_is_pulled_again_or_stops_an_offline_build(
    read, clock, tmp_path, caplog
):
    """Never half-used: online it is replaced, loudly; offline there is no other way than out."""
    first, _ = read()
    with Store(tmp_path / "cache", clock) as store:
        store._database.delete(f"generation/{first.generation.id}/{first.generation.scope}")
    with pytest.raises(StoreError, match=r"is missing.*doctor"):
        read(offline=True)
    again, _ = read()
    assert again.generation.id != first.generation.id
    assert "What is stored is pulled again, because it is damaged" in caplog.text
    with Store(tmp_path / "cache", clock) as store:
        digest = next(iter(again.generation.manifest.values()))
        store._database.delete(f"record/{digest}")
    with pytest.raises(StoreError, match="is missing in the store"):
        read(offline=True)
    third, _ = read()
    assert third.generation.id != again.generation.id
    assert third.calls.made == 4
    read(offline=True)
