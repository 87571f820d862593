"""What is the least that Pelican does? All contents and lists, and the pages that have changed.

Copied into a site as its plugin beside `handwritten.py`, of which it takes away what a plugin is
to save: listings are read from the disk, terms are one object each, and membership is looked up
in sets. It stands for a plugin that takes no time at all and knows which pages have changed: those
that `pages.json` names, and no others, are rendered.
"""

from __future__ import annotations

from functools import cache
import json
from pathlib import Path
import re
from typing import Any

import from_disk
import handwritten
from pelican import signals
from pelican.writers import Writer

_PER_PAGE = 10


def once(kind: Any) -> Any:
    """Make one object for each name."""
    made: dict[str, Any] = {}

    def make(name: str, settings: Any) -> Any:
        if name not in made:
            made[name] = kind(name, settings)
        return made[name]

    return make


class Members(list[Any]):
    """A list that looks its members up."""

    def __init__(self, members: Any) -> None:
        super().__init__(members)
        self._known = set(map(id, members))

    def __contains__(self, one: object) -> bool:
        return id(one) in self._known


class LeastWriter(Writer):  # type: ignore[misc]
    """Renders the pages that are named, and no feed."""

    def write_file(self, name: Any, template: Any, context: Any, *more: Any, **given: Any) -> None:
        """Render a page, or those of a list that are named."""
        if name in wanted():
            self._write_part(name, template, context, *more, **given)
        for number in numbers().get(name, ()):
            part = slice((number - 1) * _PER_PAGE, number * _PER_PAGE)
            lists = {key: given[key][part] for key in ("articles", "dates")}
            self._write_part(name, template, context, *more, **{**given, **lists})

    def _write_part(self, name: Any, *more: Any, **given: Any) -> None:
        if given.get("template_name") in self.settings["PAGINATED_TEMPLATES"]:
            lists = {key: given[key][:_PER_PAGE] for key in ("articles", "dates")}
            given |= lists
        self._written_files.clear()  # one name for all pages of a list
        super().write_file(name, *more, **given)

    def write_feed(self, *_arguments: Any, **_options: Any) -> None:
        """Write none."""


@cache
def wanted() -> frozenset[str]:
    """Name the pages that have changed."""
    return frozenset(json.loads(Path("pages.json").read_text()))


@cache
def numbers() -> dict[str, list[int]]:
    """Give the numbers of the later pages of each list that have changed, by its first page."""
    found: dict[str, list[int]] = {}
    for match in filter(None, (re.fullmatch(r"(.*\D)(\d+)(\.html)", name) for name in wanted())):
        found.setdefault(match[1] + match[3], []).append(int(match[2]))
    return found


def index(generator: Any) -> None:
    """Let Pelican look members up."""
    generator.tags = {tag: Members(articles) for tag, articles in generator.tags.items()}
    generator.categories = [(one, Members(articles)) for one, articles in generator.categories]
    generator.authors = [(one, Members(articles)) for one, articles in generator.authors]


def register() -> None:
    """Take the place of parts of the hand-written plugin."""
    handwritten.listing = from_disk.listing
    for kind in ("Category", "Tag", "Author"):
        setattr(handwritten, kind, once(getattr(handwritten, kind)))
    signals.get_writer.connect(writer)
    signals.article_generator_finalized.connect(index)


def writer(_pelican: Any) -> Any:
    """Give the writer that Pelican uses."""
    return LeastWriter
