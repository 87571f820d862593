"""What webhooks say, one by one, together, and on their way to a build."""

import json
from urllib.parse import quote, quote_plus

from hypothesis import given
from hypothesis import strategies as st
import pytest

from pelican_buttercms.api.webhook_events.coalesce import merge
from pelican_buttercms.api.webhook_events.event import Event
from pelican_buttercms.api.webhook_events.payload import (
    EVERYTHING,
    MOST_BYTES,
    encode_payload,
    parse_payload,
    to_payload,
)
from pelican_buttercms.content import Key
from pelican_buttercms.sync.refresh.plan import key_of


@pytest.mark.parametrize(
    ("name", "data", "action"),
    [
        ("page.published", {}, "changed"),
        ("page.draft", {"status": "draft"}, "draft"),
        ("page.unpublished", {"status": "draft"}, "deleted"),
        ("page.delete", {"status": "deleted"}, "deleted"),
        ("page.all", {"status": "published"}, "changed"),
        ("page.all", {"status": "draft"}, "changed"),
        ("page.all", {"status": "deleted"}, "deleted"),
        ("page.scheduled", {}, "unknown"),
        ("post.published", {}, "changed"),
        ("post.draft", {}, "draft"),
        ("post.delete", {}, "deleted"),
        ("post.all", {}, "changed"),
        ("post.*", {}, "changed"),
        ("post.localization.published", {"locale": "de"}, "changed"),
        ("post.localization.draft", {"locale": "de"}, "draft"),
        ("post.localization.delete", {"locale": "de"}, "deleted"),
        ("page.*", {"status": "deleted"}, "deleted"),
        ("page.unpublish", {"status": "draft"}, "deleted"),
        ("collectionitem.*", {"status": "published"}, "changed"),
        ("collectionitem.published", {}, "changed"),
        ("collectionitem.draft", {}, "draft"),
        ("collectionitem.unpublish", {}, "deleted"),
        ("collectionitem.unpublished", {}, "deleted"),
        ("collectionitem.delete", {}, "deleted"),
        ("collectionitem.all", {"status": "draft"}, "changed"),
        ("collectionitem.all", {"status": "deleted"}, "deleted"),
    ],
)
def test_every_documented_event_is_placed(make_event, name, data, action):
    """Its kind, group and id are those of a key; its action says what to do."""
    event = make_event(name, "12", **data)
    assert event.action == action
    assert event.name == name
    kind, group = {
        "page": ("page", "news"),
        "post": ("post", ""),
        "collectionitem": ("item", "people"),
    }[name.partition(".")[0]]
    assert key_of(event) == Key(kind, group, "12")


def test_what_else_an_event_tells(make_event):
    """The locale, the number that survives a new slug, and the time."""
    page = make_event("page.published", locale="de", page_type="*")
    assert (page.locale, page.number, page.at) == ("de", 7, "2024-01-15T14:30:00")
    assert page.group == "*"
    post = make_event("post.published")
    assert (post.locale, post.number, post.at) == (None, 7, "")
    german = make_event("post.localization.published", locale="de")
    assert (german.locale, german.number) == ("de", 7)


@pytest.mark.parametrize(
    ("data", "public"),
    [
        ({}, None),
        ({"published": None}, False),
        ({"published": "2026-01-01T00:00:00Z"}, True),
        ({"published": "2026-01-01T00:00:00Z", "scheduled": None}, True),
        ({"published": "2026-01-01T00:00:00Z", "scheduled": "2099-01-01T00:00:00Z"}, False),
    ],
)
def test_a_pages_draft_tells_whether_a_version_is_public(make_event, data, public):
    """One with a date in the future may have taken its place; the relay passes that on."""
    event = make_event("page.draft", **data)
    assert event.is_public is public
    assert parse_payload(encode_payload(to_payload([event]))) == [event]
    assert event.effect("live") == ("look" if public is False else "nothing")


def test_media_events_name_a_file():
    """Under any event's name; only an https URL is kept."""
    data = {"id": 3, "media_id": "abc", "url": "https://cdn.buttercms.com/abc", "size": 1}
    body = {"data": data, "webhook": {"event": "media.updated", "target": "x"}}
    event = Event.from_body(body)
    assert (event.kind, event.id, event.action) == ("media", "abc", "changed")
    assert event.url == "https://cdn.buttercms.com/abc"
    assert key_of(event) is None
    data["url"] = "file:///etc/passwd"
    assert Event.from_body(body).url == ""


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("form.submitted", {}),
        ("*.all", {}),
        ("page.published", {"id": None}),
        ("page.published", {"id": ""}),
        ("page.published", {"id": "../posts/x"}),
        ("page.published", {"id": "a?b=c"}),
        *(("page.published", {"id": f"a{char}b"}) for char in "\n\x1b\x7f\x85\x9b\u2028"),
        *(("post.published", {"id": f"a{char}b"}) for char in "\u202e\u2066\u200f\ufeff\udc80"),
        ("collectionitem.published", {"id": "a\u202eb"}),
        ("page.published", {"id": "x" * 500}),
        ("page.published", {"page_type": 7}),
        ("page.published", {"locale": "a/b"}),
        ("post.delete", {"id": ["p"]}),
        ("collectionitem.delete", {"id": "other"}),
        ("collectionitem.delete", {"id": {}}),
        ("two words", {}),
    ],
)
def test_what_cannot_be_placed_is_unknown(make_event, name, data):
    """It is kept, names nothing, and asks for everything."""
    event = make_event(name, "1", **data)
    assert (event.kind, event.action, event.id) == ("unknown", "unknown", "")
    assert event.effect("live") == "everything"


def test_an_item_that_is_not_named_means_its_collection(make_event):
    """Which one it was, only the listing tells."""
    event = make_event("collectionitem.delete", itemid="/v2/content/")
    assert (event.group, event.id, event.action) == ("people", "", "changed")
    assert key_of(event) is None
    assert merge([make_event("collectionitem.published", "3"), event]) == [event]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ([], "not a JSON object"),
        ({}, '"webhook"'),
        ({"webhook": {"event": 3}, "data": {}}, '"webhook"'),
        ({"webhook": {"event": "page.draft"}}, '"data"'),
        ({"webhook": {"event": "page.draft"}, "data": []}, '"data"'),
    ],
)
def test_what_is_no_webhook_is_refused_with_what_is_missing(body, told):
    """In half a sentence."""
    with pytest.raises(ValueError, match=told):
        Event.from_body(body)


@pytest.mark.parametrize(
    ("name", "live", "preview"),
    [
        ("page.published", "look", "look"),
        ("page.draft", "nothing", "look"),
        ("page.delete", "look", "look"),
        ("page.unpublished", "look", "look"),
        ("post.draft", "nothing", "look"),
        ("post.delete", "look", "look"),
        ("collectionitem.draft", "look", "look"),
        ("collectionitem.unpublish", "look", "look"),
        ("collectionitem.delete", "look", "look"),
        ("page.renamed", "everything", "everything"),
    ],
)
def test_the_public_site_and_the_preview_are_asked_different_things(
    make_event, name, live, preview
):
    """Only a draft over a public version changes nothing that is public; no event is believed."""
    event = make_event(name, "1")
    assert (event.effect("live"), event.effect("preview")) == (live, preview)


def test_the_last_action_on_an_item_wins(make_event):
    """By the time it tells, whatever the order in which they came; locales are apart."""
    early = make_event("page.published", timestamp="2024-01-15T14:30:00")
    late = make_event("page.delete", timestamp="2024-01-15T14:30:09")
    german = make_event("page.published", locale="de")
    assert merge([early, late, german]) == [late, german]
    assert merge([late, german, early]) == [german, late]


def test_a_draft_takes_no_publication_back(make_event):
    """Whoever looks sees it, too; drafts that claim different things stay apart."""
    published, draft = make_event("page.published"), make_event("page.draft")
    deleted = make_event("page.delete", timestamp="2024-01-15T14:29:00")
    assert merge([published, draft]) == [published]
    assert merge([draft, published]) == [published]
    assert merge([draft, draft]) == [draft]
    assert merge([deleted, draft]) == merge([draft, deleted]) == [deleted]
    dated = make_event("page.draft", published=None)
    assert merge([draft, dated, draft]) == [dated, draft]


def test_an_order_that_is_not_known_is_looked_at(make_event):
    """Posts have no timestamps: whether it is there costs a call, a wrong guess a page."""
    published, deleted = make_event("post.published"), make_event("post.delete")
    assert merge([published, deleted]) == [published]
    assert merge([deleted, published]) == [published]
    assert merge([deleted, deleted]) == [deleted]


def test_unknown_events_are_kept_beside_the_others(make_event):
    """Once each."""
    unknown = Event(name="form.submitted")
    page = make_event()
    assert merge([unknown, page, unknown]) == [page, unknown]


NAMES = ["page.published", "page.draft", "page.all", "page.delete", "page.unpublished"]
NAMES += ["post.published", "post.delete", "collectionitem.unpublish", "form.x", "media.updated"]
NAMES += ["post.localization.delete", "post.*", "page.*"]
DATA = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["a", "b", "news", "a+b", "ü/ö", "%41", '"']),
        "page_type": st.sampled_from(["*", "news"]),
        "itemid": st.sampled_from(["?keys=news[_id=1]", "?keys=a[_id=20]", "x", None]),
        "locale": st.sampled_from([None, "de", "en-GB"]),
        "status": st.sampled_from(["draft", "published", "deleted"]),
        "timestamp": st.sampled_from(["2024-01-15T14:30:00", "2024-01-15T14:30:01.5", None, 3]),
        "_id": st.sampled_from([1, None, "x"]),
        "published": st.sampled_from(["2024-01-15T14:30:00Z", None]),
    }
)


@given(st.lists(st.builds(Event.of, st.sampled_from(NAMES), DATA), min_size=1, max_size=12))
def test_a_build_reads_what_the_relay_wrote(events):
    """In every form in which hosts hand it on; merging again changes nothing."""
    merged = merge(events)
    assert merge(merged) == merged
    text = encode_payload(to_payload(events))
    assert parse_payload(text) == merged
    assert parse_payload(quote(text)) == merged
    assert parse_payload(f"{quote_plus(text)}=") == merged
    whole = {"action": "buttercms", "client_payload": json.loads(text), "sender": {"id": 1}}
    assert parse_payload(json.dumps(whole)) == merged


def test_bodies_of_buttercms_are_read_as_they_are(make_body):
    """One, several, and inside GitHub's event file."""
    one, other = make_body(), make_body("post.delete", "p")
    names = ["page.published", "post.delete"]
    assert [e.name for e in parse_payload(json.dumps(one).encode())] == names[:1]
    assert [e.name for e in parse_payload(json.dumps([one, other]))] == names
    assert [e.name for e in parse_payload(json.dumps({"client_payload": one}))] == names[:1]
    assert [e.name for e in parse_payload(json.dumps(one).encode("utf-8-sig"))] == names[:1]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"buttercms": "all"}',
        b'{"buttercms": []}',
        b'{"buttercms": [3]}',
        b'{"ref": "refs/heads/main"}',
        b'{"client_payload": {}}',
        b"\xff\xfe",
        b"not json",
        b"%7Bnot json",
        b"[" * 5000,
        b'{"client_payload":' * 50 + b"{}" + b"}" * 50,
        b'{"a": "' + b"x" * 2_000_000 + b'"}',
        b'[{"webhook": {"event": "page.draft"}, "data": {}}, {}]',
    ],
)
def test_what_cannot_be_trusted_is_a_full_pull(data):
    """Never a guess, and never an error."""
    assert parse_payload(data) is None


def test_too_many_events_for_a_host_are_everything(make_event):
    """Two keys at most, and within the bound; some hundred still fit."""
    events = [make_event(slug=f"a-page-with-a-rather-long-slug-{n}") for n in range(1000)]
    payload = to_payload(events)
    assert payload == EVERYTHING
    assert parse_payload(encode_payload(payload)) is None
    some = to_payload(events[:150])
    assert len(some["buttercms"]) == 150
    assert len(quote(encode_payload(some))) < 60_000
    assert len(encode_payload(some)) < MOST_BYTES
