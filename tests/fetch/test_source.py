"""Which generation a build reads, and when it asks."""

from datetime import timedelta
import logging

import pytest

from pelican_buttercms.errors import NoContentError, ServerError, SettingsError
from pelican_buttercms.fetch.progress import SilentProgress
from pelican_buttercms.fetch.source import Source
from pelican_buttercms.settings import Environment, Settings
from pelican_buttercms.settings.durations import FOR_EVER
from pelican_buttercms.store import Ledger, Scope, Store


@pytest.fixture
def read(tmp_path, account, clock):
    """Read the generation for these settings; gives it, and what was said."""

    def start(environ=None, **settings):
        options = Settings(
            **{
                "api_url": f"emulator:{account.folder}",
                "cache_path": tmp_path / "cache",
                "max_age": timedelta(minutes=10),
            }
            | settings
        )
        said = []
        source = Source(options, Environment(environ or {}), clock)
        return source.read(said.append, SilentProgress()), said

    account.post("p")
    return start


def calls(tmp_path, clock):
    """Give the ledger's count of this month."""
    ledger = Ledger(tmp_path / "cache", clock)
    try:
        return ledger.this_month()
    finally:
        ledger.close()


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
