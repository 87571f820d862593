"""Bounds, legacy forms, aliases, empty names, and the order of fields."""

import json
from typing import get_args, get_type_hints

import pytest
from werkzeug.test import Client

from pelican_buttercms.emulator import Behaviour, create_app

ROUTES = [
    *("posts/", "posts/p/", "posts/search/", "search/", "pages/news/", "pages/*/", "pages/news/n/"),
    *("pages/search/", "content/", "content/people/", "content/people/7/", "content/people,menu/"),
    *("authors/", "authors/ada-lane/", "categories/", "categories/news/", "tags/", "tags/tea/"),
    *("feeds/rss/", "feeds/atom/", "feeds/sitemap/"),
]
SHOWING_DRAFTS = {"content/people/", "posts/", "pages/news/"}
CHOICES = [(n, c) for n, hint in get_type_hints(Behaviour).items() for c in get_args(hint)]


@pytest.fixture
def everything(account):
    """An account with something of every kind, published and not."""
    account.post("p", tags=["tea"])
    account.post("secret", status="draft", published=None)
    account.page("news", "n", headline="Spring", link={"$ref": "item:people/7"})
    account.page("news", "secret", status="draft", published=None)
    account.page("*", "about", headline="Hello")
    account.collection("people", {"id": 7, "name": "Ada"}, {"id": 8, "status": "draft"})
    account.collection("menu", {"id": 9, "label": "Home"})


@pytest.mark.parametrize("path", ROUTES)
def test_unknown_parameters_are_ignored(play, everything, path):
    """SDKs send what a route does not know."""
    ask = play()
    assert ask.get(path, made_up="1", timestamp="2026") == ask.get(path)


@pytest.mark.parametrize("path", ROUTES)
def test_test_means_preview_on_every_route(play, everything, path):
    """`test=1` is what the test modes of two SDKs send everywhere."""
    ask = play()
    assert ask.get(path, test=1) == ask.get(path, preview=1)
    assert path not in SHOWING_DRAFTS or ask.get(path, test=1) != ask.get(path)


@pytest.mark.parametrize(("name", "choice"), CHOICES)
def test_every_choice_can_be_played(play, everything, name, choice):
    """Whatever is chosen, every route answers, and none with an error of the emulator's own."""
    ask = play(**{name: choice})
    for path in ROUTES:
        for query in ("", "?preview=1&levels=1&locale=de", "?levels=9&page_size=500&page=7"):
            assert ask("GET", path + query).status_code in {200, 301, 400, 403, 404}


def test_the_api_of_2024_is_one_choice(play, account):
    """The choices named beside it win."""
    old = Behaviour.parse({"api": "2024"})
    assert (old.page_status, old.item_order, old.post_locales) == (
        *("absent", "ascending", "ignored"),
    )
    assert Behaviour.parse({"api": "2024"}, {"item-order": "descending"}).item_order == "descending"
    account.settings(behaviour={"api": "2024"})
    assert create_app(account.folder).behaviour == old


def test_more_than_ten_megabytes_are_not_given(play, account):
    """What comes instead is not known. Smaller pages are; compressed or not makes no difference."""
    for number in range(3):
        account.post(f"p{number}", body="x" * 4_000_000)
    ask = play()
    for headers in ({}, {"Accept-Encoding": "gzip"}):
        answer = ask("GET", "posts/", headers=headers)
        assert (answer.status_code, "10 MB" in answer.json["detail"]) == (400, True)
        assert answer.headers["Allow"] == "GET, POST, HEAD, OPTIONS"
    assert len(ask.get("posts/", page_size=2)["data"]) == 2
    assert len(ask.get("posts/", exclude_body="true")["data"]) == 3


def test_the_bound_can_be_lowered_for_trying_it_out(play, account):
    """By a key of `limits`."""
    account.post("p", body="x" * 900)
    account.post("q", body="x" * 900)
    ask = play()
    ask.app.account.config["limits"] = {"response": 2000}
    assert ask("GET", "posts/").status_code == 400
    assert ask("GET", "posts/?page_size=1").status_code == 200


def test_legacy_content_fields_are_single_values(play, account):
    """Alone, and beside collections."""
    account.value("headline", "Fresh <b>beans</b>")
    account.collection("menu", {"id": 9, "label": "Home"})
    ask = play()
    value = {"headline": "Fresh <b>beans</b>"}
    assert ask.get("content/", keys="headline") == {"data": value}
    assert ask.get("content/headline/") == {"data": value}
    both = ask.get("content/", keys="headline,menu")["data"]
    assert both == value | {"menu": [{"meta": {"id": 9}, "label": "Home"}]}
    assert ask("GET", "content/?keys=headline,none").status_code == 404


def test_several_collections_may_stand_in_the_path(play, everything):
    """As `?keys=` gives them."""
    ask = play()
    for preview in (0, 1):
        both = ask.get("content/people,menu/", preview=preview)
        assert both == ask.get("content/", keys="people,menu", preview=preview)
        assert list(both["data"]) == ["people", "menu"]
    unknown = ask("GET", "content/people,none/")
    assert (unknown.status_code, unknown.json) == (404, {"detail": "Content key none not found"})


@pytest.mark.parametrize("path", ["posts/search/", "search/", "pages/search/"])
def test_a_search_without_words_finds_nothing(play, everything, path):
    """Whether the query is missing, empty or blank."""
    for query in ({}, {"query": ""}, {"query": " "}):
        assert play().get(path, **query)["data"] == []


@pytest.mark.parametrize("query", [{"order": "-published"}, {"fields.headline": "Hello"}])
def test_single_pages_are_neither_filtered_nor_ordered(play, everything, query):
    """They share no fields."""
    answer = play()("GET", "pages/*/", query_string=query)
    assert (answer.status_code, list(answer.json)) == (403, ["detail"])
    assert play().get("pages/news/", order="-published")["data"]


def test_a_filter_may_name_what_a_reference_leads_to(play, account):
    """`fields.category=technology`: a page's slug, an item's id or its slug."""
    account.collection("kinds", {"id": 7, "slug": "tech"}, {"id": 8, "slug": "food"})
    account.page("news", "a", kind={"$ref": "item:kinds/7"}, next={"$ref": "page:news/b"})
    account.page("news", "b", kind=[{"$ref": "item:kinds/8"}, {"$ref": "item:kinds/7"}])
    account.collection("menu", {"id": 9, "kind": {"$ref": "item:kinds/8"}})
    ask = play()

    def result(**query):
        return [page["slug"] for page in ask.get("pages/news/", **query)["data"]]

    assert sorted(result(fields__kind="tech")) == ["a", "b"]
    assert result(fields__kind="8") == ["b"]
    assert result(fields__next="b") == ["a"]
    assert result(fields__kind="none") == []
    for value, number in (("food", 1), ("tech", 0)):
        listing = ask.get("content/", keys="menu", fields__kind=value)
        assert len(listing["data"]["menu"]) == number


def test_terms_and_authors_may_have_neither_name_nor_slug(play, account):
    """They occur in real posts, and so do authors without a name."""
    account.term("authors", "", first_name="", last_name="", email="")
    account.term("authors", "nameless", first_name="", last_name="")
    account.term("categories", "", name="")
    account.post("p", author="", categories=["", "news"])
    account.post("q", author="nameless", categories=[])
    account.post("r", author=None)
    ask = play()
    posts = {post["slug"]: post for post in ask.get("posts/")["data"]}
    assert posts["p"]["author"]["slug"] == ""
    assert posts["p"]["categories"] == [{"name": "", "slug": ""}, {"name": "News", "slug": "news"}]
    assert posts["q"]["author"]["first_name"] == posts["q"]["author"]["last_name"] == ""
    assert posts["r"]["author"] is None
    assert {"name": "", "slug": ""} in ask.get("categories/")["data"]
    assert "" in {author["slug"] for author in ask.get("authors/", include="recent_posts")["data"]}
    assert ask.get("feeds/rss/")["data"].count("<item>") == 3
    ask.accepted("PATCH", "posts/p/", {"categories": posts["p"]["categories"]})
    assert ask.get("posts/p/")["data"]["categories"] == posts["p"]["categories"]


def test_fields_come_in_the_schemas_order(play, account, news):
    """Of pages, components, repeaters, pickers and items, whatever order they were written in."""
    turned = {
        "related": [],
        "links": [{"to": "live"}],
        "body": [{"type": "hero", "fields": {"image": "x", "line": "y"}}],
        "hero": {"image": "x", "line": "y"},
        "author": 7,
        "headline": "H",
    }
    ask = play()
    body = {"title": "T", "slug": "t", "page_type": "news", "status": "published"}
    ask.accepted("POST", "pages/", body | {"fields": turned})
    item = {"de": {"role": "R", "name": "Bea"}, "en": {"role": "R", "name": "Bea"}}
    ask.accepted("POST", "content/", {"key": "people", "status": "published", "fields": [item]})
    fields = ask.get("pages/news/t/")["data"]["fields"]
    assert list(fields) == ["headline", "hero", "body", "links", "author", "related"]
    assert list(fields["hero"]) == list(fields["body"][0]["fields"]) == ["line", "image"]
    assert list(fields["author"]) == ["meta", "name", "role"]
    for locale in ("en", "de"):
        (bea, *_) = ask.get("content/people/", locale=locale)["data"]["people"]
        assert list(bea) == ["meta", "name", "role"]


def test_without_a_schema_fields_come_in_the_files_order(account):
    """As the recorded pages do."""
    account.page("news", "n", z="1", a="2", m="3")
    answer = Client(create_app(account.folder)).get("/v2/pages/news/?auth_token=x")
    assert list(json.loads(answer.data)["data"][0]["fields"]) == ["z", "a", "m"]
