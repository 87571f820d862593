"""Converts `Name: text` lines, where every value is a text, to the schema's names and kinds."""

from __future__ import annotations

from collections.abc import Mapping
import re
from typing import Any

from pelican_buttercms.publish.drafts.bounds import is_sendable
from pelican_buttercms.publish.resolve.diagnostics import Diagnostics
from pelican_buttercms.publish.schema.infer import FieldSchema, ObjectSchema

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_LONGEST = 100
_BOOLEANS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_STRUCTURES = {"component", "picker", "repeater", "list"}


def convert_plain_fields(
    fields: Mapping[str, Any], shape: ObjectSchema | None, diagnostics: Diagnostics
) -> dict[str, Any]:
    """Return fields as YAML would have them: by the schema's names, with its kinds of values."""
    if shape is None:
        return dict(fields)
    by_case: dict[str, list[str]] = {}
    for name in shape.names():
        by_case.setdefault(name.casefold(), []).append(name)
    found: dict[str, Any] = {}
    for written, value in fields.items():
        names = by_case.get(written.casefold(), [written])
        if len(names) > 1 and written not in names:
            choices = " and ".join(names)
            diagnostics.add_problem(
                written, f"may be {choices}: write the fields as YAML front matter."
            )
            continue
        name = written if written in names else names[0]
        found[name] = _value(value, shape.get(name), diagnostics, name)
    return found


def _value(value: Any, field: FieldSchema | None, diagnostics: Diagnostics, where: str) -> Any:
    if field is None or not isinstance(value, str) or not value.strip():
        return value
    text = value.strip()
    if field.kinds == {"number"}:
        return _number(text, diagnostics, where)
    if field.kinds == {"boolean"}:
        return _boolean(text, diagnostics, where)
    if field.is_reference_list:
        return [part.strip() for part in text.split(",") if part.strip()]
    if field.kinds and field.kinds <= _STRUCTURES:
        sort = " or ".join(sorted(field.kinds))
        diagnostics.add_problem(
            where, f"is a {sort}, which one line cannot hold: use YAML front matter."
        )
    return value


def _number(text: str, diagnostics: Diagnostics, where: str) -> Any:
    if _NUMBER.fullmatch(text) and len(text) < _LONGEST:
        number = float(text) if re.search(r"[.eE]", text) else int(text)
        if is_sendable(number):
            return number
    text = text[:_LONGEST]
    diagnostics.add_problem(where, f"is a number everywhere else, not {text!r}: write digits only.")
    return text


def _boolean(text: str, diagnostics: Diagnostics, where: str) -> Any:
    if text.casefold() in _BOOLEANS:
        return _BOOLEANS[text.casefold()]
    diagnostics.add_problem(
        where, f"is a checkbox everywhere else, not {text!r}: write true or false."
    )
    return text
