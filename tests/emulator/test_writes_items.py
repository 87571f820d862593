"""Writes to collection items: ids, replacement, deletion, locales, the collection's own path."""

import pytest


@pytest.fixture
def people(account):
    """An account with one person, and a collection whose schema is not known."""
    account.collection("people", {"id": 7, "name": "Ada", "role": "Editor"})
    account.collection("free", {"id": 3, "a": "1", "b": "2"})


def person(name):
    """Return the body that creates one person."""
    return {"key": "people", "status": "published", "fields": [{"name": name, "role": ""}]}


def names(ask, **query):
    """Return the ids and names of the people, by id."""
    found = ask.get("content/people/", **query)["data"]["people"]
    return sorted((item["meta"]["id"], item.get("name")) for item in found)


@pytest.fixture(autouse=True)
def _one_language(play, account):
    """Accounts with one locale take an item's fields as they are."""
    account.settings(read_token="read", write_token="write")


def test_items_are_created_several_at_once_without_telling_their_ids(play, news):
    """POST /content/ takes a list of items; their ids follow the account's highest."""
    ask = play()
    items = [{"name": "Bea", "role": ""}, {"name": "Cy", "role": ""}]
    answer = ask("POST", "content/", {"key": "people", "status": "published", "fields": items})
    assert answer.json == {"status": "pending"}
    assert names(ask) == [(7, "Ada"), (8, "Bea"), (9, "Cy")]


def test_put_replaces_an_item_and_patch_changes_it(play, news):
    """PUT and PATCH differ here, unlike on pages; without a status both make a draft."""
    ask = play()
    published = {"status": "published"}
    ask.accepted("PATCH", "content/people/7/", published | {"fields": {"name": "Eve"}})
    (item,) = ask.get("content/people/")["data"]["people"]
    assert item == {"meta": {"id": 7}, "name": "Eve", "role": "Editor"}
    refused = ask("PUT", "content/people/7/", published | {"fields": {"name": "Eve"}})
    assert refused.json == {"role": ["This field is required."]}
    ask.accepted("PATCH", "content/people/7/", {"fields": {"name": "Draft"}})
    assert ask.get("content/people/")["data"]["people"] == []


def test_an_item_is_deleted_once(play, news):
    """204, then 404."""
    ask = play()
    assert ask("DELETE", "content/people/7/").status_code == 204
    assert ask("DELETE", "content/people/7/").status_code == 404
    assert ask("DELETE", "content/people/x/").status_code == 404


def test_the_collections_own_path_takes_no_post(play, news):
    """Recorded: Allow of /content/<key>/ is GET only, whatever the bulk guide says."""
    assert play()("POST", "content/people/", {"fields": {}}).status_code == 405


def test_an_id_is_never_given_twice(play, people):
    """The number of a deleted item is not that of the next one."""
    ask = play()
    assert ask("DELETE", "content/people/7/").status_code == 204
    ask.accepted("POST", "content/", person("Bea"))
    assert names(ask) == [(8, "Bea")]


def test_put_leaves_nothing_of_the_old_item(play, people):
    """PUT replaces the whole item, PATCH keeps what it does not name."""
    ask = play()
    ask.accepted("PATCH", "content/free/3/", {"status": "published", "fields": {"b": "x"}})
    assert ask.get("content/free/")["data"]["free"] == [{"meta": {"id": 3}, "a": "1", "b": "x"}]
    ask.accepted("PUT", "content/free/3/", {"status": "published", "fields": {"b": "y"}})
    assert ask.get("content/free/")["data"]["free"] == [{"meta": {"id": 3}, "b": "y"}]


def test_a_new_item_is_a_draft_unless_it_says_otherwise(play, people):
    """The default status is draft, as a whole: items have no versions."""
    ask = play()
    ask.accepted("POST", "content/", person("Bea") | {"status": "draft"})
    ask.accepted("POST", "content/", {k: v for k, v in person("Cy").items() if k != "status"})
    assert names(ask) == [(7, "Ada")]
    assert names(ask, preview=1) == [(7, "Ada"), (8, "Bea"), (9, "Cy")]


def test_each_new_item_may_have_its_locales(play, people, account):
    """Every element of the list is fields inside locale codes, or once the fields themselves."""
    account.settings(write_token="write", locales=["en", "de"])
    both = {"en": {"name": "Bea", "role": ""}, "de": {"name": "Bea (de)", "role": ""}}
    ask = play(flat_items="allow")
    ask.accepted("POST", "content/", person("Cy") | {"fields": [both, {"name": "Cy", "role": ""}]})
    assert names(ask) == [(7, "Ada"), (8, "Bea"), (9, "Cy")]
    assert names(ask, locale="de") == [(8, "Bea (de)")]


@pytest.mark.parametrize("where", ["query", "body"])
def test_a_locale_may_be_named_beside_the_fields(play, people, account, where):
    """Where flat fields are taken the locale may stand in the query or in the body."""
    account.settings(write_token="write", locales=["en", "de"])
    ask = play(flat_items="allow")
    change = {"status": "published", "fields": {"name": "Ada (de)"}}
    if where == "query":
        ask.accepted("PATCH", "content/people/7/", change, query_string={"locale": "de"})
    else:
        ask.accepted("PATCH", "content/people/7/", change | {"locale": "de"})
    assert names(ask, locale="de") == [(7, "Ada (de)")]
    assert names(ask) == [(7, "Ada")]
    wrong = ask("PATCH", "content/people/7/", change | {"locale": "fr"})
    assert (wrong.status_code, wrong.json) == (400, {"detail": "Invalid locale parameter"})


@pytest.mark.parametrize("number", ["²", "9" * 51, "-1", "x"])
def test_what_is_no_id_is_not_found(play, people, number):
    """404, whatever stands in the id's place."""
    assert play()("DELETE", f"content/people/{number}/").status_code == 404


@pytest.mark.parametrize("fields", [{"name": "Bea", "role": ""}, [{"name": "Bea", "role": ""}]])
def test_the_collections_own_path_takes_items_when_told_to(play, people, fields):
    """The guide to bulk operations posts there; Allow says so then."""
    ask = play(collection_post="allow")
    assert ask("GET", "content/people/").headers["Allow"] == "GET, POST, HEAD, OPTIONS"
    ask.accepted("POST", "content/people/", {"status": "published", "fields": fields})
    assert names(ask) == [(7, "Ada"), (8, "Bea")]
    assert ask("POST", "content/nothing/", {"fields": fields}).status_code == 400


def test_beyond_the_plan_an_item_is_always_a_400(play, account, people):
    """The documented text comes with 400, unlike the 403 of pages; a list counts as a whole."""
    account.settings(write_token="write", limits={"items": 3})
    ask = play()
    two = person("Bea")["fields"] * 2
    answer = ask("POST", "content/", person("Bea") | {"fields": two})
    assert answer.status_code == 400
    assert answer.json == {
        "error": "Cannot create a new Collection Item. Collection Item Limit Reached."
    }
    ask.accepted("POST", "content/", person("Bea"))


@pytest.mark.parametrize("key", [None, ["people"], {"people": 1}, 7])
def test_a_key_that_is_no_name_is_a_400(play, people, key):
    """The key must be that of a collection that exists."""
    answer = play()("POST", "content/", person("Bea") | {"key": key})
    assert (answer.status_code, list(answer.json)) == (400, ["key"])


def test_a_change_of_an_item_that_is_deleted_meanwhile_comes_to_nothing(play, people):
    """The 202 was given; nothing is made of it."""
    ask = play(delay="manual")
    assert ask("DELETE", "content/people/7/").status_code == 204
    ask.accepted("PATCH", "content/people/7/", {"status": "published", "fields": {"name": "Z"}})
    ask.app.settle()
    assert names(ask) == []
