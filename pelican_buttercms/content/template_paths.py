"""What a template writes to reach each value of a record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields as attributes
import json
from typing import Any, NamedTuple

from pelican_buttercms.content.fields import Component, Fields
from pelican_buttercms.content.records import Item, Page, Post, Record

_OF_ALL = frozenset(field.name for field in attributes(Record)) - {"extra"}
_BACK = _OF_ALL | {"posts", "collection", "page_type"}


class TemplateValue(NamedTuple):
    """A value of a record.

    Attributes:
        path: what a template writes, such as `page.butter.fields.hero[0].title`.
        value: the value: a text, a number, a record, or what holds others.
        depth: how many values it lies in.
    """

    path: str
    value: Any
    depth: int

    @property
    def holds_others(self) -> bool:
        """Whether its parts have paths of their own."""
        return isinstance(self.value, Mapping | list | Component)


def root_of(record: Record, role: str = "page") -> str:
    """Return what the record is in the template of its own page, or else in every template.

    Args:
        record: the record.
        role: what the pages of its type become, "page" or "article".
    """
    if isinstance(record, Page):
        return f"{role}.butter"
    if isinstance(record, Post):
        return "article.butter"
    return global_path(record) if isinstance(record, Item) else f"{record.key.kind}.butter"


def global_path(record: Record) -> str:
    """Return what a record is in every template."""
    key = record.key
    if isinstance(record, Item):
        return f"buttercms.item({quoted(key.group)}, {record.id})"
    if isinstance(record, Page):
        return f"buttercms.page({quoted(key.group)}, {quoted(key.id)})"
    if isinstance(record, Post):
        return f"buttercms.post({quoted(key.id)})"
    plural = "categories" if key.kind == "category" else f"{key.kind}s"
    return f'(buttercms.{plural}|selectattr("slug", "equalto", {quoted(key.id)})|first)'


def values_of(record: Record, root: str) -> Iterator[TemplateValue]:
    """Yield every value of a record that is set, each before what it holds; records end a path."""
    for field in attributes(record):
        value = getattr(record, field.name)
        if field.name not in _BACK and not (field.name == "extra" and not value):
            yield from _inside(value, f"{root}.{field.name}", 0)


def _inside(value: Any, path: str, depth: int) -> Iterator[TemplateValue]:
    yield TemplateValue(path, value, depth)
    if isinstance(value, Component):
        yield TemplateValue(f"{path}.type", value.type, depth + 1)
        yield from _inside(value.fields, f"{path}.fields", depth + 1)
    elif isinstance(value, Mapping):
        # another mapping's own methods come before its names
        for name in value:
            part = path_part(name, is_plain=isinstance(value, Fields))
            yield from _inside(value[name], f"{path}{part}", depth + 1)
    elif isinstance(value, list):
        for number, entry in enumerate(value):
            yield from _inside(entry, f"{path}[{number}]", depth + 1)


def path_part(name: str, *, is_plain: bool = True) -> str:
    """Return what a template appends to a path to reach a field; `is_plain` for our own fields."""
    is_name = name.isascii() and name.isidentifier() and not name.startswith("_")
    return f".{name}" if is_plain and is_name else f"[{quoted(name)}]"


def quoted(text: str) -> str:
    """Return a text as a template writes it."""
    return json.dumps(text, ensure_ascii=False)
