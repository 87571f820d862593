import copy
import pickle

import pytest

from pelican_buttercms.content.media import Media, media_or_none, read_media


@pytest.mark.parametrize(
    ("url", "handle"),
    [
        ("https://cdn.buttercms.com/DVG5DLMQ9ywaCwfEAgL2", "DVG5DLMQ9ywaCwfEAgL2"),
        ("https://cdn.buttercms.com/resize=width:8/quality=value:80/abc", "abc"),
        ("https://cdn.buttercms.com/abc?v=1", "abc"),
        ("https://d2wzhk7xhrnk1x.cloudfront.net/rgPM9aHo_butter_blog-post.jpg", "rgPM9aHo"),
        ("https://d2devwt40at1e2.cloudfront.net/api/file/xyz", "xyz"),
    ],
)
def test_media_urls_of_every_host(url, handle):
    """A URL on today's host or the two legacy ones is media, with its handle."""
    media = read_media(url)

    assert isinstance(media, Media)
    assert (media, media.url, media.alt, media.handle) == (url, url, "", handle)
    assert type(media.url) is str


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://cdn.buttercms.com/",
        "https://example.com/picture.jpg",
        "see https://cdn.buttercms.com/abc",
        "https://cdn.buttercms.com/abc and more",
        "https://cdn.buttercms.com.example.com/abc",
    ],
)
def test_text_that_is_no_media(text):
    """Only a value that is such a URL as a whole is media."""
    assert read_media(text) is None


def test_objects_with_alternative_text():
    """An object of a media URL and perhaps its alternative text is media; other objects are not."""
    url = "https://cdn.buttercms.com/abc"
    described = read_media({"url": url, "alt": "A cat"})

    assert described == url
    assert described.alt == "A cat"
    assert read_media({"url": url}).alt == ""
    assert read_media({"url": url, "alt": None}).alt == ""
    assert read_media({"url": url, "label": "x"}) is None
    assert read_media({"url": "#home"}) is None
    assert read_media({"alt": "A cat"}) is None


def test_unset_pictures_are_none():
    """A picture that is "" or null is None; one that is hosted elsewhere has no handle."""
    assert media_or_none("") is None
    assert media_or_none(None) is None
    assert media_or_none("https://example.com/me.png", "Me").handle == ""


def test_media_survive_copy_and_pickle():
    """A copy knows the alternative text too: Pelican copies its context for subsites."""
    media = Media("https://cdn.buttercms.com/abc", "A cat")

    assert copy.deepcopy(media).alt == "A cat"
    assert pickle.loads(pickle.dumps(media)).alt == "A cat"
