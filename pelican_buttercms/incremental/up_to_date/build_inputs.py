"""What a build reads beside the host's content: one digest, and its folders.

Sources: Pelican's readers, generators and `Content`, for what they read beside the settings and
the files of a site.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
import os
from pathlib import Path
import re
import sys
import sysconfig
from typing import Any, NamedTuple

import pelican
from pelican.log import LimitFilter

from pelican_buttercms.digests import quick_digest
from pelican_buttercms.incremental import function_fingerprint, user_modules
from pelican_buttercms.incremental.build_key import PACKAGE, machine
from pelican_buttercms.incremental.fingerprint import Fingerprinter
from pelican_buttercms.incremental.host import Options, SiteInputs
from pelican_buttercms.incremental.introspection import UntrackableError
from pelican_buttercms.incremental.known_plugins import KnownPlugins
from pelican_buttercms.incremental.pelican_patches import KNOWN

_MAY_BE_UNDATED = ("PAGE_", "DRAFT_PAGE_", "STATIC_")
_MAY_LEAD_OUT = ("ARTICLE_PATHS", "PAGE_PATHS", "STATIC_PATHS")
_FOR_TEMPLATES = {"JINJA_FILTERS", "JINJA_TESTS", "JINJA_GLOBALS"}
_PARTS = re.compile(
    "pelican|blinker|jinja2|markupsafe|markdown|docutils|pygments|dateutil|feedgenerator|importlib"
    "|import_module|builtins|ctypes|gc$|__(?!future__)|exec$|eval$|modules$"
)
"""What a build is made of, and what leads to it."""
_WAYS = {"__import__", "import_module", "__builtins__", "exec", "eval", "modules"}
_MARKDOWN = "markdown.extensions."
_TEMPLATES = Path(pelican.__file__).parent / "themes/simple"


class BuildInputs(NamedTuple):
    """What a build reads.

    Attributes:
        text: what stands for the settings, the machine and the code.
        folders: whose files count, and single files.
        theme: the folder of the theme.
    """

    text: bytes
    folders: tuple[Path, ...]
    theme: Path


def find(
    settings: Mapping[str, Any],
    options: Options,
    host: SiteInputs,
    output: Path,
    plugins: KnownPlugins,
) -> BuildInputs:
    """Return what a build reads.

    Args:
        settings: Pelican's, before anything has been read.
        options: how the site is rendered.
        host: what a host reads.
        output: the output folder.
        plugins: the known plugins of the site.

    Raises:
        UntrackableError: it can read what nobody knows of; the text says why.
    """
    reason = (
        (options.setting("INCREMENTAL") if options.mode == "off" else host.obstacle)
        or _why_not_others(settings, {*host.plugins, *plugins.names})
        or _why_not_pelicans(settings, host.dated)
    )
    if reason:
        raise UntrackableError(reason)
    folders = _folders(settings, host.folders)
    for place in (output, options.records):
        if any(_touch(place, folder) for folder in folders):
            raise UntrackableError(f"{place}, which is in a folder that is read, or around one")
    parts = [*machine(), host.key, str(output), LimitFilter.LOGS_DEDUP_MIN_LEVEL]
    parts.append(str(date.today()))  # noqa: DTZ011  (as Pelican completes the dates of files)
    names = sorted(
        name
        for name in settings
        if name != options.setting("INCREMENTAL") and not host.ignored(name)
    )
    parts += [f"{name}={_told_setting(name, settings[name], host)}" for name in names]
    parts += [*sorted(_code(plugins)), *plugins.key()]
    return BuildInputs(quick_digest(repr(parts)), folders, _theme(settings))


def _told_setting(name: str, value: Any, host: SiteInputs) -> str:
    """Return the text of a setting; functions for templates count by their code.

    Raises:
        UntrackableError: other functions are called by Pelican, and may read anything.
    """
    try:
        return Fingerprinter({}, host.fingerprints).fingerprint(value)
    except UntrackableError:
        if name in _FOR_TEMPLATES:
            return function_fingerprint.code_of(value)
        raise


def _code(plugins: KnownPlugins) -> Iterator[str]:
    """Yield the texts of the user's own modules: the settings, and what they import.

    The plugins that the user knows may use Pelican: they are there for that.

    Raises:
        UntrackableError: one of them could have changed Pelican, or something that it uses.
    """
    known = (f"{PACKAGE}{os.sep}", f"{sysconfig.get_path('scripts')}{os.sep}")
    if not hasattr(sys.modules["__main__"], "__file__"):
        raise UntrackableError("a program that has no file")
    for name, module in list(sys.modules.items()):
        file = user_modules.users_file(getattr(module, "__dict__", {}))
        if file is not None and not file.startswith(known):
            yield f"{name} {user_modules.digest_of(file)}"
            for reached in () if plugins.has(name) else _reached(file):
                raise UntrackableError(f"{file}, which can change {reached}")


def _reached(file: str) -> Iterator[str]:
    """Yield the names in a module of what a build is made of."""
    try:
        tree = ast.parse(Path(file).read_bytes())
    except (SyntaxError, ValueError):  # it is compiled
        yield "anything"
        return
    for node in ast.walk(tree):
        names: list[str | None] = []
        if isinstance(node, ast.Import):
            names = [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module]
        elif isinstance(node, ast.Name | ast.Attribute):
            name = node.id if isinstance(node, ast.Name) else node.attr
            names = [name] if name in _WAYS else []
        yield from (name for name in names if name and _PARTS.match(name))


def _folders(settings: Mapping[str, Any], more: Iterable[Path]) -> tuple[Path, ...]:
    """Return the names of the folders that a build reads, and single files."""
    theme = _theme(settings)
    content = Path(settings["PATH"])
    found = [content, theme, *more, _TEMPLATES, *map(Path, settings["THEME_TEMPLATES_OVERRIDES"])]
    found += [theme / path for path in settings["THEME_STATIC_PATHS"]]
    found += [content / path for name in _MAY_LEAD_OUT for path in settings[name]]
    known: dict[Path, None] = {}
    for folder in (Path(os.path.abspath(one)) for one in found):  # noqa: PTH100  (with its links)
        if not any(folder.is_relative_to(one) for one in known):
            known[folder] = None
    return tuple(known)


def _theme(settings: Mapping[str, Any]) -> Path:
    return Path(settings["THEME"]).expanduser()


def _touch(one: Path, other: Path) -> bool:
    """Return whether one of two folders is in the other."""
    one, other = one.resolve(), other.resolve()
    return one.is_relative_to(other) or other.is_relative_to(one)


# what nobody can know of


def _why_not_others(settings: Mapping[str, Any], known: Collection[str]) -> str | None:
    """Return who else could have a hand in the site."""
    if not pelican.__version__.startswith(KNOWN):
        return f"Pelican {pelican.__version__}, which is not known"
    return next((f"the plugin {one}" for one in settings["PLUGINS"] if one not in known), None)


def _why_not_pelicans(settings: Mapping[str, Any], dated: tuple[str, ...]) -> str | None:
    """Return what Pelican could read beside files: the clock, and whatever a reader wants."""
    table: tuple[tuple[str, Callable[[Any], bool]], ...] = (
        ("STATIC_CREATE_LINKS", bool),
        ("WITH_FUTURE_DATES", lambda value: not value),
        ("DEFAULT_DATE", lambda value: value == "fs"),
        ("READERS", lambda value: any(value.values())),
        ("MARKDOWN", _has_foreign_extensions),
        ("TEMPLATE_PAGES", bool),
        ("OUTPUT_SOURCES", bool),
        ("LOAD_CONTENT_CACHE", bool),
        ("PELICAN_CLASS", lambda value: value != "pelican.Pelican"),
    )
    for name, is_unknown in table:
        if name in settings and is_unknown(settings[name]):
            return name
    for name, value in settings.items():
        if name.startswith((*_MAY_BE_UNDATED, *dated)) and "{date" in repr(value):
            return f"{name}, as what has no date has that of its build"
    return None


def _has_foreign_extensions(markdown: Mapping[str, Any]) -> bool:
    named = (*markdown.get("extensions", ()), *markdown.get("extension_configs", ()))
    return not all(isinstance(one, str) and one.startswith(_MARKDOWN) for one in named)
