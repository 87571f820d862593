"""What the site will show at a later time: scheduled items are out, and drafts are not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from msgspec import structs

from pelican_buttercms.content import RawRecord
from pelican_buttercms.content.timestamps import parse_time
from pelican_buttercms.plugin.drafts.draft_status import Unpublished, find_drafts
from pelican_buttercms.sync.load import LoadedContent


def content_at(stored: LoadedContent, moment: datetime) -> LoadedContent:
    """Return the content of a preview as a live build will read it at a moment.

    Where that is not known, because what is live is not, an item with a draft is left out.
    """
    drafts = find_drafts(stored)
    live = {(locale, raw.key): raw for locale, raws in (stored.live or {}).items() for raw in raws}

    def shown(locale: str, raws: list[RawRecord]) -> Iterator[RawRecord]:
        for raw in raws:
            draft = drafts.get((locale, raw.key))
            if draft is None:
                yield raw
            elif _is_out(draft, moment):
                yield structs.replace(raw, data={**raw.data, "status": "published"})
            elif before := live.get((locale, raw.key)):
                yield before

    versions = {locale: list(shown(locale, raws)) for locale, raws in stored.versions.items()}
    return replace(stored, versions=versions, live=None, live_at=None)


def _is_out(draft: Unpublished, moment: datetime) -> bool:
    try:
        return draft.state == "scheduled" and parse_time(draft.raw.data["scheduled"]) <= moment
    except (KeyError, ValueError, TypeError):
        return False
