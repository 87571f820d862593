"""Is it published? What may be in a live scope, from whatever call it came.

The read token reads drafts, a single post is given whatever its status, and an expanded reference
is a whole page: so the status of everything is looked at. The recorded API gives pages no status;
it gives drafts only to those who ask for them. Source: contract, "Posts" and "Preview".
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from pelican_buttercms.content.raw import RawRecord
from pelican_buttercms.content.references import embedded_key


def is_published(data: dict[str, Any]) -> bool:
    """Say whether a post or a page is published, as far as it tells."""
    return (data.get("status") or "published") == "published"


def published(raw: RawRecord) -> RawRecord | None:
    """Give what a live scope may hold of a record: None for a draft, and no draft inside it.

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
