"""The text by which people know a record, a field's value or an item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup

from pelican_buttercms.content.fields import Fields
from pelican_buttercms.content.records import Item, Page

_USUAL = ("name", "title", "label", "headline")
_ENDINGS = ("_name", "_title", "_label", "_headline")
_SHORT = 80
_NO_NAMES = ("http://", "https://", "//", "/", "#", "<", "mailto:")


def name_of(value: Any) -> str:
    """Return a record's name, title or label, or else what its fields have that is like one.

    An item's number is its name only where it has no text at all.
    """
    if type(value) is str:
        return value
    if isinstance(value, list | tuple):
        return name_of(value[0]) if value else ""
    if not isinstance(value, Page | Item):
        return str(getattr(value, "name", value))
    fields = value.fields
    texts = {
        name: text for name in fields if (text := fields[name]) and isinstance(text, str | int)
    }
    known_name = next((texts[name] for name in _USUAL if name in texts), None)
    known_name = known_name or (value.name if isinstance(value, Page) else None)
    return str(known_name or likely_name(texts) or value.key.id)


def title_of(data: Mapping[str, Any]) -> str:
    """Return the text by which people know an object of the API, "" where it has none."""
    names = (data.get("first_name"), data.get("last_name"))
    if of_author := " ".join(name for name in names if isinstance(name, str) and name):
        return of_author  # whose title is a job's
    fields = data.get("fields")
    for values in (data, fields if isinstance(fields, dict) else {}):
        for name in (*_USUAL, "question"):
            if isinstance(text := values.get(name), str) and text:
                return text
    return ""


def likely_name(fields: Mapping[str, Any] | Fields) -> str:
    """Return the text that most likely names an item, "" where it has none.

    `category_name` and the like come first, then the first short text in the order of the schema,
    then the first text of any kind, without its tags and shortened.
    """
    texts = list(_texts(fields))
    ended = (text for name, text in texts if name.endswith(_ENDINGS))
    short = (text for _, text in texts if len(text) <= _SHORT and not text.startswith(_NO_NAMES))
    any_text = (plain for _, text in texts if (plain := Markup(text).striptags()))  # noqa: S704
    likely = next((text for texts in (ended, short, any_text) for text in texts), "")
    return likely if len(likely) <= _SHORT else f"{likely[:_SHORT]}…"


def _texts(fields: Mapping[str, Any] | Fields) -> Iterator[tuple[str, str]]:
    for name in fields:
        value = fields[name]
        if isinstance(value, str) and value.strip():
            yield name, value.strip()
