from functools import partial
import json

from hypothesis import given
from hypothesis import strategies as st
import pytest

from pelican_buttercms.content import (
    Key,
    RawRecord,
    split_item,
    split_page,
    split_post,
    split_profile,
)
from pelican_buttercms.errors import ContentError

NAMES = st.text(st.characters(exclude_characters="/", exclude_categories=["Cs"]), max_size=8)


@given(
    st.sampled_from(["post", "page", "item", "author", "category", "tag"]),
    NAMES,
    st.text(min_size=1, max_size=12),
)
def test_key_text_is_read_back(kind, group, name):
    """Every key is read back from its text, slashes in the id included."""
    if kind == "item":
        group, name = name, group or "7"  # a collection's key may hold a slash, an id does not
    key = Key(kind, group, name)

    assert Key.parse(key.stored) == key


def test_key_spelling():
    """The stored text is kind, group and id, as stores have it; people read another name."""
    assert Key("page", "landing-page", "about").stored == "page/landing-page/about"
    assert Key("post", "", "hello").stored == "post//hello"
    assert str(Key("post", "", "hello")) == "posts/hello"
    assert str(Key("page", "*", "about")) == "pages/*/about"
    assert str(Key("item", "faqs", "7")) == "collections/faqs/7"
    assert str(Key("category", "", "news")) == "categories/news"
    with pytest.raises(AttributeError):
        Key("post", "", "hello").id = "other"


@pytest.mark.parametrize("text", ["", "page", "page/x", "page/x/", "novel/x/y"])
def test_text_that_is_no_key(text):
    """Text that no key has is a ValueError."""
    with pytest.raises(ValueError, match=r".+"):
        Key.parse(text)


def test_one_post_from_every_endpoint(recorded):
    """List, single, search and recent posts give the same records for the same post."""
    single = split_post(recorded("posts/test_post_get")["data"])
    others = [
        recorded("posts/test_post_all")["data"][0],
        recorded("posts/test_post_search")["data"][0],
        recorded("authors/test_author_get_with_posts")["data"]["recent_posts"][0],
        recorded("tags/test_tag_get_with_recent_posts")["data"]["recent_posts"][0],
        recorded("categories/test_category_get_with_recent_posts")["data"]["recent_posts"][0],
    ]

    assert [record.key for record in single] == [
        Key("post", "", "example-post"),
        Key("author", "", "sdk-tests"),
        Key("category", "", "example-category"),
        Key("tag", "", "example-tag"),
    ]
    for data in others:
        assert split_post(data) == single


def test_what_came_inside_of_posts_before_is_given_once(recorded):
    """What is the same is not given again; what differs is, and so is the same slug of a tag."""
    seen = {}
    data = recorded("posts/test_post_get")["data"]
    (author,) = (record for record in split_post(data) if record.key.kind == "author")
    term = {"slug": "example-category", "name": "Of another kind"}
    kinds = []
    for now in (
        data,
        {**data, "slug": "other"},
        {**data, "author": {**data["author"], "last_name": "New"}},
        {**data, "tags": [term]},
        data,
    ):
        records = split_post(now, seen)
        assert records[0] == split_post(now)[0]
        kinds.append([record.key.kind for record in records[1:]])
    assert kinds == [["author", "category", "tag"], [], ["author"], ["author", "tag"], []]
    assert seen["author", "sdk-tests"] == data["author"]
    assert author.data == data["author"]


def test_post_names_author_and_terms_by_slug(recorded):
    """A kept post holds slugs instead of copies, and nothing that depends on the endpoint."""
    kept = split_post(recorded("posts/test_post_search")["data"][0])[0].data

    assert (kept["author"], kept["categories"], kept["tags"]) == (
        "sdk-tests",
        ["example-category"],
        ["example-tag"],
    )
    assert not kept.keys() & {"url", "deleted", "rank", "recent_posts"}
    assert kept["title"] == "Example Post"


def test_post_without_author_and_terms():
    """A post whose author is null and whose terms are missing is kept alone."""
    assert split_post({"slug": "bare", "author": None}) == [
        RawRecord(
            Key("post", "", "bare"), {"slug": "bare", "author": None, "categories": [], "tags": []}
        )
    ]


@pytest.mark.parametrize(
    ("name", "split", "kind"),
    [
        ("authors/test_author", partial(split_profile, "author"), "author"),
        ("categories/test_category", partial(split_profile, "category"), "category"),
        ("tags/test_tag", partial(split_profile, "tag"), "tag"),
    ],
)
def test_authors_and_terms_without_recent_posts(recorded, name, split, kind):
    """Author, category and tag are the same record with and without recent posts, and in posts."""
    plain = split(recorded(f"{name}_get")["data"])
    more = "with_posts" if kind == "author" else "with_recent_posts"
    embedded = split_post(recorded("posts/test_post_get")["data"])

    assert split(recorded(f"{name}_get_{more}")["data"]) == plain
    assert split(recorded(f"{name}_all")["data"][0]) == plain
    assert plain[0] in embedded
    assert plain[0].key.kind == kind


def test_one_page_from_every_endpoint(recorded):
    """List, single and search give the same record for the same page."""
    single = split_page(recorded("pages/test_page_get")["data"])

    assert single[0].key == Key("page", "landing-page", "landing-page-with-components")
    assert split_page(recorded("pages/test_page_all")["data"][0]) == single
    assert split_page(recorded("pages/test_page_search")["data"][0]) == single


def test_single_page_is_of_the_group_star():
    """A page without a page type is kept under "*"."""
    (record,) = split_page({"slug": "about", "page_type": None, "fields": {}})

    assert record.key == Key("page", "*", "about")


def test_collection_items(recorded):
    """An item is kept under its collection's key and its id, the same from both endpoints."""
    by_path = recorded("content_fields/test_content_field_get")["data"]["navigation_menu_item"]
    by_keys = recorded("content_fields/test_content_field_all_filtered")["data"]

    records = [split_item("navigation_menu_item", data)[0] for data in by_path]
    assert [record.key.stored for record in records][:2] == [
        "item/navigation_menu_item/735745",
        "item/navigation_menu_item/735746",
    ]
    assert records == [
        split_item("navigation_menu_item", data)[0] for data in by_keys["navigation_menu_item"]
    ]


@pytest.mark.parametrize(
    ("split", "data", "words"),
    [
        (split_post, {"slug": "p", "title": 7}, ['post "p"', '"title"', "str"]),
        (split_post, {"slug": "p", "author": {"name": "A"}}, ['post "p"', '"author"', "slug"]),
        (split_post, {"slug": "p", "tags": [{"slug": 1}]}, ['post "p"', '"tags[0].slug"']),
        (split_post, {"slug": "p", "published": "soon"}, ['post "p"', "'soon'", '"published"']),
        (split_post, {"title": "x"}, ["a post without slug", "slug"]),
        (split_post, [], ["a post without slug", "the object itself"]),
        (split_page, {"slug": "p", "fields": []}, ['page "p"', '"fields"']),
        (split_page, {"slug": "p", "fields": {}, "page_type": "a/b"}, ['page "p"', "page_type"]),
        (split_page, {"slug": "", "fields": {}}, ["without slug", '"slug"']),
        (partial(split_profile, "author"), {"slug": "a", "bio": []}, ['author "a"', '"bio"']),
        (partial(split_profile, "category"), {"slug": "c", "name": {}}, ['category "c"', '"name"']),
        (partial(split_profile, "tag"), {"name": "t"}, ["tag", "slug"]),
        (lambda data: split_item("menu", data), {"meta": {"id": "7"}}, ["menu", '"meta.id"']),
        (lambda data: split_item("menu", data), {"label": "x"}, ["menu", "meta"]),
    ],
)
def test_wrong_shapes_are_named(split, data, words):
    """What has not the promised shape is an error with kind, name and field path."""
    with pytest.raises(ContentError) as caught:
        split(data)

    assert all(word in str(caught.value) for word in words), str(caught.value)


@pytest.mark.parametrize("shapes", ["{", "{[", "{[["])
def test_fields_nested_too_deep(shapes):
    """A page a hundred deep is read, and any deeper an error and not a crash; lists count."""
    assert split_page(_nested(99, shapes))

    for depth in (100, 900):
        with pytest.raises(ContentError, match='page "deep" nests'):
            split_page(_nested(depth, shapes))


def _nested(depth, shapes):
    kinds = (shapes * depth)[:depth]
    opened = "".join('{"a":' if kind == "{" else "[" for kind in kinds)
    closed = "".join("}" if kind == "{" else "]" for kind in reversed(kinds))
    return {"slug": "deep", "fields": json.loads(f"{opened}1{closed}")}


@pytest.mark.parametrize(
    "key",
    [
        Key("post", "", "a/b"),
        Key("page", "*", "a/b/c"),
        Key("page", "news", "n"),
        Key("item", "a/b", "5"),
        Key("item", "", "5"),
    ],
)
def test_a_key_is_read_back_from_its_text(key):
    """A slug may hold a slash, and so may a collection's key."""
    assert Key.parse(key.stored) == key
