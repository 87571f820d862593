"""A post or a page of the CMS has what a content that Pelican reads from a file has."""

from html import unescape
import json

from pelican.contents import Article, Page
import pytest

from pelican_buttercms.settings.metadata import PROTECTED

DUMP = """
import json
from pelican import signals

def describe(value):
    kinds = [one.__name__ for one in type(value).__mro__ if one.__module__ != "pelican_buttercms"]
    return [kinds, str(value)]

def dump(generators):
    found = {}
    for generator in generators:
        for content in (*getattr(generator, "articles", ()), *getattr(generator, "pages", ())):
            names = {n for n in dir(content) if not n.startswith("_")}
            names |= {"_content", "_context", "_status"} | ({"_summary"} & vars(content).keys())
            values = {n: getattr(content, n) for n in names if not callable(getattr(content, n))}
            calls = ("get_relative_source_path", "get_siteurl", "is_valid", "get_static_links")
            values |= {name + "()": getattr(content, name)() for name in calls}
            values |= {"metadata." + name: value for name, value in content.metadata.items()}
            kept = ("settings", "_context", "metadata", "butter", "metadata.butter", "url_format")
            found[content.slug] = {n: describe(v) for n, v in values.items() if n not in kept}
    with open("dump.json", "w") as file:
        json.dump(found, file)

def register():
    signals.all_generators_finalized.connect(dump)
"""
OF_FILES = """<html><head><title>{title}</title>
<meta name="date" content="{date}"><meta name="modified" content="{modified}">
<meta name="category" content="News"><meta name="tags" content="Tea">
<meta name="slug" content="{slug}">
<meta name="authors" content="Ada Lane"><meta name="summary" content="&lt;p&gt;Short.&lt;/p&gt;">
</head><body>{body}</body></html>"""
OURS = {
    *(
        "metadata.author",
        "butter",
        "categories",
        "description",
        "featured_image",
        "featured_image_alt",
    ),
    *("metadata.categories", "metadata.description", "metadata.featured_image"),
    *("metadata.featured_image_alt", "metadata.lang", "metadata.seo_title", "metadata.status"),
    *("page_type", "metadata.page_type", "seo_title"),
}
"""What a content of the CMS has besides."""
ELSEWHERE = {
    *("source_path", "relative_source_path", "relative_dir", "get_relative_source_path()"),
    *("filename", "slug", "metadata.slug", "url", "save_as", "title", "metadata.title"),
    *("reader", "metadata.reader"),
}
"""What differs because two contents do not have one name and one place."""


@pytest.fixture(params=["", "open(content.source_path)"], ids=["without-files", "with-files"])
def dumped(request, site, account):
    """The attributes of each content, by its slug; a plugin may open `source_path`."""
    account.post("cms", summary="Short.", body="<p>Body.</p>", tags=["tea"])
    account.page("*", "cms-page", body="<p>Body.</p>", summary="Short.")
    post = {"date": "2024-05-17 10:00", "modified": "2024-05-17 11:00", "body": "<p>Body.</p>"}
    page = {"date": "2024-03-01 09:00", "modified": "2024-03-02 09:00", "body": "<p>Body.</p>"}
    local_page = OF_FILES.replace('<meta name="category" content="News">', "")
    local_page = local_page.replace('<meta name="tags" content="Tea">', "")
    local_page = local_page.replace('<meta name="authors" content="Ada Lane">', "")
    site.write("content/news/local.html", OF_FILES.format(slug="local", title="Local", **post))
    site.write(
        "content/pages/local-page.html",
        local_page.format(slug="local-page", title="Local page", **page),
    )
    if request.param:
        opens = f"\n\ndef look(content):\n    {request.param}\n"
        site.write(
            "plugins/opens.py", f"from pelican import signals\n{opens}\ndef register(): pass\n"
        )
    site.write("plugins/dump.py", DUMP)
    site.configure(
        PLUGINS=["pelican_buttercms", "dump", *(["opens"] if request.param else [])],
        PLUGIN_PATHS=["plugins"],
        BUTTERCMS_PAGE_TYPES=["*"],
    )
    site.build()
    return json.loads((site.folder / "dump.json").read_text())


@pytest.mark.parametrize(("cms", "local"), [("cms", "local"), ("cms-page", "local-page")])
def test_each_attribute_is_there_and_alike(dumped, cms, local):
    """Its type, or a subclass, and what it prints, in the order of a dump."""
    ours, theirs = dumped[cms], dumped[local]
    assert theirs.keys() - ours.keys() == set()
    assert ours.keys() - theirs.keys() <= OURS
    for name in theirs.keys() - ELSEWHERE - {"next_post", "previous_post"}:  # each is the other's
        kinds, text = theirs[name]
        assert kinds[0] in ours[name][0], name
        assert unescape(ours[name][1]) == unescape(text), name
    for name in ELSEWHERE:
        assert theirs[name][0][0] in ours[name][0], name


def test_the_place_of_a_content_is_that_of_links_to_it(dumped):
    """Whether its file can be opened or not."""
    assert dumped["cms"]["relative_source_path"][1] == "buttercms/posts/cms"
    assert dumped["cms"]["get_relative_source_path()"][1] == "buttercms/posts/cms"
    assert dumped["cms"]["source_path"][1].startswith("/")
    assert dumped["cms-page"]["url"][1] == "pages/cms-page.html"


def test_no_name_of_pelicans_can_be_set_by_a_field(dumped):
    """BUTTERCMS_METADATA would take what Pelican needs away."""
    members = {name for kind in (Article, Page) for name in dir(kind) if not name.startswith("_")}
    optional = {"description", "featured_image", "featured_image_alt", "seo_title"}
    there = {name for content in dumped.values() for name in content if name.isidentifier()}
    shown = {name for name in there if not name.startswith("_")}
    assert members | shown - optional <= PROTECTED | optional
