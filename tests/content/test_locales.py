"""What a locale shows: its own versions, then those of its stand-ins."""

from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.content.fallbacks import coverage, identified, nowhere, shown


def raw(kind, group, name, locale, **data):
    """Make a record of one locale."""
    if kind == "page":
        data = {"fields": data}
    (one,) = identified([RawRecord(Key(kind, group, name), data, locale)], {})
    return one


def names(records):
    """Name what is shown, with the locale that it comes from."""
    return [f"{one.key.id}:{one.locale}" for one in records]


def test_stand_ins_are_tried_in_the_order_of_the_chain():
    """The first locale of the chain that has an item gives it; own versions always win."""
    versions = {
        "at": [raw("post", "", "a", "at")],
        "de": [raw("post", "", "a", "de"), raw("post", "", "b", "de")],
        "en": [raw("post", "", name, "en") for name in "abc"],
    }
    found = shown(versions, "at", lambda kind, group: ("de", "en"))
    assert names(found) == ["a:at", "b:de", "c:en"]
    assert names(shown(versions, "at", lambda kind, group: ("en",))) == ["a:at", "b:en", "c:en"]
    assert names(shown(versions, "at", lambda kind, group: ())) == ["a:at"]


def test_the_chain_is_asked_for_each_kind_and_group():
    """Pages of one type may fall back where others do not."""
    versions = {
        "de": [],
        "en": [
            raw("page", "news", "n", "en"),
            raw("page", "*", "s", "en"),
            raw("item", "f", "1", "en"),
        ],
    }
    asked = []

    def chain(kind, group):
        asked.append((kind, group))
        return ("en",) if group == "news" else ()

    assert names(shown(versions, "de", chain)) == ["n:en"]
    assert asked == [("collections", "f"), ("pages", "*"), ("pages", "news")]


def test_a_field_can_hold_versions_together():
    """By the kind or by the page type; what lacks the field is known by its slug."""
    english = [
        RawRecord(Key("page", "news", "hello"), {"fields": {"seo": {"id": 7}}}, "en"),
        RawRecord(Key("page", "news", "other"), {"fields": {"seo": {"id": None}}}, "en"),
    ]
    german = [RawRecord(Key("page", "news", "hallo"), {"fields": {"seo": {"id": 7}}}, "de")]
    for name in ("pages", "pages/news"):
        versions = {
            locale: list(identified(raws, {name: "fields.seo.id", "posts": "title"}))
            for locale, raws in (("en", english), ("de", german))
        }
        assert names(shown(versions, "de", lambda kind, group: ("en",))) == ["hallo:de", "other:en"]


def test_an_own_item_under_the_same_slug_is_not_replaced():
    """Another item that happens to have the slug keeps it; the stand-in has no place."""
    fields = {"posts": "key"}
    english = identified([RawRecord(Key("post", "", "x"), {"key": "one"}, "en")], fields)
    german = identified([RawRecord(Key("post", "", "x"), {"key": "two"}, "de")], fields)
    versions = {"en": list(english), "de": list(german)}
    assert names(shown(versions, "de", lambda kind, group: ("en",))) == ["x:de"]


def test_coverage_shows_what_is_translated_what_falls_back_and_what_is_missing():
    """Measured by what any locale has; authors and terms have no versions."""
    versions = {
        "en": [raw("post", "", "a", "en"), raw("post", "", "b", "en"), raw("tag", "", "t", "en")],
        "de": [raw("post", "", "a", "de"), raw("tag", "", "t", "de"), raw("page", "*", "x", "de")],
        "fr": [],
    }
    found = coverage(versions, "de", lambda kind, group: ("en",))
    assert [row.what for row in found] == ["pages/*", "posts"]
    pages, posts = found
    assert pages.translated == (Key("page", "*", "x"),)
    assert posts.translated == (Key("post", "", "a"),)
    assert posts.fallback == {Key("post", "", "b"): "en"}
    assert posts.missing == ()
    _, posts = coverage(versions, "fr", lambda kind, group: ())
    assert posts.missing == (Key("post", "", "a"), Key("post", "", "b"))


def test_a_translation_id_is_nowhere_only_if_there_is_content_without_it():
    """With the fields that there are; content that does not exist is nobody's mistake."""
    fields = {"pages/news": "ref", "pages/team": "ref", "posts": "ref"}
    news = raw("page", "news", "a", "en", title="x")
    (post,) = identified([RawRecord(Key("post", "", "a"), {"ref": "7"}, "en")], fields)
    versions = {"en": [news, post]}
    assert list(nowhere(versions, fields)) == [("pages/news", ("title",))]
