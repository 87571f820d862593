"""Requests: what may be asked, and what is refused before it costs a call."""

import pytest

from pelican_buttercms.api import read_requests


def test_every_parameter_is_spelt_as_documented():
    """Flags are 1, and exclude_body is true."""
    post = read_requests.posts(page=2, page_size=100, preview=True, exclude_body=True, locale="de")
    assert post.target == "posts/?page=2&page_size=100&preview=1&exclude_body=true&locale=de"
    pages = read_requests.pages(
        "news", preview=True, page=1, locale="de", levels=5, alt_media_text=True, order="-published"
    )
    assert pages.target == (
        "pages/news/?preview=1&page=1&locale=de&levels=5&alt_media_text=1&order=-published"
    )
    assert read_requests.collection("faqs", page=1).target == "content/faqs/?page=1"
    assert read_requests.authors().target == "authors/"
    assert read_requests.post("p", locale="de").target == "posts/p/?locale=de"
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
        (lambda: read_requests.posts(page=True), "page is a number"),
        (lambda: read_requests.pages("a", levels=6), "levels is a number of 1 to 5"),
        (lambda: read_requests.pages("a", locale="x" * 11), "locale is a text of 1 to 10"),
        (lambda: read_requests.pages("*", order="published"), "cannot be ordered"),
        (lambda: read_requests.page("news", ""), "is not a name"),
        (lambda: read_requests.post("x" * 101), "is not a name"),
        (lambda: read_requests.collections(["a", "b,c"]), "'b,c' is not a key"),
        (lambda: read_requests.collections(["a", ""]), "'' is not a key"),
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
