"""Private names of Pelican, Jinja and rich, each looked for before it is used.

Where one is missing, everything still works, only slower: pages are rendered by one process, or all
of them are rendered. Plugins are imported by their names then.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from inspect import signature
import os
from pathlib import Path
import pkgutil
import re
from threading import Thread
from typing import Any

from jinja2 import Environment, Template
from jinja2.runtime import Context
from pelican import plugins
from pelican.contents import Content

_OF_WRITER = {
    "_open_w": ("filename", "encoding", "override"),
    "_written_files": None,
    "_overridden_files": None,
}
_OF_JINJA: dict[tuple[type, str], tuple[str, ...] | None] = {
    (Environment, "_load_template"): ("self", "name", "globals"),
    (Environment, "code_generator_class"): None,
    (Template, "_get_default_module"): ("self", "ctx"),
    (Template, "new_context"): ("self", "vars", "shared", "locals"),
    (Context, "resolve_or_missing"): ("self", "key"),
}
"""What is used, with what it takes if it is a method."""
_MEMOIZED = ("get_content", "get_summary")
_PLUGINS = "pelican.plugins._utils"
_PATHS = {"write_file": (0, "name"), "write_feed": (2, "path"), "_open_w": (0, "filename")}
"""The methods of a writer that write, with the place and the name of their path."""


def find(module: str, name: str) -> Any:
    """Return what a module has under a name; None if it has nothing, or does not exist."""
    try:
        return getattr(import_module(module), name, None)
    except ImportError:
        return None


def is_spinner(thread: Thread) -> bool:
    """Return whether a thread does nothing but turn Pelican's spinner on the terminal."""
    kind = find("rich.live", "_RefreshThread")
    return isinstance(kind, type) and isinstance(thread, kind)


def is_plugin_test(function: Any) -> bool:
    """Return whether a function is behind Pelican's Jinja test `enabled`, for plugins."""
    known = find(_PLUGINS, "plugin_enabled")
    return known is not None and function is known


def missing_of_writer(writer: Any) -> str | None:
    """Return the first name that Pelican's writer lacks, None if it has all that are used."""
    return next((name for name, takes in _OF_WRITER.items() if not _has(writer, name, takes)), None)


def missing_of_jinja() -> str | None:
    """Return the first name that Jinja lacks, None if it has all that are used."""
    wanted = _OF_JINJA.items()
    missing = (f"{k.__name__}.{name}" for (k, name), takes in wanted if not _has(k, name, takes))
    return next(missing, None)


def _has(owner: Any, name: str, takes: tuple[str, ...] | None) -> bool:
    """Return whether there is something under a name, and a method takes what it is given."""
    found = getattr(owner, name, None)
    if takes is None or found is None:
        return hasattr(owner, name)
    try:
        return tuple(signature(found).parameters) == takes
    except (TypeError, ValueError):
        return False


def link_pattern(content: Any) -> re.Pattern[str]:
    """Return the pattern of links such as `{filename}a.md` in the HTML of a content.

    Source: Pelican's `Content._get_intrasite_link_regex`; here is what it was in Pelican 4.12.
    """
    if callable(known := getattr(content, "_get_intrasite_link_regex", None)):
        found: re.Pattern[str] = known()
        if {"quote", "what", "value", "path"} <= found.groupindex.keys():
            return found
    placeholder = content.settings["INTRASITE_LINK_REGEX"]
    return re.compile(
        r"(?P<markup><[^\>]+(?:href|src|poster|data|cite|formaction|action|content)\s*=\s*)"
        rf"(?P<quote>[\"\'])(?P<path>{placeholder}(?P<value>.*?))(?P=quote)",
        re.X,
    )


def without_discarded(metadata: dict[str, Any]) -> dict[str, Any]:
    """Return metadata without what Pelican marks to be discarded."""
    known = find("pelican.readers", "_filter_discardable_metadata")
    return dict(known(metadata)) if known is not None else metadata


def forget_texts() -> None:
    """Empty what Pelican has memoised of contents in a dictionary that outlives each build.

    `Content.get_content` and `get_summary` keep every article of every rebuild alive there, which
    `pelican --autoreload` fills without end.
    """
    for name in _MEMOIZED:
        cache = getattr(getattr(Content, name, None), "cache", None)
        if isinstance(cache, dict):
            cache.clear()


def namespace_plugins() -> dict[str, Any]:
    """Import the installed plugins of Pelican's namespace, and return them by their names."""
    known = find(_PLUGINS, "get_namespace_plugins")
    if known is not None:
        found: dict[str, Any] = known()
        return found
    names = (each.name for each in pkgutil.iter_modules(plugins.__path__) if each.ispkg)
    return {f"pelican.plugins.{name}": import_module(f"pelican.plugins.{name}") for name in names}


def load_plugin(name: str, folders: list[str]) -> Any:
    """Import a plugin that is not in Pelican's namespace, from the folders of PLUGIN_PATHS or not.

    Raises:
        Exception: whatever the plugin raises, or ImportError.
    """
    known = find(_PLUGINS, "load_legacy_plugin")
    return known(name, folders) if known is not None else import_module(name)


def plugin_name(plugin: Any) -> str:
    """Return the name by which PLUGINS knows a plugin."""
    known = find(_PLUGINS, "get_plugin_name")
    return str(known(plugin) if known is not None else getattr(plugin, "__name__", plugin))


def note_opened(writer: Any, note: Callable[[str], None]) -> None:
    """Let the path of each file be noted before a writer opens it, as far as that is seen."""
    for name, (place, keyword) in _PATHS.items():
        if callable(method := getattr(writer, name, None)):
            setattr(writer, name, partial(_noted, method, note, place, keyword, writer.output_path))


def _noted(
    method: Callable[..., Any],
    note: Callable[[str], None],
    place: int,
    keyword: str,
    folder: str,
    /,
    *arguments: Any,
    **options: Any,
) -> Any:
    path = arguments[place] if len(arguments) > place else options.get(keyword)
    if isinstance(path, str | Path):
        note(os.path.join(folder, path))  # noqa: PTH118  (an absolute path stays as it is)
    return method(*arguments, **options)
