"""The version of an item that a request sees: by locale, and live or under preview.

Source: contract, "Localisation" and "Preview".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pelican_buttercms.emulator.account import Data

_LAYERS = frozenset(("draft", "locales"))
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class View:
    """The part of the account that a request sees.

    Attributes:
        locale: None for the default one.
        preview: whether drafts are seen.
        current_status: whether a published version has the status of the draft over it.
    """

    locale: str | None = None
    preview: bool = False
    current_status: bool = False


def version(entry: Data, view: View, *, any_status: bool = False) -> Data | None:
    """Return the version that a view sees, None if there is none; do not change it.

    Under preview that is the newest draft, otherwise the published version. A locale has its own
    versions, each with its own status; keys that it does not have come from the default locale.

    Args:
        entry: the stored item with its `draft` and `locales`.
        view: the view of the request.
        any_status: whether the status is ignored, as for a single post.
    """
    if view.locale is None and "status" in entry and _LAYERS.isdisjoint(entry):
        base = entry  # most entries are this simple, and a listing reads all of them
    else:
        base = {name: value for name, value in entry.items() if name not in _LAYERS}
    draft = entry.get("draft")
    if view.locale is not None:
        own = entry.get("locales", {}).get(view.locale)
        if own is None:
            return None
        base |= {name: value for name, value in own.items() if name not in _LAYERS}
        draft = own.get("draft")
    base.setdefault("status", "published")
    if view.preview and draft:
        base |= draft
        base["status"] = draft.get("status", "draft")
    if not (view.preview or any_status or base["status"] == "published"):
        return None
    if draft and view.current_status and not view.preview:
        current = {"status": draft.get("status", "draft"), "scheduled": draft.get("scheduled")}
        base |= current
    return base


def visible(entries: Any, view: View) -> list[Data]:
    """Return the versions of all entries that a view sees."""
    versions = (version(entry, view) for entry in entries)
    return [shown for shown in versions if shown is not None]


def by_publication(entry: Data) -> tuple[bool, datetime]:
    """Return the sort key of first publication; unpublished entries are the newest."""
    published = entry.get("published")
    if not published:
        return True, _NEVER
    try:
        moment = datetime.fromisoformat(str(published))
    except ValueError:  # the files of an account may hold anything
        return False, _NEVER
    return False, moment if moment.tzinfo else moment.replace(tzinfo=UTC)
