"""A site with some of everything, whose parts can be changed."""

from __future__ import annotations

import json
from pathlib import Path
import random
import re
import shutil
from typing import Any

import pelican

from .builds import QuickSite

THEMES = ("simple", "notmyidea", "buttercms")
_BUILT_IN = Path(pelican.__file__).parent / "themes"
_OWN = Path(__file__).resolve().parents[2] / "themes"
_WORDS = ("tea", "ship", "harbour", "night", "salt", "letter", "rain", "lamp")

LOCAL = """Title: {title}
Date: {date}
Slug: {slug}
Category: {category}
Tags: {tags}
{more}
{body}
"""


class World:
    """A site, its account and its theme, and what is drawn to change them.

    Args:
        site: an empty site.
        theme: the name of the theme that it has a copy of.
        draw: chooses.
    """

    def __init__(self, site: QuickSite, theme: str, draw: random.Random) -> None:
        self.site, self.account, self.draw = site, site.account, draw
        self._number = 0
        self.posts: dict[str, dict[str, Any]] = {}
        self.local: dict[str, str] = {}
        self._fill_account()
        self._fill_folder()
        self._configure(theme)

    def word(self) -> str:
        """Return a word that is nowhere else."""
        self._number += 1
        return f"{self.draw.choice(_WORDS)}{self._number}"

    # the CMS

    def _fill_account(self) -> None:
        self.account.settings(locales=["en", "de"], default_locale="en")
        for number in range(self.draw.randint(5, 8)):
            self.put_post(f"post-{number}", day=f"2024-0{number % 3 + 1}-{number + 10}")
        for slug in ("about", "contact"):
            self.account.page("*", slug, body=f"<p>{slug} {self.word()}</p>", intro=self.word())
        self.put_questions()
        self.translate()

    def put_post(self, slug: str, **values: Any) -> None:
        """Write a post; what is not said stays as it was."""
        more = {
            "title": f"Title {self.word()}",
            "body": f"<p>{self.word()} {self.word()}.</p>",
            "summary": self.draw.choice(["", f"About {self.word()}"]),
            "author": self.draw.choice(["ada-lane", "bo-reed"]),
            "categories": [self.draw.choice(["news", "notes"])],
            "tags": self.draw.sample(["red", "green", "blue"], 2),
        }
        self.posts[slug] = more | self.posts.get(slug, {}) | values
        path = self.account.folder / f"posts/{slug}.json"
        locales = json.loads(path.read_text()).get("locales", {}) if path.exists() else {}
        self.account.post(slug, **self.posts[slug], **({"locales": locales} if locales else {}))

    def some_post(self) -> str:
        """Choose a post."""
        return self.draw.choice(sorted(self.posts))

    def put_questions(self) -> None:
        """Write the items of a collection."""
        items = [{"id": n, "question": f"{self.word()}?"} for n in range(1, 4)]
        self.account.collection("faqs", *items)

    def translate(self) -> None:
        """Translate some post."""
        self.account.translate(
            f"posts/{self.some_post()}",
            "de",
            title=f"Titel {self.word()}",
            body=f"<p>{self.word()}",
        )

    # local files

    def _fill_folder(self) -> None:
        self.site.write("content/images/one.txt", "one")
        self.site.write("content/static/two.txt", "two")
        self.site.write("content/notes/three.txt", "three")
        links = "[a]({filename}/notes/second.md) [b]({static}/images/one.txt) [t]({tag}red)"
        self.put_file("notes/first.md", body=f"{links} [c]({{attach}}three.txt)")
        self.put_file("notes/second.md", body="[x]({filename}first.md)")
        self.put_file("notes/second-de.md", slug="second", more="Lang: de\n", body="Zweites")
        self.put_file("notes/draft.md", more="Status: draft\n")
        self.put_file("notes/hidden.md", more="Status: hidden\n")
        self.put_file("pages/local.md", body="[p]({filename}/notes/first.md)")

    def put_file(self, path: str, slug: str = "", more: str = "", body: str = "") -> None:
        """Write a Markdown file."""
        values = {"title": f"Local {self.word()}", "slug": slug or Path(path).stem, "more": more}
        values |= {"date": f"2024-02-{self.draw.randint(10, 27)}", "body": f"{body} {self.word()}"}
        values |= {"category": self.draw.choice(["news", "local"]), "tags": "red, own"}
        self.local[path] = LOCAL.format(**values)
        self.site.write(f"content/{path}", self.local[path])

    def some_file(self) -> str:
        """Choose a Markdown file."""
        return self.draw.choice(sorted(self.local))

    def drop_file(self, path: str) -> None:
        """Take a Markdown file away."""
        del self.local[path]
        (self.site.folder / "content" / path).unlink()

    # settings and the theme

    def _configure(self, theme: str) -> None:
        source = _OWN / theme if theme == "buttercms" else _BUILT_IN / theme
        shutil.copytree(source, self.site.folder / "theme")
        self.theme = self.site.folder / "theme/templates"
        self.site.template(
            "category.html",
            '{% extends "!theme/' + ("category" if theme == "buttercms" else "index") + '.html" %}'
            "{% block content %}{{ super() }}"
            "{% for f in buttercms.collections.faqs %}{{ f.question }} {% endfor %}{% endblock %}",
        )
        self.site.template("extra.html", "{% for a in articles[:2] %}{{ a.title }}{% endfor %}")
        self.site.settings |= {
            "THEME": "theme",
            "BUTTERCMS_PAGE_TYPES": ["*"],
            "BUTTERCMS_COLLECTIONS": ["faqs"],
            "BUTTERCMS_LOCALES": {"en": []},
            "DEFAULT_PAGINATION": 3,
            "ARTICLE_PATHS": ["notes"],
            "STATIC_PATHS": ["images", "static"],
            "DIRECT_TEMPLATES": ["index", "archives", "tags", "categories", "authors", "extra"],
            "FEED_ALL_ATOM": "feeds/all.atom.xml",
            "CATEGORY_FEED_ATOM": "",
            "AUTHOR_FEED_ATOM": "",
            "AUTHOR_FEED_RSS": "",
            "BUTTERCMS_JSON_FEEDS": True,
            "TRANSLATION_FEED_ATOM": "",
        }

    def set(self, **values: Any) -> None:
        """Set or, with None, unset settings."""
        self.site.settings |= values

    def some_template(self, pattern: str) -> Path:
        """Choose a template of the theme by what is in it."""
        found = [p for p in sorted(self.theme.rglob("*.html")) if re.search(pattern, p.read_text())]
        return self.draw.choice(found)

    def edit_template(self, path: Path, pattern: str, more: str) -> None:
        """Put something behind the first match of a pattern."""
        text = path.read_text()
        path.write_text(re.sub(pattern, lambda match: match[0] + more, text, count=1))

    def included(self) -> Path:
        """Choose a template that others include."""
        text = "".join(path.read_text() for path in self.theme.rglob("*.html"))
        names = sorted(set(re.findall(r"include ['\"]([\w./]+)['\"]", text)))
        return self.draw.choice([p for name in names if (p := self.theme / name).is_file()])

    # the output

    def some_output(self) -> Path:
        """Choose a file that Pelican has written."""
        files = [p for p in sorted(self.site.output.rglob("*")) if p.suffix in {".html", ".xml"}]
        return self.draw.choice(files)
