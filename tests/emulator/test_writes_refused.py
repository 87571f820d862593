"""Writes that are refused: tokens, wrong values, wrong bodies, the plan's limit."""

import pytest

from .bodies import new_page


def test_the_read_token_cannot_write(play, news):
    """401 with the words for no credentials; a wrong token has other words."""
    ask = play()
    ask.token = "read"
    answer = ask("POST", "posts/", {"title": "T", "slug": "t"})
    assert answer.status_code == 401
    assert answer.json == {"detail": "Authentication credentials were not provided."}
    ask.token = "wrong"
    assert ask("POST", "posts/", {}).json == {"detail": "Invalid token."}
    query = {"auth_token": "write"}
    no_header = ask("POST", "posts/", {}, query_string=query, headers={"Authorization": ""})
    assert no_header.status_code == 401


@pytest.mark.parametrize(
    ("shape", "check"),
    [
        ("fields", lambda b: b["title"] == ["You must specify a page title."]),
        ("array", lambda b: "You must specify a page title." in b),
        ("error", lambda b: "You must specify a page title." in b["error"]),
        ("empty-key", lambda b: "You must specify a page title." in b[""]),
        ("detail", lambda b: "You must specify a page title." in b["detail"]),
    ],
)
def test_a_400_has_every_documented_shape_on_request(play, news, shape, check):
    """All problems come together: title, slug, and the page type."""
    answer = play(errors=shape)("POST", "pages/", {"fields": {}})
    assert answer.status_code == 400
    assert check(answer.json)


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("POST", "pages/", new_page(slug="live"), "slug"),
        ("POST", "pages/", new_page() | {"page_type": "nothing"}, "page_type"),
        ("POST", "pages/", new_page() | {"fields": {"headline": ""}}, "related"),
        ("POST", "pages/", new_page(unknown=1), "unknown"),
        ("POST", "pages/", new_page() | {"fields": []}, "fields"),
        ("POST", "pages/", new_page(status="scheduled"), "status"),
        ("PATCH", "pages/news/live/", {"fields": {"unknown": 1}}, "unknown"),
        ("POST", "posts/", {"title": " ", "slug": "x"}, "title"),
        ("POST", "posts/", {"title": "x", "slug": "taken"}, "slug"),
        ("POST", "posts/", {"title": "x", "slug": "y", "author": {"slug": "nobody"}}, "author"),
        ("PATCH", "posts/taken/", {"author": {"email": ""}}, "author"),
        ("PATCH", "posts/taken/", {"slug": ""}, "slug"),
        ("POST", "content/", {"key": "nothing", "fields": [{}]}, "key"),
        ("POST", "content/", {"key": "people", "fields": []}, "fields"),
        ("POST", "content/", {"key": "people", "fields": [7]}, "fields"),
        ("PATCH", "content/people/7/", {"fields": []}, "fields"),
    ],
)
def test_a_wrong_write_names_its_field_and_changes_nothing(
    play, news, account, method, path, body, field
):
    """Validation is at once, and nothing is done of a write that fails it."""
    account.post("taken")
    ask = play()
    before = [ask.get(p) for p in ("posts/", "pages/news/", "content/people/")]
    answer = ask(method, path, body)
    assert answer.status_code == 400
    assert field in answer.json
    assert [ask.get(p) for p in ("posts/", "pages/news/", "content/people/")] == before


def test_a_body_that_is_no_json_is_refused(play, news):
    """400 for what cannot be parsed, 415 for another type, 404 for what is not there."""
    ask = play()
    raw = ask("POST", "posts/", data="{", content_type="application/json")
    assert raw.status_code == 400
    assert raw.json["detail"].startswith("JSON parse error - ")
    assert ask("POST", "posts/", data="a=b", content_type="text/plain").status_code == 415
    assert ask("POST", "posts/", [1]).status_code == 400
    assert ask("PATCH", "posts/gone/", {}).status_code == 404
    assert ask("PATCH", "pages/news/gone/", {}).json == {"detail": "Page not found."}
    assert ask("PATCH", "content/people/99/", {}).status_code == 404


def test_a_write_without_its_slash_is_lost(play, news):
    """It is redirected, and nothing is written: a client that follows asks with GET."""
    ask = play()
    answer = ask("POST", "posts", {"title": "T", "slug": "t"})
    assert (answer.status_code, answer.headers["Location"]) == (301, "/v2/posts/")
    assert ask.get("posts/", preview=1)["data"] == []


@pytest.mark.parametrize(("status", "limit"), [(403, "403"), (400, "400")])
def test_the_plans_limit_is_told_as_documented(play, news, account, status, limit):
    """403 "Page creation limit is over"; other documents have 400."""
    account.settings(write_token="write", limits={"pages": 1, "items": 1, "posts": 0})
    ask = play(plan_limit=limit)
    page = ask("POST", "pages/", new_page())
    assert (page.status_code, page.json) == (status, {"error": "Page creation limit is over"})
    item = ask("POST", "content/", {"key": "people", "fields": [{"name": "", "role": ""}]})
    assert "Collection Item Limit Reached" in item.json["error"]
    assert ask("POST", "posts/", {"title": "T", "slug": "t"}).status_code == status
