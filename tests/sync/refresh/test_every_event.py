"""Every event that ButterCMS documents: what it costs a live build and a preview, and what it does.

Whatever an event claims, what is stored afterwards is what a full pull would bring.
"""

import json

import pytest

from pelican_buttercms.content import Key
from pelican_buttercms.settings.locales import Locale
from pelican_buttercms.sync.refresh.plan import key_of

DATED = {"published": None, "scheduled": "2099-01-01T00:00:00Z", "status": "draft"}
PUBLIC = {"published": "2026-01-01T00:00:00Z", "status": "draft"}

# name, more data, kind, action, locale, live calls, preview calls: in an account of two locales
EVENTS = [
    ("post.published", {}, "post", "changed", None, 2, 2),
    ("post.draft", {}, "post", "draft", None, 0, 2),
    ("post.delete", {}, "post", "deleted", None, 2, 2),
    ("post.all", {}, "post", "changed", None, 2, 2),
    ("post.*", {}, "post", "changed", None, 2, 2),
    ("post.localization.published", {"locale": "de"}, "post", "changed", "de", 1, 1),
    ("post.localization.draft", {"locale": "de"}, "post", "draft", "de", 0, 1),
    ("post.localization.delete", {"locale": "de"}, "post", "deleted", "de", 1, 1),
    ("post.localization.published", {"locale": "fr"}, "post", "changed", "fr", 0, 0),
    ("page.published", {"locale": "en"}, "page", "changed", "en", 1, 1),
    ("page.published", {}, "page", "changed", None, 2, 2),
    ("page.draft", {"locale": "de"}, "page", "draft", "de", 0, 1),
    ("page.draft", {"locale": "en"} | PUBLIC, "page", "draft", "en", 0, 1),
    ("page.draft", {"locale": "en"} | DATED, "page", "draft", "en", 1, 1),
    ("page.unpublished", {"locale": "en"}, "page", "deleted", "en", 1, 1),
    ("page.delete", {"locale": "en"}, "page", "deleted", "en", 1, 1),
    ("page.delete", {}, "page", "deleted", None, 2, 2),
    ("page.all", {"status": "draft"}, "page", "changed", None, 2, 2),
    ("page.all", {"status": "deleted"}, "page", "deleted", None, 2, 2),
    ("page.*", {"status": "published", "locale": "de"}, "page", "changed", "de", 1, 1),
    ("collectionitem.published", {}, "item", "changed", None, 2, 2),
    ("collectionitem.draft", {"locale": "en"}, "item", "draft", "en", 1, 1),
    ("collectionitem.delete", {"locale": "en"}, "item", "deleted", "en", 1, 1),
    ("collectionitem.unpublish", {"locale": "de"}, "item", "deleted", "de", 1, 1),
    ("collectionitem.unpublished", {}, "item", "deleted", None, 2, 2),
    ("collectionitem.all", {"status": "draft"}, "item", "changed", None, 2, 2),
    ("collectionitem.*", {"status": "deleted"}, "item", "deleted", None, 2, 2),
    ("media.videouploaded", {"id": 3, "media_id": "a"}, "media", "changed", None, 0, 0),
    ("media.updated", {"id": 3, "media_id": "a"}, "media", "changed", None, 0, 0),
    ("media.*", {"id": 3, "media_id": "a"}, "media", "changed", None, 0, 0),
]
NAMED = pytest.mark.parametrize(
    ("name", "data", "kind", "action", "locale", "live", "shown"),
    [pytest.param(*row, id=f"{row[0]}-{n}") for n, row in enumerate(EVENTS)],
)
SLUGS = {"post": "hello", "page": "home", "collectionitem": "7", "media": ""}
KEYS = {"post": Key("post", "", "hello"), "page": Key("page", "news", "home")}
KEYS["item"] = Key("item", "people", "7")


@pytest.fixture
def played(account, play):
    """An account of two locales, pulled once for each mode."""
    account.settings(locales=["en", "de"])
    for slug in ("hello", "other"):
        account.post(slug)
        account.translate(f"posts/{slug}", "de", title="Hallo")
        account.page("news", {"hello": "home"}.get(slug, slug), line="Old")
    account.translate("pages/news/home", "de", fields={"line": "Alt"})
    account.collection("people", {"id": 7, "name": "Ada"}, {"id": 8, "name": "Bob"})
    played = play(locales=(Locale("en", "en"), Locale("de", "de")))
    for preview in (False, True):
        played.plain(preview=preview)
    return played


@NAMED
def test_a_documented_event_costs_what_it_names_and_takes_nothing_that_is_there(
    played, make_event, make_body, name, data, kind, action, locale, live, shown
):
    """All that it names is as it was: the event is late, forged, or came twice."""
    slug = SLUGS[name.partition(".")[0]]
    event = make_event(name, slug, **data)
    assert (event.kind, event.action, event.locale) == (kind, action, locale)
    assert key_of(event) == KEYS.get(kind)
    before = played.manifests()
    body = json.dumps(make_body(name, slug, **data))
    for preview, calls in ((False, live), (True, shown)):
        played.build(body, preview=preview)
        assert len(played.calls) == calls, played.said
        assert played.manifests(preview=preview) == played.pulled(preview=preview)
    assert played.manifests() == before


@NAMED
def test_a_documented_event_takes_away_what_the_api_does_not_have(
    played, make_body, name, data, kind, action, locale, live, shown
):
    """Under preview whatever is named; in live content a draft alone takes nothing."""
    if kind == "media" or locale == "fr":
        return
    account = played.emulator.account
    place = {"post": account.posts, "page": account.pages["news"]}
    place.get(kind, account.collections["people"]).pop(
        int(KEYS[kind].id) if kind == "item" else KEYS[kind].id
    )
    body = json.dumps(make_body(name, SLUGS[name.partition(".")[0]], **data))
    for preview, calls in ((False, live), (True, shown)):
        played.build(body, preview=preview)
        assert len(played.calls) == calls, played.said
        for where in [locale] if locale else ["en", "de"]:
            assert (KEYS[kind] in played.manifests(preview=preview)[where]) is (calls == 0)


@pytest.mark.parametrize(
    "name", ["*.all", "*.*", "form.submitted", "post.renamed", "post.localization.x", "page."]
)
def test_an_event_that_nobody_knows_is_one_full_pull(played, make_body, name):
    """However many of them came."""
    body = make_body(name, "hello")
    body["data"] = {"id": "hello"}
    played.build(json.dumps([body, body, make_body("post.published", "hello")]))
    assert f"nobody can say what {name} changes" in played.said[0]
    calls = len(played.calls)
    played.plain()
    assert calls == len(played.calls)
