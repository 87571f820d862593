"""The build key: if it changes, every page is rendered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
import locale
import os
from pathlib import Path
import platform
import sys
import time
from typing import Any

from jinja2 import Environment

from pelican_buttercms.digests import quick_digest
from pelican_buttercms.incremental import jinja_environment
from pelican_buttercms.incremental.fingerprint import fingerprint

PACKAGE = Path(__file__).parent.parent
"""The folder of this package."""
_INSTALLED = (".dist-info", ".egg-info")
_SETTINGS = ("PLUGINS", "JINJA_ENVIRONMENT", "LOCALE", "FORMATTED_FIELDS", "PAGINATION_PATTERNS")


def build_key(
    settings: Mapping[str, Any],
    environments: Iterable[Environment],
    host: str,
    plugins: Iterable[str],
) -> str:
    """Return what stands for the machine, all that is installed, and how templates are read.

    Args:
        settings: Pelican's.
        environments: Jinja's.
        host: the key of the host.
        plugins: what stands for the known plugins.
    """
    parts: list[Any] = [*machine(), host, *plugins]
    parts += [fingerprint(settings.get(name)) for name in _SETTINGS]
    parts += [jinja_environment.syntax(one) for one in environments]
    return quick_digest(repr(parts)).hex()


def machine() -> Iterator[Any]:
    """Yield what stands for the machine, and all that is installed on it."""
    yield from (platform.python_version(), os.environ.get("TZ"), time.tzname)
    yield from sorted(installed(sys.path))
    yield locale.setlocale(locale.LC_ALL)
    yield own_code()


@cache
def own_code() -> tuple[tuple[str, bytes], ...]:
    """Return the digests of this package, once: this process runs nothing that is saved later."""
    return tuple(code(PACKAGE))


def installed(folders: Iterable[str]) -> Iterator[str]:
    """Yield the name and version of every package that is installed, those of plugins among them.

    Source: "Recording installed projects", the names of `.dist-info` folders.
    """
    for folder in filter(Path.is_dir, map(Path, folders)):
        yield from (one.name for one in folder.iterdir() if one.name.endswith(_INSTALLED))


def code(package: Path) -> Iterable[tuple[str, bytes]]:
    """Return what stands for a package's own files: another version makes other pages.

    By their bytes, not by their times, which are new wherever it has just been installed.
    """
    found = {}
    for folder, _, names in os.walk(package):
        for name in names:
            if name.endswith(".py"):
                path = os.path.join(folder, name)  # noqa: PTH118  (a hundred and seventy times)
                with open(path, "rb") as file:  # noqa: PTH123
                    found[path.removeprefix(str(package))] = quick_digest(file.read())
    return sorted(found.items())
