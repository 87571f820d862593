"""Which items are not as they are live? Under preview, each draft's state and differences.

The recorded API gives pages no status, and says of no item whether a draft lies over it; so what
is live is compared as well, as far as it is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.content.differences import Difference, differences
from pelican_buttercms.fetch.served import Stored, Versions

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


def find_drafts(stored: Stored) -> Drafts:
    """Find everything that is not published among preview content; nothing in live content."""
    if stored.generation.scope.mode != "preview":
        return {}
    found: dict[tuple[str, Key], Unpublished] = {}
    for locale, raws in stored.versions.items():
        live = _live(stored.live, locale)
        for raw in raws:
            state = _state(raw, live)
            if state is not None:
                before = live.get(raw.key) if live is not None else None
                changes = tuple(differences(before, raw)) if before else ()
                found[locale, raw.key] = Unpublished(raw, state, changes)
    return found


def _live(live: Versions | None, locale: str) -> dict[Key, RawRecord] | None:
    return {raw.key: raw for raw in live[locale]} if live is not None else None


def _state(raw: RawRecord, live: Mapping[Key, RawRecord] | None) -> State | None:
    """Tell the state of one item; in doubt it is no published one.

    Authors, categories and tags have no drafts. A collection item has no status, and one version.
    """
    if raw.key.kind not in {"post", "page", "item"}:
        return None
    status = raw.data.get("status") if raw.key.kind != "item" else None
    before = live.get(raw.key) if live is not None else None
    if status == "scheduled":
        return "scheduled"
    if status == "draft":
        return "changed" if before else "draft"
    if before is not None:
        return "changed" if differences(before, raw) else None
    return "draft" if status is None and _is_new(raw, live) else None


def _is_new(raw: RawRecord, live: Mapping[Key, RawRecord] | None) -> bool:
    """Say whether an item without a status was never published, as far as can be known."""
    return live is not None or (raw.key.kind == "page" and raw.data.get("published") is None)
