"""Validation of the fields of a write against the schema.

Source: contract, "Write API": the documented keys and shapes; scalars are not checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
import re
from typing import Any

from pelican_buttercms.emulator.account import Data, EmulatedAccount
from pelican_buttercms.emulator.remote_files import Check, unchecked

Problems = dict[str, list[str]]
_ITEM_URI = re.compile(r"/v2/content/\?keys=[^\[]+\[_id=(\d{1,18})\]")
_PAGE_URI = re.compile(r"/v2/pages/[^/]+/([^/]+)/?")
_OBJECT = "You must specify the fields as an object."


def find_problems(
    account: EmulatedAccount,
    fields: Any,
    schema: Data | None,
    *,
    complete: bool,
    media: Check = unchecked,
    picker_form: str = "both",
    write_back: bool = True,
) -> Problems:
    """Return the problems by top-level field: unknown, of the wrong shape, or missing.

    Args:
        account: has the components.
        fields: the fields of the write.
        schema: the known fields; None if there is no schema.
        complete: whether every key of the schema is required.
        media: yields the problems of a media value.
        picker_form: the form of an entry of a component picker: type, key, or both.
        write_back: whether references may have the form of reads: objects, and URIs.
    """
    if not isinstance(fields, dict):
        return {"fields": [_OBJECT]}
    if schema is None:
        return {}
    validator = _FieldValidator(
        account.schemas.get("components", {}), media, picker_form, write_back=write_back
    )
    problems: Problems = {}
    for name, value in fields.items():
        if texts := list(validator.field(value, schema.get(name))):
            problems[name] = texts
    if complete:
        missing = (name for name in schema if name not in fields)
        problems |= {name: ["This field is required."] for name in missing}
    return problems


def picked(entry: Any) -> tuple[str, Data] | None:
    """Read a picker's entry in either documented form; None when it is in neither.

    They are `{"hero": {...}}` and `{"type": "hero", "fields": {...}}`.
    """
    if not isinstance(entry, dict):
        return None
    if entry.keys() == {"type", "fields"}:
        kind, fields = entry["type"], entry["fields"]
    elif len(entry) == 1:
        ((kind, fields),) = entry.items()
    else:
        return None
    return (kind, fields) if isinstance(kind, str) and isinstance(fields, dict) else None


def referred(value: Any) -> Any:
    """Return the slug or id of a reference in the form of reads; another value unchanged."""
    if isinstance(value, dict):
        meta = value.get("meta")
        return meta.get("id", value) if isinstance(meta, dict) else value.get("slug", value)
    if isinstance(value, str) and (match := _ITEM_URI.fullmatch(value)):
        return int(match[1])
    if isinstance(value, str) and (match := _PAGE_URI.fullmatch(value)):
        return match[1]
    return value


class _FieldValidator:
    """The checks of one write, each of which yields the problems of a value."""

    def __init__(
        self, components: Data, media: Check, picker_form: str, *, write_back: bool
    ) -> None:
        self._components = components
        self._media = media
        self._picker_form = picker_form
        self._write_back = write_back

    def field(self, value: Any, field: Mapping[str, Any] | None) -> Iterator[str]:
        if field is None:
            yield "This field is not part of the schema."
            return
        kinds = {
            "component": self._component,
            "component_picker": self._picker,
            "repeater": self._repeater,
            "reference": self._reference,
            "media": self._file,
        }
        if check := kinds.get(str(field.get("type"))):
            yield from check(value, field)

    def _object(self, value: Any, schema: Data | None, where: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{where} has to be an object."
        elif schema is not None:
            for name, inner in value.items():
                for text in self.field(inner, schema.get(name)):
                    yield f"{name}: {text}"

    def _file(self, value: Any, _: Mapping[str, Any]) -> Iterator[str]:
        return self._media(value)

    def _component(self, value: Any, field: Mapping[str, Any]) -> Iterator[str]:
        if value in (None, ""):
            return iter(())  # unset
        return self._object(value, self._components.get(str(field.get("component"))), "A component")

    def _repeater(self, value: Any, field: Mapping[str, Any]) -> Iterator[str]:
        if not isinstance(value, list):
            yield "A repeater has to be a list."
            return
        for entry in value:
            yield from self._object(entry, field.get("fields"), "An entry of a repeater")

    def _picker(self, value: Any, field: Mapping[str, Any]) -> Iterator[str]:
        if not isinstance(value, list):
            yield "A component picker has to be a list."
            return
        allowed = field.get("components") or list(self._components)
        for entry in value:
            choice = picked(entry)
            form = "type" if choice and entry.keys() == {"type", "fields"} else "key"
            if choice is None or self._picker_form not in {"both", form}:
                yield "An entry of a component picker names one component and its fields."
            elif choice[0] not in allowed:
                yield f"There is no component {choice[0]!r} to pick."
            else:
                yield from self._object(choice[1], self._components.get(choice[0]), "A component")

    def _reference(self, value: Any, field: Mapping[str, Any]) -> Iterator[str]:
        values = value if isinstance(value, list) else [value]
        if len(values) > 1 and not field.get("many"):
            yield "Only one item can be referred to."
        by_id = str(field.get("to", "")).startswith("item:")
        kind: type = int if by_id else str
        for sent in values:
            target = referred(sent) if self._write_back else sent
            is_cleared = not isinstance(value, list) and target in (None, "")
            if not is_cleared and (type(target) is not kind or target == ""):
                yield f"A reference is the {'id' if by_id else 'slug'} of what it refers to."
