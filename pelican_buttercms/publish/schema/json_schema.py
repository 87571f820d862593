"""What content teaches as JSON Schema, and what differs between two of these."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
import json
from typing import Any, NamedTuple
from urllib.parse import quote

from pelican_buttercms.content.raw_records import Key
from pelican_buttercms.publish.schema.infer import FieldSchema, ObjectSchema
from pelican_buttercms.publish.schema.model import ContentSchemas
from pelican_buttercms.publish.schema.value_kinds import KIND_NAMES, LISTS, TEXTS

MARK = "Written by `pelican-buttercms schema`, from the content that was stored."

_JSON_TYPES = {"number": "number", "boolean": "boolean", "component": "object", "picked": "object"}
_DEEPEST = 200


class _Seen(NamedTuple):
    """The kinds of a field's values, what its references lead to, and whether it has lists."""

    kinds: frozenset[str]
    targets: frozenset[str]
    is_list: bool


def as_json_schema(schemas: ContentSchemas) -> dict[str, Any]:
    """Return JSON Schema with a definition of the fields of each page type, collection, component.

    Two annotations are our own: `x-kinds` has the kinds of values that were seen, `x-references`
    what references lead to. A reference is a text, the URI of its record.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$comment": MARK,
        "$defs": {name: _object(shape) for name, shape in schemas.by_name().items()},
    }


def spell_schema(schema: Mapping[str, Any]) -> bytes:
    """Return the file of a schema."""
    return (json.dumps(schema, ensure_ascii=False, indent=2) + "\n").encode()


def read_schema(text: bytes) -> dict[str, Any]:
    """Read the file of a schema.

    Raises:
        ValueError: it is none that this module has written.
    """
    try:
        schema = json.loads(text)
    except RecursionError as exc:
        raise ValueError("it is nested too deep") from exc
    if not isinstance(schema, dict) or schema.get("$comment") != MARK:
        raise ValueError("it is no schema that this command wrote")
    return schema


def describe_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """Yield a sentence for each page type, collection, component or field that differs.

    A field that was empty everywhere and is filled now, or the other way round, is the same.
    """
    before, after = _mapping(old.get("$defs")), _mapping(new.get("$defs"))
    for name in sorted(before.keys() | after.keys()):
        if name not in after:
            yield f"{name} is gone: no stored content has it any more."
        elif name not in before:
            yield f"{name} is new."
        else:
            yield from _field_changes(name, before[name], after[name])


def _field_changes(name: str, old: Any, new: Any) -> Iterator[str]:
    before, after = dict(_fields(old)), dict(_fields(new))
    told: set[str] = set()
    for path in sorted(before.keys() | after.keys()):
        if any(path.startswith((f"{outer}.", f"{outer}[]")) for outer in told):
            continue
        if path not in after:
            change = f"is gone; it was {_spell(before[path])}"
        elif path not in before:
            change = f"is new: {_spell(after[path])}"
        elif _is_other(before[path], after[path]):
            change = f"is {_spell(after[path])} now; it was {_spell(before[path])}"
        else:
            continue
        told.add(path)
        yield f"{name}: the field {path} {change}."


def _is_other(old: _Seen, new: _Seen) -> bool:
    if not old.kinds or not new.kinds:
        return False
    if old.kinds | new.kinds <= TEXTS:
        return not old.kinds & new.kinds
    if old.kinds == new.kinds == {"reference"} and old.targets and new.targets:
        return old.is_list != new.is_list or not old.targets & new.targets
    return old.kinds != new.kinds


def _spell(seen: _Seen) -> str:
    names = []
    for kind in sorted(seen.kinds):
        if kind == "reference":
            targets = " or ".join(sorted(seen.targets))
            words = "a list of references" if seen.is_list else "a reference"
            names.append(f"{words} to {targets}" if targets else words)
        else:
            names.append(next((KIND_NAMES[known] for known in KIND_NAMES if known == kind), kind))
    return " or ".join(names) or "empty everywhere"


def _fields(schema: Any, before: str = "", depth: int = 0) -> Iterator[tuple[str, _Seen]]:
    """Yield the path of each field, those of objects and lists in it too, and what it holds."""
    if depth > _DEEPEST:
        return
    for name, field in _mapping(_mapping(schema).get("properties")).items():
        path = f"{before}.{name}" if before else name
        known = _mapping(field)
        kinds, targets = (_texts(known.get(key)) for key in ("x-kinds", "x-references"))
        yield path, _Seen(kinds, targets, is_list="items" in known)
        yield from _fields(known, path, depth + 1)
        yield from _fields(known.get("items"), f"{path}[]", depth + 1)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _texts(value: Any) -> frozenset[str]:
    values = value if isinstance(value, list) else [value]
    return frozenset(each for each in values if isinstance(each, str))


def _object(shape: ObjectSchema) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {name: _field(shape.fields[name]) for name in shape.names()},
    }


def _field(field: FieldSchema) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": sorted(set(_types(field)))} if field.kinds else {}
    if field.kinds:
        schema["x-kinds"] = sorted(field.kinds)
    if field.kinds == {"html"}:
        schema["contentMediaType"] = "text/html"
    if field.reference_targets:
        targets = (Key(kind, group, "") for kind, group in field.reference_targets)  # type: ignore[arg-type]
        schema["x-references"] = sorted(map(str, targets))
    if field.component:
        schema["properties"] = _object(field.component)["properties"]
    if field.entries:
        schema["items"] = _field(field.entries)
    if field.kinds == {"picked"} and not field.has_empty_text:
        schema["oneOf"] = [_picked(name) for name in sorted(field.types)]
    return schema


def _types(field: FieldSchema) -> Iterator[str]:
    for kind in field.kinds - {"reference"}:
        yield "array" if kind in LISTS else _JSON_TYPES.get(kind, "string")
    if field.has_lists or field.has_empty_list:
        yield "array"
    if field.has_single or field.has_empty_text:
        yield "string"
    if field.has_empty_text:
        yield "null"


def _picked(name: str) -> dict[str, Any]:
    pointer = quote(f"components/{name}".replace("~", "~0").replace("/", "~1"), safe="~")
    own = {"type": {"const": name}, "fields": {"$ref": f"#/$defs/{pointer}"}}
    return {"properties": own, "required": ["type", "fields"]}
