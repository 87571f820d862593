"""What do all pages rest on, that none of them reads by name? With another, nothing is reused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
import hashlib
import importlib.metadata
import locale
import os
from pathlib import Path
import platform
import time
from typing import Any

from jinja2 import Environment

from pelican_buttercms.plugin.incremental import jinja
from pelican_buttercms.plugin.incremental.files import digest_of

_PACKAGE = Path(__file__).parent.parent.parent
_PACKAGES = ("pelican", "jinja2", "markupsafe", "feedgenerator")
_SETTINGS = ("PLUGINS", "JINJA_ENVIRONMENT", "LOCALE", "FORMATTED_FIELDS", "PAGINATION_PATTERNS")


def salt(settings: Mapping[str, Any], environments: Iterable[Environment], *, preview: bool) -> str:
    """Give what stands for the machine, the packages, this plugin and what they are told.

    Args:
        settings: Pelican's.
        environments: Jinja's.
        preview: whether drafts are shown.
    """
    parts: list[Any] = [platform.python_version(), os.environ.get("TZ"), time.tzname]
    parts += [importlib.metadata.version(name) for name in _PACKAGES]
    parts += [locale.setlocale(locale.LC_ALL), preview]
    parts += [repr(settings.get(name)) for name in _SETTINGS]
    parts += [jinja.syntax(one) for one in environments]
    parts += list(code(_PACKAGE))
    return hashlib.blake2b(repr(parts).encode(), digest_size=16).hexdigest()


def code(package: Path) -> Iterable[tuple[str, bytes]]:
    """Give what stands for a package's own files: another version makes other pages.

    By their bytes, not by their times, which are new wherever it has just been installed.
    """
    for path in sorted(package.rglob("*.py")):
        yield path.relative_to(package).as_posix(), digest_of(path.read_bytes())
