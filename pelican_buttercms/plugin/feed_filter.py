"""The filter of the feeds: only what is published, each text once, and each feed by its own name.

Pelican makes feeds of its lists of articles. Under preview those hold drafts; and in the feed of
all languages a text would come again for each language that shows it for want of a translation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
import re
from typing import Any, NamedTuple

from feedgenerator.django.utils.encoding import iri_to_uri
from markupsafe import Markup
from pelican.plugins import signals

from pelican_buttercms.plugin import feed_formats
from pelican_buttercms.plugin.cms_text import plain
from pelican_buttercms.plugin.html_text import printable
from pelican_buttercms.plugin.language_indexes import home_of
from pelican_buttercms.settings.locales import language_tag

FORMATS = ("ATOM", "RSS")
TERM_FEEDS = {"categories": "CATEGORY_FEED", "authors": "AUTHOR_FEED", "tags": "TAG_FEED"}
_DETAILS = "feed_details"
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class FeedSubject(NamedTuple):
    """What a feed is about.

    Attributes:
        title: the part of its title that the name of the site does not say; "" for none.
        url: the page that it is the feed of, under SITEURL.
        subtitle: what is said of it; "" for the site's subtitle.
    """

    title: str = ""
    url: str = ""
    subtitle: str = ""


def json_path(path: str) -> str:
    """Return the path of the JSON feed beside one of Pelican's, such as `feeds/all.json`."""
    return re.sub(r"(?:\.atom|\.rss)?(?:\.xml)?\Z", "", path, count=1) + ".json"


class FeedWriter:
    """Wraps Pelican's writer while feeds are written.

    Args:
        writer: Pelican's.
        generator: Pelican's generator of articles.
    """

    def __init__(self, writer: Any, generator: Any) -> None:
        self._writer, self._generator = writer, generator
        self._settings = generator.settings
        self._of_all = set(self._paths("FEED_ALL"))
        self._subjects = dict(self._find_subjects())
        self._articles: list[Any] = []
        self._json: dict[str, list[Any]] = {}
        self._kind = "atom"

    def write_feed(  # noqa: PLR0917
        self,
        elements: Any,
        context: Any,
        path: Any = None,
        url: Any = None,
        feed_type: str = "atom",
        override_output: bool = False,  # noqa: FBT001, FBT002
        feed_title: Any = None,
    ) -> Any:
        """Write a feed of what `belonging` returns, and the JSON feed beside it if wanted."""
        self._articles = belonging(elements, of_all=path in self._of_all)
        context = {**context, _DETAILS: self._details(str(path))}
        given = (context, path, url, feed_type, override_output, feed_title)
        feed = self._write(*given)
        options = self._generator.context["buttercms"].options
        if path and options.json_feeds:
            place = json_path(str(path))
            if self._json.get(place) != self._articles:  # the other format comes here, too
                self._json[place] = self._articles
                shown = json_path(str(url)) if url and str(url).endswith(".xml") else None
                self._write(context, place, shown, "json", override_output, feed_title)
        return feed

    def _write(self, context: Any, path: Any, url: Any, kind: str, *rest: Any) -> Any:
        self._kind = kind
        signals.feed_generated.connect(self._complete)
        try:
            return self._writer.write_feed(self._articles, context, path, url, kind, *rest)
        finally:
            signals.feed_generated.disconnect(self._complete)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._writer, name)

    def _paths(self, setting: str) -> Iterator[str]:
        yield from (
            str(path) for kind in FORMATS if (path := self._settings.get(f"{setting}_{kind}"))
        )

    def _find_subjects(self) -> Iterator[tuple[str, FeedSubject]]:
        """Yield the path and the subject of each feed that is not of the whole site."""
        generator, content = self._generator, self._generator.context["buttercms"]
        langs = {one.lang for one in (*generator.articles, *generator.translations)}
        for lang in sorted(langs) if len(langs) > 1 else ():
            name = (self._settings.get("LANGUAGE_NAMES") or {}).get(lang, lang)
            subject = FeedSubject(name, home_of(lang, content, self._settings))
            for path in self._paths("TRANSLATION_FEED"):
                yield path.format(lang=lang), subject
            if lang == self._settings["DEFAULT_LANG"].lower():
                yield from ((path, subject) for path in self._paths("FEED"))
        for listing, setting in TERM_FEEDS.items():
            terms = getattr(generator, listing)
            for term in terms if isinstance(terms, dict) else [term for term, _ in terms]:
                url = term.url if term.save_as else ""
                bio = printable(str(plain(getattr(term, "bio", ""))))
                for path in self._paths(setting):
                    yield path.format(slug=term.slug), FeedSubject("", str(url), bio)

    def _details(self, path: str) -> dict[str, str]:
        """Return what a feed says of itself; the incremental record looks at all of it."""
        subject = self._subjects.get(path, FeedSubject()) if self._articles else FeedSubject()
        langs = {str(article.lang) for article in self._articles}
        lang = langs.pop() if len(langs) == 1 else "" if langs else self._settings["DEFAULT_LANG"]
        subtitle = self._settings.get("SITESUBTITLE") or ""
        words = (self._settings.get("LABELS") or {}).get(lang) or {}
        subtitle = words.get(subtitle, subtitle)
        return {
            "title": subject.title,
            "url": subject.url,
            "subtitle": subject.subtitle or _text(subtitle),
            "lang": language_tag(lang),
            "author": _text(self._settings.get("AUTHOR") or self._settings["SITENAME"]),
        }

    def _complete(self, context: Any, feed: Any) -> None:
        """Complete a feed that Pelican has built, before it is written."""
        if not feed_formats.upgrade(feed, self._kind):
            return
        if not feed.items:  # it would be of now, in each build another time
            feed.latest_post_date = lambda: _NEVER
        details, siteurl = context[_DETAILS], self._writer.site_url
        head = feed.feed
        head["id"] = head["feed_url"]
        head["link"] = iri_to_uri(f"{siteurl}/{details['url']}")
        head["subtitle"] = head["description"] = details["subtitle"]
        head["language"] = details["lang"] or None
        head["author_name"] = details["author"]
        if details["title"]:
            head["title"] = f"{head['title']} - {details['title']}"
        shown = self._articles[: self._settings["FEED_MAX_ITEMS"]]
        known = {iri_to_uri(self._writer.urljoiner(siteurl, one.url)): one for one in shown}
        for item in feed.items:  # other plugins may have left out some
            if article := known.get(item["link"].removesuffix("?ref=feed")):
                summary_only = bool(self._settings.get("RSS_FEED_SUMMARY_ONLY"))
                feed_formats.complete_item(item, article, siteurl, summary_only=summary_only)


def _text(html: Any) -> str:
    """Return the text of a setting, which may be HTML."""
    return Markup(str(html)).striptags()  # noqa: S704  (to be text)


def belonging(articles: list[Any], *, of_all: bool) -> list[Any]:
    """Return the articles that belong into a feed.

    Args:
        articles: those that Pelican would list.
        of_all: whether it is the feed of all languages, which has the real articles in place of
            those that stand in for a translation. Readers of one language see these on the site.
    """
    if of_all:
        real = (getattr(article, "fallback_of", None) or article for article in articles)
        articles = list({id(article): article for article in real}.values())
    return [article for article in articles if not getattr(article, "preview_state", None)]


def guard(generator: Any, begin: Callable[[Any], None]) -> None:
    """Wrap the feeds of an articles generator, so that they are written by a `FeedWriter`.

    Args:
        generator: Pelican's generator of articles; feeds are the first that it writes.
        begin: called with Pelican's own writer before anything is written.
    """
    generator.generate_feeds = partial(_generate, generator, generator.generate_feeds, begin)


def _generate(
    generator: Any, original: Callable[[Any], None], begin: Callable[[Any], None], writer: Any
) -> None:
    begin(writer)
    original(FeedWriter(writer, generator))
