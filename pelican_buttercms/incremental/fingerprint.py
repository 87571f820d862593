"""Are two values the same to whoever reads them, a build later? A text that tells them apart.

A value of an unknown type has no such text: what was rendered from it cannot be reused.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
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

from pelican_buttercms.content import Key
from pelican_buttercms.content.addresses import AddressPattern
from pelican_buttercms.content.fields import Component, Fields, Media
from pelican_buttercms.content.graph import Graph
from pelican_buttercms.content.records import Record, Referrer
from pelican_buttercms.incremental.compatibility import is_own
from pelican_buttercms.plugin.cms_text import Text
from pelican_buttercms.plugin.drafts.draft_status import Unpublished
from pelican_buttercms.plugin.introspection import module_of
from pelican_buttercms.plugin.local_media import LocalMedia
from pelican_buttercms.settings import Locale, Settings
from pelican_buttercms.store import Generation

MISSING = "-"
"""Told of a name or an attribute that is not there."""

_DEEPEST = 20
_NOT_SHOWN = {  # what has no say in how a page looks
    *("cache_path", "max_age", "max_stale", "reconcile", "max_calls", "max_deletions", "offline"),
    *("concurrency", "snapshot", "store_url", "incremental", "workers", "changed_files"),
}


class UntrackableError(Exception):
    """A value that cannot be told; the text says what it is."""


class Teller:
    """Tells values apart.

    Args:
        names: what is told of objects that have names of their own, by `id()`.
    """

    def __init__(self, names: Mapping[int, str]) -> None:
        self._names = names
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
        if name is not None and not name.startswith("record|"):
            return f"@{name}"
        how = _HOW.get(kind)
        if how is None and isinstance(value, Record):
            return f"@{value.key} {value.locale}"  # named only when something is rendered
        if how is None:
            raise UntrackableError(f"{kind.__module__}.{kind.__qualname__}")
        if depth > _DEEPEST:
            raise UntrackableError("a value that holds itself")
        return how(self, value, depth + 1)

    def _each(self, values: Iterable[Any], depth: int) -> str:
        return ",".join([self.tell(value, depth) for value in values])

    def _sequence(self, value: Any, depth: int) -> str:
        return f"{type(value).__name__}({self._each(value, depth)})"

    def _set(self, value: Any, depth: int) -> str:
        return f"set({','.join(sorted(self.tell(one, depth) for one in value))})"

    def _mapping(self, value: Mapping[Any, Any], depth: int) -> str:
        pairs = (f"{self.tell(k, depth)}={self.tell(v, depth)}" for k, v in value.items())
        return f"{type(value).__name__}{{{','.join(pairs)}}}"

    def _fields(self, value: Fields, depth: int) -> str:
        return f"F{self._mapping(value._data, depth)}"

    def _component(self, value: Component, depth: int) -> str:
        return f"C{self.tell(value.type)}{self.tell(value.fields, depth)}"

    def _referrer(self, value: Referrer, depth: int) -> str:
        return f"R{self.tell(value.owner, depth)}{self.tell(value.path)}"

    def _partial(self, value: Any, depth: int) -> str:
        function = code_of(value.func)
        return f"P{function}{self._each(value.args, depth)}{self._mapping(value.keywords, depth)}"

    def _once(self, value: Any, tell: Callable[[], str]) -> str:
        """Tell of something large that does not change while a site is written."""
        kept = self._kept.get(id(value))
        if kept is None:
            self._kept[id(value)] = kept = (value, digest(tell()).hex())
        return kept[1]

    def _graph(self, value: Graph, _depth: int) -> str:
        return self._once(value, lambda: repr([str(one.key) for one in _in_order(value)]))

    def _media(self, value: LocalMedia, _depth: int) -> str:
        return self._once(value, lambda: repr(sorted((u, f.name) for u, f in value.files.items())))

    def _options(self, value: Settings, _depth: int) -> str:
        names = [field.name for field in fields(value) if field.name not in _NOT_SHOWN]
        return self._once(value, lambda: repr([told(getattr(value, name)) for name in names]))


def told(value: Any) -> str:
    """Tell of a value without names, as Python spells it where that is all that is known.

    Sets have another order in each process, and are told in one.
    """
    try:
        return Teller({}).tell(value)
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


def _in_order(graph: Graph) -> Iterator[Any]:
    yield from graph.records
    yield from graph.posts


def _plain(_teller: Teller, value: Any, _depth: int) -> str:
    return repr(value)


def _moment(_teller: Teller, value: Any, _depth: int) -> str:
    return f"{type(value).__name__}{value.isoformat()}{getattr(value, 'tzinfo', None)}"


def _text(_teller: Teller, value: Any, _depth: int) -> str:
    return f"{type(value).__name__}{len(value)}:{value}"


_HOW: dict[type, Callable[[Teller, Any, int], str]] = {
    **dict.fromkeys((type(None), bool, int, float, complex, Decimal, bytes), _plain),
    **dict.fromkeys((timedelta, Key), _plain),
    **dict.fromkeys((datetime, SafeDatetime, date, time), _moment),
    **dict.fromkeys((Markup, AddressPattern), _text),
    Text: lambda _, value, __: f"T{value.parts!r}",
    Media: lambda _, value, __: f"M{len(value)}:{value}{value.alt}",
    # a `Path` can read its file
    **dict.fromkeys((PurePath, PurePosixPath), _plain),
    **dict.fromkeys((list, tuple), Teller._sequence),
    **dict.fromkeys((set, frozenset), Teller._set),
    ZoneInfo: _plain,
    Undefined: lambda *_: MISSING,
    PaginationRule: Teller._sequence,
    **dict.fromkeys((dict, defaultdict, OrderedDict), Teller._mapping),
    Fields: Teller._fields,
    Component: Teller._component,
    Referrer: Teller._referrer,
    partial: Teller._partial,
    Graph: Teller._graph,
    LocalMedia: Teller._media,
    Settings: Teller._options,
    Generation: lambda _, value, __: f"G{value.id}{value.pulled_at}",
    Locale: _plain,
    Unpublished: lambda _, value, __: f"U{value.raw.key}{value.state}{value.differences}",
    MappingProxyType: Teller._mapping,
}
