"""What do the fields of a write mean? References, pickers and locales, read by the schema.

Source: contract, "Write API".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pelican_buttercms.emulator.account import SINGLE, Account, Data
from pelican_buttercms.emulator.validation import picked

Take = Callable[[str], str]


def schema_of_page(account: Account, page_type: str, slug: str) -> Data | None:
    """Give the fields of a page type, or of a single page; None when they are not known."""
    if page_type == SINGLE:
        found = account.schemas.get("single_pages", {}).get(slug)
    else:
        found = account.schemas.get("page_types", {}).get(page_type)
    return found if isinstance(found, dict) else None


def schema_of_collection(account: Account, key: str) -> Data | None:
    """Give the fields of a collection; None when they are not known."""
    found = account.schemas.get("collections", {}).get(key)
    return found if isinstance(found, dict) else None


def by_locale(account: Account, fields: Data, locale: str | None) -> dict[str, Data]:
    """Tell both formats apart: fields themselves, or fields inside locale codes."""
    if fields and all(
        name in account.locales and isinstance(v, dict) for name, v in fields.items()
    ):
        return fields
    return {locale or account.default_locale: fields}


def read_fields(
    account: Account, fields: Data, schema: Mapping[str, Any] | None, take: Take | None = None
) -> Data:
    """Store fields as the account keeps them: references as `$ref`, pickers as type and fields.

    Args:
        account: has the components.
        fields: what was sent.
        schema: the fields that are known.
        take: gives what is stored for a media value; None keeps them.
    """
    known = schema or {}
    return {
        name: _read(account, value, known.get(name) or {}, take) for name, value in fields.items()
    }


def merged(old: Data, new: Data) -> Data:
    """Change fields in part: components merge by field, lists are replaced whole."""
    result = dict(old)
    for name, value in new.items():
        before = old.get(name)
        both = isinstance(value, dict) and isinstance(before, dict)
        merges = both and "$ref" not in value and "$ref" not in (before or {})
        result[name] = merged(before or {}, value) if merges else value
    return result


def _read(account: Account, value: Any, field: Mapping[str, Any], take: Take | None) -> Any:
    kind = field.get("type")
    components = account.schemas.get("components", {})
    if kind == "reference":
        return _reference(value, field)
    if kind == "component" and isinstance(value, dict):
        return read_fields(account, value, components.get(field.get("component")), take)
    if kind == "repeater" and isinstance(value, list):
        return [read_fields(account, entry, field.get("fields"), take) for entry in value]
    if isinstance(value, list) and (kind == "component_picker" or _is_picker(value, components)):
        return [_component(account, entry, components, take) for entry in value]
    if kind == "media" and take is not None and isinstance(value, str):
        return take(value)
    return value


def _is_picker(value: list[Any], components: Data) -> bool:
    entries = [picked(entry) for entry in value]
    return bool(entries) and all(
        found is not None and (found[0] in components or entry.keys() == {"type", "fields"})
        for found, entry in zip(entries, value, strict=True)
    )


def _component(account: Account, entry: Data, components: Data, take: Take | None) -> Data:
    """Store either form of a picker's entry as it is read: `{"type": "hero", "fields": {…}}`."""
    found = picked(entry)
    if found is None:
        raise TypeError(f"{entry!r} was not validated")
    kind, fields = found
    return {"type": kind, "fields": read_fields(account, fields, components.get(kind), take)}


def _reference(value: Any, field: Mapping[str, Any]) -> Any:
    """Read a slug or id, a list of them, or one of the ways to clear a reference."""
    many = bool(field.get("many"))
    if value is None or value in ("", []):
        return [] if many else None
    values = value if isinstance(value, list) else [value]
    references = [{"$ref": f"{field['to']}/{one}"} for one in values]
    return references if many else references[0]
