"""The pages of tags, categories and authors in linear time.

For each of them Pelican goes through all articles of the site, and looks each up in a list:
`[article for article in self.dates if article in articles]`. Here its own method is called for
one tag at a time, and finds that tag's articles alone in `self.dates`, in the same order.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from operator import itemgetter
from typing import Any

from pelican_buttercms.incremental.pelican_patches.identity_list import (
    Members,
    are_distinct,
    are_identities,
    is_pelicans,
)

_METHODS = {
    "generate_tags": "tags",
    "generate_categories": "categories",
    "generate_authors": "authors",
}


def quicken(generator: Any) -> None:
    """Replace the methods that write these pages on one generator of articles."""
    for method, listing in _METHODS.items():
        if is_pelicans(generator, method):
            setattr(generator, method, partial(_one_by_one, generator, method, listing))


def _one_by_one(generator: Any, method: str, listing: str, write: Callable[..., Any]) -> None:
    """Do what the method does, for one entry of its listing after the other."""
    original = getattr(type(generator), method)
    found = getattr(generator, listing)
    kind = dict if hasattr(found, "items") else list  # tags are a mapping, the others pairs
    entries = list(kind(found).items()) if kind is dict else list(found)
    everything = (article for _, articles in entries for article in articles)
    if not are_distinct(generator.dates) or not are_identities(everything):
        original(generator, write)
        return
    places = {id(article): place for place, article in enumerate(generator.dates)}
    for wrapper, articles in entries:
        one = kind([(wrapper, Members(articles))])
        original(
            _PartialGenerator(generator, {listing: one, "dates": _in_order(articles, places)}),
            write,
        )


def _in_order(articles: list[Any], places: dict[int, int]) -> list[Any]:
    """Return the articles in the order of their places, once each, and without what has none."""
    found = {places[id(one)]: one for one in articles if id(one) in places}
    return [article for _, article in sorted(found.items(), key=itemgetter(0))]


class _PartialGenerator:
    """Stands for a generator that has no more than these lists."""

    def __init__(self, generator: Any, lists: dict[str, Any]) -> None:
        self._generator = generator
        self.__dict__.update(lists)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._generator, name)
