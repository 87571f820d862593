"""The checks of `doctor` on this machine: versions, settings, variables, templates and store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
import platform
from typing import Any, Literal

from pelican_buttercms._version import __version__
from pelican_buttercms.errors import ButterCMSError, SettingsError
from pelican_buttercms.plugin.settings_file import read_file
from pelican_buttercms.settings import Environment, Settings
from pelican_buttercms.settings.defaults import DEFAULTS, FROM_ENVIRONMENT
from pelican_buttercms.settings.environment import EVENT_FILE, SECRETS
from pelican_buttercms.store.maintenance.verify import verify
from pelican_buttercms.webhooks.config import DEFAULTS as RELAY
from pelican_buttercms.webhooks.config import PREFIX, RelayOptions
from pelican_buttercms.wording import count_noun, nearest

Level = Literal["ok", "warning", "problem"]

_TESTED = ("4.11", "4.12")
_TESTED_PYTHONS = ("3.11", "3.12", "3.13")
_LIBRARIES = ("httpx", "diskcache", "jinja2", "msgspec", "markdown")
_VARIABLES = {*SECRETS, *FROM_ENVIRONMENT, EVENT_FILE, *(f"{PREFIX}{n.upper()}" for n in RELAY)}


@dataclass(frozen=True)
class Finding:
    """What one check found.

    Attributes:
        check: what was looked at.
        level: "ok"; "warning": the site builds, perhaps not as meant; or "problem".
        text: what was found.
        mending: what to do, "" if nothing is to be done.
    """

    check: str
    level: Level
    text: str
    mending: str = ""


def check_versions() -> Iterator[Finding]:
    """Yield the versions, and whether they are tested ones."""
    python, pelican = platform.python_version(), version("pelican")
    libraries = ", ".join(f"{name} {_version_of(name)}" for name in _LIBRARIES)
    text = f"pelican-buttercms {__version__}, Python {python}, Pelican {pelican}, {libraries}"
    tested = _minor(python) in _TESTED_PYTHONS and _minor(pelican) in _TESTED
    if tested:
        yield Finding("versions", "ok", text)
        return
    advice = (
        f"Tested are Python {', '.join(_TESTED_PYTHONS)} and Pelican {', '.join(_TESTED)}. If"
        " something fails, try one of these."
    )
    yield Finding("versions", "warning", text, advice)


def _version_of(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "(not installed)"


def _minor(text: str) -> str:
    return ".".join(text.split(".")[:2])


def check_names(site: Mapping[str, Any], environment: Environment) -> Iterator[Finding]:
    """Yield settings and variables that look like ours and that nobody reads."""
    for name in sorted(site):
        meant = name.isupper() and name not in DEFAULTS and nearest(name, DEFAULTS, 0.85)
        if meant and not name.startswith("BUTTERCMS_"):  # those are refused when they are read
            text = f"pelican-buttercms does not read the setting {name}"
            yield Finding("settings", "warning", text, f"Did you mean {meant}?")
    for name in sorted(environment.variables.keys() - _VARIABLES):
        meant = nearest(name, _VARIABLES, 0.85)
        if not name.startswith("BUTTERCMS_") and not meant:
            continue
        where = environment.places.get(name, "the environment")
        text = f"pelican-buttercms does not read the variable {name} (from {where})"
        if name in DEFAULTS:
            mending = f"{name} is a setting: write it into the settings file."
        else:
            mending = (
                f"Did you mean {meant}?"
                if meant
                else "Remove it, unless something of yours reads it."
            )
        yield Finding("variables", "warning", text, mending)


def check_other_file(file: Path, site: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield what `publishconf.py` sets differently: this command has not loaded it."""
    other = file.with_name("publishconf.py")
    if file.name != "pelicanconf.py" or not other.is_file():
        return
    try:
        public = read_file(str(other), {})
    except SettingsError as exc:
        yield Finding("settings", "problem", str(exc))
        return
    names = [
        name
        for name in sorted({*site, *public})
        if name.startswith("BUTTERCMS_") and site.get(name) != public.get(name)
    ]
    if names:
        text = f"{other} sets {', '.join(names)} differently, and this command has not loaded it"
        yield Finding("settings", "warning", text, f"`-s {other.name}` loads it.")


def check_templates(options: Settings, site: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield the templates that page types name and the theme does not have."""
    folders = [Path(path) for path in site.get("THEME_TEMPLATES_OVERRIDES") or ()]
    folders.append(Path(str(site.get("THEME", ""))) / "templates")
    extensions = site.get("TEMPLATE_EXTENSIONS") or [".html"]
    for page_type in options.page_types.values():
        name = page_type.template
        places = (folder / f"{name}{extension}" for folder in folders for extension in extensions)
        if name and not any(place.is_file() for place in places):
            text = f"page type {page_type.name!r} has the template {name!r}, and the theme has none"
            mending = f"Write {folders[0] / name}.html, or correct BUTTERCMS_PAGE_TYPES."
            yield Finding("templates", "problem", text, mending)


def check_relay(environment: Environment) -> Iterator[Finding]:
    """Yield what is wrong with the options of a relay, if the environment has any."""
    secrets = {"BUTTERCMS_WEBHOOK_SECRET", *(n for n in SECRETS if n.endswith("_HOOK"))}
    if not any(name.startswith(PREFIX) or name in secrets for name in environment.variables):
        return
    try:
        RelayOptions.read(environment)
    except SettingsError as exc:
        for problem in exc.problems:
            yield Finding("webhooks", "warning", problem, "It matters where the relay runs.")
    else:
        yield Finding("webhooks", "ok", "the relay's options can be used")


def check_store(options: Settings) -> Iterator[Finding]:
    """Yield what is damaged in the store."""
    if not options.cache_path.is_dir():
        yield Finding("store", "ok", f"nothing is stored in {options.cache_path} yet")
        return
    try:
        health = verify(options.cache_path)
    except ButterCMSError as exc:
        yield Finding("store", "problem", str(exc))
        return
    for damage in health.damages:
        text = f"{damage.what} is {damage.state}"
        mending = (
            "`pelican-buttercms pull` restores records; `pelican-buttercms doctor --repair` sets"
            " aside what stays damaged."
        )
        yield Finding("store", "problem", text, mending)
    if not health.damages:
        counts = f"{count_noun(health.generations, 'pull')}, {count_noun(health.records, 'record')}"
        yield Finding("store", "ok", f"{options.cache_path} is whole: {counts}")


def check_env_file(path: Path) -> Iterator[Finding]:
    """Yield whether others can read the tokens."""
    if path.is_file() and path.stat().st_mode & 0o077:
        text = f"others on this machine can read {path}"
        yield Finding("token", "warning", text, f"`chmod 600 {path}`")
