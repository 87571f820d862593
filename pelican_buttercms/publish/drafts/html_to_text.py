"""HTML converted to plain text, for the API's plain texts such as a summary."""

from __future__ import annotations

from html.parser import HTMLParser
import re

_BLOCKS = frozenset(
    ("p", "div", "li", "ul", "ol", "br", "blockquote", "h1", "h2", "h3", "h4", "tr")
)


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.parts.append("\n")


def html_to_text(html: str) -> str:
    """Return the text without tags, entities as characters, a line for each paragraph."""
    parser = _Text()
    parser.feed(html)
    parser.close()
    return re.sub(r"\s*\n\s*", "\n", "".join(parser.parts)).strip()
