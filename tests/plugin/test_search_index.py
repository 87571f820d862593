"""The search index that Pagefind makes of what was written: `BUTTERCMS_SEARCH`."""

import gzip
import json
from pathlib import Path

from pagefind.service import get_executable
import pytest

from tests.incremental.conftest import builder, sandboxes, site
from tests.incremental.up_to_date.conftest import py, rested

__all__ = ["builder", "sandboxes", "site"]


@pytest.fixture
def found(site):
    """A site with articles and pages in every state."""
    site.account.post("first", title="First", body="<p>Rainwater &amp; moss</p>")
    site.account.post("second", title="Second", body="<p>Thunder</p>")
    site.account.post("later", title="Later", status="draft", body="<p>Unpublished</p>")
    site.account.page("*", "about", body="<p>Lighthouse</p>")
    site.write("content/hidden.md", "Title: Hid\nDate: 2024-01-03\nStatus: hidden\n\nSecretive")
    site.write("content/draft.md", "Title: Dra\nDate: 2024-01-03\nStatus: draft\n\nSketchy")
    site.settings |= {"BUTTERCMS_PAGE_TYPES": ["*"], "BUTTERCMS_SEARCH": "pagefind"}
    return site


def entries(site, folder="pagefind") -> dict[str, dict]:
    """Return what the index has of each page, by its URL."""
    fragments = (site.output / folder / "fragment").glob("*.pf_fragment")
    texts = [gzip.decompress(path.read_bytes()).decode() for path in fragments]
    records = [json.loads(text.removeprefix("pagefind_dcd")) for text in texts]
    return {record["url"]: record for record in records}


def test_published_articles_and_pages_are_found(found):
    """No draft, nothing hidden, no list; an edit makes another index, and no page is left in it."""
    found.remake()
    assert set(entries(found)) == {"/first.html", "/second.html", "/pages/about.html"}
    assert "Rainwater & moss" in entries(found)["/first.html"]["content"]
    found.account.post("first", title="First", body="<p>Sunshine</p>")
    changed = found.changed()
    assert {"first.html", "pagefind/pagefind-entry.json"} <= changed
    assert "Sunshine" in entries(found)["/first.html"]["content"]
    found.is_right()
    found.account.delete("posts/second.json")
    found.remake()
    assert set(entries(found)) == {"/first.html", "/pages/about.html"}
    found.settings["BUTTERCMS_SEARCH"] = ""
    found.remake()
    assert [name for name in found.files() if name.startswith("pagefind")] == []


def test_pages_that_search_engines_leave_alone_are_left_out(found):
    """By their own robots tag, however it is spelt; a text that speaks of it is found."""
    found.account.page("*", "private", body="<p>Quiet</p>")
    found.account.page("*", "talk", body="<p>How to write noindex</p>")
    robots = (
        "{% if page and page.slug == 'private' %}<META content='NoIndex' name=Robots>{% endif %}"
    )
    found.template("page.html", f"<html><head>{robots}</head><body>{{{{ page.content }}}}</body>")
    found.remake()
    assert "/pages/talk.html" in entries(found)
    assert "/pages/private.html" not in entries(found)


def test_a_preview_has_no_index(found):
    """It is full of drafts, and a live index must not stay there."""
    found.remake()
    found.settings["BUTTERCMS_PREVIEW"] = True
    found.make()
    assert not (found.output / "pagefind").exists()


def test_languages_and_sub_sites(found):
    """Pagefind has an index for each language; each sub-site has files of its own."""
    found.account.settings(locales=["en", "de"])
    found.account.translate("posts/first", "de", title="Erster", body="<p>Regenwasser</p>")
    found.settings |= {"BUTTERCMS_LOCALES": ["en", "de"]}
    lang = "<html lang={{ (article or page).lang }}><body>{{ (article or page).content }}</body>"
    found.template("article.html", lang)
    found.remake()
    assert set(json.loads(found.read("pagefind/pagefind-entry.json"))["languages"]) == {"de", "en"}
    found.settings |= {
        "PLUGINS": ["pelican_buttercms", "i18n_subsites"],
        "I18N_SUBSITES": {"de": {}},
        **dict.fromkeys(("ARTICLE_LANG_URL", "ARTICLE_LANG_SAVE_AS"), None),
    }
    found.remake()
    assert "Regenwasser" in entries(found, "de/pagefind")["/first.html"]["content"]


def program(folder: Path, lines: str) -> dict[str, str]:
    """Write a program that stands in for Pagefind's; return the variable that names it."""
    path = folder / "program"
    path.write_text(f"#!/bin/sh\n{lines}\n")
    path.chmod(0o755)
    return {"PAGEFIND_BINARY_PATH": str(path)}


def test_the_program_runs_only_for_another_page(found, tmp_path):
    """The state of the output tells; a file of the index that is gone or changed comes back."""
    log = tmp_path / "runs"
    env = program(tmp_path, f'echo run >> {log}\nexec {get_executable()} "$@"')
    found.make(env=env)
    found.write("content/images/extra.txt", "no page")
    found.make(env=env)
    assert log.read_text().count("run") == 1
    script = found.output / "pagefind/pagefind.js"
    before = script.read_bytes()
    for spoil in (lambda: script.write_text("changed"), script.unlink):
        spoil()
        found.make(env=env)
        assert script.read_bytes() == before
    assert log.read_text().count("run") == 3


def test_nothing_changed_is_seen_at_once(found):
    """Also with an index, and not where a file of it is gone."""
    found.rests = True
    found.make()
    assert rested(found)
    (found.output / "pagefind/pagefind.js").unlink()
    assert not rested(found)
    assert "pagefind/pagefind.js" in found.files()


@pytest.mark.parametrize("fault", ["echo 'no room \033[31m' >&2; exit 3", "kill -9 $$"])
def test_a_program_that_fails(found, tmp_path, fault):
    """The site is whole, the last index stays, and a warning says why."""
    found.make()
    before = entries(found)
    found.account.post("first", title="First", body="<p>Sunshine</p>")
    code, build = found.attempt(env=program(tmp_path, fault))
    assert code == 0
    assert "The search index could not be made, and the last one stays" in build.log
    assert "\033[31m" not in build.log.partition("could not be made")[2].partition("Run")[0]
    assert "Sunshine" in found.read("first.html")
    assert entries(found) == before
    found.remake()
    assert "Sunshine" in entries(found)["/first.html"]["content"]


def test_pagefind_is_missing(found):
    """A warning says how to install it, and the theme shows no field."""
    py(found, "import sys; sys.modules['pagefind'] = sys.modules['pagefind.service'] = None")
    code, build = found.attempt()
    assert code == 0
    assert 'pip install "pelican-buttercms[search]"' in build.log
    assert not (found.output / "pagefind").exists()


def test_a_page_of_that_name_is_refused(found):
    """Nothing is written over."""
    found.account.page("*", "x", body="x")
    found.settings["PAGE_SAVE_AS"] = "pagefind/{slug}.js"
    found.account.page("*", "pagefind", body="x")
    code, build = found.attempt()
    assert code != 0
    assert "both claim pagefind/pagefind.js" in " ".join(build.log.split())


def test_a_wrong_word(found):
    """The error names what there is."""
    found.settings["BUTTERCMS_SEARCH"] = "google"
    code, build = found.attempt()
    assert code == 2
    assert "BUTTERCMS_SEARCH is one of '', 'pagefind'" in build.log


def test_no_state_leads_out_of_the_output(found):
    """A state file that was changed names files of the output alone."""
    found.make()
    outside = Path(found.output).parent / "outside.txt"
    outside.write_text("secret")
    state = found.output / "pagefind/made-from.json"
    told = json.loads(state.read_text())
    told["files"]["../outside.txt"] = "00"
    state.write_text(json.dumps(told))
    found.remake()
    assert outside.read_text() == "secret"
    assert "../outside.txt" not in state.read_text()
