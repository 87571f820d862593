"""The kind of a value by itself, as far as its form tells, in the form of `write_model`."""

from __future__ import annotations

from collections.abc import Mapping
import re
from typing import Any, Literal

from pelican_buttercms.content.html_tokens import TextRun, tokens
from pelican_buttercms.content.media import read_media
from pelican_buttercms.publish.write_model import referenced_key

ValueKind = Literal[
    "text", "html", "number", "boolean", "reference", "media", "component", "picker", "repeater",
    "list", "picked",
]  # fmt: skip
"""`picked` is an entry of a component picker; `list` is a list of anything else."""

LISTS: frozenset[ValueKind] = frozenset({"picker", "repeater", "list"})
TEXTS: frozenset[ValueKind] = frozenset({"text", "html"})

KIND_NAMES: Mapping[ValueKind, str] = {
    "text": "a text",
    "html": "HTML",
    "number": "a number",
    "boolean": "true or false",
    "reference": "a reference",
    "media": "an image or another file",
    "component": "a component",
    "picker": "a list of components",
    "repeater": "a list of entries with fields",
    "list": "a list",
    "picked": "a picked component",
}

UNNAMED_ITEM = re.compile(r"/v2/content/\?keys=\[_id=[0-9]+\]")
"""What `canonical` makes of an expanded item, which does not name its collection."""


def value_kind(value: Any) -> ValueKind:
    """Return the kind of a value in the form of `write_model`, by itself."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return _sort_of_text(value)
    return "list" if isinstance(value, list) else "component"


def _sort_of_text(text: str) -> ValueKind:
    if text.startswith("/v2/") and (referenced_key(text) or UNNAMED_ITEM.fullmatch(text)):
        return "reference"
    if text.startswith("http") and read_media(text):
        return "media"
    return "html" if "<" in text and _has_tag(text) else "text"


def _has_tag(text: str) -> bool:
    return any(not isinstance(token, TextRun) for token in tokens(text))


def picker_entry(value: Any) -> tuple[str, Mapping[str, Any]] | None:
    """Read an entry of a component picker as reads give it, None when it is something else."""
    if not isinstance(value, Mapping) or value.keys() != {"type", "fields"}:
        return None
    kind, fields = value["type"], value["fields"]
    return (kind, fields) if isinstance(kind, str) and isinstance(fields, Mapping) else None
