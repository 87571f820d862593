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
    """Return the version that a view sees, which is not to be changed; None when it sees none.

    Under preview that is the newest draft; otherwise what is published. A locale has versions of
    its own, each with its own status; what it does not change is the default locale's.

    Args:
        entry: the stored item with its `draft` and `locales`.
        view: what is asked for.
        any_status: whether the status is ignored, as a single post's is.
    """
    if view.locale is None and "status" in entry and _LAYERS.isdisjoint(entry):
        base = entry  # by far the most are this simple, and a listing looks at all of them
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
    found = (version(entry, view) for entry in entries)
    return [one for one in found if one is not None]


def by_publication(entry: Data) -> tuple[bool, datetime]:
    """Return what sorts by first publication; what was never published is newer than all."""
    published = entry.get("published")
    if not published:
        return True, _NEVER
    try:
        moment = datetime.fromisoformat(str(published))
    except ValueError:  # an account's files may say anything
        return False, _NEVER
    return False, moment if moment.tzinfo else moment.replace(tzinfo=UTC)
