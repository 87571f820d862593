"""What is the URL of an article or a page? Worked out from what its pattern names, and no more.

Pelican fills `{slug}.html` from a copy of all metadata, the path from the content folder to the
source and the time of day, anew each time a template or a plugin asks, some seventeen times each.
Nothing is remembered here, so nothing can be out of date.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from string import Formatter
from typing import Any

from pelican.contents import Article, Content, Page

from pelican_buttercms.incremental.introspection import module_of

_NAMES: dict[type, tuple[str, str]] = {
    Article: ("ARTICLE_", "DRAFT_"),
    Page: ("PAGE_", "DRAFT_PAGE_"),
}
_ATTRIBUTE, _REDUCE = "_expand_settings", "__reduce_ex__"


def quicken(content: Content) -> None:
    """Give an article or a page a quicker way to its URL; subclasses may have ways of their own."""
    if type(content) in _NAMES and _ATTRIBUTE not in vars(content) and _are_pelicans(type(content)):
        url = _Url(content)
        setattr(content, _ATTRIBUTE, url)
        setattr(content, _REDUCE, url.reduce)


class _Url:
    """Stands for `Content._expand_settings` on one content."""

    __slots__ = ("content", "kind")

    def __init__(self, content: Any) -> None:
        self.content = content
        self.kind = type(content)

    def __call__(self, key: str) -> str:
        """Fill in the pattern of a setting such as ARTICLE_LANG_SAVE_AS, as Pelican would."""
        content = self.content
        if content.__class__ is not self.kind:
            return str(type(content)._expand_settings(content, key))
        return fill(content, self.kind, key)

    def reduce(self, protocol: Any) -> Any:
        """Copy and pickle the content without what is bound to it: a copy has its own URL."""
        how: Any = type(self.content).__reduce_ex__
        reduced = how(self.content, protocol)
        if not isinstance(reduced, tuple) or not isinstance(reduced[2], dict):
            return reduced
        state = {k: v for k, v in reduced[2].items() if k not in {_ATTRIBUTE, _REDUCE}}
        return (*reduced[:2], state, *reduced[3:])


def fill(content: Any, kind: Any, key: str) -> str:
    """Fill in the pattern of a setting, as Pelican would.

    Args:
        content: whose URL it is.
        kind: Pelican's class.
        key: such as `lang_save_as`.
    """
    name = _NAMES[kind][content.status == "draft"] + key.upper()
    pattern = str(content.settings[name])
    values: dict[str, Any] = {}
    for field, own in _fields(pattern):
        value = own(content) if own else content.metadata.get(field)
        if value is None:  # a path, a time of day or an error: Pelican's affair
            return str(kind._expand_settings(content, key))
        values[field] = value
    return pattern.format_map(values)


def _slug_of(name: str, content: Any) -> Any:
    return getattr(content, name).slug if hasattr(content, name) else ""


# as in `Content.url_format`
_OWN: dict[str, Callable[[Any], Any]] = {
    "path": lambda _: None,
    "slug": lambda content: getattr(content, "slug", ""),
    "lang": lambda content: getattr(content, "lang", "en"),
    "date": lambda content: getattr(content, "date", None),
    "author": lambda content: _slug_of("author", content),
    "category": lambda content: _slug_of("category", content),
}


@lru_cache
def _fields(pattern: str) -> tuple[tuple[str, Callable[[Any], Any] | None], ...]:
    """Name the values that a pattern shows, each with how to get it if it is no mere metadata."""
    return tuple((name, _OWN.get(name)) for name in _names(pattern))


def _names(pattern: str) -> list[str]:
    """Name the values that a pattern shows; one that is not understood shows a path."""
    try:
        parts = [part for part in Formatter().parse(pattern) if part[1] is not None]
    except ValueError:
        return ["path"]
    names = {(name or "").partition(".")[0].partition("[")[0] for _, name, _, _ in parts}
    nested = any("{" in (spec or "") for _, _, spec, _ in parts)
    return ["path"] if nested or not all(map(str.isidentifier, names)) else sorted(names)


def _are_pelicans(kind: type) -> bool:
    """Say whether no plugin has replaced what this stands for."""
    methods = kind.__dict__.get(_ATTRIBUTE), Content.__dict__.get(_ATTRIBUTE)
    return _come_from_pelican(*methods, Content.__dict__.get("url_format"))


@lru_cache(maxsize=64)
def _come_from_pelican(*methods: Any) -> bool:
    return all(module_of(one) == "pelican.contents" for one in methods)
