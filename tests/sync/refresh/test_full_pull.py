"""When events are not enough: everything is pulled, and the build says why."""

from datetime import timedelta
import json

import pytest

from pelican_buttercms.content import Key
from pelican_buttercms.settings.durations import FOR_EVER


def test_a_full_pull_is_due_after_a_while_whatever_events_came(played):
    """BUTTERCMS_RECONCILE counts from the last full pull; MAX_AGE does not matter then."""
    played.clock.move(hours=23)
    played.edit("post/hello", title="New")
    first = played.build()
    assert len(played.calls) == 1
    assert first.generation.pulled_at < played.clock() - timedelta(hours=23)
    played.clock.move(hours=1)
    played.edit("post/hello", title="Newer")
    payload = played.payload()
    second = played.build(payload)
    assert len(played.calls) == 6
    assert "because the last full pull was 1 day ago (BUTTERCMS_RECONCILE)" in played.said[0]
    assert second.generation.pulled_at == played.clock()
    played.clock.move(days=900)
    played.build(payload, reconcile=FOR_EVER)
    assert len(played.calls) == 1
    played.build(payload, reconcile=timedelta(0))
    assert len(played.calls) == 6


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        ("{}", "the test names no events"),
        ('{"buttercms": "all"}', "the test names no events"),
        ("not json", "the test names no events"),
        ('{"data": {"id": 5}, "webhook": {"event": "schema.changed"}}', "schema.changed changes"),
        ('{"data": {"id": 5}, "webhook": {"event": "post.published"}}', "post.published changes"),
        (
            '{"data": {"id": "%s", "_id": 1}, "webhook": {"event": "post.published"}}'
            % ("x" * 150),
            "names nothing that can be asked for alone",
        ),
    ],
)
def test_what_cannot_be_trusted_or_placed_is_a_full_pull(played, payload, why):
    """And the build says why, in one line."""
    played.build(payload)
    assert len(played.calls) == 6
    assert played.said[0].startswith("pulling everything, because ")
    assert why in played.said[0]


def test_without_a_last_pull_everything_is_pulled(account, play, make_body):
    """An empty store, or one that holds less than is wanted now."""
    account.post("hello")
    played = play(page_types={}, collections=())
    payload = json.dumps(make_body("post.published"))
    played.build(payload)
    assert (len(played.calls), "nothing is stored yet" in played.said[0]) == (4, True)
    account.page("news", "n")
    played.emulator.account.pages["news"] = {}
    played.build(payload, page_types={"news": None})
    assert "the settings ask for more than is stored" in played.said[0]


def test_a_reference_to_what_was_never_pulled_is_a_full_pull(played):
    """It brings what is referred to; when the last reference goes, that goes without a call."""
    team = {
        "x": {
            "slug": "x",
            "name": "X",
            "page_type": "team",
            "fields": {},
            "updated": "2026-01-01T00:00:00Z",
            "published": "2026-01-01T00:00:00Z",
        }
    }
    played.emulator.account.pages["team"] = team
    played.edit("page/news/home", fields={"a": "/v2/pages/team/x/"})
    played.build()
    assert played.said[0] == (
        "pulling everything, because what changed refers to team, which was never pulled."
    )
    assert Key("page", "team", "x") in played.manifests()[""]
    played.edit("page/team/x", name="Y")
    played.build()
    assert played.calls == ["/v2/pages/team/x/"]
    played.edit("page/news/home", fields={})
    played.build()
    assert len(played.calls) == 1
    assert played.manifests() == played.pulled()
    assert Key("page", "team", "x") not in played.manifests()[""]


def test_a_single_page_that_is_found_in_a_type_is_a_full_pull(account, play, make_body):
    """Under "*" the API looks in all types."""
    account.page("*", "about")
    account.page("news", "home")
    played = play(page_types={"*": None, "news": None}, collections=())
    played.plain()
    played.build(json.dumps(make_body("page.published", "home", page_type="*")))
    assert "a single page was named, and what is there is pages/news/home" in played.said[0]
    assert played.manifests() == played.pulled()


def test_a_collection_that_is_gone_is_a_full_pull(played):
    """Which says that a setting names it in vain."""
    del played.emulator.account.collections["people"][8]
    played.edit("item/people/7", name="New")
    payload = played.payload()
    collections = played.emulator.account.collections
    collections["crowd"] = collections.pop("people")
    with pytest.raises(Exception, match="BUTTERCMS_COLLECTIONS names 'people'"):
        played.build(payload)
    assert "the collection people is not there any more" in played.said[0]
