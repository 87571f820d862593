"""Which names, templates, filters and tests does a template use? Jinja's own parts, noting it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from jinja2 import (
    BaseLoader,
    ChainableUndefined,
    ChoiceLoader,
    DebugUndefined,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    Template,
    Undefined,
)
from jinja2.runtime import Context
from jinja2.utils import missing

from pelican_buttercms.plugin.incremental.frames import Frame, now
from pelican_buttercms.plugin.incremental.lists import WatchedMapping
from pelican_buttercms.plugin.incremental.purity import Purity
from pelican_buttercms.plugin.incremental.told import Teller, UntrackableError

_UNDEFINED = (Undefined, ChainableUndefined, DebugUndefined, StrictUndefined)
_KNOWN_EXTENSIONS = "jinja2.ext"
MARK = "_butter_run"
"""A name that every context of the site has."""


class WatchedContext(Context):
    """A context that notes which names are looked up."""

    def __init__(
        self, environment: Environment, parent: dict[str, Any], *more: Any, **named: Any
    ) -> None:
        super().__init__(environment, parent, *more, **named)
        self._has_site = MARK in parent  # macros that are imported see global names only

    def _note(self, name: str) -> None:
        frame = now.frame
        if frame is None:
            return
        if not self._has_site:
            frame.note(now.globals, name)
        elif frame.is_text:
            frame.note(now.context, name)
        else:
            frame.names.add(name)

    def resolve_or_missing(self, key: str) -> Any:
        """Look up a name."""
        if key in self.vars:
            return self.vars[key]
        self._note(key)
        return self.parent.get(key, missing)

    def __contains__(self, name: str) -> bool:
        self._note(name)
        return super().__contains__(name)


class WatchedTemplate(Template):
    """A template whose macros, which are made once and kept, tell every page what made them."""

    _made_from: Frame | None = None

    def _get_default_module(self, ctx: Context | None = None) -> Any:
        frame, made = now.frame, self._module
        if frame is None:
            return super()._get_default_module(ctx)
        now.frame = inner = Frame()
        try:
            module = super()._get_default_module(ctx)
        finally:
            now.frame = frame
        if module is not self._module:
            frame.take(inner)
            return module
        if made is None:
            self._made_from = inner
        if self._made_from is None:
            frame.block("macros that were made before anything was recorded")
        else:
            frame.take(self._made_from)
        return module


class _Functions(dict[str, Any]):
    """The filters or tests of an environment, noting which are used."""

    def __getitem__(self, name: str) -> Any:
        if now.frame is not None:
            now.frame.note(id(self), name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        """Look up a function."""
        if now.frame is not None:
            now.frame.note(id(self), name)
        return super().get(name, default)


class Watched:
    """What stands for the parts of one environment.

    Attributes:
        filters: its filters.
        tests: its tests.
        sources: notes the templates that are loaded, by name.
    """

    def __init__(self, environment: Environment) -> None:
        self.filters = _Functions(environment.filters)
        self.tests = _Functions(environment.tests)
        self.sources = WatchedMapping()
        self.environment = environment

    def begin(self) -> None:
        """Put the noting parts into the environment; templates are compiled anew."""
        environment = self.environment
        self._were = {
            name: getattr(environment, name)
            for name in ("filters", "tests", "context_class", "template_class", "optimized")
        }
        load = environment._load_template

        def loaded(name: str, namespace: Any) -> Template:
            self.sources.get(name)
            return load(name, namespace)

        environment.filters = self.filters
        environment.tests = self.tests
        environment.context_class = WatchedContext
        environment.template_class = WatchedTemplate
        environment.optimized = False  # it would call filters while a template is compiled
        environment._load_template = loaded  # type: ignore[method-assign,assignment]
        if environment.cache is not None:
            environment.cache.clear()

    def end(self) -> None:
        """Give the environment its own parts back."""
        for name, value in self._were.items():
            setattr(self.environment, name, value)
        vars(self.environment).pop("_load_template", None)


def why_not(environment: Environment) -> str | None:
    """Say what in an environment cannot be followed, None if everything can."""
    for name, extension in environment.extensions.items():
        known = type(extension).__module__ == _KNOWN_EXTENSIONS
        if not known or name.endswith("DebugExtension"):
            return f"the Jinja extension {name}"
    if environment.context_class is not Context or type(environment) is not Environment:
        return "another plugin's own Jinja environment"
    if environment.template_class is not Template or "_load_template" in vars(environment):
        return "another plugin's own Jinja templates"
    if environment.undefined not in _UNDEFINED or environment.finalize is not None:
        return "JINJA_ENVIRONMENT has functions of its own"
    return None


def signature(environment: Environment, purity: Purity, teller: Teller) -> Any:
    """Tell where an environment finds templates, and what it offers them."""

    def told(how: Callable[..., str], name: str, functions: Any, *more: Any) -> Any:
        try:
            return how(name, functions, *more)
        except UntrackableError:
            return id(functions.get(name)) if isinstance(functions, dict) else id(functions)

    return (
        tuple(_places(environment.loader)) if environment.loader else (),
        {name: told(purity.filter, name, environment.filters) for name in environment.filters},
        {name: told(purity.test, name, environment.tests) for name in environment.tests},
        {
            name: told(purity.globally, name, one, teller)
            for name, one in environment.globals.items()
        },
    )


def _places(loader: BaseLoader) -> Iterator[Any]:
    if isinstance(loader, ChoiceLoader):
        for inner in loader.loaders:
            yield from _places(inner)
    elif isinstance(loader, PrefixLoader):
        for prefix, inner in loader.mapping.items():
            yield prefix
            yield from _places(inner)
    elif isinstance(loader, FileSystemLoader):
        yield tuple(map(str, loader.searchpath))
    else:
        yield loader


@contextmanager
def recording(frame: Frame) -> Iterator[None]:
    """Read into a frame."""
    now.frame = frame
    try:
        yield
    finally:
        now.frame = None
