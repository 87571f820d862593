"""The file formats of drafts: plain metadata, YAML front matter, HTML, YAML and JSON."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from io import StringIO
import json
import re
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

from pelican_buttercms.publish.export.front_matter import FrontMatter

_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "~"})
"""Words that YAML 1.1 parsers do not read as strings."""

_ONE_LINE = re.compile(r"\S(?:[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]*\S)?")
_NOT_LITERAL = re.compile(
    r"[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_NAME_SEPARATOR = re.compile(r"[,;]")


def plain(head: FrontMatter, body: str) -> str | None:
    """Write `Name: text` lines and a body; None where one line cannot hold a value."""
    lines = []
    for name, value in _one_line_names(head).items():
        text = _line(value)
        if text is None:
            return None
        lines.append(f"{name.capitalize()}: {text}")
    return "\n".join(lines) + f"\n\n{body}\n"


def fenced(head: FrontMatter, body: str) -> str | None:
    """Write YAML front matter and a body; None where it cannot be YAML.

    When Pelican builds the file, Python-Markdown's meta extension reads it. For that extension, a
    blank line and a nested line with less than four spaces end the metadata, so that an id below
    would become text. Fields are nested as usual, as they come last.
    """
    has_fields = "fields" in head
    breaks = re.compile(r"\n" if has_fields else r"\n\s*\n")
    quoted = {
        name: DoubleQuotedScalarString(value)
        if isinstance(value, str) and breaks.search(value)
        else value
        for name, value in head.items()
    }
    yaml = structured(quoted, indent=2 if has_fields else 4)
    return None if yaml is None else f"---\n{yaml}---\n\n{body}\n"


def page(head: FrontMatter, body: str) -> str | None:
    """Write a file for Pelican's HTML reader; None where a meta tag cannot hold a value."""
    lines: list[str] = []
    for name, value in _one_line_names(head).items():
        text = _line(value)
        if text is None:
            return None
        if name == "title":
            lines.insert(0, f"<title>{escape(text, quote=False)}</title>")
        else:
            lines.append(f'<meta name="{name}" content="{escape(text)}">')
    return "\n".join(
        ["<html>", "<head>", *lines, "</head>", "<body>", body, "</body>", "</html>", ""]
    )


def structured(head: Mapping[str, Any], *, indent: int = 2) -> str | None:
    """Write YAML, long texts unfolded; None where it cannot be YAML."""
    yaml = YAML()
    yaml.width = 2**31
    yaml.allow_unicode = True
    yaml.indent(mapping=indent, sequence=indent + 2, offset=indent)
    out = StringIO()
    try:
        yaml.dump(_for_yaml(_names_as_lists(head)), out)
        text = out.getvalue()
        text.encode()
    except (YAMLError, UnicodeError, RecursionError, ValueError):
        return None
    return text


def as_json(head: Mapping[str, Any]) -> str | None:
    """Write JSON, which can hold every text; None where it is nested too deeply."""
    try:
        return json.dumps(_names_as_lists(head), indent=2) + "\n"
    except RecursionError:
        return None


def _names_as_lists(head: Mapping[str, Any]) -> dict[str, Any]:
    """Return the front matter with an author's name in a list if it would be read as two."""
    author = head.get("author")
    is_split = isinstance(author, str) and _NAME_SEPARATOR.search(author)
    return {**head, "author": [author]} if is_split else dict(head)


def _one_line_names(head: FrontMatter) -> FrontMatter:
    """Return the front matter with an author's name with a comma as a list of `authors`."""
    author = head.get("author")
    if not isinstance(author, str) or _NAME_SEPARATOR.search(author) is None:
        return head
    return {
        "authors" if name == "author" else name: [value] if name == "author" else value
        for name, value in head.items()
    }


def _line(value: Any) -> str | None:
    """Return a value as one line; names with a comma are separated by semicolons, as in Pelican."""
    if isinstance(value, list):
        names = [_line(name) for name in value]
        texts = [name for name in names if name]
        if None in names or any(";" in name for name in texts):
            return None
        if any("," in name for name in texts):
            return "; ".join(texts) + (";" if len(texts) == 1 else "")
        return ", ".join(texts)
    return value if isinstance(value, str) and _ONE_LINE.fullmatch(value) else None


def _for_yaml(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {_for_yaml(str(name)): _for_yaml(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_for_yaml(entry) for entry in value]
    if not isinstance(value, str) or isinstance(value, DoubleQuotedScalarString):
        return value
    if _NOT_LITERAL.search(value) or value.casefold() in _WORDS:
        return DoubleQuotedScalarString(value)
    if "\n" not in value:
        return value
    is_literal = value[0] not in " \t\n" and re.search(r"[ \t]$", value, re.MULTILINE) is None
    return LiteralScalarString(value) if is_literal else DoubleQuotedScalarString(value)
