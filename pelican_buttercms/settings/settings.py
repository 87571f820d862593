"""Every `BUTTERCMS_*` setting, checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, cast

from pelican_buttercms.errors import SettingsError
from pelican_buttercms.settings.defaults import EMULATOR
from pelican_buttercms.settings.deployment import Deployment
from pelican_buttercms.settings.durations import FOR_EVER
from pelican_buttercms.settings.environment import Environment
from pelican_buttercms.settings.limits import (
    Deletions,
    Limits,
    parse_deletions,
    parse_limits,
    parse_sanitize,
)
from pelican_buttercms.settings.locales import Locale, parse_locales
from pelican_buttercms.settings.metadata import parse_metadata, parse_structured_data
from pelican_buttercms.settings.page_types import PageType, parse_page_types
from pelican_buttercms.settings.parser import Incremental, Reader
from pelican_buttercms.settings.selection import Selection, parse_collections, parse_posts


@dataclass(frozen=True)
class Settings:
    """Everything the user asked for, checked. Tokens are not among it.

    `selections` has the part of a listing that is taken, by kind and group as in the keys of its
    records; listings that are taken whole are not in it.
    """

    api_url: str
    cache_path: Path
    max_age: timedelta
    max_stale: timedelta = FOR_EVER
    strict: bool = False
    reconcile: timedelta = timedelta(days=1)
    max_calls: Limits = field(default_factory=Limits)
    max_deletions: Deletions | None = None
    posts: bool = True
    page_types: Mapping[str, PageType] = field(default_factory=dict)
    metadata: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    collections: tuple[str, ...] = ()
    selections: Mapping[tuple[str, str], Selection] = field(default_factory=dict)
    front_page: tuple[str, str] | None = None
    discover: bool = True
    dangling: Literal["warn", "fail", "drop"] = "warn"
    levels: int = 1
    locales: tuple[Locale, ...] = (Locale("", "en"),)
    default_lang: str = "en"
    translation_ids: Mapping[str, str] = field(default_factory=dict)
    lang_templates: Mapping[str, str] = field(default_factory=dict)
    x_default: str | None = None
    preview: bool = False
    deployment: Deployment = "local"
    offline: bool = False
    alt_media_text: bool = True
    media: Literal["cdn", "download", "stored"] = "cdn"  # stored: by a preview alone, for a while
    image_widths: tuple[int, ...] = (480, 960, 1440, 1920)
    image_formats: tuple[str, ...] | None = None
    sitemap: bool = True
    json_feeds: bool = False
    structured_data: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    concurrency: int = 8
    snapshot: Path | None = None
    store_url: str | None = None
    sanitize: Mapping[str, Any] | None = None
    files_url: str = ""
    incremental: Incremental = "on"
    pure: frozenset[str] = frozenset()
    known_plugins: frozenset[str] = frozenset()
    workers: int = 1
    changed_files: Path | None = None
    robots: bool = False
    llms: bool = False
    search: bool = False
    related: int = 0
    indexnow_key: str = ""
    redirects: tuple[str, ...] = ()
    redirects_file: str = "redirects.csv"  # a path would stand for its file's time, too

    @property
    def emulated(self) -> bool:
        """Return whether the account is a folder played in this process."""
        return self.api_url.startswith(EMULATOR)

    @property
    def mode(self) -> Literal["live", "preview"]:
        """Return the half of the account that is asked for."""
        return "preview" if self.preview else "live"

    @property
    def main_locale(self) -> Locale:
        """Return the locale that becomes DEFAULT_LANG."""
        return self.locale_of(self.default_lang) or self.locales[0]

    def locale_of(self, lang: str) -> Locale | None:
        """Return the locale that becomes a language, None when none does."""
        return next((locale for locale in self.locales if locale.lang == lang.lower()), None)

    @classmethod
    def from_pelican(cls, settings: Mapping[str, Any], environment: Environment) -> Settings:
        """Read Pelican's settings, with the environment's overrides.

        Raises:
            SettingsError: with every problem at once.
        """
        reader = Reader(settings, environment)
        default_lang = str(settings.get("DEFAULT_LANG") or "en").lower()
        locales = parse_locales(reader.get("BUTTERCMS_LOCALES"), default_lang, reader.problems)
        preview = reader.boolean("BUTTERCMS_PREVIEW")
        page_types = parse_page_types(reader.get("BUTTERCMS_PAGE_TYPES"), reader.problems)
        posts = reader.get("BUTTERCMS_POSTS")
        collections, of_keys = parse_collections(
            reader.get("BUTTERCMS_COLLECTIONS"), reader.problems
        )
        of_posts = parse_posts(posts, reader.problems) if isinstance(posts, Mapping) else None
        selections = {
            ("post", ""): of_posts,
            **{("page", name): kind.selection for name, kind in page_types.items()},
            **{("item", key): selection for key, selection in of_keys.items()},
        }
        parsed = cls(
            api_url=reader.api_url(),
            cache_path=reader.cache_path(),
            max_age=reader.max_age(),
            max_stale=reader.duration("BUTTERCMS_MAX_STALE"),
            strict=reader.boolean("BUTTERCMS_STRICT"),
            reconcile=reader.duration("BUTTERCMS_RECONCILE"),
            max_calls=parse_limits(reader.get("BUTTERCMS_MAX_CALLS"), reader.problems),
            max_deletions=parse_deletions(reader.get("BUTTERCMS_MAX_DELETIONS"), reader.problems),
            posts=isinstance(posts, Mapping) or reader.boolean("BUTTERCMS_POSTS"),
            page_types=page_types,
            metadata=parse_metadata(reader.get("BUTTERCMS_METADATA"), page_types, reader.problems),
            collections=collections,
            selections={name: chosen for name, chosen in selections.items() if chosen},
            front_page=reader.front_page(),
            discover=reader.boolean("BUTTERCMS_DISCOVER"),
            dangling=cast("Any", reader.choice("BUTTERCMS_DANGLING", "warn", "fail", "drop")),
            levels=reader.integer("BUTTERCMS_LEVELS", 1, 5),
            locales=locales,
            default_lang=default_lang,
            translation_ids=reader.translation_ids(),
            lang_templates=reader.lang_templates(),
            x_default=reader.x_default(locales),
            preview=preview,
            deployment=reader.deployment(preview=preview),
            offline=reader.boolean("BUTTERCMS_OFFLINE"),
            alt_media_text=reader.boolean("BUTTERCMS_ALT_MEDIA_TEXT"),
            media=cast("Any", reader.choice("BUTTERCMS_MEDIA", "cdn", "download")),
            image_widths=reader.image_widths(),
            image_formats=reader.image_formats(),
            sitemap=reader.boolean("BUTTERCMS_SITEMAP"),
            json_feeds=reader.boolean("BUTTERCMS_JSON_FEEDS"),
            structured_data=parse_structured_data(
                reader.get("BUTTERCMS_STRUCTURED_DATA"), page_types, reader.problems
            ),
            concurrency=reader.integer("BUTTERCMS_CONCURRENCY", 1, 32),
            snapshot=reader.snapshot(),
            store_url=reader.store_url(),
            files_url=reader.files_url(),
            incremental=reader.incremental(),
            pure=frozenset(reader.names("BUTTERCMS_PURE", "names")),
            known_plugins=frozenset(reader.names("BUTTERCMS_KNOWN_PLUGINS", "names")),
            workers=reader.workers(),
            changed_files=reader.changed_files(),
            robots=reader.boolean("BUTTERCMS_ROBOTS"),
            llms=reader.boolean("BUTTERCMS_LLMS"),
            search=reader.choice("BUTTERCMS_SEARCH", "", "pagefind") != "",
            related=reader.integer("BUTTERCMS_RELATED", 0, 20),
            indexnow_key=reader.indexnow_key(),
            redirects=reader.redirects(),
            redirects_file=reader.redirects_file(),
            sanitize=parse_sanitize(reader.get("BUTTERCMS_SANITIZE"), reader.problems),
        )
        reader.check_names()
        reader.check_site_address()
        if reader.problems:
            raise SettingsError(reader.problems)
        return parsed
