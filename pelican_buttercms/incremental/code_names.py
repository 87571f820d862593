"""The names that the code of a function looks up, and what it imports."""

from __future__ import annotations

from collections.abc import Iterator
import dis
import importlib
import importlib.util
from types import CodeType, FunctionType, ModuleType

from pelican_buttercms.digests import quick_digest
from pelican_buttercms.incremental.introspection import UntrackableError


def names_in(code: CodeType) -> Iterator[str]:
    """Yield the names that a function's code looks up, with those of the functions inside of it.

    Texts count, as in `globals()["name"]`.
    """
    yield from code.co_names
    yield from (one for one in code.co_consts if isinstance(one, str))
    for one in _inside(code):
        yield from names_in(one)


def digest_of(code: CodeType) -> str:
    """Return what stands for a function's code as it was loaded."""
    constants = [one for one in code.co_consts if not isinstance(one, CodeType | frozenset)]
    sets = [sorted(map(repr, one)) for one in code.co_consts if isinstance(one, frozenset)]
    own = repr((code.co_code, code.co_names, code.co_varnames, constants, sets))
    return quick_digest(own, 8).hex() + "".join(map(digest_of, _inside(code)))


def imported(one: FunctionType) -> Iterator[ModuleType]:
    """Import what a function imports when it is called, and give it.

    Raises:
        UntrackableError: it cannot be imported.
    """
    package = one.__globals__.get("__package__") or None
    for name, parts in _imports_in(one.__code__):
        try:
            module = importlib.import_module(importlib.util.resolve_name(name, package))
            yield module
            for part in parts:
                if not hasattr(module, part):
                    yield importlib.import_module(f"{module.__name__}.{part}")
        except ModuleNotFoundError:
            continue  # which it expects, or fails with
        except (Exception, SystemExit) as exc:
            raise UntrackableError(f"the import of {name} in the function {one.__name__}") from exc


def _imports_in(code: CodeType) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the names of the modules that a function imports, and what it takes out of each.

    A dot before a name stands for each level upwards.
    """
    steps = [one for one in dis.get_instructions(code) if one.opname != "EXTENDED_ARG"]
    for place, step in enumerate(steps):
        if step.opname == "IMPORT_NAME":
            level, parts = (one.argval for one in steps[place - 2 : place])
            yield "." * level + str(step.argval), parts or ()
    for one in _inside(code):
        yield from _imports_in(one)


def _inside(code: CodeType) -> Iterator[CodeType]:
    return (one for one in code.co_consts if isinstance(one, CodeType))
