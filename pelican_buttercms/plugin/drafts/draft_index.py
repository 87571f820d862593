"""The list of what is not published: the page `drafts/index.html` of a preview."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape
from pelican.generators import Generator

from pelican_buttercms.content.diff import Difference
from pelican_buttercms.content.naming import likely_name, title_of
from pelican_buttercms.plugin.drafts.draft_status import Unpublished
from pelican_buttercms.plugin.language_indexes import url_of_file
from pelican_buttercms.wording import diff_words

SAVE_AS = "drafts/index.html"

_LONGEST = 4000
_LONGEST_TITLE = 80
_AROUND = 12


@dataclass(frozen=True)
class DraftEntry:
    """One line of the list.

    Attributes:
        draft: the item.
        title: its name for people.
        url: of its page, None if it has none.
        lang: the language that it is written in.
        changes: what differs from the live version, as (field, HTML).
    """

    draft: Unpublished
    title: str
    url: str | None
    lang: str
    changes: list[tuple[str, Markup]]


class DraftIndexGenerator(Generator):  # type: ignore[misc]
    """Writes the list of drafts, with what differs from what is live."""

    def generate_output(self, writer: Any) -> None:
        """Write the list; it is a page of its own look, since themes have no place for it."""
        content = self.context["buttercms"]
        entries = sorted(self._entries(), key=lambda e: (e.draft.raw.key, e.lang))
        writer.write_file(
            SAVE_AS,
            self.env.get_template("buttercms/drafts.html"),
            self.context,
            entries=entries,
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
            yield DraftEntry(draft, _title(draft), url, edition.lang, changes)

    def _local(self) -> Iterator[Any]:
        """Return the drafts among local files, which Pelican writes to their own places."""
        yield from self.context.get("drafts", ())
        yield from self.context.get("draft_pages", ())


def _title(draft: Unpublished) -> str:
    data, key = draft.raw.data, draft.raw.key
    likely = likely_name(data) if key.kind == "item" else ""  # whatever its editors call it
    title = title_of(data) or likely or key.id
    return title if len(title) <= _LONGEST_TITLE else f"{title[:_LONGEST_TITLE]}…"


def show(difference: Difference) -> Markup:
    """Return what changed, word by word, with the words around it."""
    old, new = (text and text[:_LONGEST] for text in (difference.old, difference.new))
    parts = (
        escape(before) if before == after else _marked(before, after)
        for before, after in diff_words(old, new, _AROUND)
    )
    return Markup(" ").join(parts) or Markup("(only white space differs)")


def _marked(old: str, new: str) -> Markup:
    deleted = Markup("<del>{}</del>").format(old) if old else ""
    return deleted + (Markup("<ins>{}</ins>").format(new) if new else Markup())
