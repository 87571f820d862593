"""Sites with plugins that were tried: rendered in part, they are the same as a whole."""

from datetime import UTC, datetime
import os
from pathlib import Path
import random
import re
import shutil

import pytest

from pelican_buttercms.incremental import known_plugins
from pelican_buttercms.incremental.known_plugins import KnownPlugins

from .builds import difference
from .edits import EDITS, SMALL
from .up_to_date.conftest import rested
from .world import World

EDITS_OF_EACH = int(os.environ.get("BUTTERCMS_TEST_EDITS", "3"))
"""How many edits are drawn for each; set it for a longer search."""

FOUR = ("sitemap", "neighbors", "related_posts", "seo")
MORE = ("statistics", "read_more", "add_css_classes")
SETTINGS = {
    "SEO_ENHANCER": True,
    "SEO_ENHANCER_OPEN_GRAPH": True,
    "SEO_ENHANCER_TWITTER_CARDS": True,
    "AUTHOR": "Ed",
    "ADD_CSS_CLASSES": {"p": ["text"]},
    "ADD_CSS_CLASSES_TO_PAGE": {},
    "ADD_CSS_CLASSES_TO_ARTICLE": {"a": ["link"]},
}
SHOWS = """{% extends "!theme/article.html" %}{% block content %}{{ super() }}
{% if article.next_article %}{{ article.next_article.title }}{% endif %}
{% if article.prev_article %}{{ article.prev_article.url }}{% endif %}
{% if article.prev_article_in_category %}{{ article.prev_article_in_category.title }}{% endif %}
{% if article.next_article_in_subcategory0 %}{{ article.next_article_in_subcategory0.url }}
{% endif %}{% for one in article.related_posts or () %}{{ one.title }} {{ one.summary }}{% endfor %}
{% if article.statistics %}{{ article.statistics.wc }} {{ article.stats.fi }}{% endif %}
{% endblock %}"""
WITHOUT_HEAD = "file_has_template"
"""An edit that gives an article a template without a head, where pelican-seo ends the build."""

NO_REST = {"template_page", "file_attaches"}
"""Edits after which some page is rendered each time."""

DRAWN = sorted(n for n in EDITS.keys() - NO_REST - {WITHOUT_HEAD} if not n.startswith("plugin"))


def world_of(site, plugins, draw):
    """Make a site with some plugins, all of whose pages can be followed."""
    site.rests = True
    site.settings |= {**SETTINGS, "PLUGINS": ["pelican_buttercms", *plugins]}
    site.settings["SITEURL"] = "https://site.example"
    world = World(site, draw.choice(["simple", "notmyidea"]), draw)
    world.put_file("notes/first.md", body="[a]({filename}/notes/second.md) [t]({tag}red)")
    site.template("article.html", SHOWS)
    site.make()
    return world


def dateless(tree):
    """Leave out the time of the build, by which pelican-sitemap dates lists."""
    today = f"<lastmod>{datetime.now(UTC):%Y-%m-%d}[^<]*".encode()
    return {n: re.sub(today, b"", d) if "sitemap" in n else d for n, d in tree.items()}


def is_right(site):
    """Compare with a full build."""
    found = difference(dateless(site.tree()), dateless(site.full()))
    assert not found, found


@pytest.mark.parametrize(
    "plugins", [*((one,) for one in FOUR + MORE), FOUR, FOUR + MORE], ids="+".join
)
def test_drawn_edits(sandboxes, plugins):
    """Any edit, one after the other; after each a build rests, if there is nothing to do."""
    draw = random.Random(f"{plugins} {EDITS_OF_EACH}")
    world = world_of(sandboxes(), plugins, draw)
    for name in draw.choices(DRAWN, k=EDITS_OF_EACH):
        try:
            EDITS[name](world)
            build = world.site.make()
            is_right(world.site)
            assert build.kept or name not in SMALL, build.log
            assert rested(world.site)
            is_right(world.site)
        except AssertionError as exc:
            raise AssertionError(f"after {name}: {exc}") from None


HEARS = """
from pathlib import Path
from pelican import signals

def tell(generator):
    for article in generator.articles:
        article.shout = article.title.{}()

def count(pelican):
    with open("heard.txt", "a") as file:
        file.write("x")

def change(path, context):
    file = Path(path)
    file.write_text(file.read_text() + "{}")

def register():
    signals.article_generator_finalized.connect(tell)
    signals.finalized.connect(count)
    {}
"""


@pytest.fixture
def own(posts):
    """A site with a plugin of its user's, which is known."""
    posts.rests = True
    posts.settings["BUTTERCMS_KNOWN_PLUGINS"] = ["own"]
    posts.template("article.html", "{{ article.shout }} {{ article.content }}")
    return posts


def test_a_plugin_that_the_user_knows(own):
    """It hears nothing where there is nothing to do; its code is read."""
    for how in ("upper", "title"):
        own.plugin("own", HEARS.format(how, "", "pass"))
        assert not rested(own)
        is_right(own)
        heard = (own.folder / "heard.txt").read_text()
        assert rested(own)
        assert (own.folder / "heard.txt").read_text() == heard
    own.settings["BUTTERCMS_KNOWN_PLUGINS"] = []
    own.make()
    assert not rested(own)


def test_a_plugin_that_changes_pages_which_the_user_knows(own):
    """Pages have what it adds once, whether they are kept or rendered."""
    own.plugin("own", HEARS.format("upper", "added", "signals.content_written.connect(change)"))
    own.make()
    assert rested(own)
    is_right(own)
    own.account.post("post-2", day="2024-01-02", body="<p>Changed.</p>")
    own.make()
    is_right(own)
    assert rested(own)
    is_right(own)


def test_versions_do_not_tell_what_a_known_plugin_of_the_user_gives(own):
    """The title of one post may be on the page of another."""
    text = HEARS.format("upper", "", "pass").replace("article.title", "generator.articles[0].title")
    own.plugin("own", text)
    own.make()
    own.account.post("post-8", day="2024-01-08", title="Another")
    own.make()
    is_right(own)


@pytest.mark.parametrize("name", ["sitemap.xml", "robots.txt", "seo_report.html"])
def test_a_file_that_a_plugin_has_written(posts, name):
    """It is part of what is compared; a build that empties the folder leaves it there."""
    posts.rests = True
    posts.settings |= {**SETTINGS, "DELETE_OUTPUT_DIRECTORY": True}
    posts.settings["PLUGINS"] = ["pelican_buttercms", "sitemap", "seo"]
    posts.make()
    assert rested(posts)
    is_right(posts)
    file = posts.folder / name if name == "seo_report.html" else posts.output / name
    before = file.read_bytes()
    file.write_bytes(b"other" + before)
    assert not rested(posts)
    if name != "sitemap.xml":
        assert file.read_bytes() == before
    file.unlink()
    assert not rested(posts)
    assert file.exists()
    assert rested(posts)


@pytest.mark.parametrize("wiped", [False, True])
@pytest.mark.parametrize("incremental", [True, False])
@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("sitemap.xml", {"SITEMAP": {"format": "txt"}}),
        ("robots.txt", {"SEO_ENHANCER": False}),
        ("sitemap.xml", {"PLUGINS": ["pelican_buttercms"]}),
        ("robots.txt", {"PLUGINS": ["pelican_buttercms"]}),
    ],
)
def test_a_file_that_a_plugin_does_not_write_any_more(posts, name, change, incremental, wiped):
    """It goes like a page, unless somebody has changed it."""
    posts.settings |= {**SETTINGS, "BUTTERCMS_SITEMAP": False, "DELETE_OUTPUT_DIRECTORY": wiped}
    posts.settings |= {"SITEMAP": {"format": "xml"}, "BUTTERCMS_INCREMENTAL": incremental}
    before = posts.settings | {"PLUGINS": ["pelican_buttercms", "sitemap", "seo"]}
    posts.settings |= before
    posts.make()
    assert (posts.output / name).exists()
    posts.settings |= change
    posts.make()
    is_right(posts)
    posts.settings |= before
    posts.make()
    is_right(posts)
    (posts.output / name).write_text("by hand")
    posts.settings |= change
    posts.make()
    assert (posts.output / name).exists() is not wiped


def test_a_file_that_a_plugin_has_written_in_a_preview(posts):
    """It may name drafts, and the cache may be lost."""
    posts.settings |= {"BUTTERCMS_SITEMAP": False, "BUTTERCMS_PREVIEW": True}
    posts.settings["PLUGINS"] = ["pelican_buttercms", "sitemap"]
    posts.account.post("secret", status="draft", day="2024-02-01")
    posts.make()
    shutil.rmtree(posts.folder / "cache")
    posts.settings |= {"BUTTERCMS_PREVIEW": False, "PLUGINS": ["pelican_buttercms"]}
    posts.make()
    assert "sitemap.xml" not in posts.files()


COMPRESSES = """
import gzip
from pathlib import Path
from pelican import signals

def compress(pelican):
    for page in Path(pelican.settings["OUTPUT_PATH"]).rglob("*.html"):
        page.with_name(page.name + ".gz").write_bytes(gzip.compress(page.read_bytes(), mtime=0))

def register():
    signals.finalized.connect(compress)
"""


def test_a_file_of_a_plugin_that_the_user_knows(posts):
    """Nobody knows which those are: any that was there counts."""
    posts.rests = True
    posts.settings["BUTTERCMS_KNOWN_PLUGINS"] = ["own"]
    posts.plugin("own", COMPRESSES)
    posts.make()
    assert rested(posts)
    for change in (Path.unlink, lambda file: file.write_bytes(b"other")):
        change(posts.output / "index.html.gz")
        assert not rested(posts)
        is_right(posts)
        assert rested(posts)


def test_a_version_that_nobody_tried(monkeypatch):
    """It may do anything."""
    settings = {"PLUGINS": ["pelican.plugins.sitemap", "sitemap"]}
    assert KnownPlugins(settings).names == {"pelican.plugins.sitemap"}
    tried = known_plugins.TRIED["sitemap"]._replace(versions=frozenset({"0.9"}))
    monkeypatch.setitem(known_plugins.TRIED, "sitemap", tried)
    assert not KnownPlugins(settings).names
    assert KnownPlugins(settings, ["sitemap"]).names == set(settings["PLUGINS"])


def test_builds_of_one_process(posts):
    """What heard nothing of a build that had nothing to do hears of the next one."""
    posts.settings |= {**SETTINGS, "PLUGINS": ["pelican_buttercms", "sitemap", "seo", "neighbors"]}
    posts.write("content/local.md", "Title: Local\nDate: 2024-01-03\nAuthor: A\n\nText")
    posts.make()
    posts.live(
        "",
        "open('content/other.md', 'w').write('Title: Other\\nDate: 2024-01-04\\nAuthor: A\\n\\nX')",
        "assert 'other.html' in open('output/sitemap.xml').read()",
    )
    is_right(posts)


@pytest.mark.parametrize("plugin", MORE)
def test_what_plugins_make_of_a_body_that_is_rendered(posts, plugin):
    """It follows from the theme's templates, too, of which a content's version knows nothing."""
    posts.rests = True
    posts.settings |= {**SETTINGS, "PLUGINS": ["pelican_buttercms", plugin]}
    posts.settings |= {"SUMMARY_MAX_LENGTH": 4, "ADD_CSS_CLASSES": {"b": ["one"]}}
    posts.settings["BUTTERCMS_PAGE_TYPES"] = {"note": {"as": "article"}}
    posts.account.page("note", "n", body=[{"type": "text", "fields": {"html": "<p>a b c</p>"}}])
    posts.template("article.html", "{{ article.content }} {{ (article.statistics or {}).wc }}")
    posts.template("index.html", "{% for a in articles %}{{ a.summary }}{% endfor %}")
    for before in ("", "<b>one two three</b>", "<b>four</b>"):
        posts.template("components/text.html", before + "<div>{{ fields.html|butter_html }}</div>")
        posts.make()
        is_right(posts)
    assert rested(posts)
