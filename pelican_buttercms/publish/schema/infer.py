"""What has been seen in a field? Kinds, how often it is filled, and where references lead.

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
    """Where a value was seen, and what is learnt for the whole account.

    Attributes:
        name: names the record and its locale; the least one gives the example.
        components: what entries of pickers looked like, by component type.
    """

    name: str
    components: dict[str, ObjectSchema]


@dataclass(slots=True)
class ObjectSchema:
    """The fields of a page type, a collection, a single page, a component or a repeater's entry.

    Attributes:
        seen: how many of them were seen.
        fields: what was seen of each field.
    """

    seen: int = 0
    fields: dict[str, FieldSchema] = field(default_factory=dict)

    def names(self) -> list[str]:
        """Return the names of the fields in alphabetical order, for messages and skeletons."""
        return sorted(self.fields)

    def get(self, name: str) -> FieldSchema | None:
        """Give what is known of a field, None when it was never seen."""
        return self.fields.get(name)

    def at(self, path: tuple[str, ...]) -> FieldSchema | None:
        """Follow names through components."""
        shape: ObjectSchema | None = self
        found: FieldSchema | None = None
        for name in path:
            found = shape.fields.get(name) if shape else None
            shape = found.component if found else None
        return found

    def add(self, data: Mapping[str, Any], origin: ValueOrigin) -> None:
        """Learn from one object in the form of `content.writable`."""
        self.seen += 1
        for name, value in data.items():
            known = self.fields.get(name)
            if known is None:
                known = self.fields[name] = FieldSchema()
            known.add(value, origin)

    def empty(self) -> dict[str, Any]:
        """Give an object with nothing in it."""
        return {name: self.fields[name].empty() for name in self.names()}


@dataclass(slots=True)
class FieldSchema:
    """What was seen in one field.

    Attributes:
        seen: in how many objects.
        filled: in how many of them it was not "", [], {} or false.
        sorts: which kinds of values.
        leads: kind and group of what its references led to; empty where nothing names them.
        single: whether a reference came bare.
        many: whether references came as a list.
        blank: whether "" came, or null.
        bare: whether [] came.
        component: the fields of the objects in it.
        entries: what the entries of the lists in it are, taken together.
        types: component types that were picked.
        example: a text, number or reference that was seen, "" for none.
    """

    seen: int = 0
    filled: int = 0
    kinds: set[ValueKind] = field(default_factory=set)
    reference_targets: set[tuple[str, str]] = field(default_factory=set)
    single: bool = False
    many: bool = False
    blank: bool = False
    bare: bool = False
    component: ObjectSchema | None = None
    entries: FieldSchema | None = None
    types: set[str] = field(default_factory=set)
    example: Any = ""
    _example_of: tuple[str, str] = ("", "")

    @property
    def is_reference(self) -> bool:
        """Say whether it holds references and never anything else."""
        return self.kinds == {"reference"}

    @property
    def is_reference_list(self) -> bool:
        """Say whether its references always come as a list."""
        return self.is_reference and self.many and not self.single

    @property
    def is_media(self) -> bool:
        """Say whether it holds media and never anything else."""
        return self.kinds == {"media"}

    @property
    def is_picker(self) -> bool:
        """Say whether it is a list of picked components and never anything else."""
        return self.kinds == {"picker"}

    @property
    def is_text(self) -> bool:
        """Say whether it can take a text: it holds texts only, or nothing tells."""
        return self.kinds <= TEXTS and not self.bare

    def empty(self) -> Any:
        """Give the value that says that there is none. Source: contract, "Write API"."""
        if self.is_reference_list or (self.kinds and self.kinds <= LISTS):
            return []
        if not self.kinds:
            return [] if self.bare and not self.blank else ""
        if self.kinds == {"component"} and self.component is not None:
            return self.component.empty()
        return False if self.kinds == {"boolean"} else ""  # a checkbox is never unset

    def add(self, value: Any, origin: ValueOrigin) -> None:
        """Learn from one value in the form of `content.writable`."""
        self.seen += 1
        if value is None or value == "":
            self.blank = True
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
            self.single = True
            self._add_lead(value)
        self._take_example(value, origin.name)

    def _add_lead(self, uri: str) -> None:
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
            self.bare = True
            return
        self.filled += 1
        if self.entries is None:
            self.entries = FieldSchema()
        sorts = {self.entries.add_entry(value, origin) for value in values}
        self.types |= self.entries.types
        sort = _LIST_OF.get(next(iter(sorts)), "list") if len(sorts) == 1 else "list"
        self.kinds.add(sort)
        if sort == "reference":
            self.many = True
            self.reference_targets |= self.entries.reference_targets
            self._take_example(values[0], origin.name)

    def add_entry(self, value: Any, origin: ValueOrigin) -> ValueKind | None:
        """Learn from an entry of a list; gives its kind, None for an empty one."""
        if entry := picker_entry(value):
            kind, fields = entry
            self.seen += 1
            self.filled += 1
            self.kinds.add("picked")
            self.types.add(kind)
            origin.components.setdefault(kind, ObjectSchema()).add(fields, origin)
            return "picked"
        self.add(value, origin)
        return None if value is None or value == "" else value_kind(value)

    def _take_example(self, value: Any, name: str) -> None:
        """Keep the example of the least record, so that the order of learning does not matter."""
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
