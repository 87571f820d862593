"""Reads and checks each `BUTTERCMS_*` value; all problems are reported together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
import os
from pathlib import Path
import re
from typing import Any, Literal, cast
from urllib.parse import urlsplit

from pelican_buttercms.settings.api_address import find_fault
from pelican_buttercms.settings.defaults import API_URL, DEFAULTS, EMULATOR, FROM_ENVIRONMENT
from pelican_buttercms.settings.deployment import DEPLOYMENTS, Deployment, guess_deployment
from pelican_buttercms.settings.durations import parse_duration
from pelican_buttercms.settings.environment import SECRETS, Environment
from pelican_buttercms.settings.locales import KINDS, Locale
from pelican_buttercms.wording import suggest

# An editor at a desk saves calls; a build service was started because something changed.
_MAX_AGE_AT_A_DESK = timedelta(minutes=10)
_MAX_AGE_IN_CI = timedelta(0)

_REDIRECTS = {"netlify", "cloudflare", "nginx", "html"}
_INDEXNOW_KEY = re.compile(r"[A-Za-z0-9-]{8,128}")
_SECRET = re.compile(r"TOKEN|SECRET|API_KEY|PASSWORD")
Incremental = Literal["on", "off", "verify"]
_MOST_WORKERS = 64

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}


def is_secret_name(name: str) -> bool:
    """Return whether a `BUTTERCMS_*` setting's name promises a secret."""
    known = name in SECRETS or _SECRET.search(name) is not None
    return known and name.startswith("BUTTERCMS_")


class Reader:
    """Reads one value after the other and collects what is wrong with them."""

    def __init__(self, settings: Mapping[str, Any], environment: Environment) -> None:
        self.settings = settings
        self.environment = environment
        self.problems: list[str] = []

    def get(self, name: str) -> Any:
        """Return the value: the environment's, the settings file's, or the default."""
        if name in FROM_ENVIRONMENT and (value := self.environment.get(name)) is not None:
            return value
        return self.settings.get(name, DEFAULTS[name])

    def boolean(self, name: str) -> bool:
        """Read a yes or no, in any of its spellings."""
        value = self.get(name)
        text = str(value).strip().lower()
        if isinstance(value, bool) or text in _TRUE | _FALSE:
            return value is True or text in _TRUE
        options = ", or a mapping of options" if name == "BUTTERCMS_POSTS" else ""
        self._wrong(name, f"takes True or False{options}", value)
        return bool(DEFAULTS[name])

    def integer(self, name: str, low: int, high: int) -> int:
        """Read a whole number within bounds."""
        value = self.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        self._wrong(name, f"takes a whole number from {low} to {high}", value)
        return low

    def choice(self, name: str, *allowed: str) -> str:
        """Read one of several words."""
        value = self.get(name)
        if value in allowed:
            return cast("str", value)
        self._wrong(name, f"is one of {', '.join(map(repr, allowed))}", value)
        return allowed[0]

    def names(self, name: str, what: str = "keys") -> tuple[str, ...]:
        """Read a list of keys, or of what else it is, each once."""
        value = self.get(name)
        if isinstance(value, list | tuple) and all(isinstance(v, str) and v for v in value):
            return tuple(dict.fromkeys(value))
        self._wrong(name, f"takes a list of {what}", value)
        return ()

    def image_widths(self) -> tuple[int, ...]:
        """Read the widths of pictures, sorted, each once."""
        value = self.get("BUTTERCMS_IMAGE_WIDTHS")
        is_list = isinstance(value, list | tuple) and 0 < len(value) <= 12
        if is_list and all(type(width) is int and 16 <= width <= 4096 for width in value):
            return tuple(sorted(set(value)))
        what = "takes a list of at most 12 widths, each from 16 to 4096 pixels"
        self._wrong("BUTTERCMS_IMAGE_WIDTHS", what, value)
        return ()

    def image_formats(self) -> tuple[str, ...] | None:
        """Read the formats of pictures; None leaves them to what is installed."""
        value = self.get("BUTTERCMS_IMAGE_FORMATS")
        is_list = isinstance(value, list | tuple)
        if value is None or (is_list and all(one in ("avif", "webp") for one in value)):
            return None if value is None else tuple(sorted(set(value)))
        self._wrong("BUTTERCMS_IMAGE_FORMATS", "takes a list of 'webp' and 'avif', or None", value)
        return None

    def translation_ids(self) -> dict[str, str]:
        """Read which field holds together the versions of one item; a text is for all kinds."""
        value = self.get("BUTTERCMS_TRANSLATION_ID") or {}
        if isinstance(value, str):
            return {"posts": value, "pages": value}
        kinds = KINDS[:2]  # an item of a collection has one id in all locales
        if isinstance(value, Mapping) and all(
            isinstance(field, str) and field and str(what).partition("/")[0] in kinds
            for what, field in value.items()
        ):
            return dict(value)
        self._wrong(
            "BUTTERCMS_TRANSLATION_ID",
            'names a field, or a mapping such as {"posts": "field", "pages/news": "field"}',
            value,
        )
        return {}

    def lang_templates(self) -> dict[str, str]:
        """Read where templates are written once per language."""
        value = self.get("BUTTERCMS_LANG_TEMPLATES")
        if isinstance(value, Mapping) and all(
            isinstance(name, str) and isinstance(path, str) and "{lang}" in path
            for name, path in value.items()
        ):
            return dict(value)
        self._wrong(
            "BUTTERCMS_LANG_TEMPLATES",
            'takes a mapping from template to path, such as {"index": "{lang}/index.html"}',
            value,
        )
        return {}

    def x_default(self, locales: tuple[Locale, ...]) -> str | None:
        """Read which language is for readers of no other."""
        value = self.get("BUTTERCMS_X_DEFAULT")
        langs = [locale.lang for locale in locales]
        if value is None or (isinstance(value, str) and value.lower() in langs):
            return value and value.lower()
        self._wrong("BUTTERCMS_X_DEFAULT", f"is one of the languages {', '.join(langs)}", value)
        return None

    def deployment(self, *, preview: bool) -> Deployment:
        """Read where the output goes; drafts never go to the public."""
        named = self.get("BUTTERCMS_ENVIRONMENT")
        guessed, why = guess_deployment(self.environment)
        deployment, why = (named, "BUTTERCMS_ENVIRONMENT") if named is not None else (guessed, why)
        if deployment not in DEPLOYMENTS:
            self._wrong("BUTTERCMS_ENVIRONMENT", f"is one of {', '.join(DEPLOYMENTS)}", named)
        elif preview and deployment == "production":
            self.problems.append(
                f"BUTTERCMS_PREVIEW is on, and {why} says that this build is for production:"
                " drafts would be public. Turn BUTTERCMS_PREVIEW off, or set"
                " BUTTERCMS_ENVIRONMENT=staging where only reviewers see the site."
            )
        return cast("Deployment", deployment)

    def front_page(self) -> tuple[str, str] | None:
        """Read a page's type and slug."""
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
        """Read how old content may be; the default depends on where the build runs."""
        default = _MAX_AGE_IN_CI if self.environment.running_in_ci() else _MAX_AGE_AT_A_DESK
        value = self.get("BUTTERCMS_MAX_AGE")
        return default if value is None else self._attempt("BUTTERCMS_MAX_AGE", value, default)

    def duration(self, name: str) -> timedelta:
        """Read a duration."""
        return self._attempt(name, self.get(name), parse_duration(DEFAULTS[name]))

    def _attempt(self, name: str, value: Any, default: timedelta) -> timedelta:
        try:
            return parse_duration(value)
        except ValueError as exc:
            self.problems.append(f"{name}: {exc}.")
            return default

    def cache_path(self) -> Path:
        """Read the folder of the store."""
        shared = Path(str(self.settings.get("CACHE_PATH", "cache")))
        return self._path("BUTTERCMS_CACHE_PATH", "folder") or shared / "buttercms"

    def snapshot(self) -> Path | None:
        """Read the folder of the snapshot to build from."""
        return self._path("BUTTERCMS_SNAPSHOT", "folder")

    def _path(self, name: str, what: str) -> Path | None:
        value = self.get(name)
        if value is None or (isinstance(value, str | Path) and "\0" not in str(value)):
            return Path(value) if value else None
        self._wrong(name, f"takes a {what}'s path", value)
        return None

    def incremental(self) -> Incremental:
        """Read whether pages are reused that nothing has changed for."""
        value = self.get("BUTTERCMS_INCREMENTAL")
        text = str(value).strip().lower()
        if text == "verify":
            return "verify"
        if isinstance(value, bool) or text in _TRUE | _FALSE:
            return "on" if value is True or text in _TRUE else "off"
        self._wrong("BUTTERCMS_INCREMENTAL", "takes True, False or 'verify'", value)
        return "on"

    def workers(self) -> int:
        """Read over how many processes rendering is spread: all cores of a build service."""
        if self.get("BUTTERCMS_WORKERS") is not None:
            return self.integer("BUTTERCMS_WORKERS", 1, _MOST_WORKERS)
        return min(os.cpu_count() or 1, _MOST_WORKERS) if self.environment.running_in_ci() else 1

    def changed_files(self) -> Path | None:
        """Read where the list of changed files is written."""
        return (path := self._path("BUTTERCMS_CHANGED_FILES", "file")) and path.absolute()

    def indexnow_key(self) -> str:
        """Read the key by which IndexNow knows the site; anybody may read it there."""
        value = self.get("BUTTERCMS_INDEXNOW_KEY")
        if value is None or (isinstance(value, str) and _INDEXNOW_KEY.fullmatch(value)):
            return value or ""
        self._wrong("BUTTERCMS_INDEXNOW_KEY", "takes 8 to 128 letters, digits and hyphens", value)
        return ""

    def redirects(self) -> tuple[str, ...]:
        """Read for which hosts old addresses are redirected."""
        names = self.names("BUTTERCMS_REDIRECTS", "formats")
        if set(names) - _REDIRECTS or {"netlify", "cloudflare"} <= set(names):
            takes = "takes a list of 'netlify' or 'cloudflare', 'nginx' and 'html'"
            self._wrong("BUTTERCMS_REDIRECTS", takes, list(names))
        return names

    def redirects_file(self) -> str:
        """Read where the history of addresses is kept: by default beside the content folder."""
        content = Path(str(self.settings.get("PATH") or ".")).absolute()
        folder = content if content == Path.cwd() else content.parent
        own = self._path("BUTTERCMS_REDIRECTS_FILE", "file")
        path = (own or folder / "redirects.csv").absolute()
        output = Path(str(self.settings.get("OUTPUT_PATH") or "output")).absolute()
        is_emptied = self.settings.get("DELETE_OUTPUT_DIRECTORY") and path.is_relative_to(output)
        if is_emptied and self.get("BUTTERCMS_REDIRECTS"):
            self.problems.append(
                f"BUTTERCMS_REDIRECTS keeps its history in {path}, and DELETE_OUTPUT_DIRECTORY"
                " empties that folder. Name a place outside in BUTTERCMS_REDIRECTS_FILE."
            )
        return str(path)

    def store_url(self) -> str | None:
        """Read where runners share their stores; a password in it would be in every template."""
        value = self.get("BUTTERCMS_STORE_URL")
        if value is None:
            return None
        if not isinstance(value, str) or "://" not in value:
            self._wrong("BUTTERCMS_STORE_URL", 'takes a URL such as "s3://bucket/folder"', value)
        elif "@" in value.partition("://")[2].partition("/")[0]:
            self.problems.append(
                "BUTTERCMS_STORE_URL carries a user name or password: give them to the storage's"
                " own variables, such as AWS_ACCESS_KEY_ID."
            )
        else:
            return value
        return None

    def files_url(self) -> str:
        """Read where the content folder's files are public; the CMS fetches them from there."""
        value = self.get("BUTTERCMS_FILES_URL")
        if value is None or (isinstance(value, str) and value.startswith(("https://", "http://"))):
            return value or ""
        self._wrong("BUTTERCMS_FILES_URL", 'takes a URL such as "https://example.com"', value)
        return ""

    def api_url(self) -> str:
        """Read the API's address, or the emulator's folder."""
        value = self.get("BUTTERCMS_API_URL")
        if isinstance(value, str) and value.startswith(EMULATOR):
            return self._emulator(value.removeprefix(EMULATOR))
        if isinstance(value, str) and (complaint := find_fault(value)) is None:
            return value.rstrip("/") + "/"
        complaint = find_fault(value) if isinstance(value, str) else f"takes a URL, not {value!r}"
        self.problems.append(f"BUTTERCMS_API_URL {complaint}.")
        return API_URL

    def _emulator(self, folder: str) -> str:
        beside_content = Path(str(self.settings.get("PATH", "."))).parent
        candidates = [Path(folder).absolute(), (beside_content / folder).absolute()]
        for candidate in candidates:
            if candidate.is_dir():
                return f"{EMULATOR}{candidate}"
        places = [str(place) for place in dict.fromkeys(candidates)]
        missing = (
            f"no folder {places[0]}" if len(places) == 1 else f"neither {' nor '.join(places)}"
        )
        self.problems.append(
            f"BUTTERCMS_API_URL names the emulator's folder {folder!r}, but there is {missing}."
            " Give an existing folder, such as the sample account's."
        )
        return f"{EMULATOR}{candidates[0]}"

    def _wrong(self, name: str, takes: str, value: Any) -> None:
        self.problems.append(f"{name} {takes}, not {value!r}.")

    def check_site_address(self) -> None:
        """Refuse a SITEURL that nothing can be joined to: Pelican itself would fail later."""
        value = self.settings.get("SITEURL")
        try:
            urlsplit(str(value or ""))
        except ValueError:
            self._wrong("SITEURL", "takes an address such as 'https://example.com'", value)

    def check_names(self) -> None:
        """Refuse secrets and misspelt names among the settings."""
        for name in sorted(n for n in self.settings if n.startswith("BUTTERCMS_")):
            if is_secret_name(name):
                own = name if name in SECRETS else "BUTTERCMS_READ_TOKEN"
                self.problems.append(
                    f"{name} is in the settings file, where every theme could print it: put it into"
                    f" the environment or a .env file, as {own}."
                )
            elif name not in DEFAULTS:
                self.problems.append(f"There is no setting {name}{suggest(name, list(DEFAULTS))}")
