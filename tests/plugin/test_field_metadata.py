"""Fields as metadata of the user's own: `BUTTERCMS_METADATA`."""

from datetime import datetime
from types import SimpleNamespace

import pytest

from pelican_buttercms.content import split_item, split_page
from pelican_buttercms.content.graph import link
from pelican_buttercms.plugin.cms_text import CmsText
from pelican_buttercms.plugin.field_mapping import FieldMapping
from pelican_buttercms.plugin.field_metadata import metadata_of_fields
from pelican_buttercms.settings import PageType

TOPIC = "/v2/content/?keys=topics[_id=7]"
DAY = "2024-05-17T00:00:00Z"


def local(day, *time):
    """Give a time in May 2024, as Pelican has them."""
    return datetime(2024, 5, day, *time)  # noqa: DTZ001


def wanted(fields, path):
    """Take the field of a path as metadata, in Paris."""
    topic = {"meta": {"id": 7}, "name": "Tea time", "colour": "green"}
    data = {"slug": "p", "name": "P", "page_type": "news", "published": DAY, "updated": None}
    graph = link([*split_page(data | {"fields": fields}), *split_item("topics", topic)])
    page, news = graph.page("news", "p"), PageType("news")
    options = SimpleNamespace(metadata={"pages": {"wanted": path}}, page_types={"news": news})
    found = metadata_of_fields(page, options, "Europe/Paris", FieldMapping(page, news))
    assert None not in found.values()  # templates would print it, and plugins take it for a value
    return found.get("wanted")


@pytest.mark.parametrize(
    ("fields", "path", "expected"),
    [
        ({"a": "Tom & Jerry"}, "a", "Tom & Jerry"),
        ({"a": "<b>x</b>"}, "fields.a", "<b>x</b>"),
        ({"a": "2024-05-17"}, "a", local(17)),
        ({"a": DAY}, "a", local(17)),
        ({"a": "2024-05-17T22:30:00.000000Z"}, "a", local(18, 0, 30)),
        ({"a": "2024-13-41"}, "a", "2024-13-41"),
        ({"a": "In 2024-05-17"}, "a", "In 2024-05-17"),
        ({"a": 7}, "a", 7),
        ({"a": 0}, "a", 0),
        ({"a": False}, "a", False),
        ({"a": 1.5}, "a", 1.5),
        ({"a": ["x", "", "y"]}, "a", ["x", "y"]),
        ({"a": {"b": {"c": "deep"}}}, "a.b.c", "deep"),
        ({"a": TOPIC}, "a", "Tea time"),
        ({"a": [TOPIC, TOPIC]}, "a", ["Tea time", "Tea time"]),
        ({"a": TOPIC}, "a.colour", "green"),
        *(({"a": empty}, "a", None) for empty in ("", None, [], [""])),
        *(
            ({"a": text}, "a", None)
            for text in ("javascript:alert(1)", " java\tscript:x", "data:a/b")
        ),
        ({"a": "data: since 1990"}, "a", "data: since 1990"),
        ({}, "slug", "p"),
        ({"slug": "own"}, "slug", "own"),
        ({}, "published", local(17, 2)),
        ({"image": "/x.png"}, "featured_image", "/x.png"),
        ({}, "nowhere", None),
        ({}, "_page", None),
    ],
)
def test_each_kind_of_value(fields, path, expected):
    """Texts, days, moments, numbers, lists, references; what is empty or missing is not set."""
    assert wanted(fields, path) == expected


def test_a_text_is_printed_escaped():
    """As a title is."""
    assert isinstance(wanted({"a": "<b>"}, "a"), CmsText)
    assert f"{wanted({'a': ['<b>']}, 'a')[0]}" == "&lt;b&gt;"


@pytest.fixture
def shown(site):
    """Build with a setting; gives what the theme shows of `wanted`, by slug."""
    for name in ("article", "page"):
        site.write(f"templates/{name}.html", f"{{{{ {name}.wanted }}}}")
    site.settings |= {"THEME_TEMPLATES_OVERRIDES": ["templates"], "BUTTERCMS_MAX_AGE": 0}
    site.settings |= {
        "BUTTERCMS_PAGE_TYPES": {"*": {"url": "{slug}.html"}, "news": {"as": "article"}}
    }

    def build(metadata, *slugs, **settings):
        site.configure(BUTTERCMS_METADATA=metadata, **settings)
        site.build()
        return [site.read(f"{slug}.html") for slug in slugs]

    return build


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("featured_image", "https://cdn.buttercms.com/p"),
        ("author.bio", "&lt;Bio&gt;"),
        ("author", "Ada Lane"),
        ("categories.name", "News"),
        ("tags", "[&#39;Tea&#39;]"),
        ("published", "2024-05-17 10:00:00"),
    ],
)
def test_of_a_post(shown, account, path, expected):
    """Its own attributes, and those of what it refers to."""
    account.term("authors", "ada-lane", first_name="Ada", last_name="Lane", bio="<Bio>")
    account.post("p", featured_image="https://cdn.buttercms.com/p", tags=["tea"])
    account.page("news", "n")
    account.page("*", "s")
    assert shown({"posts": {"wanted": path}}, "p", "n") == [expected, ""]


def test_by_kind_and_page_type(shown, account):
    """The more special decides, and None sets nothing; a page type's own `fields` come last."""
    account.post("post", summary="s")
    account.page("*", "single", a="a-single", b="b-single")
    account.page("news", "news", a="a-news", b="b-news", c="c-news")
    metadata = {
        "wanted": "a",
        "posts": {"wanted": "summary"},
        "pages/news": {"wanted": "b"},
    }
    slugs = ("post", "single", "news")
    assert shown(metadata, *slugs) == ["s", "a-single", "b-news"]
    assert shown(metadata | {"pages/news": {"wanted": None}}, *slugs) == ["s", "a-single", ""]
    types = {"*": {"url": "{slug}.html"}, "news": {"as": "article", "fields": {"wanted": "c"}}}
    assert shown(metadata, "news", BUTTERCMS_PAGE_TYPES=types) == ["c-news"]


def test_a_field_that_nothing_has_is_refused(site, account):
    """With the nearest name; nothing is written."""
    account.post("p")
    account.page("*", "q", series="x")
    site.configure(
        BUTTERCMS_PAGE_TYPES=["*"],
        BUTTERCMS_METADATA={"one": "sereis", "posts": {"two": "featured_imag"}, "three": "series"},
    )
    done = site.pelican()
    assert done.returncode
    text = done.stdout + done.stderr
    assert "BUTTERCMS_METADATA['one'] names the field 'sereis', which none of the posts and" in text
    assert "Did you mean 'series'?" in text
    assert "BUTTERCMS_METADATA['posts']['two']" in text
    assert "Did you mean 'featured_image'?" in text
    assert "three" not in text
    assert "Traceback" not in text
    assert site.files() == set()


def test_a_changed_field_or_setting_renders_what_shows_it(shown, account):
    """An incremental build writes what a whole one does; other pages stay as they are."""
    fields = {"series": "Harvest", "other": "x"}
    for slug in ("one", "two"):
        account.page("news", slug, body="<p>b</p>", **fields)
    account.page("*", "s")
    assert shown({"wanted": "series"}, "one", "two") == ["Harvest", "Harvest"]
    account.page("news", "two", body="<p>b</p>", **fields | {"series": "Spring"})
    assert shown({"wanted": "series"}, "one", "two") == ["Harvest", "Spring"]
    assert shown({"wanted": "other"}, "one", "two") == ["x", "x"]
    assert shown({"pages/news": {"wanted": "series"}}, "one", "two") == ["Harvest", "Spring"]
    assert shown({}, "one", "two") == ["", ""]
