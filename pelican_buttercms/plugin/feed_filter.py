"""The filter of the feeds: only what is published, each text once.

Pelican makes feeds of its lists of articles. Under preview those hold drafts; and in the feed of
all languages a text would come again for each language that shows it for want of a translation.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any


class FeedWriter:
    """Wraps Pelican's writer while feeds are written.

    Args:
        writer: Pelican's.
        of_all: the paths of the feeds of all languages.
    """

    def __init__(self, writer: Any, of_all: set[Any]) -> None:
        self._writer = writer
        self._of_all = of_all

    def write_feed(
        self, elements: Any, context: Any, path: Any = None, *arguments: Any, **options: Any
    ) -> Any:
        """Write a feed of what `belonging` returns."""
        articles = belonging(elements, of_all=path in self._of_all)
        return self._writer.write_feed(articles, context, path, *arguments, **options)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._writer, name)


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
    of_all = {generator.settings.get(name) for name in ("FEED_ALL_ATOM", "FEED_ALL_RSS")} - {None}
    generator.generate_feeds = partial(_generate, generator.generate_feeds, begin, of_all)


def _generate(
    original: Callable[[Any], None], begin: Callable[[Any], None], of_all: set[Any], writer: Any
) -> None:
    begin(writer)
    original(FeedWriter(writer, of_all))
