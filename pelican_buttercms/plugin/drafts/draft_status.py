"""Items that are not as they are live: under preview, each draft's state and differences.

The recorded API gives pages no status, and says of no item whether a draft lies over it; so what
is live is compared as well, as far as it is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.content.diff import Difference, differences
from pelican_buttercms.content.timestamps import parse_time
from pelican_buttercms.sync.load import LoadedContent, Versions

State = Literal["draft", "scheduled", "changed"]


@dataclass(frozen=True)
class Unpublished:
    """One item that is not live as it is here.

    Attributes:
        raw: the item's newest version.
        state: a new draft, scheduled, or changed over what is live.
        differences: what differs from the live version; nothing for what is not live at all.
    """

    raw: RawRecord
    state: State
    differences: tuple[Difference, ...] = ()


Drafts = Mapping[tuple[str, Key], Unpublished]
"""What is not published, by locale and key."""


def find_drafts(stored: LoadedContent) -> Drafts:
    """Find everything that is not published among preview content; nothing in live content."""
    if stored.generation.scope.mode != "preview":
        return {}
    found: dict[tuple[str, Key], Unpublished] = {}
    for locale, raws in stored.versions.items():
        live = _live(stored.live, locale)
        for raw in raws:
            state = _state(raw, live, stored.live_at)
            if state is not None:
                before = live.get(raw.key) if live is not None else None
                changes = tuple(differences(before, raw)) if before else ()
                found[locale, raw.key] = Unpublished(raw, state, changes)
    return found


def _live(live: Versions | None, locale: str) -> dict[Key, RawRecord] | None:
    return {raw.key: raw for raw in live[locale]} if live is not None else None


def _state(
    raw: RawRecord, live: Mapping[Key, RawRecord] | None, live_at: datetime | None
) -> State | None:
    """Return the state of one item, None where it is shown as it is live.

    What looks as it does live is live, whatever its status says: an editor may have begun a draft
    and changed nothing. What says that it is published, and changed after the live content was
    pulled, is newer than what it would be compared with. In doubt an item is no published one.
    Authors, categories and tags have no drafts. A collection item has no status, and one version.
    """
    if raw.key.kind not in {"post", "page", "item"}:
        return None
    status = raw.data.get("status") if raw.key.kind != "item" else None
    before = live.get(raw.key) if live is not None else None
    if before is not None:
        if not differences(before, raw):
            return None
        if status == "published" and _is_after(raw.data.get("updated"), live_at):
            return None
        return "scheduled" if status == "scheduled" else "changed"
    if status:
        states: dict[str, State | None] = {"published": None, "scheduled": "scheduled"}
        return states.get(status, "draft")
    return "draft" if _is_new(raw, live, live_at) else None


def _is_new(raw: RawRecord, live: Mapping[Key, RawRecord] | None, live_at: datetime | None) -> bool:
    """Return whether what has no status, and is not known to be live, was never published."""
    if raw.key.kind == "item":
        return live is not None
    at = raw.data.get("published")
    return not at or (live is not None and not _is_after(at, live_at))


def _is_after(text: Any, moment: datetime | None) -> bool:
    try:
        return moment is not None and parse_time(str(text)) > moment
    except ValueError:
        return False
