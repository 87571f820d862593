"""Plugins that open `source_path` find a file there; nothing else notices."""

import json

import pytest

OPENS = """
import os
from pelican import signals

def look(content):
    path = content.source_path
    with open(path) as file:
        print("READ", content.slug, int(os.stat(path).st_mtime), file.read(), flush=True)

def look_at_all(generator):
    for article in generator.articles:
        look(article)

def register():
    signals.content_object_init.connect(look)
    signals.article_generator_finalized.connect(look_at_all)
"""


@pytest.fixture
def read(site, account):
    """A site with a post, a page of one text and one of several fields; gives what is read."""
    account.post("p", body="<p>Post {filename}</p>", updated="2024-05-17T11:00:00Z")
    account.page("*", "text", body="<p>Text</p>")
    account.page(
        "*", "fields", headline="H", team=["/v2/content/?keys=people[_id=1]"], hero={"a": 1}
    )
    account.collection("people", {"id": 1, "name": "Ada"})
    site.write("plugins/opens.py", OPENS)
    site.settings |= {"BUTTERCMS_PAGE_TYPES": ["*"], "BUTTERCMS_COLLECTIONS": ["people"]}
    site.settings |= {"PLUGINS": ["pelican_buttercms", "opens"], "PLUGIN_PATHS": ["plugins"]}
    site.settings |= {"BUTTERCMS_MAX_AGE": 0}

    def build(**settings):
        site.configure(**settings)
        lines = [
            line.split(" ", 3)[1:] for line in site.build().splitlines() if line.startswith("READ")
        ]
        return {slug: (int(time), text) for slug, time, text in lines}

    return build


def test_a_file_has_the_body_or_the_fields_and_the_time_of_the_last_change(read, site):
    """From the first moment at which a plugin sees the content."""
    found = read()
    assert found["p"] == (1715943600, "<p>Post {filename}</p>")
    assert found["text"][1] == "<p>Text</p>"
    assert json.loads(found["fields"][1]) == {"headline": "H", "team": ["Ada"], "hero": {"a": 1}}


def test_the_files_follow_the_content(read, site, account):
    """What is gone has none, and what has changed has another."""
    read()
    account.post("p", body="<p>New</p>")
    account.delete("single_pages/text.json")
    found = read()
    assert found["p"][1] == "<p>New</p>"
    folder = site.folder / "cache/buttercms/sources/live"
    names = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert names == {"posts/p.html", "pages/fields.json"}


def test_each_language_has_its_own(read, site, account):
    """Under the language's own folder."""
    account.settings(locales=["en", "de"])
    account.translate("posts/p", "de", body="<p>Deutsch</p>")
    read(BUTTERCMS_LOCALES=["en", "de"])
    folder = site.folder / "cache/buttercms/sources/live"
    assert (folder / "de/posts/p.html").read_text() == "<p>Deutsch</p>"
    assert (folder / "pages/fields.json").exists()


def test_a_restored_cache_leads_to_no_file_outside(read, site, tmp_path):
    """A link in the place of the folder is no way out."""
    (tmp_path / "outside").mkdir()
    folder = site.folder / "cache/buttercms/sources/live"
    folder.mkdir(parents=True)
    (folder / "posts").symlink_to(tmp_path / "outside")
    site.configure()
    done = site.pelican()
    assert done.returncode
    assert "Traceback" not in done.stdout + done.stderr
    assert list((tmp_path / "outside").iterdir()) == []


def test_links_lead_to_the_same_places(read, site, account):
    """In local files and in the CMS's own texts, relative ones too."""
    links = (
        '<a href="{filename}/buttercms/pages/text">a</a> <a href="{filename}../pages/text">b</a>'
    )
    account.post("links", body=links)
    site.write(
        "content/local.md",
        "Title: L\nSlug: local\nDate: 2024-01-01\n\n[p]({filename}buttercms/posts/p)\n",
    )
    read()
    with_files = [site.read("links.html"), site.read("local.html")]
    for text in "ab":
        assert f'href="https://site.example/pages/text.html">{text}<' in site.read("links.html")
    assert 'href="https://site.example/p.html"' in site.read("local.html")
    site.configure(PLUGINS=["pelican_buttercms"])
    site.build("-o", "other")
    assert with_files == [
        (site.folder / "other" / n).read_text() for n in ("links.html", "local.html")
    ]
    assert "WARNING" not in site.build("-o", "again")


def test_pelican_itself_opens_them_for_output_sources(site, account):
    """OUTPUT_SOURCES copies the source beside each page."""
    account.post("p", body="<p>Post</p>")
    account.page("*", "text", body="<p>Text</p>")
    site.configure(BUTTERCMS_PAGE_TYPES=["*"], OUTPUT_SOURCES=True)
    site.build()
    assert site.read("p.text") == "<p>Post</p>"
    assert site.read("pages/text.text") == "<p>Text</p>"


def test_a_filter_of_the_settings_that_opens_them(site, account):
    """It is no plugin, and finds them as well."""
    account.post("p", body="<p>Post</p>")
    site.write("templates/article.html", "{{ article|source }}")
    site.configure(
        "def source(article):\n    return open(article.source_path).read()\n"
        "JINJA_FILTERS = {'source': source}",
        THEME_TEMPLATES_OVERRIDES=["templates"],
    )
    site.build()
    assert site.read("p.html") == "<p>Post</p>"


def test_without_need_there_is_no_file(site, account):
    """Ten thousand would take their time."""
    account.post("p")
    site.configure(PLUGINS=["pelican_buttercms", "sitemap", "neighbors"])
    site.build()
    assert not (site.folder / "cache/buttercms/sources").exists()
