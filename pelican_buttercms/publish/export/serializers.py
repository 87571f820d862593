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

from pelican_buttercms.publish.drafts.edit_lines import plain_text
from pelican_buttercms.publish.drafts.html_to_text import html_to_text
from pelican_buttercms.publish.drafts.yaml_json import spell_scalar
from pelican_buttercms.publish.export.front_matter import FrontMatter

_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "~"})
"""Words that YAML 1.1 parsers do not read as strings."""

_NOT_LITERAL = re.compile(
    r"[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_MARKDOWN = re.compile(r"[\\`*_{}\[\]()>#+.!|~-]")


def plain(head: FrontMatter, body: str) -> str | None:
    """Write `Name: text` lines and a body; None where they cannot hold a value."""
    lines = []
    for name, value in head.items():
        text = _line(value, several=name == "summary")
        if text is None:
            return None
        lines.append(f"{name.capitalize()}: {text}")
    return "\n".join(lines) + f"\n\n{body}\n"


def escaped(head: FrontMatter) -> FrontMatter:
    """Return front matter whose title and summary are HTML and Markdown that shows their text."""
    shown = {name: _html(value) for name, value in head.items() if name in {"title", "summary"}}
    if "summary" in shown:
        shown["summary"] = _MARKDOWN.sub(r"\\\g<0>", shown["summary"])
    return {**head, **shown}


def fenced(head: FrontMatter, body: str) -> str | None:
    """Write YAML front matter and a body; None where it cannot be YAML.

    Without this plugin, Python-Markdown's meta extension reads it, which takes quotes for text, a
    nested line with less than four spaces for a key, and a blank line for the end.
    """
    top = {name: value for name, value in head.items() if name != "fields"}
    if html_to_text(str(top.get("title", ""))) != top.get("title", ""):
        top = {name: _html(value) if name == "title" else value for name, value in top.items()}
    lines = [f"{name}: {spell_scalar(value)}\n" for name, value in top.items()]
    fields = structured({"fields": _quoted(head["fields"])}, indent=4)
    return None if fields is None else f"---\n{''.join(lines)}{fields}---\n\n{body}\n"


def page(head: FrontMatter, body: str) -> str:
    """Write a file for Pelican's HTML reader."""
    lines: list[str] = []
    for name, value in head.items():
        if name == "title":
            lines.insert(0, f"<title>{_html(value)}</title>")
            continue
        texts = [_paragraphs(value) if name == "summary" else value]
        if isinstance(value, list):  # several of one name are a list, which is not split
            texts = [*value, ""] if len(value) == 1 and re.search("[,;]", value[0]) else value
        lines += [f'<meta name="{name}" content="{escape(text)}">' for text in texts]
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
        yaml.dump(_for_yaml(head), out)
        text = out.getvalue()
        text.encode()
    except (YAMLError, UnicodeError, RecursionError, ValueError):
        return None
    return text


def as_json(head: Mapping[str, Any]) -> str | None:
    """Write JSON, which can hold every text; None where it is nested too deeply."""
    try:
        return json.dumps(head, indent=2) + "\n"
    except RecursionError:
        return None


def _html(text: str) -> str:
    return escape(text, quote=False)


def _paragraphs(text: str) -> str:
    parts = [_html(part) for part in text.split("\n\n")]
    return "".join(f"<p>{part}</p>" for part in parts) if len(parts) > 1 else parts[0]


def _line(value: Any, *, several: bool) -> str | None:
    """Return a value as plain metadata; of what Pelican renders, several lines are one text."""
    if not several:
        return plain_text(value)
    lines = [plain_text(line) for line in str(value).split("\n")]
    return None if None in lines else "\n    ".join(filter(None, lines))


def _quoted(value: Any) -> Any:
    """Return fields whose texts have no blank line in YAML."""
    if isinstance(value, Mapping):
        return {name: _quoted(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [_quoted(entry) for entry in value]
    is_long = isinstance(value, str) and re.search(r"\n[ \t]*\n|\n\Z", value)
    return DoubleQuotedScalarString(value) if is_long else value


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
