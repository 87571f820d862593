"""What is published: what a live scope may hold of an answer, from whatever call it came.

The read token reads drafts, a single post is given whatever its status, and an expanded reference
is a whole page: so everything is looked at. `status` may be that of a newer version, which an
editor has begun: what a live listing gives with a `published` time is live, whatever its status
says, unless that time is still to come. Under preview the same words mean a draft. Source:
contract, "Preview" and section 15.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote

from pelican_buttercms.content.raw_records import RawRecord
from pelican_buttercms.content.reference_syntax import embedded_key
from pelican_buttercms.content.timestamps import parse_time


def is_published(data: dict[str, Any]) -> bool:
    """Return whether a post or a page says that it is published; one without a status does."""
    return (data.get("status") or "published") == "published"


def is_listed_live(data: dict[str, Any], now: datetime) -> bool:
    """Return whether what a live listing gives is live: it is published, or was before `now`."""
    return is_published(data) or _is_past(data.get("published"), now)


def _is_past(text: Any, now: datetime) -> bool:
    try:
        return isinstance(text, str) and parse_time(text) <= now
    except ValueError:
        return False


def published(raw: RawRecord) -> RawRecord | None:
    """Return what a live scope may hold of a record: None for a draft, and no draft inside it.

    A draft that came expanded inside another page becomes what it is without expansion: a
    reference, which leads nowhere in a live scope. A collection item has no status, and a field
    of that name is the editors' own.
    """
    if raw.key.kind in {"post", "page"} and not is_published(raw.data):
        return None
    if raw.key.kind not in {"page", "item"}:
        return raw
    data = {name: _published_only(value) for name, value in raw.data.items()}
    return RawRecord(raw.key, data, raw.locale, raw.identity)


def listed_live(raw: RawRecord, now: datetime) -> RawRecord | None:
    """Return what a live scope may hold of a record that came from a live listing.

    What is live is stored as published, so that nobody after this has to know from where it came.

    Args:
        raw: the record.
        now: the moment of asking; what is published after it is not live yet.
    """
    is_content = raw.key.kind in {"post", "page"} and not is_published(raw.data)
    if is_content and is_listed_live(raw.data, now):
        raw = RawRecord(raw.key, raw.data | {"status": "published"}, raw.locale, raw.identity)
    return published(raw)


def _published_only(value: Any) -> Any:
    """Copy a value without drafts; its depth was bounded when it was checked."""
    if isinstance(value, list):
        return [_published_only(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    key = embedded_key(value)
    if key and key.kind == "page" and not is_published(value):
        return f"/v2/pages/{quote(key.group, safe='*')}/{quote(key.id)}/"
    return {name: _published_only(entry) for name, entry in value.items()}
