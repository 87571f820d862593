"""The tokens of HTML with their places, and edits of a text at such places."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Edit = tuple[int, int, str]
"""Start and end of a part of a text, and what takes its place."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of a start tag.

    Attributes:
        name: in lower case.
        value: with its character references decoded, "" where it has none.
        name_start: where the name begins.
        start: where the value begins, its quote included; behind the name where there is none.
        end: where the value ends, its quote included.
        quote: `"`, `'`, or "" for a value without quotes or none.
    """

    name: str
    value: str
    name_start: int
    start: int
    end: int
    quote: str

    def replaced(self, value: str, quote: str = "") -> Edit:
        """Return the edit that gives it another value, in its own quotes or those given."""
        quote = quote or self.quote or '"'
        escaped = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        escaped = escaped.replace(quote, "&quot;" if quote == '"' else "&#39;")
        equals = "" if self.quote or self.value else "="
        return self.start, self.end, f"{equals}{quote}{escaped}{quote}"

    def removed(self) -> Edit:
        """Return the edit that takes it out of its tag."""
        return self.name_start, self.end, ""  # what parts the others stays


@dataclass(frozen=True, slots=True)
class StartTag:
    """A start tag.

    Attributes:
        name: in lower case.
        start: of its `<`.
        name_end: behind its name.
        end: behind its `>`.
        attributes: in their order; of two with one name only the first, as in a browser.
        closes_itself: whether it ends with `/>`.
    """

    name: str
    start: int
    name_end: int
    end: int
    attributes: tuple[Attribute, ...]
    closes_itself: bool

    def get(self, name: str) -> Attribute | None:
        """Return an attribute, None where the tag has none of that name."""
        return next((attribute for attribute in self.attributes if attribute.name == name), None)

    def value(self, name: str) -> str:
        """Return the value of an attribute, "" where the tag has none of that name."""
        attribute = self.get(name)
        return attribute.value if attribute else ""

    def added(self, name: str, value: str) -> Edit:
        """Return the edit that adds an attribute in front of the others."""
        *_, text = Attribute(name, "", 0, 0, 0, "").replaced(value)
        return self.name_end, self.name_end, f" {name}{text}"


@dataclass(frozen=True, slots=True)
class EndTag:
    """An end tag; its name is in lower case."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class TextRun:
    """A text as it is written, with character references.

    Attributes:
        start: where it begins.
        end: where it ends.
        element: the element that holds nothing but this text, such as `style`; "" elsewhere.
    """

    start: int
    end: int
    element: str = ""


Token = StartTag | EndTag | TextRun


def edited(text: str, edits: Iterable[Edit]) -> str:
    """Return a text with edits made, which do not overlap; those of one place in their order."""
    parts = []
    position = 0
    for start, end, new in sorted(edits, key=lambda edit: edit[:2]):
        parts += [text[position:start], new]
        position = end
    return "".join([*parts, text[position:]]) if parts else text
