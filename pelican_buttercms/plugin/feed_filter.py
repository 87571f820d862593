"""The filter of the feeds: only what is published, each text once.

Pelican makes feeds of its lists of articles. Under preview those hold drafts; and in the feed of
all languages a text would come again for each language that shows it for want of a translation.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any


class FeedWriter:
    """Wraps Pelican's writer while feeds are written."""

    def __init__(self, writer: Any) -> None:
        self._writer = writer

    def write_feed(self, elements: Any, *arguments: Any, **options: Any) -> Any:
        """Write a feed of what `belonging` returns."""
        return self._writer.write_feed(belonging(elements), *arguments, **options)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._writer, name)


def belonging(articles: list[Any]) -> list[Any]:
    """Return the articles without drafts, and without copies that stand in for a translation.

    In the feed of its own language it stays: readers of that language see it on the site.
    """
    present = {id(article) for article in articles}
    return [
        article
        for article in articles
        if not getattr(article, "preview_state", None)
        and id(getattr(article, "fallback_of", None)) not in present
    ]


def guard(generator: Any, begin: Callable[[Any], None]) -> None:
    """Wrap the feeds of an articles generator, so that they are written by a `FeedWriter`.

    Args:
        generator: Pelican's generator of articles; feeds are the first that it writes.
        begin: called with Pelican's own writer before anything is written.
    """
    generator.generate_feeds = partial(_generate, generator.generate_feeds, begin)


def _generate(original: Callable[[Any], None], begin: Callable[[Any], None], writer: Any) -> None:
    begin(writer)
    original(FeedWriter(writer))
