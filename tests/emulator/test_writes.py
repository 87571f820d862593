"""The write API, fact by fact."""

import json

import pytest

from pelican_buttercms.emulator import create_app

EMPTY = {"headline": "", "hero": {}, "body": [], "links": [], "author": None, "related": []}


def new_page(slug="p", status="published", **fields):
    """Give the body that creates a page, with every field of the schema."""
    return {
        "title": "P",
        "slug": slug,
        "page_type": "news",
        "status": status,
        "fields": EMPTY | fields,
    }


@pytest.fixture
def news(account):
    """An account with one published page and one person."""
    account.page("news", "live", **EMPTY | {"headline": "Old", "hero": {"line": "a", "image": "b"}})
    account.collection("people", {"id": 7, "name": "Ada", "role": "Editor"})
    account.term("authors", "ada-lane", first_name="Ada", email="ada@site.example")


# posts


def test_a_post_is_created_with_its_new_categories_and_tags(play, news):
    """A post names categories and tags by text, and they are made when missing; 202 is pending."""
    ask = play()
    body = {
        "title": "Hello",
        "slug": "hello",
        "status": "published",
        "author": {"email": "ada@site.example"},
        "categories": ["Tea & More"],
        "tags": ["C++"],
        "body": "<p>x</p>",
    }
    ask.accepted("POST", "posts/", body)
    post = ask.get("posts/hello/")["data"]
    assert post["categories"] == [{"name": "Tea & More", "slug": "tea-more"}]
    assert post["tags"] == [{"name": "C++", "slug": "c"}]
    assert post["author"]["slug"] == "ada-lane"
    assert post["status"] == "published"
    assert post["published"] == post["created"] <= post["updated"]


def test_a_post_is_a_draft_unless_it_says_otherwise(play, news):
    """The default status is draft, and the live list does not show it."""
    ask = play()
    ask.accepted("POST", "posts/", {"title": "T", "slug": "t"})
    assert ask.get("posts/")["data"] == []
    assert ask.get("posts/", preview=1)["data"][0]["status"] == "draft"
    assert ask.get("posts/t/")["data"]["status"] == "draft"


def test_a_posts_slug_may_change_and_what_is_not_sent_stays(play, news, account):
    """PATCH changes what it names; a post's slug is not fixed, unlike a page's."""
    account.post("old", summary="kept")
    ask = play()
    ask.accepted("PATCH", "posts/old/", {"slug": "new", "title": "New"})
    assert ask("GET", "posts/old/").status_code == 404
    post = ask.get("posts/new/")["data"]
    assert (post["title"], post["summary"], post["status"]) == ("New", "kept", "published")


def test_scheduling_is_refused_on_create_and_ignored_with_a_warning_on_update(play, account):
    """Posts cannot be scheduled with the API."""
    account.post("p")
    ask = play()
    refused = ask("POST", "posts/", {"title": "T", "slug": "t", "scheduled": "2031-01-01"})
    assert refused.status_code == 400
    assert "scheduled" in refused.json
    answer = ask("PATCH", "posts/p/", {"scheduled": "2031-01-01"})
    assert answer.status_code == 202
    assert "scheduled" in answer.json["warnings"][0]


def test_a_post_is_deleted_softly_with_204(play, account):
    """A deletion has no body, and the post is gone."""
    account.post("p")
    ask = play()
    answer = ask("DELETE", "posts/p/")
    assert (answer.status_code, answer.data) == (204, b"")
    assert ask("DELETE", "posts/p/").status_code == 404


# pages


@pytest.mark.parametrize("spelling", ["page_type", "page-type"])
def test_a_page_is_created_under_both_spellings_of_its_type(play, news, spelling):
    """Old documents write page-type, new ones page_type; both are taken."""
    ask = play()
    body = new_page(headline="Hi")
    body[spelling] = body.pop("page_type")
    ask.accepted("POST", "pages/", body)
    page = ask.get("pages/news/p/")["data"]
    assert (page["name"], page["fields"]["headline"]) == ("P", "Hi")


def test_a_patch_without_a_status_makes_a_draft_over_the_live_page(play, news):
    """The live page stays; the draft is seen under preview."""
    ask = play()
    ask.accepted("PATCH", "pages/news/live/", {"fields": {"headline": "New"}})
    assert ask.get("pages/news/live/")["data"]["fields"]["headline"] == "Old"
    assert ask.get("pages/news/live/", preview=1)["data"]["fields"]["headline"] == "New"
    ask.accepted("PATCH", "pages/news/live/", {"status": "published", "fields": {}})
    assert ask.get("pages/news/live/")["data"]["fields"]["headline"] == "New"


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


def test_both_locale_formats_write_the_same(play, news):
    """Fields inside locale codes, or fields with ?locale=; each locale has its own status."""
    ask = play()
    both = {"en": EMPTY | {"headline": "Hello"}, "de": EMPTY | {"headline": "Hallo"}}
    ask.accepted("POST", "pages/", new_page() | {"fields": both})
    assert ask.get("pages/news/p/")["data"]["fields"]["headline"] == "Hello"
    assert ask.get("pages/news/p/", locale="de")["data"]["fields"]["headline"] == "Hallo"
    change = {"status": "published", "fields": {"headline": "Servus"}}
    ask.accepted("PATCH", "pages/news/p/", change, query_string={"locale": "de"})
    assert ask.get("pages/news/p/", locale="de")["data"]["fields"]["headline"] == "Servus"
    assert ask.get("pages/news/p/")["data"]["fields"]["headline"] == "Hello"
    assert ask("GET", "pages/news/live/", query_string={"locale": "de"}).status_code == 404
    wrong = ask("PATCH", "pages/news/p/", change, query_string={"locale": "fr"})
    assert wrong.status_code == 400


def test_a_pages_title_and_slug_cannot_change_and_it_cannot_be_deleted(play, news):
    """Both are fixed; DELETE is not among the recorded Allow."""
    ask = play()
    answer = ask("PATCH", "pages/news/live/", {"slug": "other", "title": "Other"})
    assert answer.status_code == 400
    assert set(answer.json) == {"slug", "title"}
    refused = ask("DELETE", "pages/news/live/")
    assert refused.status_code == 405
    assert refused.json == {"detail": 'Method "DELETE" not allowed.'}
    assert refused.headers["Allow"] == "GET, PUT, PATCH, HEAD, OPTIONS"
    play(immutable="ignore").accepted("PATCH", "pages/news/live/", {"slug": "other"})


# collections


def test_items_are_created_several_at_once_without_telling_their_ids(play, news):
    """POST /content/ takes a list of items; their ids follow the account's highest."""
    ask = play()
    items = [{"name": "Bea", "role": ""}, {"name": "Cy", "role": ""}]
    answer = ask("POST", "content/", {"key": "people", "status": "published", "fields": items})
    assert answer.json == {"status": "pending"}
    found = ask.get("content/people/")["data"]["people"]
    assert [(i["meta"]["id"], i["name"]) for i in found] == [(7, "Ada"), (8, "Bea"), (9, "Cy")]


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


# refusals


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


# the effect


def test_the_effect_comes_later_when_told_to(play, news):
    """A write is done some requests after its 202, or when a test says so."""
    ask = play(delay="2")
    ask.accepted("POST", "posts/", {"title": "T", "slug": "t", "status": "published"})
    assert [ask("GET", "posts/t/").status_code for _ in range(3)] == [404, 404, 200]
    ask = play(delay="manual")
    ask.accepted("POST", "posts/", {"title": "T", "slug": "t", "status": "published"})
    assert [ask("GET", "posts/t/").status_code for _ in range(9)] == [404] * 9
    ask.app.settle()
    assert ask("GET", "posts/t/").status_code == 200


def test_a_write_can_fail_in_silence_after_its_202(play, news):
    """The documents say so: contact support."""
    ask = play(silent_failures="yes")
    ask.accepted("POST", "posts/", {"title": "T", "slug": "t", "status": "published"})
    ask.app.settle()
    assert ask("GET", "posts/t/").status_code == 404


def test_changes_are_written_back_when_asked(account, play, news):
    """An emulator that is started again has what was written to the last one."""
    account.post("html")
    (account.folder / "posts/html.html").write_text("<p>from a file</p>")
    ask = play(persist=True)
    ask.accepted("POST", "posts/", {"title": "T", "slug": "t", "tags": ["New"]})
    ask.accepted("PATCH", "posts/html/", {"slug": "moved"})
    ask.accepted("POST", "pages/", new_page())
    ask.accepted("PATCH", "content/people/7/", {"status": "published", "fields": {"name": "Z"}})
    assert ask("DELETE", "posts/t/").status_code == 204
    again = type(ask)(create_app(account.folder))
    assert again.get("posts/moved/")["data"]["body"] == "<p>from a file</p>"
    assert again("GET", "posts/html/").status_code == 404
    assert again("GET", "posts/t/").status_code == 404
    assert again.get("pages/news/p/") == ask.get("pages/news/p/")
    assert again.get("content/people/") == ask.get("content/people/")
    assert [tag["slug"] for tag in again.get("tags/")["data"]] == ["new"]
    assert not list(account.folder.rglob("*.new"))


def test_a_slug_cannot_write_outside_the_account(account, play, news):
    """A slug from outside is data: no file is written for one that leads elsewhere."""
    ask = play(persist=True)
    ask.accepted("POST", "posts/", {"title": "T", "slug": "../../evil", "status": "published"})
    assert not (account.folder.parent / "evil.json").exists()
    assert not (account.folder / "evil.json").exists()
    assert json.loads((account.folder / "authors.json").read_text())
