"""Writes to posts: what they make and change, what is refused, and what happens when they meet."""

import pytest


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


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"categories": "news"}, "categories"),
        ({"categories": None}, "categories"),
        ({"tags": [{"name": " ", "slug": "n"}]}, "tags"),
        ({"tags": [{"slug": ["n"]}]}, "tags"),
        ({"tags": [" "]}, "tags"),
        ({"body": 7}, "body"),
        ({"slug": ["x"]}, "slug"),
        ({"slug": "x" * 101}, "slug"),
        ({"slug": "other"}, "slug"),
        ({"title": ""}, "title"),
        ({"author": "ada-lane"}, "author"),
        ({"status": "archived"}, "status"),
        ({"status": ["draft"]}, "status"),
    ],
)
def test_a_wrong_value_is_a_400_and_nothing_is_made(play, account, body, field):
    """Terms are lists of names, although reads give objects; slugs have at most 100 characters."""
    account.post("p")
    account.post("other")
    ask = play()
    answer = ask("PATCH", "posts/p/", body)
    assert answer.status_code == 400
    assert list(answer.json) == [field]
    assert [term["slug"] for term in ask.get("categories/")["data"]] == ["news"]
    assert ask.get("tags/")["data"] == []


def test_a_post_without_an_author_is_the_organisations(play, account):
    """The default author is the account's first; the other one is found by its slug."""
    account.term("authors", "owner", email="o@site.example")
    account.term("authors", "ada-lane", email="ada@site.example")
    ask = play()
    ask.accepted("POST", "posts/", {"title": "A", "slug": "a"})
    ask.accepted("POST", "posts/", {"title": "B", "slug": "b", "author": {"slug": "ada-lane"}})
    assert ask.get("posts/a/")["data"]["author"]["slug"] == "owner"
    assert ask.get("posts/b/")["data"]["author"]["slug"] == "ada-lane"


def test_a_known_category_is_found_by_name_or_slug_and_counted_once(play, account):
    """Only what is missing is made."""
    account.post("p", categories=["news"])
    ask = play()
    ask.accepted("PATCH", "posts/p/", {"categories": ["News", "news", "Fresh Beans"]})
    found = ask.get("posts/p/")["data"]["categories"]
    assert [category["slug"] for category in found] == ["news", "fresh-beans"]
    assert len(ask.get("categories/")["data"]) == 2


def test_a_featured_image_is_cleared_with_null(play, account):
    """Reads have null for an image that is not set, and writes may send it."""
    account.post("p", featured_image="https://cdn.buttercms.com/abc")
    ask = play()
    ask.accepted("PATCH", "posts/p/", {"featured_image": None})
    assert ask.get("posts/p/")["data"]["featured_image"] is None


def test_publishing_sets_the_first_date_only_once(play, account):
    """`published` is when it was first published; `updated` follows every change."""
    account.post("p", status="draft", published=None)
    ask = play()
    ask.accepted("PATCH", "posts/p/", {"status": "published"})
    first = ask.get("posts/p/")["data"]
    ask.accepted("PATCH", "posts/p/", {"title": "Again"})
    second = ask.get("posts/p/")["data"]
    assert first["published"] == second["published"] is not None
    assert second["updated"] > first["updated"]


def test_a_scheduled_post_stays_scheduled_and_its_date_is_not_taken(play, account):
    """Scheduling fields are ignored on update, the status that is not sent stays."""
    account.post("p", status="scheduled", scheduled="2031-01-01T00:00:00Z")
    ask = play()
    ask.accepted("PATCH", "posts/p/", {"scheduled": "2032-02-02", "title": "New"})
    stored = ask.app.account.posts["p"]
    assert (stored["status"], stored["scheduled"]) == ("scheduled", "2031-01-01T00:00:00Z")


def test_a_write_takes_the_draft_along(play, account):
    """What is changed is the newest version; no old draft comes back under preview."""
    account.post("p", draft={"title": "Draft", "summary": "from the draft"})
    ask = play()
    ask.accepted("PATCH", "posts/p/", {"title": "Live"})
    for query in ({}, {"preview": 1}):
        (post,) = ask.get("posts/", **query)["data"]
        assert (post["title"], post["summary"]) == ("Live", "from the draft")


def test_put_is_as_partial_as_patch(play, account):
    """PUT is in Allow and its meaning is not documented: it keeps what it does not name."""
    account.post("p", summary="kept")
    ask = play()
    ask.accepted("PUT", "posts/p/", {"title": "New"})
    post = ask.get("posts/p/")["data"]
    assert (post["title"], post["summary"]) == ("New", "kept")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "posts/", {"title": "Second", "slug": "taken", "status": "published"}),
        ("PATCH", "posts/p/", {"slug": "taken"}),
        ("PATCH", "posts/gone/", {"title": "X"}),
        ("DELETE", "posts/gone/", None),
    ],
)
def test_what_was_valid_and_is_not_any_more_fails_in_silence(play, account, method, path, body):
    """Two accepted writes may contradict each other: the first wins, the second is lost."""
    account.post("p")
    account.post("gone")
    ask = play(delay="manual")
    ask.accepted("POST", "posts/", {"title": "First", "slug": "taken", "status": "published"})
    assert ask("DELETE", "posts/gone/").status_code == 204
    assert ask(method, path, body).status_code in {202, 204}
    ask.app.settle()
    assert sorted(ask.app.account.posts) == ["p", "taken"]
    assert ask.get("posts/taken/")["data"]["title"] == "First"
