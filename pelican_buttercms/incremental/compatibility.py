"""Other plugins, writers and versions of Pelican that have a hand in what is written."""

from __future__ import annotations

from functools import cache
from types import CodeType, FunctionType
from typing import Any

from blinker import ANY
import pelican
from pelican.contents import Article, Author, Category, Content, Page, Static, Tag
from pelican.paginator import Page as ListPage
from pelican.paginator import Paginator
from pelican.plugins import signals
from pelican.urlwrappers import URLWrapper
from pelican.utils import memoized
from pelican.writers import Writer

from pelican_buttercms import pelican_internals
from pelican_buttercms.incremental.introspection import function_of, module_of
from pelican_buttercms.incremental.pelican_patches import KNOWN

_PACKAGE = __name__.partition(".")[0]
_KINDS = (Content, Article, Page, Static, URLWrapper, Category, Tag, Author, Paginator, ListPage)
_MEMBERS = (FunctionType, property, classmethod, staticmethod, memoized)
_PELICANS: tuple[list[str], ...] = ([], ["signals"], ["_utils"])
"""What is Pelican's own in `pelican.plugins`."""


def why_not_write(writer: Any) -> str | None:
    """Return why a writer cannot be stood for, None if it can."""
    methods = (one for one in vars(Writer).values() if callable(one))
    own = all(module_of(one) == "pelican.writers" for one in methods)
    if not pelican.__version__.startswith(KNOWN):
        return f"Pelican {pelican.__version__}, which is not known,"
    replaced = vars(Writer).keys() & vars(writer).keys()
    if type(writer) is not Writer or not own or replaced:
        return f"the writer {type(writer).__module__}.{type(writer).__qualname__}"
    if missing := pelican_internals.missing_of_writer(writer):
        return f"a writer without {missing}"
    return None


def why_not_signals() -> str | None:
    """Return which plugin may change contents while they are written, None if none does."""
    for signal in (signals.article_generator_write_article, signals.page_generator_write_page):
        for receiver in signal.receivers_for(ANY):
            return f"{receiver.__module__}, which hears {signal.name},"
    return None


def why_not_classes() -> str | None:
    """Return which plugin has replaced a part of Pelican's contents that Pelican itself uses.

    What a plugin adds is seen where it is asked for; what Pelican calls in its place is not.
    """
    for kind in _KINDS:
        for name, member in vars(kind).items():
            if not isinstance(member, _MEMBERS) or is_own(module_of(member)):
                continue
            if name in _used_by_pelican():
                return f"{module_of(member)}, which has replaced {kind.__name__}.{name},"
    return None


@cache
def _used_by_pelican() -> frozenset[str]:
    """Return every name that Pelican's own methods of contents look up."""
    members = [one for kind in _KINDS for one in vars(kind).values() if isinstance(one, _MEMBERS)]
    functions = [function_of(one) for one in members if is_own(module_of(one))]
    codes = [one.__code__ for one in functions if isinstance(one, FunctionType)]
    for code in codes:  # it grows
        codes += [one for one in code.co_consts if isinstance(one, CodeType)]
    return frozenset(name for code in codes for name in code.co_names)


def hear(*heard: Any) -> bool:
    """Return whether another plugin hears one of these signals."""
    receivers = (receiver for one in heard for receiver in one.receivers_for(ANY))
    return any(receiver.__module__.partition(".")[0] != _PACKAGE for receiver in receivers)


def is_known(generator: Any) -> bool:
    """Return whether a generator is Pelican's or ours; others may change anything for later."""
    return hasattr(generator, "env") and not is_foreign(generator)


def is_foreign(generator: Any) -> bool:
    """Return whether a generator is another plugin's."""
    return not is_own(type(generator).__module__)


def is_own(module: str) -> bool:
    """Return whether a module is Pelican's or this plugin's, whose versions are known.

    Most plugins are installed into `pelican.plugins`, which has but few modules of Pelican's own.
    """
    parts = module.split(".")
    if parts[:2] == ["pelican", "plugins"]:
        return parts[2:3] in _PELICANS
    return parts[0] in {"pelican", _PACKAGE}
