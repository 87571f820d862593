"""Addresses on the site of CMS content, by the `{filename}buttercms/…` paths that drafts link to.

A build gives each post and page a made-up path below `buttercms/` in the content folder:
`posts/hello`, `pages/about`, `pages/news/hello`, and `de/posts/hello` in another language than
DEFAULT_LANG. The address is made of the patterns that a build uses; where one of them needs what
is not surely known here, no address is returned: a wrong one would be worse.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from pelican.urlwrappers import Category
from pelican.utils import SafeDatetime

from pelican_buttercms.content.addresses import AddressPattern
from pelican_buttercms.content.raw_records import SINGLE_PAGES, UNLISTED, Key, RawRecord
from pelican_buttercms.content.timestamps import parse_time
from pelican_buttercms.publish.drafts.metadata import DraftSyntaxError
from pelican_buttercms.settings import Settings
from pelican_buttercms.wording import suggest

FOLDER = "buttercms"
INSTEAD = "write its address on the site instead, such as /about/"


class CmsLinks:
    """The addresses of the CMS's content on one site.

    Args:
        settings: Pelican's.
        options: which content the site shows, and how.
        records: the stored records; of two for one item, the first counts.
    """

    def __init__(
        self, settings: Mapping[str, Any], options: Settings, records: Sequence[RawRecord]
    ) -> None:
        self._settings = settings
        self._options = options
        self._stored = records

    def address(self, path: str) -> str:
        """Return the address of the content at a path below `buttercms/`, with a leading slash.

        Raises:
            DraftSyntaxError: it is not known; the text is the end of a sentence about the link.
        """
        lang, key = self._parse(path)
        if lang != self._options.default_lang and self._has_subsites():
            raise DraftSyntaxError(
                "content of the CMS on a subsite of i18n_subsites, whose address cannot be"
                f" determined here: {INSTEAD}."
            )
        self._check_shown(key)
        record = self._record(key, lang)
        return "/" + self._url(record, lang).lstrip("/")

    def _parse(self, path: str) -> tuple[str, Key]:
        default, names = self._options.default_lang, path.split("/")
        others = {locale.lang for locale in self._options.locales} - {default}
        lang = names.pop(0) if names[0] in others else default
        match names:
            case ["posts", slug] if slug:
                return lang, Key("post", "", slug)
            case ["pages", slug] if slug:
                return lang, Key("page", SINGLE_PAGES, slug)
            case ["pages", group, slug] if group and slug:
                return lang, Key("page", group, slug)
        raise DraftSyntaxError(
            "a path of the CMS's content, and those are {filename}/buttercms/posts/SLUG,"
            " {filename}/buttercms/pages/SLUG for single pages and"
            " {filename}/buttercms/pages/PAGE-TYPE/SLUG, with the language before posts or pages"
            " where it is not DEFAULT_LANG: correct it."
        )

    def _has_subsites(self) -> bool:
        plugins = self._settings.get("PLUGINS") or ()
        return any(str(plugin).endswith("i18n_subsites") for plugin in plugins)

    def _check_shown(self, key: Key) -> None:
        if key.kind == "post":
            if not self._options.posts:
                raise DraftSyntaxError(
                    "a post of the CMS, and BUTTERCMS_POSTS leaves them out of this site: link to"
                    " something else."
                )
            return
        page_type = self._options.page_types.get(key.group)
        if page_type is None or page_type.role == "data":
            raise DraftSyntaxError(
                f"a page of the CMS, and this site makes no pages of its page type {key.group!r}:"
                " add that to BUTTERCMS_PAGE_TYPES, or link to something else."
            )

    @cached_property
    def _records(self) -> dict[tuple[str, Key], RawRecord]:
        found: dict[tuple[str, Key], RawRecord] = {}
        for record in self._stored:
            if record.key.kind in {"post", "page"}:
                found.setdefault((record.locale, record.key), record)
        return found

    def _record(self, key: Key, lang: str) -> RawRecord:
        """Find an item in a language, or what stands in for it there."""
        locale = self._options.locale_of(lang) or self._options.main_locale
        names = (locale.name, *locale.chain(f"{key.kind}s", key.group))
        for name in names:
            if found := self._records.get((name, key)):
                if found.place == UNLISTED:
                    raise DraftSyntaxError(
                        "a page of the CMS that the filters of"
                        f" BUTTERCMS_PAGE_TYPES[{key.group!r}] leave out of this site: link to"
                        " something else."
                    )
                return found
        shown = (one for name, one in self._records if name in names and one[:2] == key[:2])
        hint = suggest(key.id, sorted({one.id for one in shown}))
        where = "" if lang == self._options.default_lang else f" for the language {lang!r}"
        what = "post" if key.kind == "post" else f"page of the type {key.group!r}"
        raise DraftSyntaxError(
            f"a {what} of the CMS, and none with the slug {key.id!r} is stored{where}"
            f"{hint if hint.startswith(';') else '.'} Correct the slug, or run `pelican-buttercms"
            " pull` if it is new at the CMS. While it is a draft here, link to that file, as in"
            f" {{filename}}{key.id}.md."
        )

    def _url(self, record: RawRecord, lang: str) -> str:
        key, is_main = record.key, lang == self._options.default_lang
        if self._options.front_page == (key.group, key.id) and key.kind == "page":
            return "" if is_main else f"{lang}/"
        name, pattern = self._pattern(key, is_main=is_main)
        try:
            return pattern.format(**self._words(record, lang))
        except (KeyError, IndexError, ValueError, AttributeError, TypeError) as exc:
            raise DraftSyntaxError(
                f"content of the CMS, whose address cannot be determined from {name} = {pattern!r}:"
                f" {INSTEAD}."
            ) from exc

    def _pattern(self, key: Key, *, is_main: bool) -> tuple[str, str]:
        """Return the name of the setting that has an item's URL pattern, and the pattern."""
        kind = "ARTICLE"
        if key.kind == "page":
            page_type = self._options.page_types[key.group]
            url = page_type.url if is_main else page_type.lang_url
            if url is not None:
                return f"BUTTERCMS_PAGE_TYPES[{key.group!r}]", AddressPattern(url)
            kind = "PAGE" if page_type.role == "page" else kind
        name = f"{kind}_URL" if is_main else f"{kind}_LANG_URL"
        return name, AddressPattern(self._settings[name])

    def _words(self, record: RawRecord, lang: str) -> dict[str, Any]:
        """Return the values for a URL pattern; of pages, only those that no field decides."""
        key, data = record.key, record.data
        words: dict[str, Any] = {"slug": key.id, "lang": lang}
        if key.kind == "page":
            return words | {"page_type": "" if key.group == SINGLE_PAGES else key.group}
        published = data.get("published") or data.get("created")
        if published and data.get("status") == "published":  # others have their day yet to come
            local = parse_time(published).astimezone(ZoneInfo(self._settings["TIMEZONE"]))
            words["date"] = SafeDatetime.fromisoformat(local.replace(tzinfo=None).isoformat())
        if author := data.get("author"):
            words["author"] = author
        categories = data.get("categories")
        words["category"] = categories[0] if categories else self._default_category()
        return words

    def _default_category(self) -> str:
        named = dict(self._settings.get("DEFAULT_METADATA") or {}).get("category")
        name = str(named or self._settings["DEFAULT_CATEGORY"])
        return str(Category(name, dict(self._settings)).slug)
