"""The links of a draft's body, resolved to addresses that are right on the deployed site.

Pelican resolves `{filename}` and its kin when it builds; the CMS holds the finished HTML, so they
are resolved here, by the same rules, and a link that leads nowhere is a problem and no warning.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
import re
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from pelican_buttercms.content.html_tokens import edited, start_tags
from pelican_buttercms.publish.drafts.cms_links import INSTEAD
from pelican_buttercms.publish.drafts.file_formats import read_metadata
from pelican_buttercms.publish.drafts.identity import read_kind, read_locale, read_slug
from pelican_buttercms.publish.drafts.metadata import DraftMetadata, DraftSyntaxError
from pelican_buttercms.publish.drafts.pelican_site import DraftSite
from pelican_buttercms.publish.drafts.raw_draft import LocalFile
from pelican_buttercms.publish.drafts.site_paths import is_generated, is_page

_LINKS = frozenset(
    ("href", "src", "poster", "data", "cite", "formaction", "action", "content")
)  # those in which Pelican follows a placeholder
_SHOWN = frozenset(("src", "poster"))
_FILES = frozenset(("img", "video", "audio", "source", "track"))  # what these show is a file
_FILE = re.compile(
    r".*\.(?:jpe?g|png|gif|webp|avif|svg|bmp|tiff?|mp[34]|webm|og[gv]|wav|pdf|zip|docx?|xlsx?|pptx?)",
    re.IGNORECASE | re.DOTALL,
)  # an address that ends so is no page's


@dataclass
class ResolvedBody:
    """A body with its links resolved.

    Attributes:
        html: the body.
        files: the local files it shows, each once.
        missing: the links that name a picture or another file that is nowhere.
        problems: what is wrong with its links.
    """

    html: str = ""
    files: dict[str, LocalFile] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


class LinkResolver:
    """Resolves links for one reading of drafts; the addresses it found are kept."""

    def __init__(self, site: DraftSite) -> None:
        self.site = site
        self._placeholder = re.compile(site.settings["INTRASITE_LINK_REGEX"])
        self._urls: dict[Path, str] = {}

    def resolve(self, html: str, draft: Path, *, files_only: bool = False) -> ResolvedBody:
        """Resolve every link of a body.

        Args:
            html: as Pelican's reader gives it.
            draft: the file that it is from.
            files_only: whether only links to files are resolved, as in a field of HTML: what links
                to content there was written for the build.
        """
        done = ResolvedBody()
        edits = []
        for tag in start_tags(html):
            for attribute in tag.attributes:
                if attribute.name not in _LINKS:
                    continue
                if files_only and self._leads_to_content(attribute.value):
                    continue
                try:
                    found = self._follow(attribute.value, draft, done, tag.name, attribute.name)
                except DraftSyntaxError as exc:
                    done.problems.append(str(exc))
                    continue
                if found is not None:
                    edits.append(attribute.replaced(found, '"'))
        done.html = edited(html, edits)
        return done

    def _leads_to_content(self, link: str) -> bool:
        match = self._placeholder.match(link)
        return match is not None and match["what"] not in {"static", "attach"}

    def _follow(
        self, link: str, draft: Path, done: ResolvedBody, tag: str, name: str
    ) -> str | None:
        """Return the address for a link, None where the link stays as it is."""
        match = self._placeholder.match(link)
        if match is None:
            return self._plain(link, draft, done, tag, name)
        what, parts = match["what"], _split(link[match.end() :], link)
        if what in {"category", "tag", "author", "index"}:
            return _join(self.site.term_url(what, unquote(parts.path)), parts)
        if what not in {"filename", "static", "attach"}:
            return None
        path = self.site.find("{static}" + link[match.end() :], draft)
        if path is None:
            cms = self.site.cms_path(parts.path, draft) if what == "filename" else None
            if cms is not None:
                return _join(self._cms_url(cms, link), parts)
            where = self.site.not_found(link, draft)
            raise DraftSyntaxError(
                f"it links to {link!r}, and there is no such file{where} Correct the path."
            )
        suffix = path.suffix.removeprefix(".")
        if what == "filename" and suffix in self.site.suffixes:
            return _join(self._content_url(path, link), parts)
        return self._public(link, parts, path, done)

    def _plain(self, link: str, draft: Path, done: ResolvedBody, tag: str, name: str) -> str | None:
        """Return the address of the local file that a link without a placeholder shows."""
        path = self.site.find(link, draft) if self._may_be_file(link, tag, name) else None
        if path is not None:
            try:
                return self._public(link, urlsplit(link), path, done)
            except DraftSyntaxError:
                if link.startswith("/"):
                    return None  # which is right on the site itself
                raise
        if self._is_missing(link, draft, tag, name):
            done.missing.append(link)
        return None

    def _may_be_file(self, link: str, tag: str, name: str) -> bool:
        """Return whether a link shows or offers a file, if there is one of that name."""
        if name in _SHOWN:
            return True
        return (
            name == "href"
            and tag == "a"
            and _FILE.fullmatch(_split_or_empty(link).path) is not None
        )

    def _is_missing(self, link: str, draft: Path, tag: str, name: str) -> bool:
        """Return whether a link surely leads to a file, and the built site will not have that file.

        A relative link may as well lead to a page of the site, whose address says nothing of
        where its file lies: only pictures and the like, and names that no page has, are files.
        """
        parts = _split_or_empty(link)
        if parts.scheme or parts.netloc or not parts.path or parts.path.startswith("/"):
            return False
        path = unquote(parts.path)
        shows = name in _SHOWN and tag in _FILES
        leads = name == "href" and tag == "a" and _FILE.fullmatch(path) is not None
        if not shows and not leads:
            return False
        return self.site.find(link, draft) is None and not is_generated(self.site, path)

    def _cms_url(self, path: str, link: str) -> str:
        if self.site.cms_links is None:
            raise DraftSyntaxError(
                f"it links to {link!r}, content of the CMS, whose address is not known here:"
                f" {INSTEAD}."
            )
        try:
            return self.site.cms_links.address(path)
        except DraftSyntaxError as exc:
            raise DraftSyntaxError(f"it links to {link!r}, {exc}") from exc

    def _public(self, link: str, parts: SplitResult, path: Path, done: ResolvedBody) -> str:
        url = self.site.public_url(path)
        done.files.setdefault(url, LocalFile(url, path, link))
        is_name = unquote(link).rpartition("/")[2] == path.name  # which may have a # or ? in it
        return url if is_name else _join(url, parts)

    def _content_url(self, path: Path, link: str) -> str:
        if path not in self._urls:
            self._urls[path] = draft_url(path, link, self.site)
        return self._urls[path]


def draft_url(path: Path, link: str, site: DraftSite) -> str:
    """Return the address of the article, page or draft in a file, by Pelican's own settings.

    Raises:
        DraftSyntaxError: it cannot be read, or is an item, which has no page of its own.
    """
    metadata = read_metadata(path, site)
    kind, _ = read_kind(metadata)
    locale = read_locale(metadata, site)
    if metadata.problems:
        raise DraftSyntaxError(
            f"it links to {link!r}, which cannot be read: {metadata.problems[0]}"
        )
    if kind == "item":
        raise DraftSyntaxError(f"it links to {link!r}, an item, which has no page: link to a page.")
    if kind == "post" and "kind" not in metadata.values and is_page(site, path):
        kind = "page"
    try:
        return site.content_url(kind, path, _metadata(metadata, site, locale))
    except (ValueError, KeyError, AttributeError, TypeError) as exc:
        raise DraftSyntaxError(
            f"it links to {link!r}, whose address cannot be determined ({exc})."
        ) from exc


def _metadata(metadata: DraftMetadata, site: DraftSite, locale: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in {**metadata.path_metadata, **metadata.values}.items():
        key = {"categories": "category"}.get(name, name)
        listed = isinstance(value, list)
        one = next(iter(value), "") if listed and key not in {"tags", "authors"} else value
        if one and isinstance(one, str | list):
            values[key] = one
    title = metadata.text("title")
    return values | {
        "title": title,
        "slug": read_slug(metadata, site, title),
        "lang": site.lang(locale),
    }


def _split(text: str, link: str) -> SplitResult:
    try:
        return urlsplit(text)
    except ValueError as exc:
        raise DraftSyntaxError(f"its link {link!r} is no address ({exc}): correct it.") from exc


def _split_or_empty(link: str) -> SplitResult:
    try:
        return urlsplit(link)
    except ValueError:
        return urlsplit("")


def _join(url: str, parts: SplitResult) -> str:
    """Return a URL with the query and the fragment of the link as it was written."""
    query = f"?{parts.query}" if parts.query else ""
    return url + query + (f"#{parts.fragment}" if parts.fragment else "")
