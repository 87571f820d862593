import pytest

from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.publish.write_model import WriteTarget
from pelican_buttercms.settings.locales import Locale


def test_people_and_terms_of_an_account(sample_known):
    """Authors, categories and tags are known by slug and name, whatever locale named them."""
    people = {one.slug: one.name for one in sample_known.authors}

    assert people["maren-tolliver"] == "Maren Tolliver"
    assert sample_known.categories["brewing"] == "Brewing"
    assert sample_known.tags["green-buying"] == "Green buying"


def test_pages_and_items_of_an_account(sample_known):
    """Pages are found by slug, and items by an id that no other collection has."""
    assert sample_known.page_types["about"] == ("*",)
    assert sample_known.collections["812304"] == "origins"
    assert Key("page", "coffee", "kolta-adere") in sample_known.keys


@pytest.mark.parametrize(
    ("key", "found"),
    [
        (Key("page", "news", "first"), Key("page", "news", "first")),
        (Key("page", "*", "first"), Key("page", "news", "first")),
        (Key("page", "blog", "first"), None),
        (Key("page", "*", "none"), None),
        (Key("item", "team", "12"), Key("item", "team", "12")),
        (Key("item", "", "12"), Key("item", "team", "12")),
        (Key("item", "menu", "12"), None),
    ],
)
def test_what_a_reference_means(known, page, item, key, found):
    """A page of "*" may be of any type, and an item of no collection is known by its id."""
    assert known(page("first"), item("team", 12)).find_key(key) == found


@pytest.mark.parametrize(
    ("fields", "mapped", "path"),
    [
        ({"body": "<p>x</p>"}, None, ("fields", "body")),
        ({"text": "x", "content": "x"}, None, ("fields", "content")),
        ({"body": [{"type": "hero", "fields": {}}], "text": ""}, None, ("fields", "text")),
        ({"body": [], "html": ""}, None, ("fields", "html")),
        ({"story": "x"}, None, None),
        ({"story": "x", "body": "x"}, "story", ("fields", "story")),
        ({"hero": {"text": "x"}}, "fields.hero.text", ("fields", "hero", "text")),
        ({"hero.text": "x"}, "hero.text", ("fields", "hero.text")),
    ],
)
def test_field_for_the_body(known, page, fields, mapped, path):
    """The user's mapping decides, then the usual names, where such a field holds texts."""
    account = known(page("a", **fields), bodies={"news": mapped} if mapped else None)

    assert account.body_field(WriteTarget(Key("page", "news", "new"))) == path


def test_body_of_an_item(known, item):
    """An item's body goes into a field of a usual name."""
    account = known(item("faqs", 1, question="x", text="<p>y</p>"))

    assert account.body_field(WriteTarget(Key("item", "faqs", ""))) == ("fields", "text")
    assert account.body_field(WriteTarget(Key("item", "team", ""))) is None


def test_locales(known):
    """A locale is known by its slug or its language; without one it is the main one."""
    account = known(locales=(Locale("en", "en"), Locale("de-AT", "de-at")))

    assert [account.locale(name) for name in ("", "en", "de-AT", "DE-at", "fr")] == [
        "en", "en", "de-AT", "de-AT", None,
    ]  # fmt: skip
    assert known().locale("EN") == ""


def test_an_author_without_a_name(known):
    """What the account does not tell of an author is empty."""
    (author,) = known(RawRecord(Key("author", "", "ada"), {"slug": "ada"})).authors

    assert (author.slug, author.name, author.email) == ("ada", "", "")
