"""An editor's own fields, which templates read by attribute and by item, and never change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import Undefined

from pelican_buttercms.content.media import Media

__all__ = ["Component", "FieldMethod", "Fields", "Media"]

_METHODS = frozenset({"get", "items", "keys", "values"})


class FieldMethod(Undefined):
    """A method of `Fields` that is no field: undefined to a template, unless it is called."""

    __slots__ = ("_method",)

    _method: Callable[..., Any]
    jinja_pass_arg = None  # asked by Jinja before a call; an undefined value would fail

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the method."""
        return self._method(*args, **kwargs)

    @classmethod
    def of(cls, fields: Fields, name: str) -> FieldMethod:
        """Return the method of this name."""
        undefined = cls(obj=fields, name=name)
        undefined._method = object.__getattribute__(fields, name)
        return undefined


class Fields(Mapping[str, Any]):
    """The fields of a page, an item, a component or a repeater's entry; read-only.

    `fields.headline` and `fields["headline"]` are the same. Names that a mapping uses itself are
    fields first: when an editor called a field "items", `fields.items` is that field. Without such
    a field it is undefined in a template, as any other, and `fields.items()` are the pairs.
    """

    __slots__ = ("_data",)

    _data: Mapping[str, Any]

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        self._data = data if data is not None else {}

    def __getattribute__(self, name: str) -> Any:
        if not name.startswith("_"):
            data = object.__getattribute__(self, "_data")
            if name in data:
                return data[name]
            if name in _METHODS:
                return FieldMethod.of(self, name)
        return object.__getattribute__(self, name)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name == "_data":  # asked by copy and pickle, before __init__
            raise AttributeError(name)
        if name in self._data:
            return self._data[name]
        known = ", ".join(self._data) or "none at all"
        raise AttributeError(f"there is no field {name!r}; the fields are: {known}")

    def __getitem__(self, name: str) -> Any:
        return self._data[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._data)

    def __len__(self) -> int:
        return len(self._data)

    def __contains__(self, name: object) -> bool:
        return name in self._data

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Fields):
            return bool(self._data == other._data)
        return bool(self._data == other) if isinstance(other, Mapping) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __dir__(self) -> list[str]:
        return [*object.__dir__(self), *self._data]

    def __str__(self) -> str:
        """Print a media object of another host, which stays an object, as its URL."""
        url = self._data.get("url")
        is_media = isinstance(url, str) and self._data.keys() <= {"url", "alt"}
        return str(url) if is_media else repr(self)

    def __repr__(self) -> str:
        return f"Fields({', '.join(self._data)})"  # names only: values may lead back here


@dataclass(eq=False, repr=False, frozen=True, slots=True)
class Component:
    """One entry of a component picker.

    Attributes:
        type: the component's key, which names the template that renders it.
        fields: the component's fields.
    """

    type: str
    fields: Fields

    def __repr__(self) -> str:
        return f"<Component {self.type}>"
