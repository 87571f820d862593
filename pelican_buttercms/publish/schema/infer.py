"""Field schemas inferred from values: kinds, how often a field is filled, reference targets.

The API gives every key of a schema in every record, unset ones as "" or []; these tell nothing of
a field's kind. Everything here is the same in whatever order the records come.
Source: contract, "Field values inside `fields`".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pelican_buttercms.publish.schema.value_kinds import (
    LISTS,
    TEXTS,
    ValueKind,
    picker_entry,
    value_kind,
)
from pelican_buttercms.publish.write_model import referenced_key


@dataclass(frozen=True, slots=True)
class ValueOrigin:
    """Where a value was seen, and the components of the whole account.

    Attributes:
        name: the record and its locale; the least one provides the example.
        components: what entries of pickers looked like, by component type.
    """

    name: str
    components: dict[str, ObjectSchema]


@dataclass(slots=True)
class ObjectSchema:
    """The fields of a page type, a collection, a single page, a component or a repeater's entry.

    Attributes:
        count: how many of them were seen.
        fields: what was seen of each field.
    """

    count: int = 0
    fields: dict[str, FieldSchema] = field(default_factory=dict)

    def names(self) -> list[str]:
        """Return the names of the fields in alphabetical order, for messages and scaffolds."""
        return sorted(self.fields)

    def get(self, name: str) -> FieldSchema | None:
        """Return the schema of a field, None if it was never seen."""
        return self.fields.get(name)

    def at_path(self, path: tuple[str, ...]) -> FieldSchema | None:
        """Return the schema of the field at a path through components."""
        shape: ObjectSchema | None = self
        found: FieldSchema | None = None
        for name in path:
            found = shape.fields.get(name) if shape else None
            shape = found.component if found else None
        return found

    def add(self, data: Mapping[str, Any], origin: ValueOrigin) -> None:
        """Add one object in the form of `write_model`."""
        self.count += 1
        for name, value in data.items():
            known = self.fields.get(name)
            if known is None:
                known = self.fields[name] = FieldSchema()
            known.add(value, origin)

    def empty_value(self) -> dict[str, Any]:
        """Return an object whose fields are all empty."""
        return {name: self.fields[name].empty_value() for name in self.names()}


@dataclass(slots=True)
class FieldSchema:
    """What was seen in one field.

    Attributes:
        count: in how many objects it was seen.
        filled: in how many of them it was not "", [], {} or false.
        kinds: the kinds of its values.
        reference_targets: kind and group of what its references lead to; empty if unknown.
        has_single: whether a reference was seen outside of a list.
        has_lists: whether references were seen in a list.
        has_empty_text: whether "" or null was seen.
        has_empty_list: whether [] was seen.
        component: the fields of the objects in it.
        entries: what the entries of the lists in it are, taken together.
        types: component types that were picked.
        example: a text, number or reference that was seen, "" for none.
    """

    count: int = 0
    filled: int = 0
    kinds: set[ValueKind] = field(default_factory=set)
    reference_targets: set[tuple[str, str]] = field(default_factory=set)
    has_single: bool = False
    has_lists: bool = False
    has_empty_text: bool = False
    has_empty_list: bool = False
    component: ObjectSchema | None = None
    entries: FieldSchema | None = None
    types: set[str] = field(default_factory=set)
    example: Any = ""
    _example_of: tuple[str, str] = ("", "")

    @property
    def is_reference(self) -> bool:
        """Whether it holds references and never anything else."""
        return self.kinds == {"reference"}

    @property
    def is_reference_list(self) -> bool:
        """Whether its references always come as a list."""
        return self.is_reference and self.has_lists and not self.has_single

    @property
    def is_media(self) -> bool:
        """Whether it holds media and never anything else."""
        return self.kinds == {"media"}

    @property
    def is_picker(self) -> bool:
        """Whether it is a list of picked components and never anything else."""
        return self.kinds == {"picker"}

    @property
    def is_text(self) -> bool:
        """Whether it can take a text: it holds texts only, or was never filled."""
        return self.kinds <= TEXTS and not self.has_empty_list

    def empty_value(self) -> Any:
        """Return the value that unsets the field. Source: contract, "Write API"."""
        if self.is_reference_list or (self.kinds and self.kinds <= LISTS):
            return []
        if not self.kinds:
            return [] if self.has_empty_list and not self.has_empty_text else ""
        if self.kinds == {"component"} and self.component is not None:
            return self.component.empty_value()
        return False if self.kinds == {"boolean"} else ""  # a checkbox is never unset

    def add(self, value: Any, origin: ValueOrigin) -> None:
        """Add one value in the form of `write_model`."""
        self.count += 1
        if value is None or value == "":
            self.has_empty_text = True
        elif isinstance(value, list):
            self._add_list(value, origin)
        elif isinstance(value, Mapping):
            self._add_object(value, origin)
        else:
            self.filled += value is not False
            self._add_scalar(value, origin)

    def _add_scalar(self, value: Any, origin: ValueOrigin) -> None:
        sort = value_kind(value)
        self.kinds.add(sort)
        if sort == "reference":
            self.has_single = True
            self._add_reference_target(value)
        self._take_example(value, origin.name)

    def _add_reference_target(self, uri: str) -> None:
        if key := referenced_key(uri):
            self.reference_targets.add((key.kind, key.group))

    def _add_object(self, value: Mapping[str, Any], origin: ValueOrigin) -> None:
        self.kinds.add("component")
        if self.component is None:
            self.component = ObjectSchema()
        before = sum(one.filled for one in self.component.fields.values())
        self.component.add(value, origin)
        self.filled += sum(one.filled for one in self.component.fields.values()) > before

    def _add_list(self, values: list[Any], origin: ValueOrigin) -> None:
        if not values:
            self.has_empty_list = True
            return
        self.filled += 1
        if self.entries is None:
            self.entries = FieldSchema()
        sorts = {self.entries.add_entry(value, origin) for value in values}
        self.types |= self.entries.types
        sort = _LIST_OF.get(next(iter(sorts)), "list") if len(sorts) == 1 else "list"
        self.kinds.add(sort)
        if sort == "reference":
            self.has_lists = True
            self.reference_targets |= self.entries.reference_targets
            self._take_example(values[0], origin.name)

    def add_entry(self, value: Any, origin: ValueOrigin) -> ValueKind | None:
        """Add an entry of a list, and return its kind, None for an empty one."""
        if entry := picker_entry(value):
            kind, fields = entry
            self.count += 1
            self.filled += 1
            self.kinds.add("picked")
            self.types.add(kind)
            origin.components.setdefault(kind, ObjectSchema()).add(fields, origin)
            return "picked"
        self.add(value, origin)
        return None if value is None or value == "" else value_kind(value)

    def _take_example(self, value: Any, name: str) -> None:
        """Keep the example of the least record, so that the order of records does not matter."""
        if self._example_of[0] and name > self._example_of[0]:
            return
        rank = (name, str(value))
        if not self._example_of[0] or rank < self._example_of:
            self._example_of, self.example = rank, value


_LIST_OF: Mapping[Any, ValueKind] = {
    "reference": "reference",
    "picked": "picker",
    "component": "repeater",
}
