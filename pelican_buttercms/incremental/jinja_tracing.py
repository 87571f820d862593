"""Which names, templates, filters and tests does a template use? Jinja's own parts, noting it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date
from types import BuiltinMethodType, MappingProxyType, MethodWrapperType
from typing import Any

from jinja2 import (
    Environment,
    Template,
    Undefined,
)
from jinja2.environment import TemplateModule
from jinja2.runtime import Context, Macro
from jinja2.utils import missing

from pelican_buttercms.incremental.fragment_cache import Fragments
from pelican_buttercms.incremental.input_registry import CONTENTS
from pelican_buttercms.incremental.recorder import Frame, Text, now
from pelican_buttercms.incremental.tracked_containers import WatchedMapping

_BUILT_IN = {BuiltinMethodType, MethodWrapperType}  # `{}.__setitem__` is of the second kind
_CONSTANT = (Macro, TemplateModule, str, int, float, type(None), Undefined)
_CLOCK = frozenset(("now", "today", "utcnow"))
_CHANGING = frozenset(
    (
        *("append", "extend", "insert", "remove", "pop", "clear", "sort", "reverse", "add"),
        *(
            "discard",
            "update",
            "setdefault",
            "popitem",
            "__setitem__",
            "__setattr__",
            "__delitem__",
            "__delattr__",
            "__iadd__",
            "__imul__",
            "__ior__",
            "__iand__",
            "__isub__",
            "__ixor__",
            "__init__",
            *("difference_update", "intersection_update", "symmetric_difference_update"),
        ),
    )
)


def _is_date(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, date)


class WatchedContext(Context):
    """A context that notes which names are looked up."""

    def __init__(
        self, environment: Environment, parent: dict[str, Any], *more: Any, **named: Any
    ) -> None:
        super().__init__(environment, parent, *more, **named)
        self._has_site = CONTENTS in parent  # macros that are imported see global names only

    def _note(self, name: str) -> None:
        frame = now.frame
        if frame is None:
            return
        if not self._has_site:
            frame.note(now.globals, name)
        elif frame.text:
            frame.note(now.context, name)
        else:
            frame.names.add(name)

    def call(__self, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805  (as Jinja's)
        """Call something; what changes a list or a mapping of the site changes other pages."""
        if type(__obj) in _BUILT_IN and __obj.__name__ in _CHANGING:
            now.change(__obj.__self__)
        elif type(__obj) in _BUILT_IN and __obj.__name__ in _CLOCK and _is_date(__obj.__self__):
            now.block("it tells the time")
        return super().call(__obj, *args, **kwargs)

    def resolve_or_missing(self, key: str) -> Any:
        """Look up a name."""
        if key in self.vars:
            return self.vars[key]
        frame = now.frame
        if self._has_site and frame is not None and not frame.text:
            frame.names.add(key)  # what follows is `_note`, half a million times
        else:
            self._note(key)
        return self.parent.get(key, missing)

    def __contains__(self, name: str) -> bool:
        self._note(name)
        return super().__contains__(name)


class WatchedTemplate(Template):
    """A template whose macros, which are made once and kept, tell every page what made them."""

    _made_from: Text | None = None
    _holds: Mapping[str, Any] = MappingProxyType({})

    def make_module(self, *arguments: Any, **options: Any) -> Any:
        """Make a module of macros, and remember what else it holds."""
        context = self.new_context(*arguments, **options)
        self._holds = context.vars
        return TemplateModule(self, context)

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
            frame.take(Text.of(inner))
            return module
        if made is None:
            if all(map(_is_constant, self._holds.values())):
                macros = [one for one in vars(module).values() if isinstance(one, Macro)]
                now.steady |= {id(one): one for one in (module, *macros)}
            else:
                inner.block(f"{self.name} keeps something from one page to the next")
            self._made_from = Text.of(inner)
        if self._made_from is None:
            frame.block("macros that were made before anything was recorded")
        else:
            frame.take(self._made_from)
        return module


def _is_constant(value: Any) -> bool:
    """Say whether a value stays what it is; a list that a macro changes is noticed then."""
    if isinstance(value, dict | list | set | tuple):
        now.held.add(id(value))
        return all(map(_is_constant, value.values() if isinstance(value, dict) else value))
    return isinstance(value, _CONSTANT)


class _Functions(dict[str, Any]):
    """The filters or tests of an environment, noting which are used."""

    def __getitem__(self, name: str) -> Any:
        if now.frame is not None:
            now.frame.note(id(self), name)
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        if now.frame is not None:
            now.frame.note(id(self), str(name))
        return super().__contains__(name)

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
        fragments: the texts of its loops, None if each is rendered anew.
    """

    def __init__(self, environment: Environment, fragments: Fragments | None) -> None:
        self.filters = _Functions(environment.filters)
        self.tests = _Functions(environment.tests)
        self.sources = WatchedMapping()
        self.environment = environment
        self.fragments = fragments

    def begin(self) -> None:
        """Put the noting parts into the environment; templates are compiled anew."""
        environment = self.environment
        self._were = {
            name: getattr(environment, name)
            for name in (
                *("filters", "tests", "context_class", "template_class", "optimized"),
                *("code_generator_class", "bytecode_cache", "auto_reload"),
            )
        }
        load = environment._load_template

        def loaded(name: str, namespace: Any) -> Template:
            self.sources.get(name)
            frame, now.frame = now.frame, Frame()
            try:
                template = load(name, namespace)
                inner = now.frame
            finally:
                now.frame = frame
            if inner.facts or inner.reads:  # a constant, such as `'shout' is filter`
                now.compiled[id(template)] = Text.of(inner)
            if frame is not None:
                frame.take_compiled(template)
            return template

        environment.filters = self.filters
        environment.tests = self.tests
        environment.context_class = WatchedContext
        environment.template_class = WatchedTemplate
        environment.optimized = False  # it would call filters while a template is compiled
        environment.bytecode_cache = None  # these are compiled for one build
        environment.auto_reload = False  # nor are their files looked at each time
        if self.fragments is not None:
            _keep_fragments(environment, self.fragments)
        environment._load_template = loaded  # type: ignore[method-assign,assignment]
        if environment.cache is not None:
            environment.cache.clear()

    def end(self) -> None:
        """Give the environment its own parts back."""
        for name, value in self._were.items():
            setattr(self.environment, name, value)
        if self.fragments is not None:
            self.fragments.end()
        vars(self.environment).pop("_load_template", None)


def _keep_fragments(environment: Environment, fragments: Fragments) -> None:
    """Keep fragments, unless Jinja's compiler has other parts than the known ones."""
    with suppress(ImportError, AttributeError):
        from pelican_buttercms.incremental import fragment_compiler  # noqa: PLC0415

        fragment_compiler.keep_fragments(environment, fragments)


@contextmanager
def recording(frame: Frame) -> Iterator[None]:
    """Read into a frame."""
    now.frame = frame
    try:
        yield
    finally:
        now.frame = None
