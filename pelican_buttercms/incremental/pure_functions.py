"""Functions that return the same for the same arguments: known ones, and declared ones.

Filters, tests and functions of the user's or of other plugins may read a clock or a file, which
nobody sees. What they are used in is rendered each time, unless the user declares them as pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
import gettext
import inspect
from types import MappingProxyType
from typing import Any

from jinja2.defaults import DEFAULT_NAMESPACE
import jinja2.ext
from jinja2.filters import FILTERS
from jinja2.tests import TESTS
from pelican.utils import DateFormatter

from pelican_buttercms.incremental.fingerprint import Fingerprinter, digest
from pelican_buttercms.incremental.function_fingerprint import code_of
from pelican_buttercms.incremental.introspection import UntrackableError, module_of
from pelican_buttercms.pelican_internals import is_plugin_test

_ALIAS = getattr(jinja2.ext, "_gettext_alias", None)
_NONE = object()
_JINJAS = {"jinja2", "markupsafe", "builtins", "_operator"}
"""Where Jinja's own are from; plugins may put theirs beside them."""
_IMPURE = {"random", "pprint", "lipsum"}  # `pprint` prints addresses of objects


class PureFunctions:
    """Says which functions a page may use and still be reused.

    Args:
        declared: the names that the user has declared.
        filters: filters that are known to be pure.
    """

    def __init__(
        self, declared: frozenset[str], filters: Mapping[str, Any] = MappingProxyType({})
    ) -> None:
        self._declared, self._filters = declared, filters
        self._told: dict[int, tuple[Any, str]] = {}

    def filter(self, name: str, filters: Mapping[str, Any]) -> str:
        """Return the text of a filter.

        Raises:
            UntrackableError: it is nobody's that is known, and not declared.
        """
        function = filters.get(name)
        known = _is_jinjas(function, FILTERS.get(name)) or function is self._filters.get(
            name, _NONE
        )
        if known or type(function) is DateFormatter:
            return self._known(name)
        return self._declare("filter", name, function)

    def test(self, name: str, tests: Mapping[str, Any]) -> str:
        """Return the text of a test.

        Raises:
            UntrackableError: it is nobody's that is known, and not declared.
        """
        function = tests.get(name)
        if isinstance(function, partial) and is_plugin_test(function.func):
            return f"plugins{function.keywords}"
        if _is_jinjas(function, TESTS.get(name)):
            return self._known(name)
        return self._declare("test", name, function)

    def globally(self, name: str, value: Any, fingerprinter: Fingerprinter) -> str:
        """Return the text of a name that Jinja itself, or JINJA_GLOBALS, gives to all templates.

        Raises:
            UntrackableError: it is a function that is not known, and not declared.
        """
        if _is_jinjas(value, DEFAULT_NAMESPACE.get(name)):
            return self._known(name)
        if catalog := _catalog_behind(value):
            return catalog
        return self.function(name, value) if callable(value) else fingerprinter.fingerprint(value)

    def function(self, name: str, value: Any) -> str:
        """Return the text of a function that a template finds under a name."""
        return self._declare("function", name, value)

    def is_known(self, environment: Any, fingerprinter: Fingerprinter) -> bool:
        """Return whether a whole environment has nothing but what may be used."""
        try:
            for name in environment.filters:
                if name not in _IMPURE:
                    self.filter(name, environment.filters)
            for name in environment.tests:
                self.test(name, environment.tests)
            for name, value in environment.globals.items():
                if name not in _IMPURE:
                    self.globally(name, value, fingerprinter)
        except UntrackableError:
            return False
        return True

    def _known(self, name: str) -> str:
        if name in _IMPURE:
            raise UntrackableError(f"{name!r}, which gives something else each time")
        return "known"

    def _declare(self, kind: str, name: str, function: Any) -> str:
        if function is None:
            return "none"
        if name not in self._declared:
            raise UntrackableError(f"the {kind} {name!r}")
        told = self._told.get(id(function))
        if told is None:
            self._told[id(function)] = told = (function, digest(code_of(function)).hex())
        return told[1]


def _is_jinjas(function: Any, known: Any) -> bool:
    """Return whether a function is the one that Jinja has under a name, and no plugin's."""
    return function is known and module_of(function).partition(".")[0] in _JINJAS


def _catalog_behind(value: Any) -> str | None:
    """Return the text of the translations behind Jinja's `gettext` functions, None for others."""
    if value is _ALIAS:
        return "an alias"  # it looks up `gettext`
    if inspect.isfunction(value) and module_of(value) == "jinja2.ext":
        value = inspect.getclosurevars(value).nonlocals.get("func", value)
    catalogs = []
    translations = getattr(value, "__self__", None)
    if not isinstance(translations, gettext.NullTranslations):
        return None
    while translations is not None:
        catalogs.append(sorted(getattr(translations, "_catalog", {}).items(), key=str))
        translations = getattr(translations, "_fallback", None)
    return digest(f"{getattr(value, '__name__', '')}{catalogs}").hex()
