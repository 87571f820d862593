"""Which `BUTTERCMS_*` settings are there, and what do they mean?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
import re
from typing import Any, Literal, cast
from urllib.parse import urlsplit

from pelican_buttercms.errors import SettingsError
from pelican_buttercms.settings.durations import parse_duration
from pelican_buttercms.settings.environment import Environment
from pelican_buttercms.settings.page_types import PageType, nearest, parse_page_types

API_URL = "https://api.buttercms.com/v2/"
EMULATOR = "emulator:"

# The one place where a default is written; the README's table is checked against it.
DEFAULTS: dict[str, Any] = {
    "BUTTERCMS_API_URL": API_URL,
    "BUTTERCMS_POSTS": True,
    "BUTTERCMS_PAGE_TYPES": [],
    "BUTTERCMS_COLLECTIONS": [],
    "BUTTERCMS_FRONT_PAGE": None,
    "BUTTERCMS_DISCOVER": True,
    "BUTTERCMS_DANGLING": "warn",
    "BUTTERCMS_LEVELS": 1,
    "BUTTERCMS_LOCALE": None,
    "BUTTERCMS_PREVIEW": False,
    "BUTTERCMS_OFFLINE": False,
    "BUTTERCMS_MAX_AGE": None,
    "BUTTERCMS_ALT_MEDIA_TEXT": True,
    "BUTTERCMS_MEDIA": "cdn",
    "BUTTERCMS_SITEMAP": True,
    "BUTTERCMS_CACHE_PATH": None,
    "BUTTERCMS_CONCURRENCY": 8,
}
FROM_ENVIRONMENT = ("BUTTERCMS_API_URL", "BUTTERCMS_PREVIEW", "BUTTERCMS_OFFLINE")

# An editor at a desk saves calls; a build service was started because something changed.
_MAX_AGE_AT_A_DESK = timedelta(minutes=10)
_MAX_AGE_IN_CI = timedelta(0)

_SECRET = re.compile(r"TOKEN|SECRET|API_KEY|PASSWORD")
_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}


@dataclass(frozen=True)
class Settings:
    """Everything the user asked for, checked. Tokens are not among it."""

    api_url: str
    cache_path: Path
    max_age: timedelta
    posts: bool = True
    page_types: Mapping[str, PageType] = field(default_factory=dict)
    collections: tuple[str, ...] = ()
    front_page: tuple[str, str] | None = None
    discover: bool = True
    dangling: Literal["warn", "fail", "drop"] = "warn"
    levels: int = 1
    locale: str = ""
    preview: bool = False
    offline: bool = False
    alt_media_text: bool = True
    media: Literal["cdn", "download"] = "cdn"
    sitemap: bool = True
    concurrency: int = 8

    @property
    def emulated(self) -> bool:
        """Say whether the account is a folder played in this process."""
        return self.api_url.startswith(EMULATOR)

    @property
    def mode(self) -> Literal["live", "preview"]:
        """Name the half of the account that is asked for."""
        return "preview" if self.preview else "live"

    @classmethod
    def from_pelican(cls, settings: Mapping[str, Any], environment: Environment) -> Settings:
        """Read Pelican's settings, with the environment's overrides.

        Raises:
            SettingsError: with every problem at once.
        """
        reader = _Reader(settings, environment)
        parsed = cls(
            api_url=reader.api_url(),
            cache_path=reader.cache_path(),
            max_age=reader.max_age(),
            posts=reader.boolean("BUTTERCMS_POSTS"),
            page_types=parse_page_types(reader.get("BUTTERCMS_PAGE_TYPES"), reader.problems),
            collections=reader.names("BUTTERCMS_COLLECTIONS"),
            front_page=reader.front_page(),
            discover=reader.boolean("BUTTERCMS_DISCOVER"),
            dangling=cast("Any", reader.choice("BUTTERCMS_DANGLING", "warn", "fail", "drop")),
            levels=reader.integer("BUTTERCMS_LEVELS", 1, 5),
            locale=reader.locale(),
            preview=reader.boolean("BUTTERCMS_PREVIEW"),
            offline=reader.boolean("BUTTERCMS_OFFLINE"),
            alt_media_text=reader.boolean("BUTTERCMS_ALT_MEDIA_TEXT"),
            media=cast("Any", reader.choice("BUTTERCMS_MEDIA", "cdn", "download")),
            sitemap=reader.boolean("BUTTERCMS_SITEMAP"),
            concurrency=reader.integer("BUTTERCMS_CONCURRENCY", 1, 32),
        )
        reader.check_names()
        if reader.problems:
            raise SettingsError(reader.problems)
        return parsed


def is_secret_name(name: str) -> bool:
    """Say whether a `BUTTERCMS_*` setting's name promises a secret."""
    return name.startswith("BUTTERCMS_") and _SECRET.search(name) is not None


class _Reader:
    """Reads one value after the other and collects what is wrong with them."""

    def __init__(self, settings: Mapping[str, Any], environment: Environment) -> None:
        self.settings = settings
        self.environment = environment
        self.problems: list[str] = []

    def get(self, name: str) -> Any:
        if name in FROM_ENVIRONMENT and (value := self.environment.get(name)) is not None:
            return value
        return self.settings.get(name, DEFAULTS[name])

    def boolean(self, name: str) -> bool:
        value = self.get(name)
        text = str(value).strip().lower()
        if isinstance(value, bool) or text in _TRUE | _FALSE:
            return value is True or text in _TRUE
        return bool(self._wrong(name, "takes True or False", value, default=DEFAULTS[name]))

    def integer(self, name: str, low: int, high: int) -> int:
        value = self.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        self._wrong(name, f"takes a whole number from {low} to {high}", value)
        return low

    def choice(self, name: str, *allowed: str) -> str:
        value = self.get(name)
        if value in allowed:
            return cast("str", value)
        self._wrong(name, f"is one of {', '.join(map(repr, allowed))}", value)
        return allowed[0]

    def names(self, name: str) -> tuple[str, ...]:
        value = self.get(name)
        if isinstance(value, list | tuple) and all(isinstance(v, str) and v for v in value):
            return tuple(dict.fromkeys(value))
        self._wrong(name, "takes a list of keys", value)
        return ()

    def locale(self) -> str:
        value = self.get("BUTTERCMS_LOCALE") or ""
        if isinstance(value, str) and len(value) <= 10:
            return value
        self._wrong("BUTTERCMS_LOCALE", "takes a locale's API slug, 10 characters at most", value)
        return ""

    def front_page(self) -> tuple[str, str] | None:
        value = self.get("BUTTERCMS_FRONT_PAGE")
        if value is None:
            return None
        page_type, _, slug = value.partition("/") if isinstance(value, str) else ("", "", "")
        if page_type and slug:
            return page_type, slug
        self._wrong(
            "BUTTERCMS_FRONT_PAGE",
            'names a page as "page-type/slug", or "*/slug" for a single page',
            value,
        )
        return None

    def max_age(self) -> timedelta:
        default = _MAX_AGE_IN_CI if self.environment.running_in_ci() else _MAX_AGE_AT_A_DESK
        value = self.get("BUTTERCMS_MAX_AGE")
        return default if value is None else self._attempt("BUTTERCMS_MAX_AGE", value, default)

    def _attempt(self, name: str, value: Any, default: timedelta) -> timedelta:
        try:
            return parse_duration(value)
        except ValueError as exc:
            self.problems.append(f"{name}: {exc}.")
            return default

    def cache_path(self) -> Path:
        own = self.get("BUTTERCMS_CACHE_PATH")
        if own is not None and not isinstance(own, str | Path):
            self._wrong("BUTTERCMS_CACHE_PATH", "takes a folder's path", own)
            own = None
        return Path(own or Path(str(self.settings.get("CACHE_PATH", "cache"))) / "buttercms")

    def api_url(self) -> str:
        value = self.get("BUTTERCMS_API_URL")
        if isinstance(value, str) and value.startswith(EMULATOR):
            return self._emulator(value.removeprefix(EMULATOR))
        if isinstance(value, str) and (complaint := _wrong_url(value)) is None:
            return value.rstrip("/") + "/"
        complaint = _wrong_url(value) if isinstance(value, str) else f"takes a URL, not {value!r}"
        self.problems.append(f"BUTTERCMS_API_URL {complaint}.")
        return API_URL

    def _emulator(self, folder: str) -> str:
        beside_content = Path(str(self.settings.get("PATH", "."))).parent
        candidates = [Path(folder).absolute(), (beside_content / folder).absolute()]
        for candidate in candidates:
            if candidate.is_dir():
                return f"{EMULATOR}{candidate}"
        places = " nor ".join(str(place) for place in dict.fromkeys(candidates))
        self.problems.append(
            f"BUTTERCMS_API_URL names the emulator's folder {folder!r}, but there is neither"
            f" {places}. Give an existing folder, such as the sample account's."
        )
        return f"{EMULATOR}{candidates[0]}"

    def _wrong(self, name: str, takes: str, value: Any, *, default: Any = None) -> Any:
        self.problems.append(f"{name} {takes}, not {value!r}.")
        return default

    def check_names(self) -> None:
        """Refuse secrets and misspelt names among the settings."""
        for name in sorted(n for n in self.settings if n.startswith("BUTTERCMS_")):
            if is_secret_name(name):
                self.problems.append(
                    f"{name} is in the settings file, where every theme could print it: put the"
                    " read token into the environment or a .env file as BUTTERCMS_READ_TOKEN."
                )
            elif name not in DEFAULTS:
                self.problems.append(f"There is no setting {name}{nearest(name, list(DEFAULTS))}")


def _wrong_url(url: str) -> str | None:
    """Say what is wrong with an API address, None when it will do; never repeats all of it."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return "is not a URL"
    if parts.scheme != "https" and not _is_loopback(url):
        return f'is "https://…" or "emulator:FOLDER", and {parts.scheme}://{host} is neither'
    if parts.username is not None or parts.query:
        return "carries a user name or a query: a token belongs into BUTTERCMS_READ_TOKEN"
    return None


def _is_loopback(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1", "::1"}
