"""How canonical values are spelt on the wire."""

import json

import pytest

from pelican_buttercms.content import Key
from pelican_buttercms.publish.apply import payloads
from pelican_buttercms.publish.resolved_draft import DraftReference
from pelican_buttercms.publish.write_model import WriteTarget, flatten

POST = WriteTarget(Key("post", "", "hello"))
PAGE = WriteTarget(Key("page", "news", "home"))
ITEM = WriteTarget(Key("item", "people", "7"))
STATUS = {("status",): "published"}


def names(plural, slug):
    """Know one category."""
    return {("categories", "big-news"): "Big news"}.get((plural, slug))


def body(write):
    """Give what is sent."""
    return json.loads(write.request().body)


def fields(**values):
    """Give fields as canonical values, with a status."""
    return STATUS | flatten({"fields": values})


def test_a_posts_values_are_spelt_as_the_api_takes_them():
    """The author by slug, known terms by name and new ones as they are; unset stays empty."""
    values = STATUS | {
        ("title",): "T",
        ("slug",): "hello",
        ("author",): "ada",
        ("categories",): ["big-news", "Brand new"],
        ("tags",): [],
        ("featured_image",): "",
    }
    expected = {
        "status": "published",
        "title": "T",
        "slug": "hello",
        "author": {"slug": "ada"},
        "categories": ["Big news", "Brand new"],
        "tags": [],
        "featured_image": "",
    }
    assert body(payloads.creation({POST: values}, names)) == expected
    write = payloads.change({POST: values}, names, upload_images=True)
    assert write.path == "posts/hello/"
    assert body(write) == expected | {"upload_images_to_media_library": True}


def test_an_author_cannot_be_taken_away():
    """So an unset one is not sent: a new post gets the account's owner."""
    assert "author" not in body(payloads.change({POST: STATUS | {("author",): ""}}, names))


def test_references_become_slugs_and_ids_wherever_they_are():
    """Alone, in lists, in components, in entries of pickers and repeaters."""
    page, item = "/v2/pages/news/other", "/v2/content/?keys=people[_id=9]"
    values = fields(
        one=page,
        many=[page, page],
        items=[item, item],
        none="",
        empty=[],
        hero={"author": item, "line": "x", "deep": {"to": page}},
        body=[{"type": "hero", "fields": {"author": item, "links": [{"to": page}]}}],
        picture="https://cdn.buttercms.com/AAA",
        number=0,
        off=False,
        text=f"see {page}",
        nothing=None,
        bare={},
    )
    assert body(payloads.change({PAGE: values}, names))["fields"] == {
        "one": "other",
        "many": ["other", "other"],
        "items": [9, 9],
        "none": "",
        "empty": [],
        "hero": {"author": 9, "line": "x", "deep": {"to": "other"}},
        "body": [{"type": "hero", "fields": {"author": 9, "links": [{"to": "other"}]}}],
        "picture": "https://cdn.buttercms.com/AAA",
        "number": 0,
        "off": False,
        "text": f"see {page}",
        "nothing": "",
        "bare": {},
    }


def test_pages_and_items_are_created_in_their_locales():
    """In one write with one status."""
    title = {("title",): "Home", ("slug",): "home"}
    found = body(payloads.creation({PAGE: title | fields(a=1)}, names))
    assert found == {
        "title": "Home",
        "slug": "home",
        "page_type": "news",
        "status": "published",
        "fields": {"a": 1},
    }
    item = WriteTarget(Key("item", "people", ""), "en")
    other = WriteTarget(item.key, "de")
    found = body(payloads.creation_of_items([{item: fields(a=1), other: fields(a=2)}]))
    assert found["fields"] == [{"en": {"a": 1}, "de": {"a": 2}}]


def test_changes_and_deletions_name_their_item():
    """An item by its number, in its locale."""
    write = payloads.change({WriteTarget(ITEM.key, "de"): fields(a=1)}, names)
    assert (write.method, write.path) == ("PATCH", "content/people/7/")
    assert body(write)["fields"] == {"de": {"a": 1}}
    assert payloads.change({WriteTarget(PAGE.key, "de"): fields(a=1)}, names).params == (
        ("locale", "de"),
    )
    assert payloads.deletion(POST).path == "posts/hello/"
    assert payloads.deletion(ITEM).path == "content/people/7/"


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: payloads.deletion(PAGE), "cannot delete"),
        (
            lambda: payloads.change({PAGE: STATUS | {("title",): "T"}}, names),
            "cannot change the title",
        ),
        (lambda: payloads.change({PAGE: {("fields", "a"): 1}}, names), "not 'None'"),
        (lambda: payloads.change({POST: {("status",): "scheduled"}}, names), "not 'scheduled'"),
        (
            lambda: payloads.change({PAGE: fields(a=[DraftReference("/x.md")])}, names),
            "no slug or id",
        ),
        (lambda: payloads.creation({POST: STATUS, PAGE: STATUS}, names), "about one item"),
        (
            lambda: payloads.creation({POST: STATUS, WriteTarget(POST.key, "de"): STATUS}, names),
            "several locales",
        ),
        (
            lambda: payloads.creation(
                {PAGE: fields(a=1), WriteTarget(PAGE.key, "de"): {("status",): "draft"}}, names
            ),
            "draft and published",
        ),
    ],
)
def test_what_cannot_be_sent_is_refused(build, words):
    """What the API cannot do, or what was forgotten."""
    with pytest.raises(ValueError, match=words):
        build()
