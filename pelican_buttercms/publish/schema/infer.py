"""What has been seen in a field? Kinds, how often it is filled, and where references lead.

The API gives every key of a schema in every record, unset ones as "" or []; these tell nothing of
a field's kind. Everything here is the same in whatever order the records come.
Source: contract, "Field values inside `fields`".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pelican_buttercms.publish.schema.value_kinds import LISTS, TEXTS, Sort, picked, sort_of
from pelican_buttercms.publish.write_model import referred


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value was seen, and what is learnt for the whole account.

    Attributes:
        name: names the record and its locale; the least one gives the example.
        components: what entries of pickers looked like, by component type.
    """

    name: str
    components: dict[str, Shape]


@dataclass(slots=True)
class Shape:
    """The fields of a page type, a collection, a single page, a component or a repeater's entry.

    Attributes:
        seen: how many of them were seen.
        fields: what was seen of each field.
    """

    seen: int = 0
    fields: dict[str, Field] = field(default_factory=dict)

    def names(self) -> list[str]:
        """Return the names of the fields in alphabetical order, for messages and skeletons."""
        return sorted(self.fields)

    def get(self, name: str) -> Field | None:
        """Give what is known of a field, None when it was never seen."""
        return self.fields.get(name)

    def at(self, path: tuple[str, ...]) -> Field | None:
        """Follow names through components."""
        shape: Shape | None = self
        found: Field | None = None
        for name in path:
            found = shape.fields.get(name) if shape else None
            shape = found.component if found else None
        return found

    def add(self, data: Mapping[str, Any], origin: Origin) -> None:
        """Learn from one object in the form of `content.writable`."""
        self.seen += 1
        for name, value in data.items():
            known = self.fields.get(name)
            if known is None:
                known = self.fields[name] = Field()
            known.add(value, origin)

    def empty(self) -> dict[str, Any]:
        """Give an object with nothing in it."""
        return {name: self.fields[name].empty() for name in self.names()}


@dataclass(slots=True)
class Field:
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
    sorts: set[Sort] = field(default_factory=set)
    leads: set[tuple[str, str]] = field(default_factory=set)
    single: bool = False
    many: bool = False
    blank: bool = False
    bare: bool = False
    component: Shape | None = None
    entries: Field | None = None
    types: set[str] = field(default_factory=set)
    example: Any = ""
    _example_of: tuple[str, str] = ("", "")

    @property
    def is_reference(self) -> bool:
        """Say whether it holds references and never anything else."""
        return self.sorts == {"reference"}

    @property
    def is_many(self) -> bool:
        """Say whether its references always come as a list."""
        return self.is_reference and self.many and not self.single

    @property
    def is_media(self) -> bool:
        """Say whether it holds media and never anything else."""
        return self.sorts == {"media"}

    @property
    def is_picker(self) -> bool:
        """Say whether it is a list of picked components and never anything else."""
        return self.sorts == {"picker"}

    @property
    def is_text(self) -> bool:
        """Say whether it can take a text: it holds texts only, or nothing tells."""
        return self.sorts <= TEXTS and not self.bare

    def empty(self) -> Any:
        """Give the value that says that there is none. Source: contract, "Write API"."""
        if self.is_many or (self.sorts and self.sorts <= LISTS):
            return []
        if not self.sorts:
            return [] if self.bare and not self.blank else ""
        if self.sorts == {"component"} and self.component is not None:
            return self.component.empty()
        return False if self.sorts == {"boolean"} else ""  # a checkbox is never unset

    def add(self, value: Any, origin: Origin) -> None:
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

    def _add_scalar(self, value: Any, origin: Origin) -> None:
        sort = sort_of(value)
        self.sorts.add(sort)
        if sort == "reference":
            self.single = True
            self._add_lead(value)
        self._take_example(value, origin.name)

    def _add_lead(self, uri: str) -> None:
        if key := referred(uri):
            self.leads.add((key.kind, key.group))

    def _add_object(self, value: Mapping[str, Any], origin: Origin) -> None:
        self.sorts.add("component")
        if self.component is None:
            self.component = Shape()
        before = sum(one.filled for one in self.component.fields.values())
        self.component.add(value, origin)
        self.filled += sum(one.filled for one in self.component.fields.values()) > before

    def _add_list(self, values: list[Any], origin: Origin) -> None:
        if not values:
            self.bare = True
            return
        self.filled += 1
        if self.entries is None:
            self.entries = Field()
        sorts = {self.entries.add_entry(value, origin) for value in values}
        self.types |= self.entries.types
        sort = _LIST_OF.get(next(iter(sorts)), "list") if len(sorts) == 1 else "list"
        self.sorts.add(sort)
        if sort == "reference":
            self.many = True
            self.leads |= self.entries.leads
            self._take_example(values[0], origin.name)

    def add_entry(self, value: Any, origin: Origin) -> Sort | None:
        """Learn from an entry of a list; gives its kind, None for an empty one."""
        if entry := picked(value):
            kind, fields = entry
            self.seen += 1
            self.filled += 1
            self.sorts.add("picked")
            self.types.add(kind)
            origin.components.setdefault(kind, Shape()).add(fields, origin)
            return "picked"
        self.add(value, origin)
        return None if value is None or value == "" else sort_of(value)

    def _take_example(self, value: Any, name: str) -> None:
        """Keep the example of the least record, so that the order of learning does not matter."""
        if self._example_of[0] and name > self._example_of[0]:
            return
        rank = (name, str(value))
        if not self._example_of[0] or rank < self._example_of:
            self._example_of, self.example = rank, value


_LIST_OF: Mapping[Any, Sort] = {
    "reference": "reference",
    "picked": "picker",
    "component": "repeater",
}
