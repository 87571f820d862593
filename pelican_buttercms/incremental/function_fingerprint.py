"""A text for a function of the user's that changes with its code and what it holds.

Its own code counts, that of every function and class that it leads to, and the files of all
modules of the user's that these are from or import. What is installed is known by its version.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date, time, timedelta
from enum import Enum
from functools import partial
import inspect
from pathlib import PurePath
import re
from types import CellType, FunctionType, ModuleType
from typing import Any

from pelican_buttercms.incremental import code_names, user_modules
from pelican_buttercms.incremental.code_names import imported, names_in
from pelican_buttercms.incremental.fingerprint import Fingerprinter
from pelican_buttercms.incremental.introspection import UntrackableError
from pelican_buttercms.incremental.user_modules import (
    is_installed,
    space_of,
    spaces_of,
    users_file,
)

_DEEPEST = 10
_VALUES = (str, bytes, bytearray, int, float, complex, date, time, timedelta)
_OBJECT = vars(object).keys() | {"__dict__", "__weakref__"}


def code_of(function: Any) -> str:
    """Return a text that changes with a function: its code, its files, and what it holds.

    Raises:
        UntrackableError: it holds what cannot be told, or its code is no longer that of its file.
    """
    telling = _Telling()
    try:
        own = telling.tell(function)
        files = sorted(telling.files())
    except UntrackableError:
        raise
    except Exception as exc:  # whatever the user's objects do when they are looked at
        raise UntrackableError(f"a function that cannot be looked at ({exc!r})") from exc
    return own + "".join(f"{name}{user_modules.digest_of(file)}" for name, file in files)


class _Telling:
    """Tells of one function and of all that it leads to, each once."""

    def __init__(self) -> None:
        self._seen: dict[int, Any] = {}  # so that no other object gets their `id()`
        self._spaces: dict[int, dict[str, Any]] = {}

    def tell(self, one: Any, depth: int = 0) -> str:
        if depth > _DEEPEST:
            raise UntrackableError("a function that holds too many others")
        if inspect.isfunction(one):
            return self._function(one, depth)
        if inspect.isclass(one):
            return self._class(one, depth)
        parts = self._parts(one)
        if parts is None:
            return self._object(one, depth)
        kind, held = parts
        return f"{kind}({self._all(held, depth)})"

    def files(self) -> Iterator[tuple[str, str]]:
        """Yield the user's modules that were met, and those that they import, with their files."""
        waiting, known = list(self._spaces.values()), set(self._spaces)
        while waiting:
            space = waiting.pop()
            if (file := users_file(space)) is None:
                continue
            yield str(space.get("__name__")), file
            for value in list(space.values()):
                for found in spaces_of(value):
                    if id(found) not in known:
                        known.add(id(found))
                        waiting.append(found)

    @staticmethod
    def _parts(one: Any) -> tuple[str, Iterable[Any]] | None:  # noqa: PLR0911  (a table)
        """Return what something known is, and what it holds; None for any other object."""
        if isinstance(one, partial):
            return "partial", [one.func, *one.args, *one.keywords.items()]
        if inspect.ismethod(one):
            return "method", [one.__func__, one.__self__]
        if inspect.isbuiltin(one):
            of = one.__self__
            return f"{one.__module__}.{one.__qualname__}", [] if inspect.ismodule(of) else [of]
        if isinstance(one, PurePath):  # it keeps its hash, once somebody has asked for it
            return "path", [str(one)]
        if isinstance(one, re.Pattern):
            return "pattern", [one.pattern, one.flags]
        if isinstance(one, Mapping):
            return type(one).__qualname__, one.items()
        return ("set", sorted(one, key=repr)) if isinstance(one, set | frozenset) else None

    def _all(self, values: Iterable[Any], depth: int) -> str:
        return ",".join([self._value(value, depth) for value in values])

    def _value(self, value: Any, depth: int) -> str:
        if depth > _DEEPEST:
            raise UntrackableError("a function that holds too many others")
        if isinstance(value, tuple | list):
            return f"[{self._all(value, depth + 1)}]"
        told = None if callable(value) else _plainly(value)
        return self.tell(value, depth + 1) if told is None else told

    def _function(self, one: FunctionType, depth: int) -> str:
        where = f"{one.__module__}.{one.__qualname__}"
        if id(one) in self._seen:
            return where
        self._seen[id(one)] = one
        cells = [cell for cell in one.__closure__ or () if cell != CellType()]  # not empty
        held = [*(one.__defaults__ or ()), *(one.__kwdefaults__ or {}).items()]
        held += [cell.cell_contents for cell in cells]
        held += sorted(vars(one).items())  # what was decorated is among them
        own = f"{where}{code_names.digest_of(one.__code__)}({self._all(held, depth)})"
        return own + "".join(self._found(one, depth))

    def _found(self, one: FunctionType, depth: int) -> Iterator[str]:
        """Yield the texts of what a function finds by name, in its module and in others."""
        if is_installed(one.__code__.co_filename):
            return
        names = sorted(set(names_in(one.__code__)))
        spaces: list[Any] = [one.__globals__]
        self._spaces[id(one.__globals__)] = one.__globals__
        spaces += [vars(module) for module in imported(one)]
        for space in spaces:  # it grows
            self._spaces[id(space)] = space
            found = (space[name] for name in names if isinstance(space.get(name), ModuleType))
            spaces += [new for new in map(vars, found) if not any(new is old for old in spaces)]
            if space is one.__globals__ or users_file(space) is not None:
                yield from self._named(space, names, depth)

    def _named(self, space: Mapping[str, Any], names: Iterable[str], depth: int) -> Iterator[str]:
        for name in names:
            found = space.get(name)
            if inspect.isfunction(found):
                yield self._function(found, depth + 1)
            elif inspect.isclass(found):
                yield self._class(found, depth + 1)
            elif name in space and not isinstance(found, ModuleType):
                yield f"{name}={self._instance(found, depth)}"

    def _instance(self, found: Any, depth: int) -> str:
        """Return the text of a value of a module; one of an installed class may have none.

        It is a logger or a lock then, more often than what a result depends on.
        """
        try:
            return self._value(found, depth)
        except UntrackableError:
            if users_file(space_of(type(found).__module__)) is not None:
                raise
        with suppress(Exception):
            return self._parted(found, depth)
        return ""

    def _parted(self, one: Any, depth: int) -> str:
        """Return the text of an object by what a copy of it would be made from.

        Raises:
            UntrackableError: that cannot be told.
            Exception: it cannot be copied.
        """
        parts = one.__reduce_ex__(4)
        told = parts if isinstance(parts, str) else self._all(map(_whole, parts[1:]), depth + 1)
        return f"{type(one).__module__}.{type(one).__qualname__}({told})"

    def _class(self, kind: type, depth: int) -> str:
        """Return the text of a class: of the user's by its functions, of others by its name."""
        where = f"{kind.__module__}.{kind.__qualname__}"
        if id(kind) in self._seen or users_file(space := space_of(kind.__module__)) is None:
            return where
        self._seen[id(kind)] = kind
        self._spaces[id(space)] = space
        told = [self._class(base, depth + 1) for base in kind.__mro__[1:]]
        for name, member in sorted(vars(kind).items()):
            inner = _inner(member)
            told += [name + self._function(one, depth + 1) for one in inner]
            if not inner and not name.startswith("__"):
                told.append(f"{name}={self._instance(member, depth + 1)}")
        return f"{where}({','.join(told)})"

    def _object(self, one: Any, depth: int) -> str:
        """Return the text of an object by what it holds; one whose parts are hidden has none."""
        kind = type(one)
        if isinstance(one, _VALUES) and not isinstance(one, Enum):  # what it is, is not in there
            raise UntrackableError(f"{kind.__module__}.{kind.__qualname__}, which a function holds")
        slots = {
            name: getattr(one, name)
            for base in kind.__mro__
            for name in _slots(base)
            if hasattr(one, name)
        }
        if not hasattr(one, "__dict__") and not slots:
            with suppress(Exception):
                return self._parted(one, depth)
            raise UntrackableError(f"{kind.__module__}.{kind.__qualname__}, which a function holds")
        if id(one) in self._seen:
            return f"{kind.__qualname__} again"
        self._seen[id(one)] = one
        state = sorted({**slots, **getattr(one, "__dict__", {})}.items())
        return f"{self._class(kind, depth + 1)}({self._all(state, depth)})"


def _inner(member: Any) -> list[FunctionType]:
    """Return the functions of a member of a class."""
    parts: list[Any] = [member]
    if isinstance(member, property):
        parts = [member.fget, member.fset]
    elif isinstance(member, classmethod | staticmethod):
        parts = [member.__func__]
    else:
        own = getattr(member, "__dict__", {})  # of cached properties, and of caches
        parts += [own.get("func"), own.get("__wrapped__")]
    return [one for one in parts if inspect.isfunction(one)]


def _slots(kind: type) -> Iterable[str]:
    slots = vars(kind).get("__slots__", ())
    names = [slots] if isinstance(slots, str) else list(slots)
    own = kind.__name__.lstrip("_")
    private = [one.startswith("__") and not one.endswith("__") for one in names]
    spelt = [f"_{own}{n}" if p and own else n for n, p in zip(names, private, strict=True)]
    return [name for name in spelt if name not in _OBJECT]


def _whole(part: Any) -> Any:
    """Return a part of what a copy is made from; some are iterators."""
    return list(part) if isinstance(part, Iterator) else part


def _plainly(value: Any) -> str | None:
    """Return the text of a plain value, None if it is none."""
    try:
        return Fingerprinter({}).fingerprint(value)
    except UntrackableError:
        return None
