"""The type of the CMS's texts in templates: plain for those who compute, escaped when printed.

Jinja's autoescape is off in Pelican: themes print titles and names as they are, or with `|e`, and
cut, compare, encode and join them as if they were plain. `CmsText` answers both. Its own characters
are escaped HTML, so that whoever prints it, or takes it for a mere `str`, prints no markup of an
editor's. Its methods work on the plain text. What a template adds stays what it was: the `<br>` in
`title + "<br>"` is the theme's HTML, the title beside it is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from html import unescape
import sys
from typing import Any, Final, Literal, SupportsIndex

from markupsafe import Markup, escape

Kind = Literal["text", "added", "html"]
"""Of the CMS, escaped everywhere; added by a template, escaped by `|e` alone; HTML, never."""

Part = tuple[str, Kind]


class CmsText(Markup):
    """A text of the CMS, perhaps with what a template has added to it.

    Equal to, sorted with and as long as its plain text.
    """

    __slots__ = ("_parts", "_plain")

    _plain: str | None
    _parts: tuple[Part, ...] | None

    def __new__(cls, plain: object = "") -> CmsText:
        """Build a text from a plain one; another `CmsText` stays what it is."""
        if isinstance(plain, CmsText):
            return plain
        text = str.__new__(cls, escape(str(plain)))
        text._plain = text._parts = None
        return text

    @classmethod
    def of_html(cls, html: str) -> CmsText:
        """Build a text from HTML, which prints as it is; its plain text is the same HTML."""
        return cls.of_parts([(str(html), "html")])

    @classmethod
    def of_parts(cls, parts: Iterable[Part]) -> CmsText:
        """Build a text from its two spellings."""
        parts = tuple(part for part in parts if part[0])
        if all(kind == "text" for _, kind in parts):
            return cls("".join(text for text, _ in parts))
        text = str.__new__(cls, "".join(map(_printed, parts)))
        text._plain, text._parts = "".join(text for text, _ in parts), parts
        return text

    @property
    def plain(self) -> str:
        """What a template computes with."""
        if self._plain is None:
            self._plain = unescape(self.printed)
        return self._plain

    @property
    def printed(self) -> str:
        """What is printed where nothing is escaped."""
        return str.__str__(self)

    @property
    def parts(self) -> tuple[Part, ...]:
        """What it is put together of."""
        return ((self.plain, "text"),) if self._parts is None else self._parts

    def __str__(self) -> str:
        return self  # what calls `str()` before it computes gets the type, and so the plain text

    def __html__(self) -> str:  # type: ignore[override]
        if self._parts is None:
            return self.printed
        return "".join(p if kind == "html" else str(escape(p)) for p, kind in self._parts)

    def __repr__(self) -> str:
        return CmsText(repr(self.plain)).printed  # a list of texts may be printed, too

    def __format__(self, spec: str) -> str:
        return CmsText(format(self.plain, spec)).printed if spec else self.printed

    def __reduce__(self) -> Any:
        return CmsText.of_parts, (self.parts,)

    def __hash__(self) -> int:
        return hash(self.plain)

    def __len__(self) -> int:
        return len(self.plain)

    def __iter__(self) -> Iterator[CmsText]:
        return (self[place] for place in range(len(self)))

    def __contains__(self, other: object) -> bool:
        return plain(other) in self.plain

    def __getitem__(self, key: SupportsIndex | slice) -> CmsText:
        if self._parts is None:
            return CmsText(self.plain[key])
        kinds = [kind for text, kind in self._parts for _ in text]
        if not isinstance(key, slice):
            return CmsText.of_parts([(self.plain[key], kinds[key])])
        return CmsText.of_parts(zip(self.plain[key], kinds[key], strict=True))

    def __add__(self, other: Any) -> CmsText:
        return _joined("", [self, other]) if isinstance(other, str) else NotImplemented

    def __radd__(self, other: Any) -> str:  # type: ignore[override]
        if sys._getframe(1).f_globals.get("__name__") == "html.parser":
            # It takes a text for HTML, finds places by patterns, and cuts by methods.
            return str.__add__(other, self.printed)
        return _joined("", [other, self]) if isinstance(other, str) else NotImplemented

    def __mul__(self, times: SupportsIndex) -> CmsText:
        return CmsText.of_parts(self.parts * times.__index__())

    __rmul__ = __mul__

    def __mod__(self, values: Any) -> CmsText:
        arguments = tuple(map(plain, values)) if isinstance(values, tuple) else plain(values)
        return CmsText(self.plain % arguments)

    def __rmod__(self, pattern: Any) -> Any:
        return fill_in(pattern, (self,)) if isinstance(pattern, str) else NotImplemented

    def join(self, texts: Iterable[Any]) -> CmsText:
        """Join texts by this one."""
        return _joined(self, texts)

    def replace(self, old: str, new: str, count: SupportsIndex = -1) -> CmsText:
        """Replace what an editor wrote; what it is replaced by is the template's."""
        old, left = plain(old), count.__index__()
        if not old or old not in self.plain:
            return self if old else CmsText(self.plain.replace(old, plain(new), left))
        parts: list[Part] = []
        for text, kind in self.parts:
            pieces = text.split(old, left)
            left = left - len(pieces) + 1 if left >= 0 else left
            for number, piece in enumerate(pieces):
                parts += parts_of(new) if number else ()
                parts.append((piece, kind))
        return CmsText.of_parts(parts)

    def striptags(self) -> str:
        """Return HTML without its tags, as a plain text."""
        return Markup(self.printed).striptags()  # noqa: S704  (escaped, or HTML)

    def unescape(self) -> str:
        """Return the plain text."""
        return self.plain


def plain(value: Any) -> Any:
    """Return the plain text of a `CmsText`, and whatever else as it is."""
    return value.plain if isinstance(value, CmsText) else value


def parts_of(value: Any) -> tuple[Part, ...]:
    """Return the parts that a value adds to a text."""
    if isinstance(value, CmsText):
        return value.parts
    return ((str(value), "html" if isinstance(value, Markup) else "added"),)


def concat(values: Iterable[Any]) -> str:
    """Join values as Jinja's `~` does; with one of the CMS's texts it is one, too."""
    texts = list(map(named, values))
    if any(isinstance(value, CmsText) for value in texts):
        return _joined("", texts)
    return "".join(map(str, texts))


def join_texts(separator: str, values: Iterable[Any]) -> str:
    """Join values by a separator, as Jinja's `join` does."""
    texts = list(map(named, values))
    if isinstance(separator, CmsText) or any(isinstance(value, CmsText) for value in texts):
        return _joined(separator, texts)
    return str(separator).join(map(str, texts))


def fill_in(pattern: str, values: tuple[Any, ...]) -> str:
    """Fill in a template's `%s`, as the operator `%` does."""
    pieces = pattern.split("%s")
    simple = pattern.count("%") == len(values) == len(pieces) - 1
    values = tuple(map(named, values))
    if not simple or not any(isinstance(value, CmsText) for value in values):
        return str.__mod__(pattern, values)
    filled: list[Any] = [pieces[0]]
    for value, piece in zip(values, pieces[1:], strict=True):
        filled += (value, piece)
    return _joined("", filled)


def named(value: Any) -> Any:
    """Return the name of a category, a tag or an author, and whatever else as it is."""
    if isinstance(value, str) or not hasattr(type(value), "__html__"):
        return value
    name = str(value)
    return name if isinstance(name, CmsText) else value


def _joined(separator: str, values: Iterable[Any]) -> CmsText:
    parts: list[Part] = []
    for number, value in enumerate(values):
        parts += parts_of(separator) if number else ()
        parts += parts_of(value)
    return CmsText.of_parts(parts)


def _printed(part: Part) -> str:
    text, kind = part
    return str(escape(text)) if kind == "text" else text


def _html(value: Any) -> Any:
    """Return what a text prints: what a template has added stays HTML, as in a local file's."""
    return value.printed if isinstance(value, CmsText) else value


def _rewrapped(value: Any) -> Any:
    if type(value) is str:
        return CmsText(value)
    if isinstance(value, list | tuple):
        return type(value)(map(_rewrapped, value))
    return value


def on_plain(function: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a function of texts: it computes with plain ones, and returns the CMS's as `CmsText`."""

    @wraps(function)
    def computed(*arguments: Any, **options: Any) -> Any:
        arguments = tuple(map(named, arguments))
        texts = [text for text in (*arguments, *options.values()) if isinstance(text, CmsText)]
        if any(text._parts for text in texts):
            return function(*map(_html, arguments), **{k: _html(v) for k, v in options.items()})
        result = function(*map(plain, arguments), **{k: plain(v) for k, v in options.items()})
        return _rewrapped(result) if texts else result

    return computed


_METHODS: Final = (
    *("capitalize", "casefold", "center", "count", "encode", "endswith", "expandtabs", "find"),
    *("index", "isalnum", "isalpha", "isascii", "isdecimal", "isdigit", "isidentifier", "islower"),
    *("isnumeric", "isprintable", "isspace", "istitle", "isupper", "ljust", "lower", "lstrip"),
    *("partition", "removeprefix", "removesuffix", "rfind", "rindex", "rjust", "rpartition"),
    *("rsplit", "rstrip", "split", "splitlines", "startswith", "strip", "swapcase", "title"),
    *("translate", "upper", "zfill", "format", "format_map"),
    *("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"),
)


def _method(name: str) -> Callable[..., Any]:
    function = getattr(str, name)

    @wraps(function)
    def computed(self: CmsText, *arguments: Any, **options: Any) -> Any:
        result = function(self.plain, *map(plain, arguments), **options)
        if self._parts is None or not isinstance(result, str | list | tuple):
            return _rewrapped(result)
        return function(self.printed, *map(plain, arguments), **options)

    return computed


for _name in _METHODS:
    setattr(CmsText, _name, _method(_name))
