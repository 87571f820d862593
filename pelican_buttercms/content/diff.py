"""The differences between two versions of one item, field by field, for people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pelican_buttercms.content.raw_records import RawRecord

_ABSENT: Any = object()

# say when and how something was saved, not what an editor changed
_BOOKKEEPING = {"status", "updated", "published", "scheduled", "created"}


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that differs.

    Attributes:
        path: the field, such as `title` or `body[2].fields.headline`.
        old: its value in the first version, as text; None where it has no such field.
        new: its value in the second version.
    """

    path: str
    old: str | None
    new: str | None


def differences(old: RawRecord, new: RawRecord) -> list[Difference]:
    """Yield every field in which two versions differ, in the order of the second one's fields."""
    before, after = _content(old), _content(new)
    return list(_compare("", before, after))


def _content(raw: RawRecord) -> dict[str, Any]:
    """Leave what editors wrote; a page's fields stand beside its name."""
    data = {name: value for name, value in raw.data.items() if name not in _BOOKKEEPING}
    if raw.key.kind == "page":
        data |= data.pop("fields", {})
    if raw.key.kind == "item":
        data = {name: value for name, value in raw.data.items() if name != "meta"}
    return data


def _compare(path: str, old: Any, new: Any) -> Iterator[Difference]:
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for name in [*new, *(name for name in old if name not in new)]:
            below = f"{path}.{name}" if path else str(name)
            yield from _compare(below, old.get(name, _ABSENT), new.get(name, _ABSENT))
    elif isinstance(old, list) and isinstance(new, list):
        for number in range(max(len(old), len(new))):
            before = old[number] if number < len(old) else _ABSENT
            after = new[number] if number < len(new) else _ABSENT
            yield from _compare(f"{path}[{number}]", before, after)
    else:
        yield Difference(path, _text(old), _text(new))


def _text(value: Any) -> str | None:
    if value is _ABSENT:
        return None
    return value if isinstance(value, str) else "" if value is None else str(value)
