from itertools import permutations
import time

from hypothesis import given
from hypothesis import strategies as st
import pytest

from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.publish.schema.model import ContentSchemas

URI = "/v2/pages/news/first"
ITEM = "/v2/content/?keys=team[_id=12]"
PICTURE = "https://cdn.buttercms.com/abc"


@pytest.mark.parametrize(
    ("value", "sorts"),
    [
        ("words", {"text"}),
        ("1 < 2 and 3 > 2", {"text"}),
        ("<p>words</p>", {"html"}),
        (0, {"number"}),
        (2.5, {"number"}),
        (False, {"boolean"}),
        (URI, {"reference"}),
        (ITEM, {"reference"}),
        ([URI, ITEM], {"reference"}),
        ({"meta": {"id": 12}, "name": "Ada"}, {"reference"}),
        ({"slug": "a", "page_type": "news", "fields": {}}, {"reference"}),
        (PICTURE, {"media"}),
        ({"url": PICTURE, "alt": "A cup"}, {"media"}),
        ({"headline": "x"}, {"component"}),
        ([{"type": "hero", "fields": {}}], {"picker"}),
        ([{"label": "x"}], {"repeater"}),
        (["x", "y"], {"list"}),
        ([URI, "x"], {"list"}),
        ("", set()),
        (None, set()),
        ([], set()),
    ],
)
def test_kind_of_each_value(page, value, sorts):
    """A field's kind is told by its values; what is empty tells nothing."""
    assert (
        ContentSchemas.from_records([page("a", {"x": value})]).of("page", "news").get("x").kinds
        == sorts
    )


def test_keys_are_put_together(page):
    """The schema is every key of every record, and how often each was there and filled."""
    shape = ContentSchemas.from_records(
        [page("a", {"x": "1", "y": ""}), page("b", {"x": "", "z": False})]
    ).of("page", "news")

    counts = {name: (shape.get(name).count, shape.get(name).filled) for name in shape.names()}
    assert shape.count == 2
    assert counts == {"x": (2, 1), "y": (1, 0), "z": (1, 0)}


def test_where_references_lead(page):
    """A field knows to which page types and collections its references led, and how they came."""
    shape = ContentSchemas.from_records(
        [
            page("a", {"one": URI, "many": [ITEM], "both": URI}),
            page("b", {"one": "", "many": [], "both": [ITEM]}),
        ]
    ).of("page", "news")

    one, many, both = (shape.get(name) for name in ("one", "many", "both"))
    assert (one.reference_targets, one.has_single, one.has_lists, one.is_reference_list) == (
        {("page", "news")},
        True,
        False,
        False,
    )
    assert (many.reference_targets, many.is_reference_list) == ({("item", "team")}, True)
    assert (both.reference_targets, both.is_reference_list) == (
        {("page", "news"), ("item", "team")},
        False,
    )


def test_texts_beside_references(page):
    """A field that also holds ordinary texts is not known as a reference."""
    records = [page("a", {"x": URI}), page("b", {"x": "words"})]

    assert not ContentSchemas.from_records(records).of("page", "news").get("x").is_reference


def test_components_are_known_to_the_whole_account(page, item):
    """What is picked is learnt by component type, wherever it was picked."""
    schemas = ContentSchemas.from_records([
        page("a", {"body": [{"type": "hero", "fields": {"headline": "x"}}]}),
        page("b", {"more": [{"type": "hero", "fields": {"image": PICTURE}}]}, "blog"),
        item("menu", 1, entries=[{"type": "faq", "fields": {"deep": [{"type": "hero",
                                                                    "fields": {"n": 1}}]}}]),
    ])  # fmt: skip

    assert schemas.components["hero"].names() == ["headline", "image", "n"]
    assert schemas.of("page", "news").get("body").types == {"hero"}


def test_each_single_page_has_a_schema_of_its_own(page):
    """Single pages share no fields; nothing is known of one that is not there."""
    schemas = ContentSchemas.from_records(
        [page("home", {"x": "1"}, None), page("about", {"y": "1"}, None)]
    )

    assert schemas.of("page", "*", "home").names() == ["x"]
    assert schemas.of("page", "*", "about").names() == ["y"]
    assert schemas.of("page", "*", "new") is None
    assert schemas.of("page", "news") is None
    assert schemas.groups("page") == []


def test_nested_fields_are_found(page):
    """A path leads through components."""
    shape = ContentSchemas.from_records([page("a", {"seo": {"more": {"title": "x"}}})]).of(
        "page", "news"
    )

    assert shape.at_path(("seo", "more", "title")).kinds == {"text"}
    assert shape.at_path(("seo", "none", "title")) is None


@pytest.mark.parametrize(
    ("value", "empty"),
    [
        ("x", ""),
        (1, ""),
        (True, False),
        (URI, ""),
        ([URI], []),
        ([], []),
        ([{"a": "x"}], []),
        ([{"type": "hero", "fields": {}}], []),
        ({"a": "x", "b": {"c": [URI]}}, {"a": "", "b": {"c": []}}),
    ],
)
def test_empty_value_of_each_kind(page, value, empty):
    """What says that there is nothing follows from the kind."""
    assert (
        ContentSchemas.from_records([page("a", {"x": value})])
        .of("page", "news")
        .get("x")
        .empty_value()
        == empty
    )


def test_recorded_page(recorded):
    """A real page of components teaches what its picker may hold."""
    data = recorded("pages/test_page_get")["data"]
    schemas = ContentSchemas.from_records(
        [RawRecord(Key("page", data["page_type"], data["slug"]), data)]
    )

    body = schemas.of("page", "landing-page").get("body")
    assert body.is_picker
    assert body.types == {"hero", "two_column_with_image", "features", "testimonials"}
    assert schemas.components["hero"].get("image").is_media


def test_order_does_not_matter(page):
    """The same records teach the same in any order, examples included."""
    records = [
        page("a", {"x": "one", "c": {"n": 1}}),
        page("b", {"x": URI, "c": ""}),
        page("c", {"x": "three", "c": [{"type": "hero", "fields": {"h": "x"}}]}),
        page("c", {"x": "four", "new": [1]}),
    ]

    first, *others = (ContentSchemas.from_records(order) for order in permutations(records))
    assert all(other == first for other in others)
    assert first.of("page", "news").get("x").example == "one"


@given(
    st.recursive(
        st.sampled_from(["", "x", URI, PICTURE, None, True, 1]),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["a", "type", "fields"]), inner)
        ),
    )
)
def test_any_value_is_learnt(value):
    """Whatever JSON a field holds, learning it fails on nothing and counts it once."""
    data = {"slug": "a", "page_type": "news", "fields": {"x": value}}
    field = (
        ContentSchemas.from_records([RawRecord(Key("page", "news", "a"), data)])
        .of("page", "news")
        .get("x")
    )

    assert field.count == 1
    assert field.filled in {0, 1}


def test_large_account(page):
    """10,000 pages of ten fields are learnt in well under two seconds of work."""
    fields = {
        "headline": "A headline", "body": "<p>hello</p>" * 400, "price": 3, "shown": True,
        "photo": PICTURE, "up": URI, "team": [ITEM], "seo": {"title": "x", "description": "y"},
        "notes": [{"note": "x"}, {"note": "y"}], "parts": [{"type": "hero", "fields": {"a": "x"}}],
    }  # fmt: skip
    records = [page(f"p{n}", fields) for n in range(10_000)]

    began = time.process_time()
    ContentSchemas.from_records(records)
    assert time.process_time() - began < 2
