"""Objects of classes that show nothing but what they hold.

What such an object answers follows from its attributes and the code of its class: no method looks
up anything but its arguments and harmless functions of Python.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterator
import dis
from enum import Enum
from functools import lru_cache
import inspect
import re
from types import CodeType, FunctionType, GetSetDescriptorType, MemberDescriptorType
from typing import Any

from pelican_buttercms.incremental.code_names import digest_of
from pelican_buttercms.incremental.introspection import function_of, module_of

_HARMLESS = frozenset(
    {
        *("abs", "all", "any", "bool", "bytes", "dict", "divmod", "enumerate", "filter", "float"),
        *("frozenset", "getattr", "hasattr", "int", "isinstance", "issubclass", "iter", "len"),
        *("list", "map", "max", "min", "next", "range", "repr", "reversed", "round", "set"),
        *("slice", "sorted", "str", "sum", "super", "tuple", "type", "zip", "NotImplemented"),
        *("AttributeError", "IndexError", "KeyError", "TypeError", "ValueError"),
    }
)
_OF_PYTHON = frozenset(
    {"abc", "builtins", "collections", "dataclasses", "enum", "functools", "types", "typing"}
)
_NOT_SHOWN = frozenset(
    {"__init__", "__new__", "__post_init__", "__setattr__", "__delattr__", "__init_subclass__"}
)
_NAMES = frozenset({"__doc__", "__module__", "__slots__", "__hash__", "__qualname__"})
_PREFIXES = (
    *("__dataclass_", "__abstract", "_abc_", "__annot", "__match_args", "__orig_bases"),
    *("__parameters", "__static_attributes", "__firstlineno", "_field"),
)
_Pair = namedtuple("_Pair", "first")
_UNSEEN = (MemberDescriptorType, GetSetDescriptorType, type(vars(_Pair)["first"]), Enum)
_VALUES = (str, bytes, int, float, type(None), re.Pattern)


def attributes(value: Any) -> dict[str, Any]:
    """Return what an object holds, by name."""
    if isinstance(value, Enum):
        return {"name": value.name, "value": value.value}
    slots = (vars(kind).get("__slots__", ()) for kind in type(value).__mro__)
    names = [n for some in slots for n in ([some] if isinstance(some, str) else some)]
    held = {name: getattr(value, name) for name in names if hasattr(value, name)}
    return held | getattr(value, "__dict__", {})


@lru_cache(maxsize=256)
def code_of_class(kind: type) -> str | None:
    """Return a text that changes with the code of a class, None if its objects show more."""
    parts = [f"{kind.__module__}.{kind.__qualname__}"]
    for base in kind.__mro__:
        if base.__module__ in _OF_PYTHON:
            continue
        for name, member in sorted(vars(base).items()):
            is_enums = issubclass(kind, Enum) and name.startswith("_")
            part = "" if is_enums else _part(name, member)
            if part is None:
                return None
            parts.append(part)
    return "".join(parts)


def _part(name: str, member: Any) -> str | None:
    """Return the text of what a class has, "" if no template can tell, None if it is unknown."""
    function = inspect.unwrap(function_of(member))
    if isinstance(function, FunctionType):
        code = function.__code__
        is_made = code.co_filename.startswith("<") or module_of(function) in _OF_PYTHON
        if is_made or name in _NOT_SHOWN:  # made by `dataclass`, `namedtuple` and the like
            return ""
        return f"{name}{digest_of(code)}" if _is_harmless(code) else None
    if isinstance(member, _UNSEEN) or name in _NAMES or name.startswith(_PREFIXES):
        return ""
    return f"{name}={member!r}" if isinstance(member, _VALUES) else None


def _is_harmless(code: CodeType) -> bool:
    """Return whether a function looks up nothing but its arguments and harmless functions."""
    if set(code.co_freevars) - {"__class__"}:
        return False
    steps = list(_steps(code))
    looked_up = {name for what, name in steps if what in {"LOAD_GLOBAL", "LOAD_NAME"}}
    imports = any(what.startswith("IMPORT") for what, _ in steps)
    return looked_up <= _HARMLESS and not imports


def _steps(code: CodeType) -> Iterator[tuple[str, Any]]:
    """Yield the operations of a function, with those of the functions inside of it."""
    for step in dis.get_instructions(code):
        yield step.opname, step.argval
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _steps(inner)
