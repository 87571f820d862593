"""Are two values the same to whoever reads them, a build later? A text that tells them apart.

A value of an unknown type has no such text: what was rendered from it cannot be reused.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
import hashlib
from pathlib import PurePath, PurePosixPath
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Undefined
from markupsafe import Markup
from pelican.paginator import PaginationRule
from pelican.utils import SafeDatetime

from pelican_buttercms.incremental.compatibility import is_own
from pelican_buttercms.incremental.introspection import module_of

MISSING = "-"
"""Told of a name or an attribute that is not there."""

RECORD = "record|"
"""The prefix of the names of what a host's objects lead to."""

_DEEPEST = 20


class UntrackableError(Exception):
    """A value that cannot be told; the text says what it is."""


class Teller:
    """Tells values apart.

    Args:
        names: what is told of objects that have names of their own, by `id()`.
        kinds: functions that describe the values of more types.
    """

    def __init__(
        self, names: Mapping[int, str], kinds: Mapping[type, Describe] = MappingProxyType({})
    ) -> None:
        self._names, self._kinds = names, kinds
        self._kept: dict[int, tuple[Any, str]] = {}

    def tell(self, value: Any, depth: int = 0) -> str:
        """Give the text of a value.

        Raises:
            UntrackableError: its type is not known, or it holds itself.
        """
        kind = type(value)
        if kind is str:
            return f"s{len(value)}:{value}"
        name = self._names.get(id(value))
        if name is not None and not name.startswith(RECORD):  # these are named only when needed
            return f"@{name}"
        how = _HOW.get(kind) or self._kinds.get(kind.__dict__.get("_watched", kind))
        if how is None:
            raise UntrackableError(f"{kind.__module__}.{kind.__qualname__}")
        if depth > _DEEPEST:
            raise UntrackableError("a value that holds itself")
        return how(self, value, depth + 1)

    def each(self, values: Iterable[Any], depth: int) -> str:
        """Return the texts of several values, with commas between them."""
        return ",".join([self.tell(value, depth) for value in values])

    def _sequence(self, value: Any, depth: int) -> str:
        return f"{type(value).__name__}({self.each(value, depth)})"

    def _set(self, value: Any, depth: int) -> str:
        return f"set({','.join(sorted(self.tell(one, depth) for one in value))})"

    def mapping(self, value: Mapping[Any, Any], depth: int) -> str:
        """Return the text of a mapping, in its order."""
        pairs = (f"{self.tell(k, depth)}={self.tell(v, depth)}" for k, v in value.items())
        return f"{type(value).__name__}{{{','.join(pairs)}}}"

    def _partial(self, value: Any, depth: int) -> str:
        function = code_of(value.func)
        return f"P{function}{self.each(value.args, depth)}{self.mapping(value.keywords, depth)}"

    def once(self, value: Any, tell: Callable[[], str]) -> str:
        """Tell of something large that does not change while a site is written."""
        kept = self._kept.get(id(value))
        if kept is None:
            self._kept[id(value)] = kept = (value, digest(tell()).hex())
        return kept[1]


Describe = Callable[[Teller, Any, int], str]
"""Returns the text of a value of one type, at a depth."""


def told(value: Any, kinds: Mapping[type, Describe] = MappingProxyType({})) -> str:
    """Tell of a value without names, as Python spells it where that is all that is known.

    Sets have another order in each process, and are told in one.
    """
    try:
        return Teller({}, kinds).tell(value)
    except UntrackableError:
        return repr(value)


def code_of(function: Any) -> str:
    """Name a function of Pelican or of this plugin, whose versions are known.

    Raises:
        UntrackableError: it is anybody else's.
    """
    module = module_of(function)
    if not is_own(module):
        raise UntrackableError(f"the function {getattr(function, '__qualname__', function)}")
    return f"{module}.{function.__qualname__}"


def digest(text: str) -> bytes:
    """Give eight bytes that stand for a text."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()


def describe_plainly(_teller: Teller, value: Any, _depth: int) -> str:
    """Return what Python spells a value as."""
    return repr(value)


def _moment(_teller: Teller, value: Any, _depth: int) -> str:
    return f"{type(value).__name__}{value.isoformat()}{getattr(value, 'tzinfo', None)}"


def describe_text(_teller: Teller, value: Any, _depth: int) -> str:
    """Return the text of a value that is a kind of string."""
    return f"{type(value).__name__}{len(value)}:{value}"


_HOW: dict[type, Describe] = {
    **dict.fromkeys((type(None), bool, int, float, complex, Decimal, bytes), describe_plainly),
    timedelta: describe_plainly,
    **dict.fromkeys((datetime, SafeDatetime, date, time), _moment),
    Markup: describe_text,
    # a `Path` can read its file
    **dict.fromkeys((PurePath, PurePosixPath), describe_plainly),
    **dict.fromkeys((list, tuple), Teller._sequence),
    **dict.fromkeys((set, frozenset), Teller._set),
    ZoneInfo: describe_plainly,
    Undefined: lambda *_: MISSING,
    PaginationRule: Teller._sequence,
    **dict.fromkeys((dict, defaultdict, OrderedDict), Teller.mapping),
    partial: Teller._partial,
    MappingProxyType: Teller.mapping,
}
