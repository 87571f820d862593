"""How deep references are shown."""

import pytest


@pytest.fixture
def circle(account):
    """A page and an item that refer to each other."""
    account.collection("farms", {"id": 7, "name": "F", "coffee": {"$ref": "page:coffee/a"}})
    farms = [{"$ref": "item:farms/7"}]
    account.page("coffee", "a", farm={"$ref": "item:farms/7"}, farms=farms)
    return account


def depth(value):
    """Count how many steps of a circle are objects."""
    inner = value.get("fields", value)
    following = inner.get("farm") or inner.get("coffee")
    return 1 + depth(following) if isinstance(following, dict) else 1


@pytest.mark.parametrize(("levels", "shown"), [(1, 1), (2, 2), (3, 3), (5, 5), (9, 5), (0, 1)])
def test_references_are_objects_down_to_levels_and_uris_below(play, circle, levels, shown):
    """A circle goes round until the limit; out of range is capped."""
    assert depth(play().get("pages/coffee/a/", levels=levels)["data"]) == shown


def test_level_limits_have_the_documented_uris(play, circle):
    """A page's URI has no slash at its end, an item's has its id in brackets."""
    ask = play()
    fields = ask.get("pages/coffee/a/", levels=1)["data"]["fields"]
    assert fields["farm"] == "/v2/content/?keys=farms[_id=7]"
    assert fields["farms"] == ["/v2/content/?keys=farms[_id=7]"]
    (item,) = ask.get("content/farms/", levels=1)["data"]["farms"]
    assert item == {"meta": {"id": 7}, "name": "F", "coffee": "/v2/pages/coffee/a"}
    expanded = ask.get("pages/coffee/a/")["data"]["fields"]["farm"]
    assert expanded["meta"] == {"id": 7}


def test_levels_may_be_refused_out_of_range_and_always_when_not_a_number(play, circle):
    """The two documents disagree on numbers; neither takes a word."""
    for ask, levels, code in (
        (play(), "many", 400),
        (play(levels="refuse"), "6", 400),
        (play(levels="refuse"), "5", 200),
    ):
        answer = ask("GET", "pages/coffee/", query_string={"levels": levels})
        assert answer.status_code == code
    words = "levels query parameter should be an integer between 1 and 5 (inclusive)"
    assert play()("GET", "pages/coffee/?levels=x").json == {"detail": words}


def test_accounts_that_behave_otherwise_can_be_played(play, circle):
    """One-to-one as a list of one, expansion at level 1, references to drafts."""
    fields = play(one_to_one="list").get("pages/coffee/a/", levels=1)["data"]["fields"]
    assert fields["farm"] == ["/v2/content/?keys=farms[_id=7]"]
    fields = play(expand="object").get("pages/coffee/a/", levels=1)["data"]["fields"]
    assert fields["farm"]["name"] == "F"
    circle.collection("farms", {"id": 7, "name": "F", "status": "draft"})
    kept = play().get("pages/coffee/a/")["data"]["fields"]
    assert kept["farm"] == "/v2/content/?keys=farms[_id=7]"
