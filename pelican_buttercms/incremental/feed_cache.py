"""What a feed depends on: what it is given, and what its entries are asked."""

from __future__ import annotations

from typing import Any

from pelican_buttercms.incremental.fingerprint import digest
from pelican_buttercms.incremental.input_registry import InputRegistry
from pelican_buttercms.incremental.introspection import UntrackableError

_OF_FEEDS = ("SITEURL", "SITENAME", "SITESUBTITLE", "FEED_DOMAIN")
_FEED_SETTINGS = (
    "FEED_MAX_ITEMS",
    "FEED_APPEND_REF",
    "RSS_FEED_SUMMARY_ONLY",
    "RELATIVE_URLS",
    "TIMEZONE",
)


def own_of_feed(objects: InputRegistry, arguments: tuple[Any, ...]) -> bytes | None:
    """Return what stands for everything that `write_feed` is given; None if it cannot be told."""
    elements, context, _, *rest = arguments
    settings = objects.settings
    shown = list(elements[: settings["FEED_MAX_ITEMS"]])
    names = [context.get(name) for name in _OF_FEEDS]
    chosen = [settings.get(name) for name in _FEED_SETTINGS]
    try:
        return digest(objects.fingerprinter.fingerprint([shown, names, chosen, rest]))
    except UntrackableError:
        return None
