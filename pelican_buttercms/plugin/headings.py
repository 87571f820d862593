"""The headings of a text, with addresses of their own: the filter `butter_headings`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

from markupsafe import Markup
from pelican.utils import slugify

from pelican_buttercms.content.html_tokens import Edit, EndTag, StartTag, TextRun, edited, tokens

_LEVELS = {f"h{level}": level for level in range(1, 7)}
_SUBSTITUTIONS = ((r"[^\w\s-]", ""), (r"(?u)\A\s*", ""), (r"(?u)\s*\Z", ""), (r"[-\s_]+", "-"))
_LONGEST_ID = 60


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its level from 1 to 6, its `id` in the page, and its words."""

    level: int
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class TextWithHeadings:
    """A text in which every heading has an `id`, and a list of them."""

    html: Markup
    headings: tuple[Heading, ...]


def butter_headings(html: Any, deepest: int = 3, taken: Collection[str] = ()) -> TextWithHeadings:
    """Return the text with an `id` for each heading, and its headings down to the level `deepest`.

    An `id` that an editor wrote stays; the others are made of the words, and are none of
    `taken`: those that the page has elsewhere. Empty headings are left out. Headings in comments,
    scripts and templates are none.
    """
    source = str(html or "")
    edits: list[Edit] = []
    headings = []
    used = set(taken) | {each.value("id") for each in tokens(source) if isinstance(each, StartTag)}
    repeated: Counter[str] = Counter()
    for tag, words in _headings(source):
        identifier = tag.value("id")
        if not identifier:
            identifier = _free_id(words, used, repeated)
            own = tag.get("id")
            edits.append(tag.added("id", identifier) if own is None else own.replaced(identifier))
        if _LEVELS[tag.name] <= deepest:
            headings.append(Heading(_LEVELS[tag.name], identifier, words))
    return TextWithHeadings(Markup(edited(source, edits)), tuple(headings))  # noqa: S704


def _headings(html: str) -> Iterator[tuple[StartTag, str]]:
    """Yield each heading's tag, and its words without tags."""
    opened: StartTag | None = None
    words: list[str] = []
    for token in tokens(html):
        if isinstance(token, StartTag) and token.name in _LEVELS:
            opened, words = token, []
        elif isinstance(token, EndTag) and token.name in _LEVELS and opened is not None:
            text = " ".join(unescape("".join(words)).split())
            if text:
                yield opened, text
            opened = None
        elif isinstance(token, TextRun) and opened is not None:
            words.append(html[token.start : token.end])


def _free_id(words: str, used: set[str], repeated: Counter[str]) -> str:
    """Return an `id` made of words that no other element has, and note it as used."""
    stem = slugify(words, regex_subs=_SUBSTITUTIONS, use_unicode=True)[:_LONGEST_ID] or "section"
    identifier = stem
    while identifier in used:
        repeated[stem] += 1  # so that a thousand headings of the same words take no longer
        identifier = f"{stem}-{repeated[stem] + 1}"
    used.add(identifier)
    return identifier
