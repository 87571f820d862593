"""What a Jinja environment offers templates, and whether all of it can be followed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
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

from pelican_buttercms import pelican_internals
from pelican_buttercms.incremental.fingerprint import Fingerprinter
from pelican_buttercms.incremental.introspection import UntrackableError
from pelican_buttercms.incremental.pure_functions import PureFunctions

_UNDEFINED = (Undefined, ChainableUndefined, DebugUndefined, StrictUndefined)
_KNOWN_EXTENSIONS = "jinja2.ext"
_SYNTAX = (
    *("block_start_string", "block_end_string", "variable_start_string", "variable_end_string"),
    *("comment_start_string", "comment_end_string", "line_statement_prefix"),
    *("line_comment_prefix", "trim_blocks", "lstrip_blocks", "newline_sequence"),
    *("keep_trailing_newline", "autoescape", "policies"),
)


def why_not(environment: Environment, compilers: Collection[type]) -> str | None:
    """Return what in an environment cannot be followed, None if everything can.

    Args:
        environment: Jinja's.
        compilers: the code generators that can be followed.
    """
    if missing := pelican_internals.missing_of_jinja():
        return f"Jinja without {missing}"
    if extension := next(_unknown_extensions(environment), None):
        return f"the Jinja extension {extension}"
    return _why_not_parts(environment, compilers)


def _unknown_extensions(environment: Environment) -> Iterator[str]:
    for name, extension in environment.extensions.items():
        known = type(extension).__module__ == _KNOWN_EXTENSIONS
        if not known or name.endswith("DebugExtension"):
            yield name


def _why_not_parts(environment: Environment, compilers: Collection[type]) -> str | None:
    if environment.context_class is not Context or type(environment) is not Environment:
        return "another plugin's own Jinja environment"
    own = (environment.template_class, environment.code_generator_class)
    if own[0] is not Template or own[1] not in compilers or "_load_template" in vars(environment):
        return "another plugin's own Jinja templates"
    functions = [environment.finalize, *environment.policies.values()]
    if environment.undefined not in _UNDEFINED or any(map(callable, functions)):
        return "JINJA_ENVIRONMENT has functions of its own"
    if callable(environment.autoescape):
        return "autoescape is a function"
    return None


def is_plain(template: Any) -> bool:
    """Return whether a template is from a file, and has the names of its environment alone."""
    own = getattr(template.globals, "maps", [{}])[0]
    return template.name is not None and not own


def loaders(environment: Environment) -> list[Any]:
    """Return what an environment loads templates with now; some generators change it meanwhile."""
    loader = environment.loader
    return [loader, *(loader.loaders if isinstance(loader, ChoiceLoader) else ())]


def signature(environment: Environment, purity: PureFunctions, fingerprinter: Fingerprinter) -> Any:
    """Return where an environment finds templates, and what it offers them."""

    def told(how: Callable[..., str], name: str, functions: Any, *more: Any) -> Any:
        try:
            return how(name, functions, *more)
        except UntrackableError:
            return id(functions.get(name)) if isinstance(functions, dict) else id(functions)

    return (
        syntax(environment),
        tuple(_places(environment.loader)) if environment.loader else (),
        {name: told(purity.filter, name, environment.filters) for name in environment.filters},
        {name: told(purity.test, name, environment.tests) for name in environment.tests},
        {
            name: told(purity.globally, name, one, fingerprinter)
            for name, one in environment.globals.items()
        },
    )


def syntax(environment: Environment) -> str:
    """Return how an environment reads templates and prints values."""
    return repr([getattr(environment, name) for name in _SYNTAX])


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
