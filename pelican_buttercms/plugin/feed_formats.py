"""Feeds as Atom, RSS 2.0 and JSON Feed 1.1, with more of each article than Pelican's have.

Sources: RFC 4287, the RSS 2.0 and Media RSS specifications, https://www.jsonfeed.org/version/1.1/.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
import json
import mimetypes
import re
from typing import Any
from urllib.parse import urljoin

from feedgenerator import Atom1Feed, Rss201rev2Feed
from feedgenerator.django.utils.encoding import iri_to_uri
from feedgenerator.django.utils.feedgenerator import rfc3339_date
from markupsafe import Markup

from pelican_buttercms.content.html_tokens import Edit, edited, start_tags
from pelican_buttercms.content.media_addresses import srcset_addresses
from pelican_buttercms.plugin.cms_text import plain
from pelican_buttercms.plugin.html_text import printable
from pelican_buttercms.plugin.local_media import LocalMedia
from pelican_buttercms.settings.locales import language_tag

_MEDIA = "http://search.yahoo.com/mrss/"
_ADDRESSES = frozenset(("action", "cite", "data", "formaction", "href", "poster", "src"))


class AtomFeed(Atom1Feed):  # type: ignore[misc]
    """An Atom feed that names all authors, the picture and the language of each entry."""

    def root_attributes(self) -> dict[str, str]:
        """Return the attributes of the feed."""
        return {**super().root_attributes(), "xmlns:media": _MEDIA}

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        """Return the attributes of an entry."""
        lang = item.get("lang")
        return {"xml:lang": lang} if lang and lang != self.feed["language"] else {}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        """Write what an entry holds."""
        super().add_item_elements(handler, item)
        for name, url in item.get("people", ()):
            handler.startElement("author", {})
            handler.addQuickElement("name", name)
            if url:
                handler.addQuickElement("uri", url)
            handler.endElement("author")
        _add_picture(handler, item)


class RssFeed(Rss201rev2Feed):  # type: ignore[misc]
    """An RSS feed that names all authors and the picture of each item, and has its whole text."""

    def rss_attributes(self) -> dict[str, str]:
        """Return the attributes of the document."""
        more = {
            "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
            "xmlns:dc": "http://purl.org/dc/elements/1.1/",
            "xmlns:media": _MEDIA,
        }
        return {**super().rss_attributes(), **more}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        """Write what an item holds."""
        super().add_item_elements(handler, item)
        for name, _ in item.get("people", ()):
            handler.addQuickElement("dc:creator", name)
        if item["content"]:
            handler.addQuickElement("content:encoded", item["content"])
        _add_picture(handler, item)


def _add_picture(handler: Any, item: dict[str, Any]) -> None:
    if picture := item.get("picture"):
        url, alt = picture
        kind, _ = mimetypes.guess_type(re.split("[?#]", url)[0])
        typed = {"type": kind} if kind else {}
        handler.startElement("media:content", {"url": url, "medium": "image", **typed})
        if alt:
            handler.addQuickElement("media:description", alt, {"type": "plain"})
        handler.endElement("media:content")


class JsonFeed(AtomFeed):
    """A JSON Feed of what an Atom feed has."""

    content_type = "application/feed+json; charset=utf-8"

    def write(self, outfile: Any, encoding: str) -> None:
        """Write the feed to an open text file."""
        del encoding  # JSON is UTF-8
        feed = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.feed["title"],
            "home_page_url": self.feed["link"],
            "feed_url": self.feed["feed_url"],
            "description": self.feed["subtitle"],
            "language": self.feed["language"],
            "items": list(map(_json_item, self.items)),
        }
        json.dump(_without_empty(feed) | {"items": feed["items"]}, outfile, ensure_ascii=False)
        outfile.write("\n")


def _json_item(item: dict[str, Any]) -> dict[str, Any]:
    modified = item["updateddate"]
    people = [_without_empty({"name": name, "url": url}) for name, url in item.get("people", ())]
    item_of_feed = {
        "id": item["unique_id"],
        "url": item["link"],
        "title": item["title"],
        "summary": Markup(item["description"] or "").striptags(),  # noqa: S704  (to be text)
        "image": (item.get("picture") or ("",))[0],
        "date_published": item["pubdate"] and rfc3339_date(item["pubdate"]),
        "date_modified": modified and rfc3339_date(modified),
        "authors": people,
        "tags": list(item["categories"]),
        "language": item.get("lang"),
    }
    html = item["content"] or item["description"] or ""
    return _without_empty(item_of_feed) | {"content_html": html}


def _without_empty(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


def upgrade(feed: Any, kind: str) -> bool:
    """Make one of Pelican's feeds write itself as ours do; False for one of another plugin.

    Args:
        feed: as Pelican has built it.
        kind: `"atom"`, `"rss"` or `"json"`.
    """
    if type(feed) not in {Atom1Feed, Rss201rev2Feed}:
        return False
    feed.__class__ = {"atom": AtomFeed, "rss": RssFeed, "json": JsonFeed}[kind]
    return True


def complete_item(item: dict[str, Any], article: Any, siteurl: str, *, summary_only: bool) -> None:
    """Add to an item of a feed what its article has and Pelican leaves out.

    Args:
        item: as feedgenerator keeps it.
        article: Pelican's.
        siteurl: the address of the site.
        summary_only: whether an RSS feed has no whole texts, as the setting says.
    """
    if item["content"] is None and not summary_only:  # RSS: Pelican has the text in one place only
        item["content"], item["description"] = article.get_content(siteurl), article.summary
    for name in ("content", "description"):
        if item[name] is not None:
            item[name] = printable(absolute_html(str(item[name]), item["link"]))
    people = getattr(article, "authors", None) or [getattr(article, "author", None)]
    item["people"] = [(name_of(one), _page_of(one, siteurl)) for one in people if one]
    item["author_name"] = None  # which would be written a second time
    terms = [*_categories(article), *getattr(article, "tags", ())]
    item["categories"] = list(dict.fromkeys(map(name_of, terms)))
    item["unique_id_is_permalink"] = False
    item["lang"] = language_tag(str(article.lang))
    item["picture"] = _picture(article, item["link"], siteurl)


def _categories(article: Any) -> Iterable[Any]:
    category = getattr(article, "category", None)
    return getattr(article, "categories", None) or ([category] if category else [])


def _page_of(term: Any, siteurl: str) -> str:
    return iri_to_uri(f"{siteurl}/{term.url}") if getattr(term, "save_as", "") else ""


def name_of(term: Any) -> str:
    """Return the name of a category, tag or author as a plain text."""
    return printable(str(plain(getattr(term, "name", term))))


def _picture(article: Any, link: str, siteurl: str) -> tuple[str, str] | None:
    """Return the absolute address of an article's picture, and its alternative text."""
    image = getattr(article, "featured_image", None)
    content = article._context.get("buttercms") if image else None
    url = picture_address(image, link, content and content.media, f"{siteurl}/")
    alt = plain(getattr(article, "featured_image_alt", "")) or getattr(image, "alt", "")
    return (url, printable(str(alt))) if url else None


def picture_address(image: Any, base: str, media: LocalMedia | None, site: str = "") -> str:
    """Return the absolute address of a picture; "" for none.

    Args:
        image: a media value, or an address.
        base: what a relative address is relative to.
        media: the downloaded files.
        site: the address of the site, with its slash, if it is not `base`.
    """
    url = str(plain(getattr(image, "url", image) or "")).strip()
    path = media.path(url) if media and url else None
    url = iri_to_uri((site or base) + path if path else _absolute(url, base)) if url else ""
    return url if re.match(r"https?://[^/?#\[\]]", url) else ""


def absolute_html(html: str, base: str) -> str:
    """Return HTML whose addresses are absolute: feed readers show it under other addresses.

    Args:
        html: of an article.
        base: the article's own address.
    """
    return edited(html, _edits(html, base)) if base.startswith("http") else html


def _edits(html: str, base: str) -> Iterator[Edit]:
    for tag in start_tags(html):
        for attribute in tag.attributes:
            value = attribute.value
            if attribute.name in _ADDRESSES:
                new = _absolute(value, base) if value.strip() else value
            elif attribute.name == "srcset":
                parts = [(*part.span("url"), part["url"]) for part in srcset_addresses(value)]
                new = edited(value, [(s, e, _absolute(url, base)) for s, e, url in parts])
            else:
                continue
            if new != value:
                yield attribute.replaced(new)


def _absolute(address: str, base: str) -> str:
    try:
        return urljoin(base, address.strip())
    except ValueError:  # no address at all, such as `http://[`
        return address
