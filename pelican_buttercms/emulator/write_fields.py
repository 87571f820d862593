"""Fields and their schema: references, pickers and locales of writes, the order of answers.

Source: contract, "Write API".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pelican_buttercms.emulator.account import SINGLE, Data, EmulatedAccount
from pelican_buttercms.emulator.validation import picked, referred

Upload = Callable[[str], str]


def schema_of_page(account: EmulatedAccount, page_type: str, slug: str) -> Data | None:
    """Return the schema of a page type, or of a single page; None if there is none."""
    if page_type == SINGLE:
        schema = account.schemas.get("single_pages", {}).get(slug)
    else:
        schema = account.schemas.get("page_types", {}).get(page_type)
    return schema if isinstance(schema, dict) else None


def schema_of_collection(account: EmulatedAccount, key: str) -> Data | None:
    """Return the schema of a collection; None if there is none."""
    schema = account.schemas.get("collections", {}).get(key)
    return schema if isinstance(schema, dict) else None


def is_by_locale(account: EmulatedAccount, fields: Data) -> bool:
    """Return whether fields are grouped by locale."""
    return bool(fields) and all(
        name in account.locales and isinstance(value, dict) for name, value in fields.items()
    )


def by_locale(account: EmulatedAccount, fields: Data, locale: str | None) -> dict[str, Data]:
    """Return fields by locale, from either form."""
    if is_by_locale(account, fields):
        return fields
    return {locale or account.default_locale: fields}


def in_schema_order(account: EmulatedAccount, fields: Any, schema: Mapping[str, Any] | None) -> Any:
    """Return fields in the order of the schema, and unknown ones after them."""
    if schema is None or not isinstance(fields, dict):
        return fields
    names = [name for name in schema if name in fields]
    names += [name for name in fields if name not in schema]
    return {name: _inner_order(account, fields[name], schema.get(name) or {}) for name in names}


def _inner_order(account: EmulatedAccount, value: Any, field: Mapping[str, Any]) -> Any:
    components = account.schemas.get("components", {})
    kind = field.get("type")
    if kind == "component":
        return in_schema_order(account, value, components.get(field.get("component")))
    if kind == "repeater" and isinstance(value, list):
        return [in_schema_order(account, entry, field.get("fields")) for entry in value]
    if kind == "component_picker" and isinstance(value, list):
        return [_picked_order(account, entry, components) for entry in value]
    return value


def _picked_order(account: EmulatedAccount, entry: Any, components: Data) -> Any:
    component = picked(entry)
    if component is None:
        return entry
    kind, fields = component
    return {"type": kind, "fields": in_schema_order(account, fields, components.get(kind))}


def read_fields(
    account: EmulatedAccount,
    fields: Data,
    schema: Mapping[str, Any] | None,
    upload: Upload | None = None,
) -> Data:
    """Return fields in their stored form: references as `$ref`, pickers as type and fields.

    Args:
        account: the account with the components.
        fields: the fields of the write.
        schema: the known fields.
        upload: returns the address to store for a media value; None keeps the values.
    """
    known = schema or {}
    return {
        name: _read(account, value, known.get(name) or {}, upload) for name, value in fields.items()
    }


def merged(old: Data, new: Data) -> Data:
    """Return fields with changes: components merge by field, lists are replaced."""
    result = dict(old)
    for name, value in new.items():
        before = old.get(name)
        both = isinstance(value, dict) and isinstance(before, dict)
        merges = both and "$ref" not in value and "$ref" not in (before or {})
        result[name] = merged(before or {}, value) if merges else value
    return result


def _read(
    account: EmulatedAccount, value: Any, field: Mapping[str, Any], upload: Upload | None
) -> Any:
    kind = field.get("type")
    components = account.schemas.get("components", {})
    if kind == "reference":
        return _reference(value, field)
    if kind == "component" and isinstance(value, dict):
        return read_fields(account, value, components.get(field.get("component")), upload)
    if kind == "repeater" and isinstance(value, list):
        return [read_fields(account, entry, field.get("fields"), upload) for entry in value]
    if isinstance(value, list) and (kind == "component_picker" or _is_picker(value, components)):
        return [_component(account, entry, components, upload) for entry in value]
    if kind == "media" and upload is not None and isinstance(value, str):
        return upload(value)
    return value


def _is_picker(value: list[Any], components: Data) -> bool:
    entries = [picked(entry) for entry in value]
    return bool(entries) and all(
        found is not None and (found[0] in components or entry.keys() == {"type", "fields"})
        for found, entry in zip(entries, value, strict=True)
    )


def _component(
    account: EmulatedAccount, entry: Data, components: Data, upload: Upload | None
) -> Data:
    """Return a picker's entry in the stored form: `{"type": "hero", "fields": {…}}`."""
    component = picked(entry)
    if component is None:
        raise TypeError(f"{entry!r} was not validated")
    kind, fields = component
    return {"type": kind, "fields": read_fields(account, fields, components.get(kind), upload)}


def _reference(value: Any, field: Mapping[str, Any]) -> Any:
    """Return the stored form of a slug or id, a list of them, or an empty reference."""
    many = bool(field.get("many"))
    if value is None or value in ("", []):
        return [] if many else None
    values = value if isinstance(value, list) else [value]
    references = [{"$ref": f"{field['to']}/{referred(target)}"} for target in values]
    return references if many else references[0]
