"""The list of what is not published: the page `drafts/index.html` of a preview."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

from markupsafe import Markup, escape
from pelican.generators import Generator

from pelican_buttercms.content.diff import Difference
from pelican_buttercms.content.html_tokens import TextRun, tokens
from pelican_buttercms.content.naming import likely_name, title_of
from pelican_buttercms.plugin.drafts.draft_status import Unpublished
from pelican_buttercms.plugin.language_indexes import url_of_file
from pelican_buttercms.wording import diff_words

SAVE_AS = "drafts/index.html"

_LONGEST = 4000
_LONGEST_TITLE = 80
_AROUND = 12
_INLINE = frozenset(
    (
        *("a", "abbr", "b", "cite", "code", "em", "i", "kbd", "mark", "q", "s", "small", "span"),
        *("strong", "sub", "sup", "u"),
    )
)


@dataclass(frozen=True)
class DraftEntry:
    """One line of the list.

    Attributes:
        draft: the item.
        title: its name for people.
        url: of its page, None if it has none.
        lang: the language that it is written in.
        day: when it was changed, or for when it is scheduled; "" where the API does not say.
        changes: what differs from the live version, as (field, HTML).
    """

    draft: Unpublished
    title: str
    url: str | None
    lang: str
    day: str
    changes: list[tuple[str, Markup]]


class DraftIndexGenerator(Generator):  # type: ignore[misc]
    """Writes the list of drafts, with what differs from what is live."""

    def generate_output(self, writer: Any) -> None:
        """Write the list; it is a page of its own look, since themes have no place for it."""
        content = self.context["buttercms"]
        entries = sorted(self._entries(), key=lambda e: (e.draft.raw.key, e.lang))
        entries.sort(key=lambda e: e.day, reverse=True)  # the newest first
        writer.write_file(
            SAVE_AS,
            self.env.get_template("buttercms/drafts.html"),
            self.context,
            entries=entries,
            filters=_filters(entries),
            local=list(self._local()),
            live_at=content.live_at,
            url=url_of_file(SAVE_AS),
        )

    def _entries(self) -> Iterator[DraftEntry]:
        content = self.context["buttercms"]
        langs = {edition.locale.name: edition for edition in content.langs.values()}
        for (locale, key), draft in content.drafts.items():
            edition = langs[locale]
            record = edition.graph.get(key)
            url = record.url if key.kind != "item" else None
            changes = [(change.path, show(change)) for change in draft.differences]
            yield DraftEntry(draft, _title(draft), url, edition.lang, _day(draft), changes)

    def _local(self) -> Iterator[Any]:
        """Return the drafts among local files, which Pelican writes to their own places."""
        yield from self.context.get("drafts", ())
        yield from self.context.get("draft_pages", ())


def _filters(entries: list[DraftEntry]) -> list[tuple[str, str, list[str]]]:
    """Return what the list can be filtered by: attribute, label, and the values that there are."""
    kinds, langs, states = (
        sorted(set(values))
        for values in (
            [str(entry.draft.raw.key.kind) for entry in entries],
            [entry.lang for entry in entries],
            [str(entry.draft.state) for entry in entries],
        )
    )
    found = [("kind", "Kind", kinds), ("lang", "Language", langs), ("state", "State", states)]
    return [one for one in found if len(one[2]) > 1]


def _day(draft: Unpublished) -> str:
    data = draft.raw.data
    names = ("scheduled",) if draft.state == "scheduled" else ("updated", "published")
    return str(next(filter(None, map(data.get, names)), ""))[:10]


def _title(draft: Unpublished) -> str:
    data, key = draft.raw.data, draft.raw.key
    likely = likely_name(data) if key.kind == "item" else ""  # whatever its editors call it
    title = title_of(data) or likely or key.id
    return title if len(title) <= _LONGEST_TITLE else f"{title[:_LONGEST_TITLE]}…"


def show(difference: Difference) -> Markup:
    """Return what changed, word by word, with the words around it; of HTML the text.

    Where only the markup changed, it is shown.
    """
    old, new = (text and text[:_LONGEST] for text in (difference.old, difference.new))
    texts = _text(old), _text(new)
    if texts[0] != texts[1]:
        old, new = texts
    parts = (
        escape(before) if before == after else _marked(before, after)
        for before, after in diff_words(old, new, _AROUND)
    )
    return Markup(" ").join(parts) or Markup("(only white space differs)")


def _text(html: str | None) -> str | None:
    """Return the text of HTML, its words apart where a block begins or ends."""
    if html is None or "<" not in html:
        return html
    pieces = (
        unescape(html[one.start : one.end])
        if isinstance(one, TextRun)
        else ("" if one.name in _INLINE else " ")
        for one in tokens(html)
    )
    return " ".join("".join(pieces).split())


def _marked(old: str, new: str) -> Markup:
    parts = [(Markup("<del>{}</del>"), old), (Markup("<ins>{}</ins>"), new)]
    return Markup(" ").join(form.format(text) for form, text in parts if text)
