"""Requests: what may be asked, and what is refused before it costs a call."""

import pytest

from pelican_buttercms.api import read_requests


def test_every_parameter_is_spelt_as_documented():
    """Flags are 1, booleans of exclude_body true, filters dotted."""
    post = read_requests.posts(
        page=2,
        page_size=100,
        preview=True,
        exclude_body=True,
        author_slug="a",
        category_slug="c",
        tag_slug="t",
        locale="de",
    )
    assert post.target == (
        "posts/?page=2&page_size=100&preview=1&exclude_body=true"
        "&author_slug=a&category_slug=c&tag_slug=t&locale=de"
    )
    pages = read_requests.pages(
        "news",
        preview=True,
        limit=5,
        offset=0,
        locale="de",
        levels=5,
        alt_media_text=True,
        order="-published",
        fields={"hero.line": "x y", "hot": True, "price": 7},
    )
    assert pages.target == (
        "pages/news/?preview=1&limit=5&offset=0&locale=de&levels=5&alt_media_text=1"
        "&order=-published&fields.hero.line=x+y&fields.hot=true&fields.price=7"
    )
    assert read_requests.feed("rss", tag_slug="t").target == "feeds/rss/?tag_slug=t"
    assert read_requests.search_pages("a&b", page_type="news").params == (
        ("query", "a&b"),
        ("page_type", "news"),
    )
    assert (
        read_requests.collection("faqs", order="x", page=1).target == "content/faqs/?order=x&page=1"
    )
    assert read_requests.authors(recent_posts=True).target == "authors/?include=recent_posts"
    assert read_requests.post("p", locale="de").target == "posts/p/?locale=de"
    assert read_requests.search_posts("q", page=2).target == "posts/search/?query=q&page=2"
    assert read_requests.collections([]).target == "content/"


@pytest.mark.parametrize(
    ("slug", "path"),
    [
        ("homepage en", "pages/*/homepage%20en/"),
        ("a/b?c#d", "pages/*/a%2Fb%3Fc%23d/"),
        ("über", "pages/*/%C3%BCber/"),
        ("..", "pages/*/%2E%2E/"),
    ],
)
def test_names_in_the_path_are_escaped(slug, path):
    """A slug names one page, whatever is in it; the star stays a star."""
    assert read_requests.page("*", slug).path == path


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: read_requests.posts(page=0), "page is a number of 1 or more"),
        (lambda: read_requests.posts(page_size=101), "page_size is a number of 1 to 100"),
        (lambda: read_requests.posts(limit=0), "limit is a number of 1 to 100"),
        (lambda: read_requests.posts(offset=-1), "offset is a number of 0 or more"),
        (lambda: read_requests.posts(page=1, limit=1), "cannot be combined"),
        (lambda: read_requests.posts(page=True), "page is a number"),
        (lambda: read_requests.pages("a", levels=6), "levels is a number of 1 to 5"),
        (lambda: read_requests.pages("a", locale="x" * 11), "locale is a text of 1 to 10"),
        (lambda: read_requests.pages("*", order="published"), "neither ordered nor filtered"),
        (lambda: read_requests.pages("*", fields={"a": "b"}), "neither ordered nor filtered"),
        (lambda: read_requests.search_posts("x" * 101), "query is a text of 1 to 100"),
        (lambda: read_requests.search_posts(""), "query is a text"),
        (lambda: read_requests.page("news", ""), "is not a name"),
        (lambda: read_requests.tag("x" * 101), "is not a name"),
        (lambda: read_requests.collections(["a", "b,c"]), "'b,c' is not a key"),
        (lambda: read_requests.collections(["a", ""]), "'' is not a key"),
        (lambda: read_requests.feed("json"), "there is no feed 'json'"),
    ],
)
def test_what_the_api_would_refuse_is_refused_before_the_call(build, words):
    """A mistake costs no call, and is told in the parameter's words."""
    with pytest.raises(ValueError, match=words):
        build()


def test_a_single_post_can_be_asked_for_as_preview_shows_it():
    """An editor's draft over a live post is seen so."""
    assert (
        read_requests.post("s", preview=True, locale="de").target == "posts/s/?preview=1&locale=de"
    )
    assert read_requests.post("s").target == "posts/s/"
