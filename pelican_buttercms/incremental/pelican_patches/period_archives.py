"""The articles of each year, month and day in linear time.

Pelican looks every article of the site up in the list of every period. Here it names the periods,
each by its first article, and the articles are dealt out to them.
"""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import Any

from pelican_buttercms.incremental.pelican_patches.identity_list import (
    are_distinct,
    are_identities,
    is_pelicans,
)

_METHOD = "_build_period_archives"
_KEYS = {
    "year": attrgetter("date.year"),
    "month": attrgetter("date.year", "date.month"),
    "day": attrgetter("date.year", "date.month", "date.day"),
}
Archives = dict[str, list[dict[str, Any]]]


def quicken(generator: Any) -> None:
    """Replace the method that collects periods on one generator of articles."""
    if is_pelicans(generator, _METHOD):
        setattr(generator, _METHOD, partial(_collect, getattr(generator, _METHOD)))


def _collect(original: Any, by_date: list[Any], articles: list[Any], settings: Any) -> Archives:
    """Return what the method gives: the periods by granularity, in the order of their dates."""
    if not are_distinct(by_date) or not are_identities(articles):
        found: Archives = original(by_date, articles, settings)
        return found
    archives: Archives = defaultdict(list)
    for granularity, key in _KEYS.items():
        only = _only(granularity, settings)
        if not only[f"{granularity.upper()}_ARCHIVE_SAVE_AS"]:
            continue
        archive_of: dict[int, dict[str, Any]] = {}
        for _, group in groupby(by_date, key=key):
            dates = list(group)
            archive = original(dates[:1], [], only)[granularity][0]
            archives[granularity].append(archive | {"dates": dates, "articles": []})
            archive_of |= dict.fromkeys(map(id, dates), archives[granularity][-1])
        for article in articles:
            if archive := archive_of.get(id(article)):
                archive["articles"].append(article)
    return archives


def _only(granularity: str, settings: Any) -> dict[str, Any]:
    """Return the settings of one kind of period, with the others turned off."""
    found = {}
    for name in map(str.upper, _KEYS):
        wanted = name == granularity.upper()
        found[f"{name}_ARCHIVE_SAVE_AS"] = settings[f"{name}_ARCHIVE_SAVE_AS"] if wanted else ""
        found[f"{name}_ARCHIVE_URL"] = settings[f"{name}_ARCHIVE_URL"]
    return found
