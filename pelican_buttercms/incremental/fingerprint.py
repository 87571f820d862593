"""Texts that differ where values differ to whoever reads them in the next build.

A value of an unknown type has no such text: what was rendered from it cannot be reused.
"""

from __future__ import annotations

from collections import ChainMap, Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from functools import partial
from pathlib import Path, PosixPath, PurePath, PurePosixPath
import re
import stat
from types import MappingProxyType, SimpleNamespace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from jinja2 import Undefined
from markupsafe import Markup
from pelican.paginator import PaginationRule
from pelican.utils import SafeDatetime

from pelican_buttercms.digests import quick_digest
from pelican_buttercms.incremental import plain_objects
from pelican_buttercms.incremental.compatibility import is_own
from pelican_buttercms.incremental.introspection import UntrackableError, module_of

MISSING = "-"
"""Told of a name or an attribute that is not there."""

RECORD = "record|"
"""The prefix of the names of what a host's objects lead to."""

_DEEPEST = 20


class Fingerprinter:
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
        self._open: set[int] = set()

    def fingerprint(self, value: Any, depth: int = 0) -> str:
        """Return the text of a value.

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
        how = how or Fingerprinter._object
        if depth > _DEEPEST:
            raise UntrackableError("a value that holds itself")
        return how(self, value, depth + 1)

    def each(self, values: Iterable[Any], depth: int) -> str:
        """Return the texts of several values, with commas between them."""
        return ",".join([self.fingerprint(value, depth) for value in values])

    def _sequence(self, value: Any, depth: int) -> str:
        return f"{type(value).__name__}({self.each(value, depth)})"

    def _set(self, value: Any, depth: int) -> str:
        return f"set({','.join(sorted(self.fingerprint(one, depth) for one in value))})"

    def mapping(self, value: Mapping[Any, Any], depth: int) -> str:
        """Return the text of a mapping, in its order."""
        pairs = (
            f"{self.fingerprint(k, depth)}={self.fingerprint(v, depth)}" for k, v in value.items()
        )
        return f"{type(value).__name__}{{{','.join(pairs)}}}"

    def _partial(self, value: Any, depth: int) -> str:
        function = code_of(value.func)
        return f"P{function}{self.each(value.args, depth)}{self.mapping(value.keywords, depth)}"

    def _object(self, value: Any, depth: int) -> str:
        """Return the text of an object that shows nothing but what it holds."""
        kind = type(value)
        kind = kind.__dict__.get("_watched", kind)
        bases = [how for one in kind.__mro__ if (how := _HOW.get(one))]
        native = any(one.__module__ == "builtins" for one in kind.__mro__[:-1])
        code = plain_objects.code_of_class(kind)
        if code is None or kind is object or (native and not bases):
            raise UntrackableError(f"{kind.__module__}.{kind.__qualname__}")
        if id(value) in self._open:
            raise UntrackableError("a value that holds itself")
        self._open.add(id(value))
        try:
            held = self.mapping(plain_objects.attributes(value), depth)
            return f"O{code}{bases[0](self, value, depth) if bases else ''}{held}"
        finally:
            self._open.discard(id(value))

    def once(self, value: Any, describe: Callable[[], str]) -> str:
        """Return the text of something large that does not change while a site is written."""
        kept = self._kept.get(id(value))
        if kept is None:
            self._kept[id(value)] = kept = (value, digest(describe()).hex())
        return kept[1]


Describe = Callable[[Fingerprinter, Any, int], str]
"""Returns the text of a value of one type, at a depth."""


def fingerprint(value: Any, kinds: Mapping[type, Describe] = MappingProxyType({})) -> str:
    """Return the text of a value without names, as Python spells it where nothing else is known.

    Sets have another order in each process, and are told in one.
    """
    try:
        return Fingerprinter({}, kinds).fingerprint(value)
    except UntrackableError:
        return repr(value)


def code_of(function: Any) -> str:
    """Return the name of a function of Pelican or of this package, whose versions are known.

    Raises:
        UntrackableError: it is anybody else's.
    """
    module = module_of(function)
    if not is_own(module):
        raise UntrackableError(f"the function {getattr(function, '__qualname__', function)}")
    return f"{module}.{function.__qualname__}"


def digest(text: str) -> bytes:
    """Return eight bytes that stand for a text."""
    return quick_digest(text, 8)


def describe_plainly(_fingerprinter: Fingerprinter, value: Any, _depth: int) -> str:
    """Return what Python spells a value as."""
    return repr(value)


def _moment(_fingerprinter: Fingerprinter, value: Any, _depth: int) -> str:
    return f"{type(value).__name__}{value.isoformat()}{getattr(value, 'tzinfo', None)}"


def _path(_fingerprinter: Fingerprinter, value: Path, _depth: int) -> str:
    """Return the text of a path, with that of its file, which it can read.

    Raises:
        UntrackableError: it is a folder, whose files it can list.
    """
    try:
        found = value.stat()
    except OSError:
        return repr(value)
    if stat.S_ISDIR(found.st_mode):
        raise UntrackableError(f"the folder {value}")
    return f"{value!r}{found.st_size} {found.st_mtime_ns}"


def describe_text(_fingerprinter: Fingerprinter, value: Any, _depth: int) -> str:
    """Return the text of a value that is a kind of string."""
    return f"{type(value).__name__}{len(value)}:{value}"


_HOW: dict[type, Describe] = {
    **dict.fromkeys((type(None), bool, int, float, complex, Decimal, bytes), describe_plainly),
    timedelta: describe_plainly,
    **dict.fromkeys((datetime, SafeDatetime, date, time), _moment),
    **dict.fromkeys((str, Markup), describe_text),
    **dict.fromkeys((Path, PosixPath), _path),
    **dict.fromkeys((PurePath, PurePosixPath), describe_plainly),
    **dict.fromkeys((list, tuple, deque), Fingerprinter._sequence),
    **dict.fromkeys((bytearray, Fraction, range, timezone, UUID), describe_plainly),
    re.Pattern: lambda _, value, __: f"re{value.flags}{value.pattern!r}",
    SimpleNamespace: lambda one, value, depth: f"N{one.mapping(vars(value), depth)}",
    **dict.fromkeys((set, frozenset), Fingerprinter._set),
    ZoneInfo: describe_plainly,
    Undefined: lambda *_: MISSING,
    PaginationRule: Fingerprinter._sequence,
    **dict.fromkeys((dict, defaultdict, ChainMap, Counter, OrderedDict), Fingerprinter.mapping),
    partial: Fingerprinter._partial,
    MappingProxyType: Fingerprinter.mapping,
}


_SHORT, _MOST_KNOWN = 40, 4096
_known_numbers: dict[str, int] = {}


def number_of(told: str) -> int:
    """Return the number that stands for an answer; many are short, and the same."""
    if len(told) > _SHORT:
        return hashed(told)
    number = _known_numbers.get(told)
    if number is None:
        number = hashed(told)
        if len(_known_numbers) < _MOST_KNOWN:
            _known_numbers[told] = number
    return number


def hashed(told: str) -> int:
    """Return the number that stands for a text; it is not 0."""
    return int.from_bytes(digest(told), "big") or 1
