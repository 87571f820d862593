"""Filters, order and limit of listings, as settings spell them."""

import pytest

from pelican_buttercms.settings import Selection
from tests.settings.parsing import parse, problems


def test_each_listing_has_its_selection():
    """Values become what the API takes; what is taken whole is not among them."""
    parsed = parse(
        BUTTERCMS_POSTS={"category_slug": "tea", "limit": 20},
        BUTTERCMS_PAGE_TYPES={
            "product": {
                "as": "data",
                "fields.hot": True,
                "fields.size": 3,
                "order": "-fields.rank",
            },
            "landing": {"template": "landing", "order": "cms"},
            "*": {"url": "{slug}/", "limit": 5},
        },
        BUTTERCMS_COLLECTIONS={"menu": {"order": "position"}, "faqs": None, "team": {}},
    )
    assert parsed.posts
    assert parsed.page_types["product"].role == "data"
    assert parsed.collections == ("menu", "faqs", "team")
    assert parsed.selections == {
        ("post", ""): Selection((("category_slug", "tea"),), None, 20),
        ("page", "product"): Selection((("fields.hot", "true"), ("fields.size", "3")), "-rank"),
        ("page", "landing"): Selection(order=""),
        ("page", "*"): Selection(limit=5),
        ("item", "menu"): Selection(order="position"),
    }
    assert str(parsed.selections["page", "landing"]) == "order=cms"


def test_without_filters_everything_is_as_before():
    """Lists of keys, and True, select nothing."""
    parsed = parse(BUTTERCMS_PAGE_TYPES=["a"], BUTTERCMS_COLLECTIONS=["b"], BUTTERCMS_POSTS=True)
    assert parsed.selections == {}
    assert parse(BUTTERCMS_POSTS={}).posts
    assert not parse(BUTTERCMS_POSTS=False).posts


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        ("POSTS", {"category": "x"}, "no option 'category'; did you mean 'category_slug'?"),
        ("POSTS", {"order": "title"}, "posts newest first, and has no other order"),
        ("POSTS", {"fields.x": "y"}, "has no option 'fields.x'"),
        ("POSTS", {"tag_slug": ["a", "b"]}, "takes one value"),
        ("POSTS", {"tag_slug": ""}, "takes one value"),
        ("POSTS", {"limit": "3"}, "BUTTERCMS_POSTS['limit'] takes a whole number, not '3'."),
        ("POSTS", {"limit": 0}, "is a number from 1 to 100,000, not 0"),
        ("POSTS", {"limit": True}, "takes a whole number, not True"),
        ("COLLECTIONS", {"menu": {"ordre": "x"}}, "no option 'ordre'; did you mean 'order'?"),
        ("COLLECTIONS", {"menu": "x"}, "BUTTERCMS_COLLECTIONS['menu'] takes a mapping, not 'x'."),
        ("COLLECTIONS", {"menu": {"tag_slug": "x"}}, "that is for posts"),
        ("COLLECTIONS", {"menu": {"order": 3}}, 'is "cms", or a field such as "fields.rank"'),
        ("COLLECTIONS", {"menu": {"order": "-"}}, 'is "cms", or a field such as "fields.rank"'),
        ("COLLECTIONS", {"menu": {"order": "fields."}}, 'is "cms", or a field such as'),
        ("COLLECTIONS", {"menu": {"order": ""}}, 'is "cms", or a field such as'),
        ("POSTS", "tea", "takes True or False, or a mapping of options, not 'tea'"),
        ("COLLECTIONS", {"menu": {"fields.": "x"}}, "after the dot comes a field's name"),
        ("COLLECTIONS", {"menu": {"fields.a..b": "x"}}, "after the dot comes a field's name"),
        ("COLLECTIONS", {"menu": {"field.a": "x"}}, "no option 'field.a'"),
        ("COLLECTIONS", {3: None}, "takes a list of keys, or a mapping from key to options"),
        ("PAGE_TYPES", {"*": {"order": "title"}}, "filters and sorts the pages of page types only"),
        ("PAGE_TYPES", {"*": {"fields.a": "b"}}, "filters and sorts the pages of page types only"),
        ("PAGE_TYPES", {"news": {"limt": 3}}, "no option 'limt'; did you mean 'limit'?"),
        ("PAGE_TYPES", {"news": {"fields.a": None}}, "takes one value"),
    ],
)
def test_each_slip_is_one_clear_sentence(setting, value, told):
    """What is wrong, where, and what is meant."""
    (problem,) = problems(**{f"BUTTERCMS_{setting}": value})
    assert told in problem
    assert problem.startswith(f"BUTTERCMS_{setting}")
