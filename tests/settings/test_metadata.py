"""The setting BUTTERCMS_METADATA: which fields become metadata, and which names are refused."""

import pytest

from pelican_buttercms.settings.metadata import MAPPED_FIELDS, PROTECTED, parse_metadata, paths_of
from pelican_buttercms.settings.page_types import parse_page_types


def parse(value):
    """Read a value; gives what was read, and what is wrong with it."""
    problems = []
    return parse_metadata(value, ["news"], problems), problems


def test_the_more_special_decides():
    """A page type over pages, and pages over everything; None takes a name away."""
    value = {"a": "x", "b": "x", "c": "x", "pages": {"b": "y", "c": None}, "pages/news": {"a": "z"}}
    found, problems = parse(value)
    assert problems == []
    assert paths_of(found, "posts", "") == {"a": "x", "b": "x", "c": "x"}
    assert paths_of(found, "pages", "*") == {"a": "x", "b": "y"}
    assert paths_of(found, "pages", "news") == {"a": "z", "b": "y"}


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        (["cover"], "takes a mapping"),
        ("cover", "takes a mapping"),
        (None, "takes a mapping"),
        ({"slug": "x"}, "cannot set 'slug'"),
        ({"posts": {"status": "x"}}, "BUTTERCMS_METADATA['posts'] cannot set 'status'"),
        ({"title": "x"}, "use BUTTERCMS_PAGE_TYPES"),
        ({"Cover": "x"}, "lower-case"),
        ({"_content": "x"}, "lower-case"),
        ({"a b": "x"}, "lower-case"),
        ({"": "x"}, "lower-case"),
        ({7: "x"}, "lower-case"),
        ({"cover": ""}, "takes a field's name"),
        ({"cover": 7}, "takes a field's name"),
        ({"cover": "a..b"}, "takes a field's name"),
        ({"cover": ".a"}, "takes a field's name"),
        ({"cover": "_data"}, "takes a field's name"),
        ({"cover": "author.__class__"}, "takes a field's name"),
        ({"pages/event": {"cover": "x"}}, "none of posts, pages, pages/news"),
        ({"post": {"cover": "x"}}, "none of posts, pages, pages/news"),
        ({"": {"cover": "x"}}, "none of posts, pages, pages/news"),
    ],
)
def test_what_makes_no_sense_is_one_sentence(value, complaint):
    """It says where, what, and what is expected."""
    _, (problem,) = parse(value)
    assert complaint in problem
    assert problem.startswith("BUTTERCMS_METADATA")


@pytest.mark.parametrize("name", sorted(PROTECTED - set(MAPPED_FIELDS)))
def test_a_page_types_fields_refuse_the_same_names(name):
    """They are metadata as well."""
    problems = []
    parse_page_types({"news": {"fields": {name: "x"}}}, problems)
    assert len(problems) == 1
    assert f"cannot set {name!r}" in problems[0]


@pytest.mark.parametrize("name", ["titel", "autor", "catgory", "sumary", "tag", "feature_image"])
def test_a_misspelt_target_is_no_metadata(name):
    """It was meant for something else."""
    problems = []
    parse_page_types({"news": {"fields": {name: "x"}}}, problems)
    assert len(problems) == 1
    assert "did you mean" in problems[0]


@pytest.mark.parametrize(
    "name", ["series", "cover", "image", "og_image", "subtitle", "caption", "duration", "keywords"]
)
def test_the_names_that_themes_use_are_metadata(name):
    """None of them is taken for a misspelt one."""
    problems = []
    found = parse_page_types({"news": {"fields": {name: "x"}}}, problems)
    assert problems == []
    assert found["news"].fields == {name: "x"}
