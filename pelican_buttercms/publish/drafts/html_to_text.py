"""HTML converted to plain text, for the API's plain texts such as a summary."""

from __future__ import annotations

from html.parser import HTMLParser
import re

_LINES = frozenset(("div", "li", "ul", "ol", "br", "blockquote", "h1", "h2", "h3", "h4", "tr"))


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.paragraphs = [""]

    def handle_data(self, data: str) -> None:
        self.paragraphs[-1] += data

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "p":
            self.paragraphs.append("")
        elif tag in _LINES:
            self.paragraphs[-1] += "\n"


def html_to_text(html: str) -> str:
    """Return the text without tags, entities as characters, paragraphs between empty lines."""
    parser = _Text()
    parser.feed(html)
    parser.close()
    texts = (re.sub(r"\s*\n\s*", "\n", text).strip() for text in parser.paragraphs)
    return "\n\n".join(filter(None, texts))
