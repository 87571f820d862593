"""What the code of other plugins says that it needs of contents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
import re
import sys
from types import FunctionType
from typing import Any

from pelican_buttercms.incremental.code_names import names_in
from pelican_buttercms.incremental.introspection import function_of
from pelican_buttercms.plugin.validation import OUR_NAMES

_NEED_NOTHING = frozenset(
    f"pelican.plugins.{name}" for name in ("i18n_subsites", "read_more", "webassets")
)
"""Plugins that name `source_path` or `_content`, and neither open the one nor need the other."""

_FUNCTIONS = ("JINJA_FILTERS", "JINJA_GLOBALS", "JINJA_TESTS")


def plugins_naming(word: str, settings: Mapping[str, Any]) -> list[str]:
    """Return the plugins whose code has a word.

    Args:
        word: the name of an attribute.
        settings: Pelican's, which name the plugins that are active.
    """
    pattern = re.compile(rb"\b%s\b" % word.encode())
    return [
        name
        for name in settings["PLUGINS"]
        if name not in _NEED_NOTHING.union(OUR_NAMES)
        and any(pattern.search(file.read_bytes()) for file in _files(name))
    ]


def open_sources(settings: Mapping[str, Any]) -> bool:
    """Return whether Pelican, a plugin or a filter of the settings may open `source_path`."""
    functions = (function_of(one) for kind in _FUNCTIONS for one in settings[kind].values())
    codes = (one.__code__ for one in functions if isinstance(one, FunctionType))
    opens = settings["OUTPUT_SOURCES"] or any("source_path" in names_in(code) for code in codes)
    return bool(opens or plugins_naming("source_path", settings))


def _files(name: str) -> Iterator[Path]:
    """Yield the source files of a plugin."""
    file = getattr(sys.modules.get(name), "__file__", None)
    if file and (path := Path(file)).suffix == ".py":
        found = path.parent.rglob("*.py") if path.stem == "__init__" else [path]
        yield from (one for one in found if one.is_file() and not one.name.startswith("test_"))
