"""Articles whose slug or place leads out of the output folder are refused."""

import copy
from datetime import UTC, datetime
from types import SimpleNamespace

from pelican.settings import DEFAULT_CONFIG
import pytest

from pelican_buttercms.content.graph import link
from pelican_buttercms.content.records import Author, Category, Key, Post
from pelican_buttercms.errors import ContentError
from pelican_buttercms.plugin.content_factory import ContentFactory
from pelican_buttercms.plugin.local_media import LocalMedia
from pelican_buttercms.plugin.taxonomy import Taxonomy

PROFILE = dict.fromkeys(
    ("first_name", "last_name", "email", "bio", "title", "linkedin_url", "facebook_url"), ""
) | dict.fromkeys(("instagram_url", "pinterest_url", "twitter_handle"), "")
ADA = Author(
    key=Key("author", "", "ada"), slug="ada", name="Ada", profile_image=None, extra={}, **PROFILE
)
TEA = Category(key=Key("category", "", "tea"), slug="tea", name="Tea & <b>", extra={})
NOON = datetime(2024, 10, 27, 0, 30, tzinfo=UTC)
LATER = datetime(2025, 1, 1, 12, tzinfo=UTC)
CONTEXT = {"generated_content": {}, "static_content": {}, "static_links": set(), "localsiteurl": ""}


def post(**values):
    """Return a post with an author and a category."""
    texts = ("summary", "seo_title", "meta_description", "featured_image_alt")
    known = dict.fromkeys(texts, "") | {"title": "A title", "body": "<p>A body</p>", "slug": "one"}
    known |= {"status": "published", "featured_image": None, "extra": {}, "locale": "en"}
    known |= {"published": NOON, "created": NOON, "updated": LATER, "scheduled": None}
    one = Post(key=Key("post", "", values.get("slug", "one")), **known | values)
    one.author, one.categories, one.tags = ADA, [TEA], []
    return one


def convert(one, **settings):
    """Return the article of a post."""
    places = {"PATH": "/site/content", "OUTPUT_PATH": "/site/output"}
    settings = {**DEFAULT_CONFIG, "PLUGINS": [], **places, **settings}  # it has no TIMEZONE
    context = {name: copy.copy(value) for name, value in CONTEXT.items()}
    options = SimpleNamespace(sanitize=None, default_lang="en", page_types={}, front_page=None)
    options.metadata = {}
    run = SimpleNamespace(options=options, media=LocalMedia({}), add=lambda *_: None)
    run.sources, run.rendered_bodies = None, []
    english = SimpleNamespace(name="en")
    edition = SimpleNamespace(lang="en", locale=english, drafts={}, graph=link([]))
    edition.options = options
    generator = SimpleNamespace(settings=settings, context=context)
    factory = ContentFactory(generator, run, edition, Taxonomy(settings, edition.graph))
    return factory.article_of_post(one, {})


@pytest.mark.parametrize("slug", ["../one", "..", 'a"b', "a\x07", "a<b"])
def test_a_slug_that_leads_elsewhere_is_refused(slug):
    """The message names the slug."""
    with pytest.raises(ContentError, match="slug"):
        convert(post(slug=slug))


def test_a_place_outside_is_for_pelican_to_refuse():
    """Pelican logs the reason, and the error refers to it."""
    settings = {"ARTICLE_SAVE_AS": "{title}.html"}
    assert convert(post(title="In"), **settings).save_as == "In.html"
    with pytest.raises(ContentError, match="Pelican's message above"):
        convert(post(title="../../out"), **settings)
