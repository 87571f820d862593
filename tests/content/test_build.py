from datetime import UTC, datetime

import pytest

from pelican_buttercms.content import Key, RawRecord, split_page, split_post, split_profile
from pelican_buttercms.content.record_factory import build
from pelican_buttercms.content.records import Author, Page, Post
from pelican_buttercms.errors import ContentError


def test_recorded_post(recorded):
    """A real post becomes a record in ButterCMS's own words, with aware moments in UTC."""
    post = build(split_post(recorded("posts/test_post_get")["data"])[0])

    assert isinstance(post, Post)
    assert (post.slug, post.title, post.status) == ("example-post", "Example Post", "published")
    assert post.published == datetime(2024, 5, 17, 14, 13, 46, 787109, UTC)
    assert post.scheduled is None
    assert post.body.startswith("<p>Welcome to ButterCMS!")
    assert post.featured_image.handle == "WUkiXJ6RCqZmjR8xihEL"
    assert (post.featured_image_alt, post.extra, post.url, post.referrers) == ("", {}, None, [])


def test_recorded_page(recorded):
    """A real page has its name, type and moments; the API gave no status."""
    page = build(split_page(recorded("pages/test_page_get")["data"])[0])

    assert isinstance(page, Page)
    assert (page.name, page.page_type) == ("Landing Page with Components", "landing-page")
    assert page.updated == datetime(2024, 5, 17, 14, 14, 41, 522160, UTC)
    assert (page.status, page.scheduled, page.extra) == (None, None, {})


def test_recorded_author(recorded):
    """A real author has a full name, and no picture where the API gave an empty text."""
    author = build(split_profile("author", recorded("authors/test_author_get")["data"])[0])

    assert isinstance(author, Author)
    assert (author.name, author.slug, author.bio) == ("SDK Tests", "sdk-tests", "")
    assert author.profile_image is None
    assert author.extra == {}


def test_names_that_are_missing():
    """An author, category or tag without a name is called by its slug."""
    for kind in ("author", "category", "tag"):
        assert build(RawRecord(Key(kind, "", "jane"), {"slug": "jane"})).name == "jane"


@pytest.mark.parametrize("image", ["", None])
def test_post_without_picture(post, image):
    """A featured image that is "" or null is None, and texts that are null are ""."""
    built = build(post("p", featured_image=image, featured_image_alt=None, title=None))

    assert (built.featured_image, built.featured_image_alt, built.title) == (None, "", "")


def test_picture_knows_its_alternative_text(post):
    """The alternative text goes with the picture."""
    image = "https://cdn.buttercms.com/abc"

    assert build(
        post("p", featured_image=image, featured_image_alt="A cat")
    ).featured_image.alt == ("A cat")


def test_unknown_keys_are_extra(post, item):
    """What the API may add in the future is at hand as `extra`."""
    assert build(post("p", reading_time=7)).extra == {"reading_time": 7}
    raw = item("team", 1, label="x")
    raw.data["meta"]["status"] = "draft"
    assert build(raw).extra == {"status": "draft"}


def test_bad_timestamp_names_item_and_field(page):
    """A stored timestamp that cannot be read is an error with the record and the field."""
    with pytest.raises(ContentError, match=r'pages/news/a has \'soon\' in the field "updated"'):
        build(page("a", {}, updated="soon"))


def test_identity(page):
    """Records are equal only to themselves, hashable, and named by their keys."""
    one, other = build(page("a", {})), build(page("a", {}))

    assert one != other
    assert len({one, other}) == 2
    assert repr(one) == "<Page pages/news/a>"
