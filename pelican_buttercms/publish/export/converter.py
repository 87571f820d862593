"""The conversion of a block of HTML to Markdown, with markdownify adapted to python-markdown.

What Markdown cannot express stays an HTML tag. `markdown.py` renders and compares every result, so
nothing here has to be perfect.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from html import escape
import re
from typing import Any

from pelican_buttercms.errors import SettingsError

_NATIVE = {
    "a": frozenset({"href", "title"}),
    "img": frozenset({"src", "alt", "title"}),
    "em": frozenset(),
    "strong": frozenset(),
    "code": frozenset(),
    "br": frozenset(),
}
"""The inline tags that Markdown can write, with the attributes that it can write."""

_INLINE = frozenset({
    *_NATIVE, "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "data", "del", "dfn", "font",
    "i", "ins", "kbd", "label", "mark", "q", "rp", "rt", "ruby", "s", "samp", "small", "span",
    "strike", "sub", "sup", "time", "tt", "u", "var", "wbr",
})  # fmt: skip
_PLAIN_LINK = re.compile(r"[^\s()<>\"'\\`\[\]]+")
_PLAIN_TEXT = re.compile(r"[^\n\"'\\`*_<>&\[\]{}!]*")
_VOID = frozenset({"br", "img", "wbr"})

_ESCAPED = re.compile(r"[\\`*\[\]]|(?<![^\W_])_|_(?![^\W_])")
_AT_LINE_START = re.compile(r"^(\s*)(#|>|[-+](?=\s|$|-)|[0-9]+(?=\.(?:\s|$))|[:=~|])", re.MULTILINE)
_LIKE_TAG = re.compile(r"<(?=[a-zA-Z/!?])")
_LIKE_ENTITY = re.compile(r"&(?=#?\w+;)")


@cache
def converter() -> Callable[[str], str]:
    """Return the function that converts one block.

    Raises:
        SettingsError: markdownify is not installed.
    """
    try:
        from markdownify import ATX, MarkdownConverter  # noqa: PLC0415 - an optional dependency
    except ImportError as exc:
        raise SettingsError(
            "Exporting as Markdown needs markdownify, which is not installed. Run"
            ' `pip install "pelican-buttercms[export]"`, or add --html to keep the bodies as HTML.'
        ) from exc

    class BlockConverter(_PythonMarkdown, MarkdownConverter):
        """Markdownify, adapted to python-markdown."""

    convert: Callable[[str], str] = BlockConverter(
        heading_style=ATX, bullets="-", autolinks=False, bs4_options="html.parser"
    ).convert
    return convert


class _PythonMarkdown:
    """The differences between what markdownify writes and python-markdown reads."""

    def process_tag(self, node: Any, parent_tags: set[str] | None = None) -> str:
        """Keep an inline tag that Markdown cannot express."""
        if node.name not in _INLINE or _is_expressible(node, parent_tags or set()):
            markdown: str = super().process_tag(node, parent_tags)  # type: ignore[misc]
            return markdown
        start = "".join(_attribute(name, value) for name, value in node.attrs.items())
        if node.name in _VOID:
            return f"<{node.name}{start}>"
        inside = {*(parent_tags or ()), node.name}
        children = (self.process_element(child, inside) for child in node.children)  # type: ignore[attr-defined]
        text = "".join(children)
        return f"<{node.name}{start}>{text}</{node.name}>"

    _continues_line = False

    def process_text(self, el: Any, parent_tags: set[str] | None = None) -> str:
        """Note whether a text begins a line, where other characters are markup."""
        before = el.previous_sibling
        self._continues_line = before is not None and before.name in _INLINE - {"br"}
        text: str = super().process_text(el, parent_tags)  # type: ignore[misc]
        return text

    def escape(self, text: str, parent_tags: set[str]) -> str:
        """Escape a text so that it is not read as markup, with as few characters as possible."""
        text = _LIKE_ENTITY.sub("&amp;", text)
        text = _LIKE_TAG.sub("&lt;", text)
        text = _ESCAPED.sub(r"\\\g<0>", text)
        text = _AT_LINE_START.sub(self._escape_start, text)
        return text.replace("|", r"\|") if parent_tags & {"td", "th"} else text

    def _escape_start(self, found: re.Match[str]) -> str:
        blank, sign = found[1], found[2]
        if self._continues_line and found.start() == 0 and "\n" not in blank:
            return found[0]
        if sign.isdecimal():
            return f"{blank}{sign}\\"
        return f"{blank}&#{ord(sign)};" if sign in ":=~|" else f"{blank}\\{sign}"

    def convert_li(self, el: Any, text: str, parent_tags: set[str]) -> str:
        """Indent the content by four spaces: fewer would end the item."""
        del parent_tags
        bullet = "-"
        if el.parent is not None and el.parent.name == "ol":
            start = el.parent.get("start") or ""
            before = sum(sibling.name == "li" for sibling in el.previous_siblings)
            bullet = f"{(int(start) if start.isdecimal() else 1) + before}."
        lines = text.strip(" \t\r\n").split("\n")
        rest = [f"    {line}" if line.strip() else "" for line in lines[1:]]
        return "\n".join([f"{bullet} {lines[0]}", *rest]) + "\n"

    def convert_pre(self, el: Any, text: str, parent_tags: set[str]) -> str:
        """Fence code with a fence that does not occur in it."""
        del text, parent_tags
        code = el.find("code")
        classes = code.get("class") if code else None
        language = classes[0].removeprefix("language-") if classes else ""
        inside: str = el.get_text().removesuffix("\n")
        longest = max((len(run) for run in re.findall("`+", inside)), default=0)
        fence = "`" * max(3, longest + 1)
        return f"\n\n{fence}{language}\n{inside}\n{fence}\n\n"


def _is_expressible(node: Any, parents: set[str]) -> bool:
    """Return whether Markdown can express an inline tag."""
    name, attrs = node.name, node.attrs
    if name not in _NATIVE or not attrs.keys() <= _NATIVE[name]:
        return False
    if name == "br":
        return "_inline" not in parents
    texts = [attrs.get("title") or "", attrs.get("alt") or ""]
    if any(_PLAIN_TEXT.fullmatch(text) is None for text in texts) or attrs.get("title") == "":
        return False
    if name == "img":
        is_linkable = _PLAIN_LINK.fullmatch(attrs.get("src") or "") is not None
        return "alt" in attrs and is_linkable and "_inline" not in parents
    return name != "a" or _PLAIN_LINK.fullmatch(attrs.get("href") or "") is not None


def _attribute(name: str, value: str | list[str] | None) -> str:
    """Return an attribute as HTML; bs4 returns attributes of several words as lists."""
    text = " ".join(value) if isinstance(value, list) else value or ""
    return f' {name}="{escape(text)}"'
