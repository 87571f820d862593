"""Local drafts that the CMS has by now: they are built from there, and not twice.

`publish` and `export` write `Id` and `Base` into a draft.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
import logging
import re
from typing import Any

from pelican_buttercms.content import Key
from pelican_buttercms.plugin.html_text import site_time

logger = logging.getLogger(__name__)

_BASE = re.compile(r"[0-9a-f]{16}( .*)?")


def leave_out(generator: Any, lists: Iterable[str], is_live: Callable[[Key], bool]) -> None:
    """Remove such files from a generator's lists; links to them stay.

    What is not live at the CMS is still shown from its file, with a warning: a draft that somebody
    is still working on there must not take a page off the site.

    Args:
        generator: Pelican's, of articles or pages.
        lists: the names of its lists.
        is_live: returns whether the content of this build has an item.
    """
    left, kept_back = [], []
    for name in lists:
        shown = []
        for content in getattr(generator, name):
            key = key_of(content)
            if key is not None and (key.kind == "item" or is_live(key)):
                left.append(content.source_path)
                continue
            if key is not None and content.status == "published":
                kept_back.append(content.source_path)
            shown.append(content)
        if len(shown) != len(getattr(generator, name)):
            setattr(generator, name, shown)
    if left:
        # INFO: it is as it should be, and --fatal warnings must not end the build
        logger.info("ButterCMS shows these local drafts: %s", ", ".join(sorted(left)))
    if kept_back:
        logger.warning(
            "ButterCMS has these local files, and they are not live there, so they are shown from"
            " here: %s. Publish them there (--status published), or make them drafts here, too.",
            ", ".join(sorted(kept_back)),
        )


def give_date(
    metadata: dict[str, Any],
    find: Callable[[Key], Any],
    pulled_at: Callable[[], datetime],
    zone: str,
) -> None:
    """Set the date of such a file, if it has none: Pelican refuses articles without one.

    Few drafts have one, since the CMS dates what it publishes.

    Args:
        metadata: of a local article that is about to be created.
        find: returns the record of a key, None where the content of this build has none.
        pulled_at: returns the moment for what is not live.
        zone: the site's.
    """
    key = None if "date" in metadata or "butter" in metadata else _key_in(metadata)
    if key is not None:
        record = find(key)
        moment = getattr(record, "published", None) or getattr(record, "updated", None)
        metadata["date"] = site_time(moment or pulled_at(), zone)


def key_of(content: Any) -> Key | None:
    """Return the key of a local article or page at the CMS; None if the CMS does not have it."""
    return _key_in(content.metadata)


def _key_in(metadata: Mapping[str, Any]) -> Key | None:
    base, name = _unquoted(metadata, "base"), _unquoted(metadata, "id")
    if not name or not _BASE.fullmatch(base):
        return None
    kind = (_unquoted(metadata, "kind") or "post").lower()
    if kind == "page":
        return Key("page", _unquoted(metadata, "page_type") or "*", name)
    return Key("item" if kind == "item" else "post", "", name)


def _unquoted(metadata: Mapping[str, Any], name: str) -> str:
    """Return a value without YAML's quotes, which Pelican's Markdown reader keeps."""
    text = str(metadata.get(name) or "").strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        quote, text = text[0], text[1:-1]
        return text.replace("''", "'") if quote == "'" else re.sub(r'\\(["\\])', r"\1", text)
    return text
