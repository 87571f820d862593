"""Compares HTML fragments by what they mean to a browser and to the editor who wrote them.

White space that no browser shows, the order and quoting of attributes, and how a character is
spelled do not count. Every word, tag, attribute and comment does.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from html import unescape
from html.parser import HTMLParser
import re

SameLink = Callable[[str, str], bool]
Attributes = tuple[tuple[str, str], ...]
Token = tuple[Hashable, ...]

BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "col",
    "colgroup", "dd", "details", "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption",
    "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hgroup",
    "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "optgroup", "option", "p", "param",
    "pre", "search", "section", "source", "summary", "table", "tbody", "td", "tfoot", "th",
    "thead", "tr", "track", "ul",
})  # fmt: skip
"""White space beside the tags of these is not shown."""

VOID = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
})  # fmt: skip
"""These have no end tag."""

_SHOWN = frozenset({
    "audio", "button", "canvas", "embed", "iframe", "img", "input", "math", "meter", "object",
    "progress", "select", "svg", "textarea", "video", "wbr",
})  # fmt: skip
"""Inline, and something to see: white space on both sides of them counts."""

_KEPT = frozenset({"pre", "script", "style", "textarea", "xmp"})
_BOOLEAN = frozenset({
    "allowfullscreen", "async", "autofocus", "autoplay", "checked", "controls", "default", "defer",
    "disabled", "hidden", "inert", "ismap", "loop", "multiple", "muted", "nomodule", "novalidate",
    "open", "playsinline", "readonly", "required", "reversed", "selected",
})  # fmt: skip
_LINKS = frozenset({"href", "src", "poster"})
_SPACE = re.compile(r"[ \t\n\r\f]+")
_SECTION = re.compile(r"<!\[([^>]*)>")


def same_html(one: str, other: str, same_link: SameLink | None = None) -> bool:
    """Return whether two fragments mean the same.

    Args:
        one: a fragment, however broken; nothing is ever raised.
        other: another.
        same_link: declares two different targets of a `src`, `href` or `poster` the same, such as
            a local picture and the copy of it in the CMS's media library.
    """
    if one == other:
        return True
    first, second = normalize_html(one), normalize_html(other)
    if same_link is None or len(first) != len(second):
        return first == second
    return all(_same_token(a, b, same_link) for a, b in zip(first, second, strict=True))


def normalize_html(html: str) -> tuple[Token, ...]:
    """Return a fragment's normal form: fragments that mean the same have the same, and only those.

    The time that it takes grows with the length of the fragment, not faster.
    """
    reader = _TokenCollector()
    whole, rest = _split_unfinished(html.replace("\r\n", "\n").replace("\r", "\n"))
    reader.feed(whole)
    reader.close()
    reader.handle_data(unescape(rest))
    return reader.finished()


def link_targets(html: str) -> list[str]:
    """Return the values of a fragment's `src`, `href` and `poster`, in their order."""
    starts = (token for token in normalize_html(html) if token[0] == "<")
    return [value for start in starts for name, value in _attributes(start) if name in _LINKS]


def _split_unfinished(html: str) -> tuple[str, str]:
    """Split off what cannot be a tag or a comment: HTMLParser would take minutes over it."""
    opened = html.find("<!--", html.rfind("-->") + 1)
    end = html.rfind(">", 0, opened if opened >= 0 else len(html)) + 1
    # a browser takes these for comments; HTMLParser raises on some
    return _SECTION.sub(r"<!--![\1-->", html[:end]), html[end:]


def _same_token(one: Token, other: Token, same_link: SameLink) -> bool:
    if one == other:
        return True
    if one[:2] != other[:2] or one[0] != "<":
        return False
    first, second = dict(_attributes(one)), dict(_attributes(other))
    return first.keys() == second.keys() and all(
        value == second[name] or (name in _LINKS and same_link(value, second[name]))
        for name, value in first.items()
    )


def _attributes(token: Token) -> Attributes:
    attributes: Attributes = token[2]  # type: ignore[assignment]
    return attributes


class _TokenCollector(HTMLParser):
    """Collects the tokens of a fragment, each with only the white space that is shown."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._tokens: list[Token] = []
        self._text: list[str] = []  # HTMLParser may give one text in several parts
        self._at_edge = True  # whether white space that comes now is at the start of a line
        self._blank: int | None = None  # the token whose last space is the last thing shown
        self._kept: list[tuple[str, int]] = []  # the open tags inside which white space counts
        self._pre_starts = False

    def finished(self) -> tuple[Token, ...]:
        """Return the tokens; the end of the fragment is the end of a line."""
        self._flush()
        self._edge()
        return tuple(token for token in self._tokens if token != ("text", ""))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Add a start tag."""
        self._flush()
        self._beside(tag)
        attributes = _normal_attributes(attrs)
        self._tokens.append(("<", tag, attributes))
        if tag in VOID:
            return
        if self._kept and self._kept[-1][0] == tag:
            self._kept[-1] = (tag, self._kept[-1][1] + 1)
        elif tag in _KEPT or "white-space" in dict(attributes).get("style", ""):
            self._kept.append((tag, 1))
            self._pre_starts = tag in {"pre", "textarea"}

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Add `<br/>` as `<br>`, and `<p/>` as the `<p></p>` that its author meant."""
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Add an end tag."""
        self._flush()
        if self._kept and self._kept[-1][0] == tag:
            if tag == "pre":
                self._drop_last_newline()
            depth = self._kept[-1][1] - 1
            self._kept[-1:] = [(tag, depth)] if depth else []
        self._beside(tag)
        self._tokens.append((">", tag))

    def handle_data(self, data: str) -> None:
        """Add a part of a text."""
        self._text.append(data)

    def handle_comment(self, data: str) -> None:
        """Add a comment, which shows nothing and means something to its author."""
        self._flush()
        self._tokens.append(("comment", " ".join(data.split())))

    def handle_decl(self, decl: str) -> None:
        """Add a declaration."""
        self._flush()
        self._tokens.append(("declaration", decl))

    def handle_pi(self, data: str) -> None:
        """Add a processing instruction."""
        self._flush()
        self._tokens.append(("instruction", data))

    def _flush(self) -> None:
        """Add the text that has come."""
        text, self._text = "".join(self._text), []
        if text and self._kept:
            if self._pre_starts:
                text = text.removeprefix("\n")  # a browser drops that one
            self._tokens.append(("text", text))
            if self._kept[-1][0] not in {"script", "style"}:
                self._at_edge, self._blank = False, None
        elif text:
            self._add_collapsed(_SPACE.sub(" ", text))
        self._pre_starts = False

    def _add_collapsed(self, text: str) -> None:
        if self._at_edge or self._blank is not None:
            text = text.removeprefix(" ")
        if text:
            self._tokens.append(("text", text))
            self._at_edge = False
            self._blank = len(self._tokens) - 1 if text.endswith(" ") else None

    def _beside(self, tag: str) -> None:
        """Drop white space before a block's tag, and keep it before shown inline content."""
        if tag in BLOCKS:
            self._edge()
        elif tag in _SHOWN:
            self._at_edge, self._blank = False, None

    def _edge(self) -> None:
        """End the line: white space at its end is not shown."""
        if self._blank is not None:
            self._tokens[self._blank] = ("text", str(self._tokens[self._blank][1])[:-1])
        self._at_edge, self._blank = True, None

    def _drop_last_newline(self) -> None:
        """Drop the line break before `</pre>`, which starts no line."""
        for number in range(len(self._tokens) - 1, -1, -1):
            token = self._tokens[number]
            if token[0] == "text":
                self._tokens[number] = ("text", str(token[1]).removesuffix("\n"))
            if token[0] != ">":
                return


def _normal_attributes(attrs: list[tuple[str, str | None]]) -> Attributes:
    found: dict[str, str] = {}
    for name, value in attrs:
        found.setdefault(name, value or "")  # the first of two counts
    for name, value in found.items():
        if name in _BOOLEAN:
            found[name] = ""
        elif name == "class":
            found[name] = " ".join(value.split(None))
    return tuple(sorted(found.items()))
