"""The text by which people know an item whose fields an editor named."""

import pytest

from pelican_buttercms.content import split_item, split_profile
from pelican_buttercms.content.graph import link
from pelican_buttercms.content.naming import name_of, title_of


def item(**fields):
    """Link one item with these fields."""
    return link(split_item("things", {"meta": {"id": 763121}, **fields})).item("things", 763121)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"category_slug": "kitchen", "category_name": "Kitchenware"}, "Kitchenware"),
        ({"brand_color": "Red"}, "Red"),
        ({"brand_color": "#f00"}, "#f00"),
        ({"link": "https://example.com/", "brand_color": "Red"}, "Red"),
        ({"price": 3, "text": "Short"}, "Short"),
        ({"text": "x" * 200, "other": "Short"}, "Short"),
        ({"html": "<p>Some <b>text</b></p>"}, "Some text"),
        ({"html": f"<p>{'x' * 200}</p>"}, f"{'x' * 80}…"),
        ({"name": "", "label": "Label", "a": "first"}, "Label"),
        ({"name": 7}, "7"),
        ({"hero_title": "Title", "a": "first"}, "Title"),
        ({"z": "first", "a": "second"}, "first"),
        ({"price": 3, "rows": [{"a": "b"}], "empty": " "}, "763121"),
        ({}, "763121"),
    ],
    ids=str,
)
def test_an_item_is_named_by_its_texts(fields, name):
    """Usual names, then names that end like them, then the first short text of the schema."""
    assert name_of(item(**fields)) == name
    assert name_of([item(**fields)]) == name


@pytest.mark.parametrize(
    ("data", "title"),
    [
        ({"title": "Hello", "slug": "h"}, "Hello"),
        ({"name": "", "fields": {"headline": "In the fields"}}, "In the fields"),
        ({"name": "Own", "fields": {"title": "Theirs"}}, "Own"),
        ({"first_name": "Ada", "last_name": "Lane", "title": "Editor"}, "Ada Lane"),
        ({"first_name": None, "last_name": "Lane"}, "Lane"),
        ({"meta": {"id": 1}, "question": "Why?"}, "Why?"),
        ({"title": 7, "fields": ["x"]}, ""),
    ],
)
def test_an_object_is_known_by_its_title(data, title):
    """Whatever its editors call it; an author's title is that of a job."""
    assert title_of(data) == title


def test_other_values_are_named_too():
    """A text is its own name, a list has that of its first entry, and a tag its own."""
    tag = link(split_profile("tag", {"slug": "t", "name": "Tag"})).tags[0]
    assert [name_of(value) for value in (tag, [tag, "x"], [], "text", 7)] == [
        "Tag", "Tag", "", "text", "7",
    ]  # fmt: skip
