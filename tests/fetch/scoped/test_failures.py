"""Events that could not be taken in: the last content is served, and a full pull is owed."""

from datetime import timedelta
import logging
import os

import pytest

from pelican_buttercms.errors import QuotaError
from pelican_buttercms.fetch.by_hand import take_now
from pelican_buttercms.fetch.progress import SilentProgress
from pelican_buttercms.fetch.trigger import Trigger
from pelican_buttercms.settings.limits import Deletions
from pelican_buttercms.store import Store


@pytest.mark.parametrize("fault", ["status=503", "quota", "refuse", "malformed", "cut"])
def test_a_failing_call_serves_the_last_content_and_owes_a_full_pull(played, fault, caplog):
    """Loudly; and the next build, with events or without, pulls everything."""
    played.edit("post/hello", title="New")
    payload = played.payload()
    before = played.manifests()
    played.emulator.faults.add(f"{fault}@/v2/posts/hello/")
    with caplog.at_level(logging.WARNING):
        stored = played.build(payload)
    assert stored.stale
    assert "is built from ButterCMS content of 1 minute ago, because" in caplog.text
    assert played.said[-1] == "the events could not be taken in: the next build pulls everything."
    assert played.manifests() == before
    played.emulator.faults.clear()
    played.plain(max_age=timedelta(hours=1))
    assert len(played.calls) == 6
    assert played.said[0] == (
        "pulling everything, because the events of an earlier build could not be taken in."
    )
    assert played.manifests() == played.pulled()
    played.plain(max_age=timedelta(hours=1))
    assert played.calls == []


def test_events_after_a_failure_do_not_hide_it(played, make_body):
    """What is owed is pulled, though the next events name something else."""
    played.edit("post/hello", title="New")
    played.emulator.faults.add("quota#1")
    played.build()
    played.edit("page/news/home", name="New")
    played.build()
    assert len(played.calls) == 6
    assert played.manifests() == played.pulled()
    played.edit("page/news/home", name="Newer")
    played.build()
    assert len(played.calls) == 1


def test_a_build_that_is_killed_owes_a_full_pull(played, monkeypatch):
    """The note is on disk before the first call."""
    played.edit("post/hello", title="New")
    monkeypatch.setattr(Store, "fold_together", lambda *_, **__: os._exit(9))
    if (process := os.fork()) == 0:
        try:
            played.build()
        finally:
            os._exit(0)  # and not into the tests that are its parent's
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 9
    monkeypatch.undo()
    played.plain(max_age=timedelta(hours=1))
    assert played.manifests() == played.pulled()


def test_offline_and_rolled_back_content_stay_and_owe_what_was_told(played):
    """No call is made, and no event is lost."""
    played.edit("post/hello", title="New")
    payload = played.payload()
    played.build(payload, offline=True)
    assert played.calls == []
    assert "wait for the next full pull: BUTTERCMS_OFFLINE is set" in played.said[-1]
    played.plain(max_age=timedelta(hours=1))
    assert played.manifests() == played.pulled()
    source = played.source
    with Store(source.options.cache_path, played.clock) as store:
        scopes = source.scopes(store)
        numbers = store.pulls(scopes)
        store.roll_back(scopes, numbers[-1])
    played.build(payload)
    assert played.calls == []
    assert played.said[-1].startswith("rolled back to content of")
    take_now(source, Trigger.parse(payload, "x"), played.said.append, SilentProgress())
    assert (
        played.said[-1] == "pulling everything, because builds read what somebody rolled back to."
    )
    assert played.manifests() == played.pulled()


def test_by_hand_a_failure_is_an_error(played):
    """The content is as it was, and the full pull owed."""
    played.edit("post/hello", title="New")
    played.emulator.faults.add("quota#1")
    trigger = Trigger.parse(played.payload(), "x")
    with pytest.raises(QuotaError):
        take_now(played.source, trigger, played.said.append, SilentProgress())
    take_now(played.source, trigger, played.said.append, SilentProgress())
    assert "could not be taken in" in played.said[-1]


def test_a_listing_that_comes_back_almost_empty_is_held_back(played, caplog):
    """What an event names may go; that its neighbours went along is not believed at once."""
    items = {n: {"meta": {"id": n}, "name": f"N{n}"} for n in range(20)}
    played.emulator.account.collections["people"] = items
    bounds = {"max_deletions": Deletions(0.25, 5)}
    played.plain(**bounds)
    for number in range(1, 20):
        del items[number]
    played.edit("item/people/0", name="New")
    payload = played.payload()
    held = played.build(payload, **bounds)
    assert "because an answer was held back" in caplog.text
    assert held.stale
    assert len([key for key in played.manifests()[""] if key.kind == "item"]) == 20
    played.clock.move(minutes=6)
    played.build(payload, **bounds)
    assert played.manifests() == played.pulled()


def test_deletions_that_are_named_are_not_held_back(played):
    """Twenty events are twenty decisions; a neighbour that is gone goes with a listing."""
    items = {n: {"meta": {"id": n}, "name": f"N{n}"} for n in range(20)}
    played.emulator.account.collections["people"] = items
    bounds = {"max_deletions": Deletions(0.25, 5)}
    played.plain(**bounds)
    for number in range(1, 18):
        played.edit(f"item/people/{number}", "deleted")
    del items[18]
    played.edit("item/people/0", name="New")
    played.build(**bounds)
    assert played.calls == ["/v2/content/people/"]
    assert played.manifests() == played.pulled()
