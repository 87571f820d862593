"""The CMS's categories, tags and authors by their names, for whoever names one without its slug."""

from __future__ import annotations

from html import unescape
import re
from typing import Any
from urllib.parse import quote, unquote
from weakref import WeakKeyDictionary

from pelican.urlwrappers import Author, Category, Tag

from pelican_buttercms import pelican_internals
from pelican_buttercms.content.graph import Graph
from pelican_buttercms.content.records import Author as AuthorRecord
from pelican_buttercms.content.records import Category as CategoryRecord
from pelican_buttercms.content.records import Tag as TagRecord
from pelican_buttercms.incremental.pelican_patches.content_init import may_have_placeholders

TermRecord = AuthorRecord | CategoryRecord | TagRecord

_WRAPPERS: dict[str, Any] = {"author": Author, "category": Category, "tag": Tag}

_known: WeakKeyDictionary[Graph, TermNames] = WeakKeyDictionary()


class TermNames:
    """Finds a category, tag or author by its name.

    Args:
        graph: the linked records.
    """

    def __init__(self, graph: Graph) -> None:
        self._found: dict[tuple[str, str], TermRecord | None] = {}
        records: tuple[TermRecord, ...] = (*graph.categories, *graph.tags, *graph.authors)
        for record in records:
            key = (record.key.kind, _plain(record.name))
            # of two with one name nobody can say which is meant
            self._found[key] = None if key in self._found else record

    @classmethod
    def of(cls, graph: Graph) -> TermNames:
        """Return the names of a graph, collected once."""
        if graph not in _known:
            _known[graph] = cls(graph)
        return _known[graph]

    def find(self, kind: str, name: str) -> TermRecord | None:
        """Return what has this name, None if nothing or more than one has it."""
        return self._found.get((kind, _plain(name)))


def link_terms(html: str, content: Any, graph: Graph) -> str:
    """Return HTML whose links to terms by their names lead to the pages that these have.

    Pelican makes the slug of `{category}Blog & News` of the name, and the CMS has its own.

    Args:
        html: of the CMS or of a local file.
        content: the article or page that shows it.
        graph: the linked records.
    """
    if not may_have_placeholders(html, content.settings):
        return html
    names = TermNames.of(graph)

    def linked(match: re.Match[str]) -> str:
        kind, text = match["what"], match["value"]
        if kind not in _WRAPPERS:
            return match[0]
        # a name may hold what begins a query or a fragment: the longest one that is known counts
        ends = [len(text), *(cut.start() for cut in reversed(list(re.finditer(r"[?#]", text))))]
        candidates = ((names.find(kind, text[:end]), text[end:]) for end in ends)
        record, rest = next((candidate for candidate in candidates if candidate[0]), (None, ""))
        if record is None or _WRAPPERS[kind](record.slug, content.settings).slug != record.slug:
            return match[0]
        start, end = (place - match.start() for place in match.span("value"))
        return f"{match[0][:start]}{quote(record.slug)}{rest}{match[0][end:]}"

    return str(pelican_internals.link_pattern(content).sub(linked, html))


def link_local_terms(contents: Any, graph: Graph) -> None:
    """Link the terms in the texts of local articles and pages."""
    for content in contents:
        text = getattr(content, "_content", None)
        if isinstance(text, str):
            content._content = link_terms(text, content, graph)
        summary = content.metadata.get("summary")
        if isinstance(summary, str) and (new := link_terms(summary, content, graph)) != summary:
            content.metadata["summary"] = content._summary = new


def _plain(name: str) -> str:
    """Return a name as it is compared: however it is escaped, spaced and capitalised."""
    return " ".join(unescape(unquote(name)).split()).casefold()
