"""Reads the values of a draft's fields by the schema of each field.

Fields come nested, as they are written, and leave in the form of `write_model`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
import re
from typing import Any

from pelican_buttercms.content.media import read_media
from pelican_buttercms.content.reference_syntax import embedded_key, parse
from pelican_buttercms.publish.resolve.diagnostics import Diagnostics
from pelican_buttercms.publish.resolve.references import guess_reference, resolve_reference
from pelican_buttercms.publish.schema.infer import FieldSchema, ObjectSchema
from pelican_buttercms.publish.schema.value_kinds import LISTS, TEXTS, picker_entry
from pelican_buttercms.publish.write_model import reference_uri

REF = "ref"
"""The one key of the mapping that marks a reference in a field that is not known as one."""

_NOTHING = FieldSchema()
_LOCAL = re.compile(r"(?:\{(?:static|attach|filename)\}|\|(?:static|attach|filename)\|).+")
_FILE = re.compile(r"[^<>\r\n]{1,1000}\.[A-Za-z0-9]{1,5}(?:[?#][^\s]*)?")
"""What may name a file; whether there is one is what counts."""

_ELSEWHERE = ("http://", "https://")


class FieldReader:
    """Reads values, and collects what is wrong in one `Diagnostics`."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        self._diagnostics = diagnostics
        self._components = diagnostics.account.schemas.components

    def fields(
        self, data: Mapping[Any, Any], shape: ObjectSchema | None, before: str = ""
    ) -> dict[str, Any]:
        """Read the fields of a page, an item, a component or an entry of a list."""
        found: dict[str, Any] = {}
        for key, value in data.items():
            name = str(key)  # YAML reads some names as numbers
            known = shape.get(name) if shape else None
            found[name] = self.value(value, known, f"{before}.{name}" if before else name)
        return found

    def value(self, value: Any, field: FieldSchema | None, where: str) -> Any:
        """Read one value."""
        known = field or _NOTHING
        if value is None or value == "":
            return "" if known.has_empty_text or field is None else known.empty_value()
        if known.is_reference:
            return self._references(value, known, where)
        if isinstance(value, Mapping):
            return self._object(value, known, where)
        if isinstance(value, list | tuple):
            return self._list(value, known, where)
        if isinstance(value, str):
            return self._text(value, known, where)
        return value.isoformat() if isinstance(value, date) else value

    def _references(self, value: Any, field: FieldSchema, where: str) -> Any:
        if isinstance(value, list | tuple):
            return [
                self._reference(entry, field, f"{where}[{number}]")
                for number, entry in enumerate(value)
            ]
        read = self._reference(value, field, where)
        return [read] if field.is_reference_list else read

    def _reference(self, value: Any, field: FieldSchema, where: str) -> Any:
        if isinstance(value, Mapping):
            if key := embedded_key(dict(value)):
                return reference_uri(key)
            value = value[REF] if value.keys() == {REF} else value
        return resolve_reference(value, field, self._diagnostics, where)

    def _object(self, value: Mapping[Any, Any], field: FieldSchema, where: str) -> Any:
        if field.component is not None:
            return self.fields(value, field.component, where)
        if value.keys() == {REF}:
            return resolve_reference(value[REF], field, self._diagnostics, where)
        if key := embedded_key(dict(value)):
            return reference_uri(key)
        url = value.get("url")
        if isinstance(url, str) and url and value.keys() <= {"url", "alt"}:
            return self._media_object(value, url, field, where)
        return self.fields(value, None, where)

    def _media_object(
        self, value: Mapping[Any, Any], url: str, field: FieldSchema, where: str
    ) -> dict[str, Any] | str:
        media = url if field.is_media or read_media(url) else self._diagnostics.local_url(url)
        if media is None:
            return self.fields(value, None, where)
        if value.get("alt"):
            self._diagnostics.add_note(
                where, "has an alt text, which the API cannot write: give it in the dashboard."
            )
        return self._media(url, where) if field.is_media else media

    def _list(
        self, values: list[Any] | tuple[Any, ...], field: FieldSchema, where: str
    ) -> list[Any]:
        return [
            self._entry(value, field, f"{where}[{number}]") for number, value in enumerate(values)
        ]

    def _entry(self, value: Any, field: FieldSchema, where: str) -> Any:
        if entry := picker_entry(value):
            return self._picked(*entry, where)
        if field.is_picker and isinstance(value, Mapping) and len(value) == 1:
            ((kind, fields),) = value.items()
            if isinstance(fields, Mapping) or fields is None:
                return self._picked(str(kind), fields or {}, where)
        if field.is_picker and isinstance(value, str):
            return self._picked(value, {}, where)
        return self.value(value, field.entries, where)

    def _picked(self, kind: str, fields: Mapping[Any, Any], where: str) -> dict[str, Any]:
        shape = self._components.get(kind)
        return {"type": kind, "fields": self.fields(fields, shape, f"{where}.fields")}

    def _text(self, text: str, field: FieldSchema, where: str) -> Any:
        if target := parse(text):
            return reference_uri(target.key)
        if not field.kinds and (reference := guess_reference(text, self._diagnostics, where)):
            return reference
        if field.is_media:
            return self._media(text, where)
        if "<" in text:
            return self._diagnostics.resolve_links(text)
        is_link = _LOCAL.fullmatch(text) is not None
        # what is known to hold texts, and nothing but texts, keeps "photo.jpg"
        is_free = not field.kinds & TEXTS or "media" in field.kinds
        if is_link or (is_free and not field.kinds & LISTS and _FILE.fullmatch(text)):
            if url := self._diagnostics.local_url(text):
                return url
            if is_link and is_free:
                self._diagnostics.add_missing_file(where, text)
        return text

    def _media(self, text: str, where: str) -> str:
        if text.startswith(_ELSEWHERE):
            return text
        url = self._diagnostics.local_url(text)
        if url is None:
            self._diagnostics.add_missing_file(where, text)
        return url or text
