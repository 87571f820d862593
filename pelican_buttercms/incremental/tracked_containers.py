"""Lists and mappings that record which of their parts are read.

A sidebar of the newest five depends on the first five entries, and on no other.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pelican_buttercms.incremental.recorder import recorder

ALL, LENGTH, ANY = "all", "len", "any"


class WatchedList(list[Any]):
    """A list that notes what is asked of it, and changes the one that it stands for as well.

    It is a list to whoever asks; C code that reads lists without asking them does so with exact
    lists only.
    """

    def __init__(self, elements: Any, original: list[Any]) -> None:
        super().__init__(elements)
        self.original = original

    def _note(self, question: str) -> None:
        if recorder.frame is not None:
            recorder.frame.note(id(self), question)

    def __iter__(self) -> Iterator[Any]:
        self._note(ALL)
        return super().__iter__()

    def __reversed__(self) -> Iterator[Any]:
        self._note(ALL)
        return super().__reversed__()

    def __len__(self) -> int:
        self._note(LENGTH)
        return super().__len__()

    def __bool__(self) -> bool:
        self._note(ANY)
        return super().__len__() > 0

    def __getitem__(self, place: Any) -> Any:
        if hasattr(place, "__index__") or isinstance(place, slice):
            self._note(question_of(place))
        return super().__getitem__(place)

    def __contains__(self, element: object) -> bool:
        self._note(ALL)
        return super().__contains__(element)

    def __eq__(self, other: object) -> bool:
        self._note(ALL)
        return super().__eq__(other)

    def __ne__(self, other: object) -> bool:
        self._note(ALL)
        return super().__ne__(other)

    __hash__ = None

    def __add__(self, other: Any) -> Any:
        self._note(ALL)
        return list(self) + other

    def __radd__(self, other: Any) -> Any:
        self._note(ALL)
        return NotImplemented  # a list adds it by itself

    def __lt__(self, other: Any) -> bool:
        self._note(ALL)
        return super().__lt__(other)

    def __le__(self, other: Any) -> bool:
        self._note(ALL)
        return super().__le__(other)

    def __gt__(self, other: Any) -> bool:
        self._note(ALL)
        return super().__gt__(other)

    def __ge__(self, other: Any) -> bool:
        self._note(ALL)
        return super().__ge__(other)

    def __repr__(self) -> str:
        self._note(ALL)
        return super().__repr__()

    def __mul__(self, times: Any) -> Any:
        self._note(ALL)
        return list(self) * times

    __rmul__ = __mul__

    def __reduce_ex__(self, protocol: Any) -> Any:
        return list, (list(self),)

    def copy(self) -> list[Any]:
        """Return a list of the same elements, which is read no more."""
        return list(self)

    def index(self, *arguments: Any) -> int:
        """Find an element."""
        self._note(ALL)
        return super().index(*arguments)

    def count(self, element: Any) -> int:
        """Count an element."""
        self._note(ALL)
        return super().count(element)


WatchedList.__name__, WatchedList.__module__ = "list", "builtins"  # as error messages say


def _changing(kind: type, name: str) -> Any:
    method = getattr(kind, name)

    def change(self: Any, *arguments: Any, **options: Any) -> Any:
        if recorder.frame is not None:
            recorder.spoil(f"it changes a {kind.__name__}")
        method(self.original, *arguments, **options)
        return method(self, *arguments, **options)

    return change


for _name in (
    *("append", "extend", "insert", "remove", "pop", "clear", "sort", "reverse"),
    *("__setitem__", "__delitem__", "__iadd__", "__imul__"),
):
    setattr(WatchedList, _name, _changing(list, _name))


def question_of(place: Any) -> str:
    """Write down an index or a slice."""
    if isinstance(place, slice):
        return f"{_bound(place.start)}:{_bound(place.stop)}:{_bound(place.step)}"
    return str(place.__index__())


def part_of(elements: list[Any], question: str) -> Any:
    """Return the answer to a question to a list; None where there is no such element."""
    if question == ALL:
        return list(elements)  # not the list itself, which may have a name
    if question in {LENGTH, ANY}:
        return len(elements) if question == LENGTH else bool(elements)
    bounds = [int(bound) if bound else None for bound in question.split(":")]
    if len(bounds) > 1:
        return elements[slice(*bounds)]
    place = bounds[0] or 0
    return elements[place] if -len(elements) <= place < len(elements) else None


def _bound(value: Any) -> str:
    return "" if value is None else str(value.__index__())


class WatchedMapping(dict[Any, Any]):
    """A mapping that notes what is looked up, and changes the one that it stands for as well."""

    def __init__(self, original: dict[Any, Any] | None = None) -> None:
        super().__init__(original or {})
        self.original = original if original is not None else {}

    def _note(self, key: Any) -> None:
        if recorder.frame is None:
            return
        if isinstance(key, str):
            recorder.frame.note(id(self), key)
        else:
            self._refuse()

    def _refuse(self) -> None:
        if recorder.frame is not None:
            recorder.frame.block("it reads a whole mapping of settings or files")

    def __getitem__(self, key: Any) -> Any:
        self._note(key)
        return super().__getitem__(key)

    def get(self, key: Any, default: Any = None) -> Any:
        """Look up a key."""
        self._note(key)
        return super().get(key, default)

    def __contains__(self, key: object) -> bool:
        self._note(key)
        return super().__contains__(key)

    def __iter__(self) -> Iterator[Any]:
        self._refuse()
        return super().__iter__()

    def __len__(self) -> int:
        self._refuse()
        return super().__len__()

    def __reversed__(self) -> Iterator[Any]:
        self._refuse()
        return super().__reversed__()

    def __eq__(self, other: object) -> bool:
        self._refuse()
        return super().__eq__(other)

    def __ne__(self, other: object) -> bool:
        self._refuse()
        return super().__ne__(other)

    __hash__ = None

    def __or__(self, other: Any) -> Any:
        self._refuse()
        return super().__or__(other)

    def __ror__(self, other: Any) -> Any:
        self._refuse()
        return super().__ror__(other)

    def __repr__(self) -> str:
        self._refuse()
        return super().__repr__()

    def __reduce_ex__(self, protocol: Any) -> Any:
        self._refuse()
        return dict, (dict(super().items()),)

    def keys(self) -> Any:
        """Return all keys."""
        self._refuse()
        return super().keys()

    def values(self) -> Any:
        """Return all values."""
        self._refuse()
        return super().values()

    def items(self) -> Any:
        """Return everything."""
        self._refuse()
        return super().items()

    def copy(self) -> dict[Any, Any]:
        """Return a mapping that notes nothing more."""
        self._refuse()
        return dict(super().items())


class WatchedFiles(WatchedMapping):
    """The static files by path; following a link to one settles where it lies."""

    def _note(self, key: Any) -> None:
        super()._note(key)
        if recorder.frame is not None:
            recorder.frame.follow()


for _name in (
    *("__setitem__", "__delitem__", "__ior__", "clear"),
    *("pop", "popitem", "setdefault", "update"),
):
    setattr(WatchedMapping, _name, _changing(dict, _name))
