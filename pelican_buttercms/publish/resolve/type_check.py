"""Checks that a value has the kind that its field has in existing content."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pelican_buttercms.content.raw_records import SINGLE_PAGES
from pelican_buttercms.publish.resolved_draft import DraftReference
from pelican_buttercms.publish.schema.infer import FieldSchema, ObjectSchema
from pelican_buttercms.publish.schema.value_kinds import (
    KIND_NAMES,
    LISTS,
    TEXTS,
    ValueKind,
    picker_entry,
    value_kind,
)
from pelican_buttercms.publish.write_model import referenced_key
from pelican_buttercms.wording import suggest

_ELSEWHERE = ("http://", "https://")


class TypeChecker:
    """Compares values with the schema, and collects what is wrong.

    Attributes:
        problems: pairs of a field's dotted path and the rest of a sentence.
        unknown: the same for what no content has, and a schema may have since.
    """

    def __init__(self, components: Mapping[str, ObjectSchema]) -> None:
        self._components = components
        self.problems: list[tuple[str, str]] = []
        self.unknown: list[tuple[str, str]] = []

    def add_problem(self, where: str, what: str) -> None:
        """Add a problem of a field."""
        self.problems.append((where, what))

    def check_object(
        self, data: Mapping[str, Any], shape: ObjectSchema | None, before: str, owner: str
    ) -> None:
        """Check the fields of a page, an item, a component or an entry of a list.

        Args:
            data: nested values in the form of `write_model`.
            shape: what is known; None or no field: nothing is checked.
            before: the dotted path to it, "" at the top.
            owner: what has these fields, for people.
        """
        if shape is None or not shape.fields:
            return
        for name, value in data.items():
            where = f"{before}.{name}" if before else name
            if field := shape.get(name):
                self.value(value, field, where)
            else:
                self.unknown.append(
                    (where, f"is no field of {owner}{suggest(name, shape.names())}")
                )

    def value(self, value: Any, field: FieldSchema, where: str) -> None:
        """Check one value."""
        if value == "" and isinstance(value, str):
            return
        sort = "reference" if isinstance(value, DraftReference) else value_kind(value)
        if not _fits(value, sort, field):
            if field.kinds or field.has_empty_list:
                self.add_problem(where, _mismatch(sort, field))
        elif isinstance(value, list):
            self._list(value, field, where)
        elif isinstance(value, Mapping):
            self.check_object(value, field.component, where, f"`{where}`")
        elif sort == "reference":
            self._check_target(value, field, where)

    def _list(self, values: list[Any], field: FieldSchema, where: str) -> None:
        if field.is_reference and not field.has_lists and len(values) > 1:
            self.add_problem(where, "refers to several, and everywhere else to one: name one.")
        for number, value in enumerate(values):
            place = f"{where}[{number}]"
            if entry := picker_entry(value):
                self._picked(*entry, field, place)
            elif known := field if field.is_reference else field.entries:
                self._entry(value, known, field, place)

    def _entry(self, value: Any, known: FieldSchema, field: FieldSchema, where: str) -> None:
        if field.is_picker:
            names = ", ".join(sorted(field.types))
            self.add_problem(where, f"names one component and its fields, such as one of {names}.")
        else:
            self.value(value, known, where)

    def _picked(self, kind: str, fields: Mapping[str, Any], field: FieldSchema, where: str) -> None:
        if field.kinds and "picked" not in (field.entries or field).kinds:
            self.add_problem(where, _mismatch("picked", field))
            return
        shape = self._components.get(kind)
        if shape is None and self._components:
            names = [*sorted(field.types), *sorted(self._components)]
            self.unknown.append((where, f"picks {kind!r}, which no page has{suggest(kind, names)}"))
        self.check_object(fields, shape, f"{where}.fields", f"the component {kind}")

    def _check_target(self, value: str, field: FieldSchema, where: str) -> None:
        """Check that a reference leads to a usual type: the API looks nowhere else for it."""
        key = referenced_key(value)
        if (
            key is None
            or not field.reference_targets
            or (key.kind, key.group) in field.reference_targets
        ):
            return
        unsure = ("page", SINGLE_PAGES)
        if key.kind == "page" and (key.group == SINGLE_PAGES or unsure in field.reference_targets):
            return
        usual = " or ".join(
            f"{kind}s of {group}" for kind, group in sorted(field.reference_targets)
        )
        self.add_problem(
            where, f"refers to a {key.kind} of {key.group}, and everywhere else to {usual}."
        )


def _fits(value: Any, sort: ValueKind, field: FieldSchema) -> bool:
    sorts = field.kinds
    if not sorts:
        return isinstance(value, list) or not field.has_empty_list or field.has_empty_text
    if sort == "list":
        return bool(sorts & (LISTS | {"reference"}))
    if sort in TEXTS or sort == "media":
        is_url = str(value).startswith(_ELSEWHERE)
        return bool(sorts & TEXTS) or (is_url and "media" in sorts)
    return sort in sorts


def _mismatch(sort: ValueKind, field: FieldSchema) -> str:
    usual = " or ".join(KIND_NAMES[one] for one in sorted(field.kinds)) or KIND_NAMES["list"]
    hint = ": write it in quotes" if sort in {"number", "boolean"} and field.is_text else ""
    return f"is {KIND_NAMES[sort]}, and everywhere else {usual}{hint}."
