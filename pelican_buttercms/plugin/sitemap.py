"""The sitemap: the URLs of the site and when they changed, after sitemaps.org.

Pelican's usual sitemap plugin writes malformed hreflang links and dates pages by the build; this
one is left out when such a plugin is active.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
import posixpath
from typing import Any
from xml.sax.saxutils import escape

from pelican.generators import Generator

from pelican_buttercms.incremental.output.removal import remove_file
from pelican_buttercms.incremental.output.writer import refresh
from pelican_buttercms.incremental.pelican_patches.gc_pause import paused
from pelican_buttercms.plugin.language_indexes import list_alternates, lists, url_of_file
from pelican_buttercms.plugin.translations import alternates, is_public, versions_of

URLS_PER_FILE = 50_000

_OTHER_PLUGINS = {
    "pelican.plugins.sitemap",
    "sitemap",
    "extended_sitemap",
    "minchin.pelican.plugins.sitemap",
}
_OPEN = (
    '<?xml version="1.0" encoding="utf-8"?>\n'
    '<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"{more}>\n'
)
_XHTML = ' xmlns:xhtml="http://www.w3.org/1999/xhtml"'


def other_sitemap(settings: Mapping[str, Any]) -> bool:
    """Return whether another plugin writes the sitemap."""
    return any(plugin in _OTHER_PLUGINS for plugin in settings["PLUGINS"])


@dataclass(frozen=True)
class SitemapUrl:
    """One URL of the sitemap; `alternates` are (language, URL) of its translations and itself."""

    url: str
    modified: datetime | None = None
    alternates: tuple[tuple[str, str], ...] = ()


class SitemapGenerator(Generator):  # type: ignore[misc]
    """Writes the sitemap from what the other generators have made."""

    @paused()
    def generate_output(self, writer: Any) -> None:
        """Write `sitemap.xml`, and its parts where there are too many URLs for one file."""
        del writer  # Pelican's writer renders templates only
        entries = sorted(self._entries(), key=lambda entry: entry.url)
        write_sitemap(entries, Path(self.output_path), self.settings["SITEURL"])

    def _entries(self) -> Iterator[SitemapUrl]:
        moments = _Moments()
        yield from map(self._of_content, self._contents())
        yield from self._lists(moments)
        for listing in ("categories", "tags", "authors"):
            for wrapper, articles in self.context[listing]:
                public = moments.of_public(articles)
                if wrapper.save_as and public:
                    yield SitemapUrl(str(wrapper.url), _newest(public))

    def _lists(self, moments: _Moments) -> Iterator[SitemapUrl]:
        """Yield the index, and the lists that each language has."""
        public = moments.of_public(self.context["articles"])
        index, replaced = self.settings["INDEX_SAVE_AS"], self._index_is_replaced()
        urls: dict[str, SitemapUrl] = {}
        if "index" in self.settings["DIRECT_TEMPLATES"] and not replaced:
            urls[index] = SitemapUrl(url_of_file(index), _newest(public))
        content = self.context["buttercms"]
        for paths in lists(content.options, self.settings):
            for lang, path in paths.items():
                links = tuple(list_alternates(path, content.options, self.settings))
                newest = _newest(moments.of_public(content.in_lang(lang).articles))
                missing_page = posixpath.basename(path).removesuffix(".html") == "404"
                if not missing_page and (path != index or not replaced):
                    urls[path] = SitemapUrl(url_of_file(path), newest, links)
        yield from urls.values()

    def _contents(self) -> Iterator[Any]:
        """Yield every published article and page with its translations.

        Local drafts and hidden content are in other lists of Pelican's, and are never here.
        """
        for content in (*self.context["articles"], *self.context["pages"]):
            for version in versions_of(content):
                if version.save_as and is_public(version):
                    yield version

    def _of_content(self, content: Any) -> SitemapUrl:
        links = alternates(content, self.context["buttercms"].options.x_default)
        return SitemapUrl(content.url, _modified(content), tuple(links))

    def _index_is_replaced(self) -> bool:
        return any(c.save_as == self.settings["INDEX_SAVE_AS"] for c in self.context["pages"])


def write_sitemap(
    entries: list[SitemapUrl], folder: Path, siteurl: str, per_file: int = URLS_PER_FILE
) -> None:
    """Write the entries as one sitemap, or as several with an index when there are too many."""
    if len(entries) <= per_file:
        refresh(folder / "sitemap.xml", _urlset(entries, siteurl))
        _remove_parts(folder, 1)
        return
    names = []
    for number, start in enumerate(range(0, len(entries), per_file), start=1):
        names.append(f"sitemap-{number}.xml")
        part = _urlset(entries[start : start + per_file], siteurl)
        refresh(folder / names[-1], part)
    refresh(folder / "sitemap.xml", _index(names, siteurl))
    _remove_parts(folder, len(names) + 1)


def _remove_parts(folder: Path, first: int) -> None:
    """Remove the parts that an earlier build with more URLs has written."""
    for number in count(first):
        try:
            remove_file(folder / f"sitemap-{number}.xml")
        except FileNotFoundError:
            return


def _urlset(entries: Iterable[SitemapUrl], siteurl: str) -> str:
    lines = [_OPEN.format(root="urlset", more=_XHTML)]
    for entry in entries:
        lines.append(f"<url><loc>{_absolute(siteurl, entry.url)}</loc>")
        if entry.modified:
            lines.append(f"<lastmod>{entry.modified.isoformat(timespec='seconds')}</lastmod>")
        lines.extend(
            f'<xhtml:link rel="alternate" hreflang="{escape(lang)}"'
            f' href="{_absolute(siteurl, url)}"/>'
            for lang, url in entry.alternates
        )
        lines.append("</url>\n")
    return "".join([*lines, "</urlset>\n"])


def _index(names: Iterable[str], siteurl: str) -> str:
    parts = (f"<sitemap><loc>{_absolute(siteurl, name)}</loc></sitemap>\n" for name in names)
    return "".join([_OPEN.format(root="sitemapindex", more=""), *parts, "</sitemapindex>\n"])


def absolute_url(siteurl: str, url: str) -> str:
    """Return the absolute URL; that of a translation on another subsite begins with `../`."""
    scheme, separator, rest = f"{siteurl}/{url}".rpartition("://")
    path = posixpath.normpath(rest) + ("/" if rest.endswith("/") else "")
    return f"{scheme}{separator}{path}"


def _absolute(siteurl: str, url: str) -> str:
    return escape(absolute_url(siteurl, url), {'"': "&quot;"})


class _Moments:
    """When was each article last changed? Worked out once for all the lists that it is in."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[bool, datetime | None]] = {}

    def of_public(self, articles: Iterable[Any]) -> list[datetime | None]:
        """Return the time of every article that the sitemap may name."""
        moments = map(self._of, articles)
        return [moment for public, moment in moments if public]

    def _of(self, article: Any) -> tuple[bool, datetime | None]:
        known = self._known.get(id(article))
        if known is None:
            known = self._known[id(article)] = is_public(article), _modified(article)
        return known


def _newest(moments: Iterable[datetime | None]) -> datetime | None:
    return max(filter(None, moments), default=None)


def _modified(content: Any) -> datetime | None:
    moment = getattr(content, "modified", None) or getattr(content, "date", None)
    return moment if isinstance(moment, datetime) else None
