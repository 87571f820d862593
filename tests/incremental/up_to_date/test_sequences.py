"""Builds one after the other, of all kinds of sites: each that rests is right to do so."""

import json

import pytest

from tests.accounts import webhook_body
from tests.incremental.builds import difference, tree

from .conftest import RESTED, rested


@pytest.mark.parametrize(
    "text",
    [
        "{{ buttercms|attr('a' ~ 'ge') }}",
        "{{ buttercms.langs.values()|map(attribute='age')|list }}",
        "{% macro m(b) %}{{ b.age }}{% endmacro %}{{ m(buttercms) }}",
        "{{ '{0.age}'.format(buttercms) }}",
        "{% set ns = namespace(b=buttercms) %}{{ ns.b['age'] }}",
        "{% import 'lib.html' as lib %}{{ lib.m(buttercms) }}",
        "{% import 'lib.html' as lib with context %}{{ lib.n() }}",
        "{{ [buttercms]|groupby('age')|list|length }}",
        "{{ lipsum() }}",
        "{{ range(1000000)|random }}",
    ],
)
def test_age_and_chance(still, text):
    """In whatever way a template asks for it."""
    still.settings["BUTTERCMS_MAX_AGE"] = "1h"
    macros = (
        "{% macro m(b) %}{{ b.age }}{% endmacro %}{% macro n() %}{{ buttercms.age }}{% endmacro %}"
    )
    still.template("lib.html", macros)
    still.template("extra.html", text)
    still.make()
    assert not rested(still)


def test_languages(still):
    """A pull that changes another language only, or nothing."""
    still.account.settings(locales=["en", "de"], default_locale="en")
    still.settings |= {
        "BUTTERCMS_LOCALES": {"en": [], "de": ["en"]},
        "BUTTERCMS_LANG_TEMPLATES": {"archives": "{lang}/archives.html"},
        "BUTTERCMS_MAX_AGE": "1h",
        "BUTTERCMS_FRONT_PAGE": "*/about",
    }
    still.template("extra.html", "{{ buttercms.langs.values()|map(attribute='pulled_at')|list }}")
    still.make()
    for title in ("Eins", "Zwei", "Zwei"):
        assert rested(still)
        still.account.translate("posts/one", "de", title=title)
        still.command("pull")
        assert not rested(still)
        still.is_right()


def test_events(still):
    """Taken in one by one."""
    still.template("extra.html", "{{ buttercms.pulled_at }}{{ buttercms.generation.id }}")
    still.settings["BUTTERCMS_MAX_AGE"] = "1h"
    still.make()
    for title in ("Changed", "Changed", "Again"):
        assert rested(still)
        still.account.post("one", day="2024-01-01", title=title)
        still.write("event.json", json.dumps([webhook_body("post.published", "one")]))
        still.make(env={"BUTTERCMS_EVENT_FILE": str(still.folder / "event.json")})
        still.is_right()


def test_one_instance_that_is_run_again_and_again(still):
    """As by `pelican --autoreload`; a build in between fails."""
    good = (still.folder / "templates/extra.html").read_text()
    still.live(f"""
import os
one = pelican.get_instance(pelican.parse_arguments(["content", "-s", "pelicanconf.py"]))[0]
def build(): one.run()
build(); build()
open('content/notes/local.md', 'a').write('more')
build()
assert 'more' in open('output/local.html').read()
build()
os.remove('output/local.html')
build()
assert 'more' in open('output/local.html').read()
open('templates/extra.html', 'w').write('{{{{ 1 / 0 }}}}')
try:
    build(); assert 0
except ZeroDivisionError:
    pass
open('templates/extra.html', 'w').write({good!r})
""")
    still.is_right()
    still.make()
    still.is_right()


def test_two_settings_files_for_one_folder(still):
    """Turn by turn; the second one empties it."""
    still.configure()
    text = (still.folder / "pelicanconf.py").read_text()
    more = "SITEURL = 'https://other.example'\nDELETE_OUTPUT_DIRECTORY = True\n"
    still.write("publishconf.py", f"{text}\n{more}")
    arguments = ["content", "-v", "-s", "publishconf.py"]
    for _ in range(2):
        still.make()
        still.is_right()
        assert rested(still)
        _, log = still._builder.build(still.folder, arguments, {}, rests=True)
        assert RESTED not in log
        assert "other.example" in still.read("index.html")
        _, log = still._builder.build(still.folder, arguments, {}, rests=True)
        assert RESTED in log


def test_two_output_folders(still):
    """Each has a record of its own."""
    still.make("-o", "second")
    assert rested(still)
    assert RESTED in still.make("-v", "-o", "second").log
    still.write("content/notes/local.md", "Title: Other\nDate: 2024-01-03\n\nx")
    assert RESTED not in still.make("-v", "-o", "second").log
    assert not rested(still)
    assert not difference(tree(still.folder / "second"), still.full())


@pytest.mark.parametrize(
    "more",
    [
        {"EXTRA_PATH_METADATA": {"images/one.txt": {"path": "robots.txt"}}},
        {"IGNORE_FILES": ["*.md"]},
        {"THEME": "notmyidea"},
        {"STATIC_EXCLUDE_SOURCES": False, "STATIC_PATHS": [""]},
        {"PAGE_PATHS": ["pages/page.md"], "ARTICLE_EXCLUDES": ["pages"]},
    ],
)
def test_settings(still, more):
    """Whose folders and files are others."""
    still.settings |= more
    still.make()
    assert rested(still)
    still.is_right()
    still.write("content/images/one.txt", "two")
    still.write("content/pages/page.md", "Title: Page\n\nOther")
    still.make()
    still.is_right()
