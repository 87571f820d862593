"""What does a build read, but for the CMS's content? All of it in one text, and its folders.

Sources: Pelican's readers, generators and `Content`, for what they read beside the settings and
the files of a site.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
import hashlib
from itertools import chain
import os
from pathlib import Path
import sys
import sysconfig
from typing import Any, NamedTuple

from blinker import ANY, Signal
import pelican
from pelican.plugins import signals
from pelican.readers import BaseReader

from pelican_buttercms.content.fields import Component, Fields
from pelican_buttercms.content.records import (
    Author,
    Category,
    Item,
    Page,
    Post,
    Record,
    Referrer,
    Tag,
    Term,
)
from pelican_buttercms.plugin.checks import OUR_NAMES
from pelican_buttercms.plugin.context import SiteContent
from pelican_buttercms.plugin.incremental import functions, modules
from pelican_buttercms.plugin.incremental.others import KINDS, MEMBERS, is_own
from pelican_buttercms.plugin.incremental.salt import PACKAGE, machine
from pelican_buttercms.plugin.incremental.told import Teller, UntrackableError
from pelican_buttercms.plugin.origins import module_of
from pelican_buttercms.plugin.speed import KNOWN
from pelican_buttercms.settings import Settings

_OURS = "_BUTTERCMS_"  # numbers in Pelican's settings, see `registry`
_READ = ("PATH", "THEME")
_MAY_LEAD_OUT = ("ARTICLE_PATHS", "PAGE_PATHS", "STATIC_PATHS")
_SHOWN = (Record, Author, Term, Category, Tag, Post, Page, Item, Referrer, Fields, Component)
_MAKERS = {"functools", "dataclasses", "reprlib"}
"""Of methods that Python writes for classes, such as `__gt__`."""
_MARKDOWN = "markdown.extensions."
_TEMPLATES = (PACKAGE / "plugin/templates", Path(pelican.__file__).parent / "themes/simple")


class Inputs(NamedTuple):
    """What a build reads.

    Attributes:
        text: what stands for the settings, the machine and the code.
        folders: whose files count, and single files; that of local content first.
    """

    text: bytes
    folders: tuple[Path, ...]

    @property
    def content(self) -> Path:
        """The folder of local content."""
        return self.folders[0]


def find(settings: Mapping[str, Any], options: Settings, output: Path) -> Inputs:
    """Say what a build reads.

    Args:
        settings: Pelican's, before anything has been read.
        options: ours.
        output: the output folder.

    Raises:
        UntrackableError: it can read what nobody knows of; the text says why.
    """
    for why_not in (_why_not_ours, _why_not_others, _why_not_pelicans):
        if reason := why_not(settings, options):
            raise UntrackableError(reason)
    folders = _folders(settings)
    for place in (output, options.cache_path):
        if any(_touch(place, folder) for folder in folders):
            raise UntrackableError(f"{place}, which is in a folder that is read, or around one")
    parts = [*machine(), _told(options), str(output), str(date.today())]  # noqa: DTZ011  (theirs)
    parts += [f"{name}={_told(settings[name])}" for name in sorted(settings) if _counts(name)]
    parts += sorted(_code())
    return Inputs(hashlib.blake2b(repr(parts).encode(), digest_size=16).digest(), folders)


def _counts(name: str) -> bool:
    return not name.startswith(_OURS)


def _told(value: Any) -> str:
    """Tell of a setting; one with functions by their code."""
    try:
        return Teller({}).tell(value)
    except UntrackableError:
        return functions.code_of(value)


def _code() -> Iterator[str]:
    """Tell of the user's own modules: the settings are one, and what it imports are others."""
    known = (f"{PACKAGE}{os.sep}", f"{sysconfig.get_path('scripts')}{os.sep}")
    for name, module in list(sys.modules.items()):
        file = modules.users_file(getattr(module, "__dict__", {}))
        if file is not None and not file.startswith(known):
            yield f"{name} {modules.digest_of(file)}"


def _folders(settings: Mapping[str, Any]) -> tuple[Path, ...]:
    """Name the folders that a build reads, and single files."""
    theme = Path(settings["THEME"]).expanduser()
    content = Path(settings["PATH"])
    found = [content, theme, *_TEMPLATES, *map(Path, settings["THEME_TEMPLATES_OVERRIDES"])]
    found += [theme / path for path in settings["THEME_STATIC_PATHS"]]
    found += [content / path for name in _MAY_LEAD_OUT for path in settings[name]]
    known: dict[Path, None] = {}
    for folder in (Path(os.path.abspath(one)) for one in found):  # noqa: PTH100  (with its links)
        if not any(folder.is_relative_to(one) for one in known):
            known[folder] = None
    return tuple(known)


def _touch(one: Path, other: Path) -> bool:
    """Say whether one of two folders is in the other."""
    one, other = one.resolve(), other.resolve()
    return one.is_relative_to(other) or other.is_relative_to(one)


# what nobody can know of


def _why_not_ours(_settings: Mapping[str, Any], options: Settings) -> str | None:
    if options.incremental != "on":
        return "BUTTERCMS_INCREMENTAL"
    return "a preview or a snapshot" if options.preview or options.snapshot is not None else None


def _why_not_others(settings: Mapping[str, Any], _options: Settings) -> str | None:
    """Say who else could have a hand in the site: plugins, and code in the settings' file."""
    reasons = chain(_others(settings), _hearers(), _changed_classes(), _readers())
    return next(reasons, None)


def _others(settings: Mapping[str, Any]) -> Iterator[str]:
    if not pelican.__version__.startswith(KNOWN):
        yield f"Pelican {pelican.__version__}, which is not known"
    yield from (f"the plugin {name}" for name in settings["PLUGINS"] if name not in OUR_NAMES)


def _hearers() -> Iterator[str]:
    for signal in vars(signals).values():
        for receiver in signal.receivers_for(ANY) if isinstance(signal, Signal) else ():
            if not is_own(module_of(receiver)):
                yield f"{module_of(receiver)}, which hears {signal.name}"


def _changed_classes() -> Iterator[str]:
    for kind in (*KINDS, *_SHOWN, SiteContent):
        for name, member in vars(kind).items():
            module = module_of(member)
            if isinstance(member, MEMBERS) and not (is_own(module) or module in _MAKERS):
                yield f"{module}, which has changed {kind.__name__}.{name}"


def _readers() -> Iterator[str]:
    """Name the readers that are not Pelican's, which takes all that there are."""
    kinds = BaseReader.__subclasses__()
    yield from (f"the reader {kind.__qualname__}" for kind in kinds if not is_own(kind.__module__))


def _why_not_pelicans(settings: Mapping[str, Any], _options: Settings) -> str | None:
    """Say what Pelican could read beside files: the clock, and whatever a reader wants."""
    table: tuple[tuple[str, Callable[[Any], bool]], ...] = (
        ("STATIC_CREATE_LINKS", bool),
        ("WITH_FUTURE_DATES", lambda value: not value),
        ("DEFAULT_DATE", lambda value: value == "fs"),
        ("READERS", lambda value: any(value.values())),
        ("MARKDOWN", _has_foreign_extensions),
        ("TEMPLATE_PAGES", bool),
    )
    for name, is_unknown in table:
        if name in settings and is_unknown(settings[name]):
            return name
    for name, value in settings.items():
        of_pages = name.startswith(("PAGE_", "DRAFT_PAGE_", "BUTTERCMS_PAGE_TYPES"))
        if of_pages and "{date" in repr(value):
            return f"{name}, as a page without a date has that of its build"
    return None


def _has_foreign_extensions(markdown: Mapping[str, Any]) -> bool:
    named = (*markdown.get("extensions", ()), *markdown.get("extension_configs", ()))
    return not all(isinstance(one, str) and one.startswith(_MARKDOWN) for one in named)
