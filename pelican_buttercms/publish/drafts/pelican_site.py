"""The Pelican site that drafts belong to: readers, addresses, languages and the clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
import os
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote, unquote, urlsplit
from zoneinfo import ZoneInfo

from pelican import contents, readers
from pelican.plugins import signals
from pelican.utils import posixize_path, slugify

from pelican_buttercms import pelican_internals
from pelican_buttercms.content.addresses import encode_names
from pelican_buttercms.errors import DraftError
from pelican_buttercms.publish.drafts.cms_links import FOLDER, CmsLinks
from pelican_buttercms.publish.drafts.local_files import explain_missing, find_file
from pelican_buttercms.publish.drafts.metadata import DraftSyntaxError
from pelican_buttercms.publish.drafts.quiet_logging import quiet_logging
from pelican_buttercms.publish.drafts.raw_draft import LocalFile
from pelican_buttercms.publish.drafts.site_plugins import load_plugins

STRUCTURED = frozenset(("yaml", "yml", "json"))
_SAFE = "/:@!$&'()*+,;=~-._"


class DraftSite:
    """The Pelican site that the drafts belong to.

    Args:
        settings: Pelican's, as `pelican.settings.read_settings` gives them; they are not changed.
        locales: the locales' API slugs by Pelican's lang in lower case; "" is the account's
            default.
        media_url: where the site's files are public, SITEURL unless given.
        now: the clock, with a time zone.

    Attributes:
        cms_links: the addresses of CMS content on it; None until they are known.

    Raises:
        DraftError: a plugin of the site fails.
    """

    cms_links: CmsLinks | None = None

    def __init__(
        self,
        settings: Mapping[str, Any],
        locales: Mapping[str, str],
        *,
        media_url: str = "",
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.settings = _own(settings)
        self.locales = dict(locales)
        self.now = now
        with quiet_logging():
            load_plugins(self.settings)
            self._formatted = _readers(self.settings)
            self._plain = _readers(self.settings | {"FORMATTED_FIELDS": []})
        self.content = Path(os.path.normpath(Path(self.settings["PATH"]).absolute()))
        self.siteurl = str(self.settings.get("SITEURL") or "")
        self.media_url = media_url or self.siteurl

    @property
    def suffixes(self) -> frozenset[str]:
        """The suffixes of files that can be drafts, without the dot."""
        read = {
            suffix
            for suffix, reader in self._formatted.readers.items()
            if type(reader) is not readers.BaseReader
        }
        return STRUCTURED | read

    def reader(self, suffix: str) -> Any:
        """Return Pelican's reader for a suffix."""
        return self._formatted.readers[suffix]

    def render(self, path: Path, suffix: str, *, formatted: bool) -> tuple[str, dict[str, Any]]:
        """Read a file with its reader.

        Args:
            path: the file on this disk.
            suffix: whose reader reads it.
            formatted: whether FORMATTED_FIELDS are rendered, as Pelican does.

        Returns:
            The HTML before links are resolved, and the metadata as texts or lists of texts.
        """
        reader = (self._formatted if formatted else self._plain).readers[suffix]
        with quiet_logging():
            html, metadata = reader.read(str(path))
        return html or "", dict(metadata)

    def has_plugin(self, name: str) -> bool:
        """Return whether the site uses a plugin, by the last part of its name."""
        return any(one.rpartition(".")[2] == name for one in self.settings["PLUGINS"])

    @property
    def default_category(self) -> str:
        """The category of what names none."""
        named = dict(self.settings.get("DEFAULT_METADATA") or {}).get("category")
        return str(named or self.settings["DEFAULT_CATEGORY"])

    def path_metadata(self, path: Path) -> dict[str, str]:
        """Return the metadata in a file's name and folder, by the site's own patterns.

        The category that Pelican takes from any folder's name is left out: `drafts` is none.
        """
        settings = self.settings | {"USE_FOLDER_AS_CATEGORY": False, "DEFAULT_DATE": None}
        source = self.source_path(path)
        declared = dict(readers.path_metadata(str(path), source, settings))
        declared.update(readers.parse_path_metadata(source, settings))
        return {name.lower(): value for name, value in declared.items() if isinstance(value, str)}

    def slug(self, title: str, basename: str) -> str:
        """Return a slug by SLUGIFY_SOURCE, as Pelican's `Content` does; "" from nothing."""
        source = basename if self.settings["SLUGIFY_SOURCE"] == "basename" else title
        slug: str = slugify(
            source,
            regex_subs=self.settings.get("SLUG_REGEX_SUBSTITUTIONS", []),
            preserve_case=self.settings.get("SLUGIFY_PRESERVE_CASE", False),
            use_unicode=self.settings.get("SLUGIFY_USE_UNICODE", False),
        )
        return slug

    def lang(self, locale: str) -> str:
        """Return Pelican's lang for a locale."""
        langs = (lang for lang, name in self.locales.items() if name == locale)
        return next(langs, str(self.settings.get("DEFAULT_LANG", "en")).lower())

    def source_path(self, path: Path) -> str:
        """Return a file's path as Pelican has it: relative to the content folder."""
        return str(posixize_path(os.path.relpath(path.absolute(), self.content)))

    def content_url(
        self, kind: Literal["post", "page"], path: Path, declared: Mapping[str, Any]
    ) -> str:
        """Return the address that Pelican has for an article or page, with a leading slash.

        Args:
            kind: a post becomes an article.
            path: its file.
            declared: its metadata as texts or lists of texts. Its status makes no difference: the
                address is the one that it has when it is published.
        """
        whole = str(path.absolute())
        metadata = self._pelican_metadata(path, path, declared) | {"status": "published"}
        cls = contents.Article if kind == "post" else contents.Page
        settings = self.settings | {"WITH_FUTURE_DATES": True}
        with (
            quiet_logging(),
            signals.content_object_init.muted(),
        ):  # what plugins do there is for the build
            made = cls("", metadata, settings=settings, source_path=whole, context={})
            return "/" + str(made.url).lstrip("/")

    def pelican_reading(self, path: Path, stored: Path) -> dict[str, Any]:
        """Return the metadata that Pelican without plugins reads in a file, as texts and times.

        Args:
            path: where the file will be.
            stored: where its text is now.
        """
        suffix = path.suffix.removeprefix(".")
        with quiet_logging():
            _, declared = self._formatted.readers[suffix].read(str(stored))
        found = self._pelican_metadata(path, stored, declared)
        listed = {"tags", "authors"}
        return {
            name: [str(one) for one in value]
            if name in listed
            else str(value)
            if isinstance(value, contents.URLWrapper)
            else value
            for name, value in found.items()
        }

    def _pelican_metadata(
        self, path: Path, stored: Path, declared: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return metadata as Pelican completes it, by the settings and by the file's path."""
        source, whole = self.source_path(path), str(stored.absolute())
        process = readers.BaseReader(self.settings).process_metadata
        found = readers.default_metadata(self.settings, process)
        found.update(readers.path_metadata(whole, source, self.settings))
        found.update(readers.parse_path_metadata(source, self.settings, process))
        found = pelican_internals.without_discarded(found)
        declared = {name: process(name, value) for name, value in declared.items()}
        return {**found, **pelican_internals.without_discarded(declared)}

    def term_url(self, what: str, name: str) -> str:
        """Return the address of a category, tag or author, or of the index."""
        if what == "index":
            return "/" + str(self.settings["INDEX_SAVE_AS"])
        cls = {"category": contents.Category, "tag": contents.Tag, "author": contents.Author}[what]
        return "/" + str(cls(name, self.settings).url).lstrip("/")

    def local_file(self, text: str, beside: Path) -> LocalFile | None:
        """Find the file that a value such as `images/a.jpg` or `{static}/images/a.jpg` names.

        Args:
            text: the value.
            beside: the draft; a relative path is looked for beside it, then in the content folder.

        Returns:
            The file, None where there is none.

        Raises:
            DraftError: it is there, but can have no public address.
        """
        path = self.find(text, beside)
        try:
            return LocalFile(self.public_url(path), path, text) if path else None
        except DraftSyntaxError as exc:
            raise DraftError(f"{beside}: {exc}") from exc

    def find(self, text: str, beside: Path) -> Path | None:
        """Find a file as `local_file` does; it may lie anywhere."""
        return find_file(text, beside, self.content)

    def not_found(self, text: str, beside: Path) -> str:
        """Return where a file was looked for, as the end of a sentence."""
        return explain_missing(text, beside, self.content)

    def cms_path(self, text: str, beside: Path) -> str | None:
        """Return the virtual path below `buttercms/` of the CMS content that a link names.

        Args:
            text: the path of a `{filename}` link.
            beside: the draft that it is in.

        Returns:
            None where the link leads anywhere else.
        """
        name = unquote(text)
        folder = self.content if name.startswith("/") else Path(beside).absolute().parent
        path = Path(os.path.normpath(folder / name.lstrip("/")))
        below = self.content / FOLDER
        inside = path != below and path.is_relative_to(below)
        return path.relative_to(below).as_posix() if inside else None

    def public_url(self, path: Path) -> str:
        """Return the address that a file has once the site is deployed.

        Raises:
            DraftSyntaxError: the file is outside the content folder, or the site has no address.
        """
        if not path.is_relative_to(self.content):
            raise DraftSyntaxError(
                f"{path} is outside the content folder {self.content}, so the site does not"
                " publish it: move it there, or give a URL."
            )
        parts = urlsplit(self.media_url)
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            raise DraftSyntaxError(
                f"{path.name} needs a public address, and SITEURL is {self.media_url!r}: set"
                ' SITEURL to the absolute URL of the deployed site, as "https://example.com", or'
                " name the settings file that does (-s publishconf.py)."
            )
        source = self.source_path(path)
        metadata = readers.path_metadata(str(path), source, self.settings)
        with quiet_logging(), signals.content_object_init.muted():
            made = contents.Static("", metadata, settings=self.settings, source_path=str(path))
            url = str(made.url)
        return f"{self.media_url.rstrip('/')}/{quote(url.lstrip('/'), safe=_SAFE)}"

    def zone(self) -> ZoneInfo:
        """Return the time zone of dates that name none."""
        return ZoneInfo(str(self.settings.get("TIMEZONE") or "UTC"))


def _own(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Copy the settings, so that readers and plugins change nobody else's."""
    markdown = dict(settings.get("MARKDOWN") or {})
    for name, empty in (("extensions", []), ("extension_configs", {})):
        markdown[name] = type(empty)(markdown.get(name) or empty)
    own = dict(settings)
    encode_names(own)
    return own | {
        "MARKDOWN": markdown,
        "TYPOGRIFY": False,  # the site applies it when it builds from the CMS
        "CACHE_CONTENT": False,
        "LOAD_CONTENT_CACHE": False,
        "DATE_FORMATS": {},  # a tuple here would set the process's locale
        "DEFAULT_DATE_FORMAT": "%Y",
    }


def _readers(settings: dict[str, Any]) -> Any:
    """Return Pelican's readers, changed to return metadata as it is written."""
    made = readers.Readers(settings)
    for reader in made.readers.values():
        reader.process_metadata = lambda _name, value: value
    return made
