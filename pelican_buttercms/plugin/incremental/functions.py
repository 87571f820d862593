"""What is a function of the user's? A text that changes with its code, and with what it holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
import hashlib
import inspect
from pathlib import Path
import re
import sysconfig
from types import CodeType, FunctionType, ModuleType
from typing import Any

from pelican_buttercms.plugin.incremental.told import Teller, UntrackableError

_DEEPEST = 10
_INSTALLED = tuple({sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib")})
_OBJECT = vars(object).keys() | {"__dict__", "__weakref__"}


def code_of(function: Any) -> str:
    """Give a text that changes with a function: its code, its file, and what it holds.

    Functions that it calls count, in whatever file of the user's they are.

    Raises:
        UntrackableError: it holds what cannot be told.
    """
    return _Telling().tell(function)


class _Telling:
    """Tells of one function and of all that it leads to, each once."""

    def __init__(self) -> None:
        self._seen: set[int] = set()

    def tell(self, one: Any, depth: int = 0) -> str:
        if depth > _DEEPEST:
            raise UntrackableError("a function that holds too many others")
        if inspect.isfunction(one):
            return self._function(one, depth)
        parts = self._parts(one)
        if parts is None:
            return self._object(one, depth)
        kind, held = parts
        return f"{kind}({self._all(held, depth)})"

    @staticmethod
    def _parts(one: Any) -> tuple[str, Iterable[Any]] | None:
        """Give what something known is, and what it holds; None for any other object."""
        if isinstance(one, partial):
            return "partial", [one.func, *one.args, *one.keywords.items()]
        if inspect.ismethod(one):
            return "method", [one.__func__, one.__self__]
        if inspect.isbuiltin(one) or inspect.isclass(one):
            return f"{one.__module__}.{one.__qualname__}{_file_of(one)}", ()
        if isinstance(one, re.Pattern):
            return "pattern", [one.pattern, one.flags]
        if isinstance(one, Mapping):
            return type(one).__qualname__, one.items()
        return ("set", sorted(one, key=repr)) if isinstance(one, set | frozenset) else None

    def _all(self, values: Iterable[Any], depth: int) -> str:
        return ",".join([self._value(value, depth) for value in values])

    def _value(self, value: Any, depth: int) -> str:
        if isinstance(value, tuple | list):
            return f"[{self._all(value, depth + 1)}]"
        if callable(value) or not _is_plain(value):
            return self.tell(value, depth + 1)
        return repr(value)

    def _function(self, one: FunctionType, depth: int) -> str:
        where = f"{one.__module__}.{one.__qualname__}"
        if id(one) in self._seen:
            return where
        self._seen.add(id(one))
        cells = [cell.cell_contents for cell in one.__closure__ or ()]
        held = [*(one.__defaults__ or ()), *(one.__kwdefaults__ or {}).items(), *cells]
        wrapped = getattr(one, "__wrapped__", None)
        held += [wrapped] if wrapped is not None else []
        code = one.__code__
        own = f"{where}{code.co_code.hex()}{_file(code.co_filename)}({self._all(held, depth)})"
        return own + "".join(self._called(one, depth))

    def _called(self, one: FunctionType, depth: int) -> Iterator[str]:
        """Tell of what a function finds by name: the user's other functions, and their files."""
        if one.__code__.co_filename.startswith(_INSTALLED):
            return
        names = sorted(set(_names_in(one.__code__)))
        modules = [one.__globals__]
        modules += [vars(m) for n in names if isinstance(m := one.__globals__.get(n), ModuleType)]
        for name in names:
            for found in (module[name] for module in modules if name in module):
                if inspect.isfunction(found):
                    yield self._function(found, depth + 1)
                elif not isinstance(found, ModuleType) and _is_plain(found):
                    yield f"{name}={found!r}"

    def _object(self, one: Any, depth: int) -> str:
        """Tell of an object by what it holds; one whose parts nobody sees cannot be told."""
        kind = type(one)
        slots = {
            name: getattr(one, name)
            for base in kind.__mro__
            for name in _slots(base)
            if hasattr(one, name)
        }
        if not hasattr(one, "__dict__") and not slots:
            raise UntrackableError(f"{kind.__module__}.{kind.__qualname__}, which a function holds")
        state = sorted({**slots, **getattr(one, "__dict__", {})}.items())
        return f"{kind.__module__}.{kind.__qualname__}{_file_of(kind)}({self._all(state, depth)})"


def _slots(kind: type) -> Iterable[str]:
    slots = vars(kind).get("__slots__", ())
    names = [slots] if isinstance(slots, str) else list(slots)
    return [name for name in names if name not in _OBJECT]


def _names_in(code: CodeType) -> Iterator[str]:
    """Give the names that a function's code looks up, with those of the functions inside of it."""
    yield from code.co_names
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield from _names_in(one)


def _is_plain(value: Any) -> bool:
    try:
        Teller({}).tell(value)
    except UntrackableError:
        return False
    return True


def _file_of(kind: Any) -> str:
    module = inspect.getmodule(kind)
    return _file(getattr(module, "__file__", None) or "")


def _file(name: str) -> str:
    source = Path(name)
    if not name or not source.is_file():
        return ""
    return hashlib.blake2b(source.read_bytes(), digest_size=8).hexdigest()
