"""A site of Markdown files, without anything of ButterCMS, is rendered incrementally."""

from __future__ import annotations

from collections.abc import Callable
import json
from pathlib import Path
import shutil

import pelican
import pytest

from pelican_buttercms.errors import SettingsError
from pelican_buttercms.incremental.plain_site import read_options
from pelican_buttercms.incremental.process_start import HOSTED

from .builds import Build, Builder, difference, tree

ARTICLE = """Title: {title}
Date: {date}
Slug: {slug}
Category: {category}
Tags: {tags}
{more}
{body}
"""
SIMPLE = Path(pelican.__file__).parent / "themes/simple"


class MarkdownSite:
    """A site whose settings name nothing but Pelican's and this plugin's.

    Attributes:
        settings: what its pelicanconf.py says.
    """

    def __init__(self, folder: Path, builder: Builder) -> None:
        self.folder, self._builder, self._number = folder, builder, 0
        self.output = folder / "output"
        self.settings: dict[str, object] = {
            "SITENAME": "Plain",
            "SITEURL": "https://plain.example",
            "AUTHOR": "Ada",
            "TIMEZONE": "UTC",
            "PATH": "content",
            "OUTPUT_PATH": "output",
            "THEME": "theme",
            "STATIC_PATHS": ["images"],
            "FEED_ALL_ATOM": "feeds/all.atom.xml",
            "DEFAULT_PAGINATION": 4,
            "PLUGINS": ["pelican_buttercms.incremental"],
        }
        shutil.copytree(SIMPLE, folder / "theme")
        self.write("theme/static/css/main.css", "body {}")
        self.write("content/images/one.txt", "one")
        self.write("content/pages/about.md", "Title: About\n\nWho.")
        for number in range(1, 13):
            self.article(number)

    def write(self, path: str, text: str) -> None:
        """Write a file of the site."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)

    def article(self, number: int, name: str = "", **values: str) -> None:
        """Write an article."""
        known = {
            "title": f"Title {number}",
            "date": f"2024-01-{number:02}",
            "slug": f"article-{number}",
            "category": "tea" if number % 2 else "coffee",
            "tags": "old" if number < 7 else "new",
            "more": "",
            "body": f"Body {number}.",
        }
        self.write(f"content/{name or f'article-{number}'}.md", ARTICLE.format(**known | values))

    def build(self, *more: str, rests: bool = False) -> Build:
        """Build into the output folder that stays."""
        lines = [f"{name} = {value!r}" for name, value in self.settings.items()]
        self.write("pelicanconf.py", "\n".join([*lines, ""]))
        arguments = ["content", "-s", "pelicanconf.py", *more]
        code, log = self._builder.build(self.folder, arguments, {}, rests=rests)
        assert code == 0, log
        return Build(log)

    def check(self) -> None:
        """Compare with what Pelican alone writes into an empty folder."""
        self._number += 1
        name = f"whole-{self._number}"
        self.build("-o", name, "-e", f"PLUGINS={json.dumps([])}")
        found = difference(tree(self.output), tree(self.folder / name))
        assert not found, found


@pytest.fixture
def markdown(tmp_path: Path, builder: Builder) -> MarkdownSite:
    """A site of twelve articles and a page."""
    folder = tmp_path / "plain"
    folder.mkdir()
    return MarkdownSite(folder, builder)


def _edit_template(site: MarkdownSite, name: str, more: str) -> None:
    path = f"theme/templates/{name}.html"
    site.write(path, (site.folder / path).read_text().replace("{% block content %}", more, 1))


def _remove(site: MarkdownSite, path: str) -> None:
    (site.folder / path).unlink()


EDITS: list[tuple[str, Callable[[MarkdownSite], object], int]] = [
    ("text", lambda s: s.article(1, body="Another body."), 10),
    ("title", lambda s: s.article(2, title="Another title"), 14),
    ("tag", lambda s: s.article(3, tags="old, rare"), 14),
    ("category", lambda s: s.article(4, category="tea"), 16),
    ("new category", lambda s: s.article(4, category="milk"), 40),
    ("template", lambda s: _edit_template(s, "article", "{% block content %}<hr>"), 13),
    ("template of lists", lambda s: _edit_template(s, "tags", "{% block content %}<hr>"), 1),
    ("new file", lambda s: s.article(13), 25),
    ("deleted file", lambda s: _remove(s, "content/article-5.md"), 25),
    ("setting of all", lambda s: s.settings.update(SITENAME="Other"), 99),
    ("setting of none", lambda s: s.settings.update(UNUSED="x"), 0),
    ("static file", lambda s: s.write("content/images/one.txt", "two"), 0),
    ("new static file", lambda s: s.write("content/images/two.txt", "2"), 0),
    ("file of the theme", lambda s: s.write("theme/static/css/main.css", "p {}"), 0),
    ("page", lambda s: s.write("content/pages/about.md", "Title: About\n\nUs."), 1),
    ("draft", lambda s: s.article(6, more="Status: draft"), 25),
    ("date", lambda s: s.article(7, date="2024-02-01"), 25),
    ("slug", lambda s: s.article(8, slug="moved"), 20),
    ("translation", lambda s: s.article(9, "nine-de", more="Lang: de", title="Neun"), 25),
    ("author", lambda s: s.article(10, more="Author: Bo"), 25),
    ("pagination", lambda s: s.settings.update(DEFAULT_PAGINATION=3), 99),
    ("link", lambda s: s.article(11, body="[x]({filename}article-12.md)"), 10),
    ("feed", lambda s: s.settings.update(FEED_ALL_RSS="feeds/all.rss.xml"), 99),
    ("removed static file", lambda s: _remove(s, "content/images/two.txt"), 0),
]


def test_twenty_edits(markdown: MarkdownSite) -> None:
    """After each, the output is what Pelican alone writes, and few pages were rendered."""
    first = markdown.build()
    markdown.check()
    assert first.rendered > 30
    for name, edit, most in EDITS:
        edit(markdown)
        build = markdown.build()
        markdown.check()
        assert 0 <= build.rendered <= most, f"{name}: {build.rendered} of {first.rendered}"
        again = markdown.build()
        assert again.rendered == 0, f"{name}: {again.log}"


def test_nothing_has_changed(markdown: MarkdownSite) -> None:
    """The build ends before it reads anything, and repeats its warnings."""
    markdown.article(1, body="[x]({filename}nothing.md)")
    first = markdown.build("--verbose", rests=True)
    before = tree(markdown.output)
    second = markdown.build("--verbose", rests=True)
    assert "no page was looked at" in second.log, second.log
    assert second.rendered == 0
    assert second.kept == first.rendered
    assert "nothing.md" in second.log
    assert tree(markdown.output) == before


def test_an_output_folder_that_is_emptied(markdown: MarkdownSite) -> None:
    """What nothing has changed for is kept, and what is nobody's goes."""
    markdown.settings["DELETE_OUTPUT_DIRECTORY"] = True
    markdown.build()
    markdown.write("output/stray.txt", "x")
    markdown.article(1, title="Changed")
    build = markdown.build()
    assert 0 < build.rendered < 20
    assert not (markdown.output / "stray.txt").exists()
    markdown.check()


def test_everything_is_rendered_on_request(markdown: MarkdownSite) -> None:
    """INCREMENTAL turns it off, or compares."""
    markdown.build()
    markdown.settings["INCREMENTAL"] = False
    assert markdown.build().rendered == -1
    markdown.check()
    markdown.settings["INCREMENTAL"] = "verify"
    assert "none is out of date" in markdown.build().log


@pytest.mark.parametrize(
    "settings",
    [
        {"INCREMENTAL": "perhaps"},
        {"INCREMENTAL": []},
        {"INCREMENTAL_PURE": "name"},
        {"INCREMENTAL_PURE": [1]},
        {"INCREMENTAL_WORKERS": 0},
        {"INCREMENTAL_WORKERS": True},
        {"INCREMENTAL_CACHE": 7},
    ],
)
def test_settings_that_cannot_be_used(settings: dict[str, object]) -> None:
    """The message names the setting."""
    with pytest.raises(SettingsError, match=next(iter(settings))):
        read_options({"CACHE_PATH": "cache", **settings})


def test_settings() -> None:
    """They have the meaning of those of ButterCMS."""
    options = read_options(
        {"CACHE_PATH": "/c", "INCREMENTAL_PURE": ["shout"], "INCREMENTAL_WORKERS": 2}
    )
    assert (options.mode, options.pure, options.workers) == ("on", {"shout"}, 2)
    assert options.records == Path("/c/incremental")
    assert options.setting("PURE") == "INCREMENTAL_PURE"


def test_a_site_that_another_plugin_renders(markdown: MarkdownSite) -> None:
    """This plugin stands aside."""
    markdown.settings[HOSTED] = True
    assert markdown.build().rendered == -1
    markdown.check()
