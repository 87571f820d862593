"""Files that a full build would not have: what no longer belongs is gone."""

import os
import shutil

import pytest


def test_pages_of_every_kind(posts):
    """Articles, drafts, hidden and translated ones, pages, lists, archives and feeds."""
    for name, more in {
        "draft": "Status: draft",
        "hidden": "Status: hidden",
        "french": "Lang: fr",
        "plain": "Tags: lonely",
    }.items():
        head = f"Title: {name}\nDate: 2023-01-01\nCategory: own\nAuthor: zoe\n{more}"
        posts.write(f"content/{name}.md", f"{head}\n\nx")
    posts.write("content/pages/p.md", "Title: P\n\nx")
    posts.settings |= {"YEAR_ARCHIVE_SAVE_AS": "{date:%Y}.html", "TAG_FEED_ATOM": "t/{slug}.xml"}
    posts.make()
    for name in ("draft", "hidden", "french", "plain", "pages/p"):
        (posts.folder / f"content/{name}.md").unlink()
        posts.remake()


def test_lists_that_are_turned_off(posts):
    """By their settings."""
    posts.settings["TRANSLATION_FEED_ATOM"] = "feeds/{lang}.xml"
    posts.make()
    for name in ("TAG_SAVE_AS", "ARCHIVES_SAVE_AS", "FEED_ALL_ATOM", "AUTHOR_SAVE_AS"):
        posts.settings[name] = ""
    posts.remake()
    posts.settings |= {"DIRECT_TEMPLATES": ["index"], "DEFAULT_PAGINATION": False}
    posts.remake()


def test_static_files(posts):
    """Deleted beside the articles."""
    posts.write("content/images/a.txt", "x")
    posts.make()
    (posts.folder / "content/images/a.txt").unlink()
    posts.remake()


def test_files_of_the_theme(posts):
    """Another theme has others."""
    posts.settings["THEME"] = "notmyidea"
    posts.make()
    posts.settings["THEME"] = "simple"
    posts.remake()


def test_the_sitemap(posts):
    """Turned off."""
    posts.make()
    posts.settings["BUTTERCMS_SITEMAP"] = False
    posts.remake()


def test_media(posts):
    """No page shows the file any more."""
    url = "https://cdn.buttercms.com/AAA"
    posts.account.media("AAA.png", b"\x89PNG PNG")
    posts.account.post("post-1", day="2024-01-01", body=f'<img src="{url}">')
    posts.settings["BUTTERCMS_MEDIA"] = "download"
    posts.make()
    posts.account.post("post-1", day="2024-01-01", body="<p>No image.</p>")
    posts.remake()


def test_a_subsite(posts):
    """Its language is not shown any more."""
    posts.settings |= {
        "PLUGINS": ["pelican_buttercms", "i18n_subsites"],
        "I18N_SUBSITES": {"de": {"SITENAME": "Seite"}},
    }
    posts.make()
    posts.settings["I18N_SUBSITES"] = {}
    posts.remake()


def test_copies_of_sources(posts):
    """OUTPUT_SOURCES writes each beside its page."""
    posts.settings["OUTPUT_SOURCES"] = True
    posts.write("content/l.md", "Title: L\nDate: 2024-01-01\nSlug: l\n\nx")
    posts.make()
    assert "l.text" in posts.files()
    (posts.folder / "content/l.md").unlink()
    posts.remake()


def test_what_is_attached(posts):
    """The link stays, and what it led to is gone."""
    place = "Save_as: x/a.html\nUrl: x/a.html"
    link = "[b]({attach}images/b.txt)"
    posts.write("content/a.md", f"Title: A\nDate: 2024-01-01\n{place}\n\n{link}")
    posts.write("content/images/b.txt", "x")
    posts.make()
    assert "x/images/b.txt" in posts.files()
    (posts.folder / "content/images/b.txt").unlink()
    posts.remake()
    assert "x/images/b.txt" not in posts.files()


def test_the_copy_of_a_source_that_is_hidden(posts):
    """Pelican copies those of what it lists."""
    posts.settings["OUTPUT_SOURCES"] = True
    text = "Title: A\nDate: 2024-01-01\nSlug: a\nStatus: %s\n\nx"
    posts.write("content/a.md", text % "published")
    posts.make()
    assert "a.text" in posts.files()
    posts.write("content/a.md", text % "hidden")
    posts.remake()


def test_links_to_static_files_on_another_disk(posts):
    """Where Pelican makes links by name, which lead nowhere then."""
    posts.settings["STATIC_CREATE_LINKS"] = True
    posts.write("content/images/a.txt", "x")
    posts.make()
    copy, source = posts.output / "images/a.txt", posts.folder / "content/images/a.txt"
    copy.unlink()
    copy.symlink_to(source)
    posts.make()
    source.unlink()
    posts.make()
    assert not os.path.lexists(copy)


def test_what_is_retained(posts):
    """OUTPUT_RETENTION keeps what somebody has written there."""
    posts.settings |= {"DELETE_OUTPUT_DIRECTORY": True, "OUTPUT_RETENTION": ["CNAME", "keep"]}
    posts.settings["EXTRA_PATH_METADATA"] = {
        "static/CNAME": {"path": "CNAME"},
        "static/a.txt": {"path": "keep/a.txt"},
        "static/b.txt": {"path": "keep/b.txt"},
    }
    for name in ("CNAME", "a.txt", "b.txt"):
        posts.write(f"content/static/{name}", "x")
    posts.make()
    shutil.rmtree(posts.folder / "content/static")
    for name in ("CNAME", "keep/a.txt"):
        (posts.output / name).write_text("by hand")
    posts.make()
    assert posts.read("CNAME") == posts.read("keep/a.txt") == "by hand"
    assert "keep/b.txt" not in posts.files()


@pytest.mark.parametrize(("wiped", "incremental"), [(False, False), (True, True)])
def test_a_clock_that_was_set_back(posts, wiped, incremental):
    """Files seem to be from tomorrow then."""
    posts.settings |= {"DELETE_OUTPUT_DIRECTORY": wiped, "BUTTERCMS_INCREMENTAL": incremental}
    posts.make()
    posts.account.delete("posts/post-3.json")
    posts.live("import time; real = time.time_ns; time.time_ns = lambda: real() - 86_400 * 10**9")
    assert "post-3.html" not in posts.files()


@pytest.mark.parametrize("incremental", [True, False])
def test_what_was_compressed_of_a_file_that_has_changed(posts, incremental):
    """A server would send it in the place of the file; what is compressed anew stays."""
    posts.settings["BUTTERCMS_INCREMENTAL"] = incremental
    posts.write("content/images/a.txt", "one")
    posts.write("content/images/b.txt", "one")
    posts.write("content/images/b.txt.gz", "the user's own")
    posts.make()
    names = ("post-1.html", "post-2.html", "images/a.txt", "feeds/all.atom.xml")
    for name in names:
        for end in (".gz", ".br"):
            (posts.output / (name + end)).write_bytes(b"old")
    posts.account.post("post-1", day="2024-01-01", body="<p>Changed.</p>", categories=["tea"])
    posts.write("content/images/a.txt", "two")
    posts.write("content/images/b.txt", "two")
    posts.plugin("compress", COMPRESSES)
    posts.make()
    found = {name for name in posts.files() if name.endswith((".gz", ".br"))}
    assert found == {
        *("post-1.html.gz", "post-2.html.gz", "post-2.html.br", "images/b.txt.gz"),
    }


def test_a_term_that_vanishes_where_every_page_is_rendered(posts):
    """Its lists and its feed go, though nobody follows what pages show."""
    posts.write("own.py", "from jinja2.ext import Extension\n\nclass Own(Extension):\n    pass\n")
    posts.settings["JINJA_ENVIRONMENT"] = {"extensions": ["own.Own"]}
    posts.account.post("lone", day="2024-02-01", categories=["lone"], tags=["lonely"])
    posts.make()
    assert {"category/lone.html", "feeds/lone.atom.xml"} <= posts.files()
    posts.account.post("lone", day="2024-02-01", categories=["tea"])
    assert "every page is rendered" in posts.remake().log


COMPRESSES = """
from pathlib import Path
from pelican import signals

def compress(pelican):
    (Path(pelican.settings["OUTPUT_PATH"]) / "post-1.html.gz").write_bytes(b"new")

def register():
    signals.finalized.connect(compress)
"""
