"""The fields of pages: shapes, components, references, pickers."""

import pytest

from .bodies import new_page


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_components_merge_and_lists_are_replaced_whole(play, news, method):
    """PUT and PATCH of a page are both partial."""
    ask = play()
    first = {"body": [{"quote": {"text": "x"}}, {"quote": {"text": "y"}}]}
    ask.accepted(method, "pages/news/live/", {"status": "published", "fields": first})
    change = {"hero": {"line": "z"}, "body": [{"type": "quote", "fields": {"text": "only"}}]}
    ask.accepted(method, "pages/news/live/", {"status": "published", "fields": change})
    fields = ask.get("pages/news/live/")["data"]["fields"]
    assert fields["hero"] == {"line": "z", "image": "b"}
    assert fields["body"] == [{"type": "quote", "fields": {"text": "only"}}]
    assert fields["headline"] == "Old"


def test_references_are_written_as_slugs_and_ids_and_cleared_in_three_ways(play, news):
    """A page is named by its slug, an item by its id; "", [] and null clear."""
    ask = play()
    values = {"author": 7, "related": ["live"], "links": [{"to": "live"}]}
    ask.accepted("POST", "pages/", new_page(**values))
    fields = ask.get("pages/news/p/", levels=1)["data"]["fields"]
    assert fields["author"] == "/v2/content/?keys=people[_id=7]"
    assert fields["related"] == ["/v2/pages/news/live"]
    assert fields["links"] == [{"to": "/v2/pages/news/live"}]
    for cleared in ({"author": "", "related": []}, {"author": None, "related": None}):
        ask.accepted("PATCH", "pages/news/p/", {"status": "published", "fields": cleared})
        fields = ask.get("pages/news/p/")["data"]["fields"]
        assert (fields["author"], fields["related"]) == (None, [])


@pytest.mark.parametrize(
    "fields",
    [
        {"hero": "text"},
        {"hero": {"unknown": 1}},
        {"body": "text"},
        {"body": ["text"]},
        {"body": [{}]},
        {"body": [{"hero": {}, "quote": {}}]},
        {"body": [{"nothing": {}}]},
        {"body": [{"type": "quote", "fields": "x"}]},
        {"body": [{"type": ["quote"], "fields": {}}]},
        {"body": [{"quote": {"unknown": 1}}]},
        {"links": {}},
        {"links": ["text"]},
        {"links": [{"unknown": 1}]},
        {"author": "seven"},
        {"author": True},
        {"author": [7, 8]},
        {"related": [7]},
        {"related": [""]},
        {"related": {"name": "live"}},
        {"author": {"name": "Ada"}},
        {"author": {"meta": {}}},
    ],
)
def test_a_value_of_the_wrong_shape_is_a_400_that_names_its_field(play, news, fields):
    """Components are objects, pickers and repeaters lists of them, references slugs or ids."""
    ask = play()
    answer = ask("PATCH", "pages/news/live/", {"fields": fields})
    assert answer.status_code == 400
    assert list(answer.json) == list(fields)


def test_fields_have_to_be_given_for_a_new_page(play, account):
    """They are required even where the account's schema is not known."""
    account.page("blog", "first")
    body = {"title": "T", "slug": "t", "page_type": "blog"}
    answer = play()("POST", "pages/", body)
    assert (answer.status_code, list(answer.json)) == (400, ["fields"])


def test_an_unset_component_is_an_empty_string(play, news):
    """Unset optional values are sent as empty strings."""
    ask = play()
    ask.accepted("PATCH", "pages/news/live/", {"status": "published", "fields": {"hero": ""}})
    assert ask.get("pages/news/live/")["data"]["fields"]["hero"] == ""


def test_pickers_are_known_by_their_components_without_a_schema(play, account):
    """Both forms are stored as reads give them; other lists stay what they are."""
    account.page("blog", "p")
    values = {
        "body": [{"hero": {"line": "a"}}, {"type": "quote", "fields": {"text": "b"}}],
        "list": [{"a": 1}, {}],
        "empty": [],
    }
    ask = play()
    ask.accepted("PATCH", "pages/blog/p/", {"status": "published", "fields": values})
    fields = ask.get("pages/blog/p/")["data"]["fields"]
    assert [entry["type"] for entry in fields["body"]] == ["hero", "quote"]
    assert fields["body"][0]["fields"] == {"line": "a"}
    assert (fields["list"], fields["empty"]) == ([{"a": 1}, {}], [])
