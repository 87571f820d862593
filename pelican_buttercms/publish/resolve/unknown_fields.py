"""Converts `Name: text` lines, where every value is a text, to the schema's names and kinds."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
import re
from typing import Any

from pelican_buttercms.publish.drafts.bounds import is_sendable
from pelican_buttercms.publish.drafts.metadata import normalize_key
from pelican_buttercms.publish.drafts.yaml_json import ParseError, parse_json
from pelican_buttercms.publish.resolve.diagnostics import Diagnostics
from pelican_buttercms.publish.schema.infer import FieldSchema, ObjectSchema

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_LONGEST = 100
_BOOLEANS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_STRUCTURES = {"component", "picker", "repeater", "list"}
_EMPTY: Mapping[str, Any] = {
    '""': "",
    "[]": [],
}  # what clears a field, where nothing leaves it alone


def convert_plain_fields(
    fields: Mapping[str, Any], shape: ObjectSchema | None, diagnostics: Diagnostics
) -> dict[str, Any]:
    """Return fields as YAML would have them: by the schema's names, with its kinds of values."""
    if shape is None:
        return dict(fields)
    by_form: dict[str, list[str]] = {}
    for name in shape.names():
        by_form.setdefault(normalize_key(name), []).append(name)
    found: dict[str, Any] = {}
    for written, value in fields.items():
        names = by_form.get(normalize_key(written), [written])
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
    if isinstance(value, Mapping):
        return convert_plain_fields(value, field.component if field else None, diagnostics)
    text = value.strip() if isinstance(value, str) else ""
    if text in _EMPTY or field is None or not text:
        return _EMPTY.get(text, value)
    return _converted(value, text, field, diagnostics, where)


def _converted(
    value: Any, text: str, field: FieldSchema, diagnostics: Diagnostics, where: str
) -> Any:
    if field.kinds == {"number"}:
        return _number(text, diagnostics, where)
    if field.kinds == {"boolean"}:
        return _boolean(text, diagnostics, where)
    if field.is_reference_list:
        return [part.strip() for part in text.split(",") if part.strip()]
    if field.kinds and field.kinds <= _STRUCTURES:
        return _structure(text, field, diagnostics, where)
    return value


def _structure(text: str, field: FieldSchema, diagnostics: Diagnostics, where: str) -> Any:
    """Read a list or a component that is written as JSON."""
    with suppress(ParseError):
        value, twice = parse_json(text)
        if isinstance(value, list | dict) and not twice:
            return value
    sort = " or ".join(sorted(field.kinds))
    diagnostics.add_problem(
        where,
        f"is a {sort}, which one line holds as JSON only: use that, or YAML front matter or a"
        " .yaml file.",
    )
    return text


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
