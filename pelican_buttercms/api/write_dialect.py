"""The dialects of writes: one side in each disagreement of the API's documents.

Source: contract, "Disagreements", 1 and 2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class WriteDialect:
    """One side in each disagreement about the form of a write.

    Attributes:
        page_type: the name under which a new page's type is given.
        picker: an entry of a component picker as `{"type": "hero", "fields": {…}}`, or with the
            component for a key: `{"hero": {…}}`.
    """

    page_type: Literal["page_type", "page-type"] = "page_type"
    picker: Literal["type", "key"] = "type"


def picking(value: Any) -> frozenset[str]:
    """Return the names of the component pickers that hold something, at any depth."""
    names: set[str] = set()
    for name, inner in value.items() if isinstance(value, Mapping) else ():
        if isinstance(inner, list) and any(map(_is_pick, inner)):
            names.add(name)
        names |= picking(inner)
    for inner in value if isinstance(value, list) else ():
        names |= picking(inner)
    return frozenset(names)


def keyed(value: Any) -> Any:
    """Return the value with every entry of a picker keyed by its component."""
    if isinstance(value, Mapping):
        return {name: keyed(inner) for name, inner in value.items()}
    if not isinstance(value, list):
        return value
    return [
        {entry["type"]: keyed(entry["fields"])} if _is_pick(entry) else keyed(entry)
        for entry in value
    ]


def _is_pick(value: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and value.keys() == {"type", "fields"}
        and isinstance(value["type"], str)
        and isinstance(value["fields"], Mapping)
    )
