"""Events that could not be taken in: nothing is built of them, and they wait."""

from datetime import timedelta
import json
import logging
import os

import pytest

from pelican_buttercms.errors import EventsPendingError
from pelican_buttercms.settings.durations import FOR_EVER
from pelican_buttercms.settings.limits import Deletions, Limits
from pelican_buttercms.store import Store
from pelican_buttercms.sync.build_trigger import Trigger
from pelican_buttercms.sync.progress import Progress
from pelican_buttercms.sync.refresh.requested_events import apply_requested_events

FAULTS = ["status=503", "quota", "refuse", "malformed", "cut"]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("payload", [None, '{"buttercms": "all"}'])
def test_a_build_whose_events_cannot_be_taken_in_ends_with_try_again(played, fault, payload):
    """Nothing is built; the next build, with events or without, takes them in."""
    played.edit("post/hello", title="New")
    sent = played.payload()
    before = played.manifests()
    played.emulator.faults.add(f"{fault}@/v2/posts/*")
    with pytest.raises(EventsPendingError, match="from the test could not be taken in") as caught:
        played.build(payload or sent)
    assert caught.value.exitcode == 75
    assert played.manifests() == before
    played.emulator.faults.clear()
    played.plain(max_age=timedelta(hours=1))
    if payload is None:
        assert played.calls == ["/v2/posts/hello/"]
        assert played.said[-1].startswith("took in 1 event from an earlier build with 1 API call")
    else:
        assert len(played.calls) == 6
    assert played.manifests() == played.pulled()
    played.plain(max_age=timedelta(hours=1))
    assert played.calls == []


@pytest.mark.parametrize("fault", FAULTS)
def test_without_an_event_a_failure_serves_the_last_content(played, fault, caplog):
    """Loudly, as ever, though events of an earlier build wait."""
    played.edit("post/hello", title="New")
    played.emulator.faults.add(f"{fault}@/v2/posts/*")
    with pytest.raises(EventsPendingError):
        played.build()
    with caplog.at_level(logging.WARNING):
        stored = played.plain(max_age=timedelta(hours=1))
    assert stored.stale
    assert "is built from ButterCMS content of 1 minute ago, because" in caplog.text
    played.emulator.faults.clear()
    played.plain(max_age=FOR_EVER)
    assert played.calls == ["/v2/posts/hello/"]
    assert played.manifests() == played.pulled()


@pytest.mark.parametrize("limits", [Limits(pull=1), Limits(month=7)])
def test_a_bound_on_calls_that_is_reached_lets_events_wait(played, limits):
    """The month's is over one day; until then each build says the same, and asks for no more."""
    for _ in range(2):
        played.edit("post/hello", title="New")
        played.edit("page/news/home", name="New")
        with pytest.raises(EventsPendingError, match="BUTTERCMS_MAX_CALLS"):
            played.build(max_calls=limits)
    played.plain(max_age=timedelta(hours=1))
    assert sorted(played.calls) == ["/v2/pages/news/home/", "/v2/posts/hello/"]
    assert played.manifests() == played.pulled()


def test_nothing_stored_and_no_answer_is_try_again_too(account, play):
    """The first build of all was started by an event."""
    account.post("hello")
    played = play(page_types={}, collections=())
    played.emulator.faults.add("status=503#30")
    with pytest.raises(EventsPendingError):
        played.build(json.dumps([]))


def test_events_after_a_failure_do_not_hide_it(played, make_body):
    """What waits is taken in, though the next events name something else."""
    played.edit("post/hello", title="New")
    played.emulator.faults.add("quota#1")
    with pytest.raises(EventsPendingError):
        played.build()
    played.edit("page/news/home", name="New")
    played.build()
    assert sorted(played.calls) == ["/v2/pages/news/home/", "/v2/posts/hello/"]
    assert played.manifests() == played.pulled()
    played.edit("page/news/home", name="Newer")
    played.build()
    assert len(played.calls) == 1


def test_a_full_pull_settles_what_waits(played):
    """It has read everything."""
    played.edit("post/hello", title="New")
    played.emulator.faults.add("quota#1")
    with pytest.raises(EventsPendingError):
        played.build()
    played.plain()
    assert len(played.calls) == 6
    played.plain(max_age=timedelta(hours=1))
    assert played.calls == []


def test_the_events_of_a_build_that_is_killed_wait(played, monkeypatch):
    """The note is on disk before the first call."""
    played.edit("post/hello", title="New")
    monkeypatch.setattr(Store, "apply_changes", lambda *_, **__: os._exit(9))
    if (process := os.fork()) == 0:
        try:
            played.build()
        finally:
            os._exit(0)  # and not into the tests that are its parent's
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 9
    monkeypatch.undo()
    played.plain(max_age=timedelta(hours=1))
    assert played.manifests() == played.pulled()


def test_offline_and_rolled_back_content_stay_and_keep_events_pending(played):
    """No call is made, and no event is lost."""
    played.edit("post/hello", title="New")
    payload = played.payload()
    played.build(payload, offline=True)
    assert played.calls == []
    assert "wait for a later build: BUTTERCMS_OFFLINE is set" in played.said[-1]
    played.plain(max_age=timedelta(hours=1))
    assert played.manifests() == played.pulled()
    source = played.source
    with Store(source.options.cache_path, played.clock) as store:
        scopes = source.scopes(store)
        numbers = store.pulls(scopes)
        store.roll_back(scopes, numbers[-1])
    played.build(payload)
    assert played.calls == []
    assert "wait for a later build: builds read what somebody rolled back to" in played.said[-2]
    assert played.said[-1].startswith("rolled back to content of")
    played.plain(max_age=timedelta(hours=1))
    assert played.calls == []
    apply_requested_events(source, Trigger.parse(payload, "x"), played.said.append, Progress())
    assert (
        played.said[-1] == "pulling everything, because builds read what somebody rolled back to."
    )
    assert played.manifests() == played.pulled()


def test_by_hand_a_failure_is_an_error(played):
    """The content is as it was, and the events wait."""
    played.edit("post/hello", title="New")
    played.emulator.faults.add("quota#1")
    trigger = Trigger.parse(played.payload(), "x")
    with pytest.raises(EventsPendingError, match="calls of this month are spent"):
        apply_requested_events(played.source, trigger, played.said.append, Progress())
    page = json.dumps({"webhook": {"event": "page.published"}, "data": {"id": "home"}})
    apply_requested_events(played.source, Trigger.parse(page, "x"), played.said.append, Progress())
    assert played.manifests() == played.pulled()


BOUNDS = {"max_deletions": Deletions(0.25, 5)}


def fill(played, what):
    """Put twenty of a kind into the account, and pull; gives where they are."""
    account = played.emulator.account
    if what == "item":
        account.collections["people"] = {n: {"meta": {"id": n}, "name": "N"} for n in range(20)}
        place, names = account.collections["people"], range(20)
    else:
        place = account.posts if what == "post" else account.pages["news"]
        one = next(iter(place.values()))
        place.clear()
        names = [f"n{n}" for n in range(20)]
        place.update({name: one | {"slug": name} for name in names})
    played.source.refresh(Progress(), allow_deletions=True)
    prefix = {"item": "item/people/", "post": "post/", "page": "page/news/"}[what]
    return place, [f"{prefix}{name}" for name in names]


@pytest.mark.parametrize("what", ["item", "post", "page"])
def test_many_deletions_at_once_are_held_back_by_name(played, what):
    """An event is no proof, and neither is one answer of the API; a second look is believed."""
    place, names = fill(played, what)
    for name in names[2:19]:
        played.edit(name, "deleted")
    payload = played.payload()
    costly = BOUNDS | {"reconcile": FOR_EVER}
    with pytest.raises(EventsPendingError, match="17 of 20 of") as caught:
        played.build(payload, **costly)
    for name in names[2:19]:
        assert name.rpartition("/")[2] in str(caught.value)
    assert len([key for key in played.manifests()[""] if key.kind == what]) == 20
    played.clock.move(minutes=6)
    played.build(payload, **costly)
    assert played.manifests() == played.pulled()
    assert len(place) == 3


@pytest.mark.parametrize("what", ["item", "post", "page"])
def test_an_api_that_has_lost_everything_for_a_moment_takes_nothing(played, what):
    """Events about three of a kind, all answered by 404 or an empty listing; then it is well."""
    place, names = fill(played, what)
    lost = dict(place)
    for name in names[:6]:
        played.edit(name, "published")
    payload = played.payload()
    place.clear()
    with pytest.raises(EventsPendingError):
        played.build(payload, **BOUNDS)
    place.update(lost)
    played.clock.move(minutes=6)
    played.build(payload, **BOUNDS)
    assert played.manifests() == played.pulled()
    assert len([key for key in played.manifests()[""] if key.kind == what]) == 20


def test_what_was_held_back_elsewhere_is_not_forgotten(played):
    """One post that goes by an event tells nothing of what a full pull held back."""
    place, names = fill(played, "item")
    for name in names[:15]:
        del place[int(name.rpartition("/")[2])]
    assert played.plain(**BOUNDS).stale
    played.clock.move(minutes=4)
    played.edit("post/other", "deleted")
    played.build(**BOUNDS)
    played.clock.move(minutes=4)
    assert played.plain(**BOUNDS).stale is None


def test_with_deletions_allowed_they_are_believed(played):
    """By hand, as for a full pull."""
    _, names = fill(played, "page")
    for name in names[2:]:
        played.edit(name, "deleted")
    trigger = Trigger.parse(played.payload(), "x")
    source = played.of(**BOUNDS)
    apply_requested_events(source, trigger, played.said.append, Progress(), allow_deletions=True)
    assert played.manifests() == played.pulled()
