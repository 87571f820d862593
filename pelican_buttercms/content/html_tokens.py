"""Tags, attributes and texts of HTML with their places, for edits that keep every other byte.

The tokens are those of the HTML standard (13.2.5 Tokenization), with what tree construction adds
to it: which elements hold text only, and where SVG or MathML begins. No standard parser for Python
keeps the places of attributes. Comments, declarations, CDATA sections, what is inside `template`,
and a tag that the text ends in are no tokens, so that nothing in them is ever looked at or edited.
The time grows with the length of the text, not faster, and nothing is ever raised.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from html.entities import html5
import re

from pelican_buttercms.content.html_edits import (
    Attribute,
    Edit,
    EndTag,
    StartTag,
    TextRun,
    Token,
    edited,
)

__all__ = [
    "Attribute", "Edit", "EndTag", "StartTag", "TextRun", "Token", "edited", "start_tags", "tokens",
    "unescape_value",
]  # fmt: skip

_TEXT_ONLY = frozenset(
    ("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes")
)
_FOREIGN = frozenset(("svg", "math"))
_INTEGRATION = {
    "svg": frozenset(("foreignobject", "desc", "title")),
    "math": frozenset(("mi", "mo", "mn", "ms", "mtext", "annotation-xml")),
}
_BREAKOUT = frozenset({
    "b", "big", "blockquote", "body", "br", "center", "code", "dd", "div", "dl", "dt", "em",
    "embed", "h1", "h2", "h3", "h4", "h5", "h6", "head", "hr", "i", "img", "li", "listing", "menu",
    "meta", "nobr", "ol", "p", "pre", "ruby", "s", "small", "span", "strong", "strike", "sub",
    "sup", "table", "tt", "u", "ul", "var",
})  # fmt: skip
"""These end SVG and MathML, wherever they stand in it."""

_SPACE = r"[\t\n\f\r ]"
_TAG = re.compile(r"</?(?=[A-Za-z])[^\t\n\f\r />]*")
_GAP = re.compile(r"[\t\n\f\r /]*")
_NAME = re.compile(r"=?[^\t\n\f\r />=]*")
_EQUALS = re.compile(rf"{_SPACE}*={_SPACE}*")
_BARE = re.compile(r"[^\t\n\f\r >]*")
_COMMENT_END = re.compile(r"--!?>")
_REFERENCE = re.compile(r"&(?:#(?:[0-9]+|[xX][0-9a-fA-F]+);?|([A-Za-z][A-Za-z0-9]*)(;?))")
_SCRIPT_PART = re.compile(r"<!--|-->|</?script(?=[\t\n\f\r />])", re.IGNORECASE)


def tokens(html: str) -> Iterator[Token]:
    """Read a fragment or a whole page, however broken."""
    yield from _Reader(html).tokens()


def start_tags(html: str) -> Iterator[StartTag]:
    """Read the start tags of a fragment or a whole page."""
    if "<" in html:
        yield from (token for token in tokens(html) if isinstance(token, StartTag))


def unescape_value(text: str) -> str:
    """Decode the character references of an attribute's value.

    Other than in texts, `&copy=1` and `&copyright` are none there: addresses have such queries.
    """
    return _REFERENCE.sub(_character, text) if "&" in text else text


def _character(match: re.Match[str]) -> str:
    name, semicolon = match[1], match[2]
    if name is None:
        return unescape(match[0])
    if semicolon and f"{name};" in html5:
        return html5[f"{name};"]
    following = match.string[match.end() : match.end() + 1]
    if semicolon or name not in html5 or following == "=":
        return match[0]
    return html5[name]


class _Reader:
    """Reads one text; the attributes are what it knows of the elements that are open."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.position = 0
        self.foreign: list[str] = []  # svg and math, and what is HTML again inside them
        self.templates = 0

    def tokens(self) -> Iterator[Token]:
        """Read on to the end."""
        html, shown = self.html, 0
        while (start := html.find("<", self.position)) >= 0:
            self.position = start
            token = self._markup()
            if self.position == start:  # a `<` that begins nothing
                self.position += 1
                continue
            inert = self.templates - (isinstance(token, StartTag) and token.name == "template")
            if not inert and shown < start:
                yield TextRun(shown, start)
            shown = self.position
            if token is None or inert:
                if isinstance(token, StartTag):
                    self._skip_text_of(token)
                    shown = self.position
                continue
            yield token
            if isinstance(token, StartTag) and (text := self._skip_text_of(token)):
                shown = self.position
                yield text
        if shown < len(html) and not self.templates:
            yield TextRun(shown, len(html))

    def _markup(self) -> Token | None:
        """Read what a `<` begins, and go behind it; None for what is no token."""
        html, start = self.html, self.position
        sign = html[start + 1 : start + 2]
        if sign == "!":
            self.position = self._behind_declaration(start)
        elif sign == "?":
            self.position = self._behind(">", start)
        elif match := _TAG.match(html, start):
            return self._tag(match)
        elif sign == "/" and start + 2 < len(html):
            self.position = self._behind(">", start)
        return None

    def _behind(self, sign: str, start: int) -> int:
        place = self.html.find(sign, start)
        return len(self.html) if place < 0 else place + len(sign)

    def _behind_declaration(self, start: int) -> int:
        html = self.html
        if html.startswith("<!--", start):
            if html.startswith((">", "->"), start + 4):
                return html.index(">", start) + 1
            end = _COMMENT_END.search(html, start + 4)
            return end.end() if end else len(html)
        if self._is_foreign and html.startswith("<![CDATA[", start):
            return self._behind("]]>", start)
        return self._behind(">", start)

    def _tag(self, match: re.Match[str]) -> StartTag | EndTag | None:
        """Read a tag; None where the text ends in it."""
        attributes, end = self._attributes(match.end())
        self.position = end or len(self.html)
        if not end:
            return None
        if match[0].startswith("</"):
            name = match[0][2:].lower()
            self._close(name)
            return EndTag(name, match.start(), end)
        closes_itself = self.html[end - 2] == "/" and not (
            attributes and attributes[-1].end == end - 1
        )
        seen: dict[str, Attribute] = {}
        for attribute in attributes:
            seen.setdefault(attribute.name, attribute)
        name = match[0][1:].lower()
        tag = StartTag(name, match.start(), match.end(), end, tuple(seen.values()), closes_itself)
        self._open(tag)
        return tag

    def _attributes(self, position: int) -> tuple[list[Attribute], int]:
        """Read attributes; the place behind the `>` is 0 where there is none."""
        html, attributes = self.html, list[Attribute]()
        while True:
            before = position = _end(_GAP, html, position)
            if position >= len(html):
                return attributes, 0
            if html[position] == ">":
                return attributes, position + 1
            name_end = _end(_NAME, html, position)
            name = html[position:name_end].lower()
            equals = _EQUALS.match(html, name_end)
            if equals is None:
                attributes.append(Attribute(name, "", before, name_end, name_end, ""))
                position = name_end
                continue
            start = equals.end()
            quote = html[start : start + 1] if html.startswith(('"', "'"), start) else ""
            if quote:
                close = html.find(quote, start + 1)
                if close < 0:
                    return attributes, 0
                raw, position = html[start + 1 : close], close + 1
            else:
                position = _end(_BARE, html, start)
                raw = html[start:position]
            if not quote and not raw:  # `name=>`
                start = position = name_end
                attributes.append(Attribute(name, "", before, start, equals.end(), ""))
                position = equals.end()
                continue
            attributes.append(Attribute(name, unescape_value(raw), before, start, position, quote))

    @property
    def _is_foreign(self) -> bool:
        return bool(self.foreign) and self.foreign[-1] in _FOREIGN

    def _open(self, tag: StartTag) -> None:
        """Mind what a start tag begins."""
        if self._is_foreign and tag.name in _BREAKOUT:
            while self._is_foreign:
                self.foreign.pop()
        inside = _INTEGRATION[self.foreign[-1]] if self._is_foreign else frozenset()
        if not tag.closes_itself and (tag.name in _FOREIGN or tag.name in inside):
            self.foreign.append(tag.name)
        elif tag.name == "template" and not self._is_foreign:
            self.templates += 1

    def _close(self, name: str) -> None:
        """Mind what an end tag ends."""
        if name in self.foreign:
            while self.foreign.pop() != name:
                pass
        elif name == "template":
            self.templates = max(0, self.templates - 1)

    def _skip_text_of(self, tag: StartTag) -> TextRun | None:
        """Go behind the text of an element that holds nothing else."""
        start = self.position
        if self.foreign and (self._is_foreign or self.foreign[-1] == tag.name):
            return None
        if tag.name == "plaintext":
            self.position = len(self.html)
        elif tag.name == "script":
            self.position = self._script_end(start)
        elif tag.name in _TEXT_ONLY:
            end = _end_tag_of(tag.name).search(self.html, start)
            self.position = end.start() if end else len(self.html)
        return TextRun(start, self.position, tag.name) if self.position > start else None

    def _script_end(self, start: int) -> int:
        """Find the end tag of a script, in which `<!-- <script>` begins a part with its own."""
        state, opened = "", 0
        for part in _SCRIPT_PART.finditer(self.html, start):
            what = part[0].lower()
            if what == "</script":
                if state != "double":
                    return part.start()
                state = "escaped"
            elif what == "<!--":
                if not state:
                    is_closed = self.html.startswith((">", "->"), part.end())
                    state, opened = "" if is_closed else "escaped", part.end()
            elif what == "-->":
                state = "" if state and part.start() >= opened else state
            elif state == "escaped":
                state = "double"
        return len(self.html)


def _end(pattern: re.Pattern[str], text: str, position: int) -> int:
    match = pattern.match(text, position)
    return match.end() if match else position


_END_TAGS = {name: re.compile(rf"</{name}(?=[\t\n\f\r />])", re.IGNORECASE) for name in _TEXT_ONLY}


def _end_tag_of(name: str) -> re.Pattern[str]:
    return _END_TAGS[name]
