"""`robots.txt`, `llms.txt` with its Markdown copies, and the key of IndexNow."""

import pytest

from tests.incremental.conftest import builder, sandboxes, site
from tests.incremental.up_to_date.conftest import py, rested

__all__ = ["builder", "sandboxes", "site"]
ALL = {"BUTTERCMS_ROBOTS": True, "BUTTERCMS_LLMS": True, "BUTTERCMS_INDEXNOW_KEY": "0123-abcd"}


@pytest.fixture
def found(site):
    """A site with articles and pages, one of them hidden, and one of a file."""
    site.account.post("first", title="A [title] & more", summary="What it\n\nsays.")
    site.account.post(
        "second", day="2024-01-02", body="<h2>Part</h2><p>A <a href='/x'>link</a>.</p>"
    )
    site.account.page("*", "about", body="<p>Us.</p>")
    site.write("content/local.md", "Title: Local\nDate: 2024-01-03\n\nText")
    site.write("content/hidden.md", "Title: Secret\nDate: 2024-01-03\nStatus: hidden\n\nText")
    site.settings |= {"BUTTERCMS_PAGE_TYPES": ["*"], "SITESUBTITLE": "Tea and\nmore", **ALL}
    return site


def test_robots(found):
    """Everybody may come, and finds the sitemap."""
    found.remake()
    assert found.read("robots.txt") == (
        "User-agent: *\nDisallow:\n\nSitemap: https://site.example/sitemap.xml\n"
    )
    assert found.read("0123-abcd.txt") == "0123-abcd"


@pytest.mark.parametrize("name", ["BUTTERCMS_PREVIEW", "BUTTERCMS_ENVIRONMENT"])
def test_crawlers_stay_out_of_previews_and_sites_on_trial(found, name):
    """And a live build lets them in again."""
    before = found.settings.get(name)
    found.settings[name] = True if name == "BUTTERCMS_PREVIEW" else "staging"
    found.make()
    assert found.read("robots.txt") == "User-agent: *\nDisallow: /\n"
    assert ("llms.txt" in found.files()) == (name != "BUTTERCMS_PREVIEW")
    found.settings[name] = before
    found.remake()
    assert "Disallow:\n" in found.read("robots.txt")


def test_a_preview_leaves_nothing_behind(found):
    """Where the live site has no such file."""
    found.settings |= {"BUTTERCMS_PREVIEW": True}
    found.make()
    found.settings |= {"BUTTERCMS_PREVIEW": False, "BUTTERCMS_ROBOTS": False}
    found.remake()
    assert "robots.txt" not in found.files()


def test_llms_and_copies(found):
    """Links to Markdown, hidden articles left out; an edit changes the copy and nothing else."""
    found.remake()
    text = found.read("llms.txt")
    assert text.startswith("# Test site\n\n> Tea and more\n\n## Articles\n\n- [A ")
    link = "- [A \\[title\\] & more](https://site.example/first.html.md): What it says."
    assert link in text.splitlines()
    assert "[Local](https://site.example/local.html.md)" in text
    assert "[Second](https://site.example/second.html.md): Part A link." in text
    assert "Secret" not in text
    assert found.read("second.html.md") == "# Second\n\n## Part\n\nA [link](/x).\n"
    found.account.post("second", day="2024-01-02", body="<p>Another.</p>")
    assert {"second.html", "second.html.md"} <= (changed := found.changed())
    assert not {"first.html.md", "local.html.md", "robots.txt"} & changed
    found.is_right()
    found.account.delete("posts/second.json")
    found.remake()
    assert "second.html.md" not in found.files()


def test_nothing_changed_is_seen_at_once(found):
    """Also with these files."""
    found.rests = True
    found.make()
    assert rested(found)
    (found.output / "llms.txt").unlink()
    assert not rested(found)
    assert "llms.txt" in found.files()


def test_files_of_the_user_stay(found):
    """They are there on purpose."""
    found.write("content/static/robots.txt", "mine")
    found.settings["EXTRA_PATH_METADATA"] = {"static/robots.txt": {"path": "robots.txt"}}
    found.remake()
    assert found.read("robots.txt") == "mine"


def test_languages_and_sub_sites(found):
    """Each language in a section of its own; each sub-site in files of its own."""
    found.account.settings(locales=["en", "de"])
    found.account.translate("posts/first", "de", title="Erster", body="<p>Text</p>")
    found.settings |= {"BUTTERCMS_LOCALES": ["en", "de"]}
    found.remake()
    assert "## Articles (de)\n\n- [Erster](https://site.example/first-de.html.md)" in found.read(
        "llms.txt"
    )
    found.settings |= {
        "PLUGINS": ["pelican_buttercms", "i18n_subsites"],
        "I18N_SUBSITES": {"de": {}},
        **dict.fromkeys(("ARTICLE_LANG_URL", "ARTICLE_LANG_SAVE_AS"), None),
    }
    found.remake()
    assert "Sitemap: https://site.example/de/sitemap.xml" in found.read("robots.txt")
    assert "[Erster](https://site.example/de/first.html.md)" in found.read("de/llms.txt")
    assert "Erster" not in found.read("llms.txt")
    assert "de/robots.txt" not in found.files()


@pytest.mark.parametrize("key", ["short", "../../etc/passwd", "a" * 129, 12345678])
def test_keys_that_are_none(found, key):
    """They would be names of files."""
    found.settings["BUTTERCMS_INDEXNOW_KEY"] = key
    code, build = found.attempt()
    assert code == 2
    assert "BUTTERCMS_INDEXNOW_KEY takes 8 to 128" in build.log


def test_a_deep_text_becomes_a_copy_all_the_same(found):
    """What cannot be read as HTML is text."""
    found.account.post("second", body="<div>" * 3000 + "deep" + "</div>" * 3000)
    found.make()
    assert "deep" in found.read("second.html.md")


def test_what_writes_markdown_is_missing(found):
    """The error says how to install it, before anything is written."""
    py(found, "import sys; sys.modules['markdownify'] = None")
    code, build = found.attempt()
    assert code == 2
    assert "pelican-buttercms[export]" in build.log
    assert not found.output.exists()
