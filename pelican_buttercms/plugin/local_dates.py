"""The dates of local files whose posts ButterCMS dates later: the API dates what it publishes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from pelican_buttercms.content import Key
from pelican_buttercms.plugin.html_text import site_time
from pelican_buttercms.plugin.published_drafts import local_draft

_SAME = timedelta(minutes=1)
"""Files name minutes or seconds, and the API gives parts of seconds."""


def local_dates(generator: Any, lists: Iterable[str]) -> dict[Key, datetime]:
    """Return the dates of the files of a generator's lists that are of posts at the CMS."""
    contents = (content for name in lists for content in getattr(generator, name))
    drafts = ((local_draft(content.metadata), content) for content in contents)
    return {
        draft.key: content.date
        for draft, content in drafts
        if draft and draft.is_stored and draft.key.kind == "post" and hasattr(content, "date")
    }


def keep_older_date(
    metadata: dict[str, Any], key: Key, dates: Mapping[Key, datetime], zone: str
) -> bool:
    """Set the date of a post's file if that is older than the CMS's; return whether it is."""
    local, given = dates.get(key), metadata.get("date")
    if local is None or given is None:
        return False
    date = site_time(local, zone)
    is_older = bool(date < given - _SAME)
    if is_older:
        metadata["date"] = date
    return is_older
