"""The module in which a function was written, by the names that it sees; what cannot be followed.

`functools.wraps` gives the function of a plugin the `__module__` of the one that it replaces.
"""

from __future__ import annotations

from types import FunctionType
from typing import Any

_INNER = ("fget", "__func__", "func")
"""Where properties, class methods, partials and Pelican's memoised methods have their function."""


class UntrackableError(Exception):
    """A value whose state has no fingerprint; the text says what it is."""


def module_of(function: Any) -> str:
    """Return the module that a function, a method or a property was written in; "" if none."""
    inner = function_of(function)
    if isinstance(inner, FunctionType):
        return str(inner.__globals__.get("__name__", ""))
    return str(getattr(inner, "__module__", None) or "")


def function_of(member: Any) -> Any:
    """Return the function that is in a property, a method or a partial."""
    for name in _INNER:
        member = getattr(member, name, member)
    return member
