"""Local drafts in a build: what ButterCMS has by now is built from there, and never from its file.

`publish` and `export` write `Id` and `Base` into a draft.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
import logging
import re
from typing import Any

from pelican_buttercms.content import Key
from pelican_buttercms.plugin.html_text import site_time

logger = logging.getLogger(__name__)

_BASE = re.compile(r"[0-9a-f]{16}( .*)?")
_EVERY_PAGE = "*"


@dataclass(frozen=True)
class LocalDraft:
    """A local file that is for ButterCMS.

    Attributes:
        key: what it becomes or became there; the id is "" before it was published.
        is_stored: whether ButterCMS has it, or had it.
    """

    key: Key
    is_stored: bool


def leave_out(
    generator: Any,
    lists: Iterable[str],
    is_live: Callable[[Key], bool],
    is_shown: Callable[[Key], bool],
) -> None:
    """Remove drafts from a generator's lists; links to them stay.

    Whatever its file says, what ButterCMS has is public only while it is live there: not what an
    editor has deleted or withdrawn, and not what was exported as a draft. Pages and items have
    fields, which Pelican's readers know nothing of.

    Args:
        generator: Pelican's, of articles or pages.
        lists: the names of its lists.
        is_live: returns whether the content of this build has an item.
        is_shown: returns whether this site shows content of that kind and group at all.
    """
    left: list[str] = []
    withdrawn: list[str] = []
    for name in lists:
        shown = []
        for content in getattr(generator, name):
            draft = local_draft(content.metadata)
            if draft is None or _is_local(draft, is_shown):
                shown.append(content)
            elif draft.is_stored and draft.key.kind != "item" and not is_live(draft.key):
                is_public = content.status == "published" and is_shown(draft.key)
                (withdrawn if is_public else left).append(content.source_path)
            else:
                left.append(content.source_path)
        if len(shown) != len(getattr(generator, name)):
            setattr(generator, name, shown)
    if left:
        # INFO: it is as it should be, and --fatal warnings must not end the build
        logger.info("Local drafts that ButterCMS has or will have: %s", ", ".join(sorted(left)))
    if withdrawn:
        logger.warning(
            "ButterCMS has deleted or withdrawn what these local files were published as, so they"
            " are drafts here too: %s. `pelican-buttercms export` writes Status: draft into them;"
            " `publish --ours` publishes them again; without Id and Base they are local articles.",
            ", ".join(sorted(withdrawn)),
        )


def _is_local(draft: LocalDraft, is_shown: Callable[[Key], bool]) -> bool:
    """Return whether Pelican shows a draft as its file says."""
    return draft.key.kind == "post" and not (draft.is_stored and is_shown(draft.key))


def complete(
    metadata: dict[str, Any],
    find: Callable[[Key], Any],
    pulled_at: Callable[[], datetime],
    zone: str,
) -> None:
    """Complete the metadata of a draft: Pelican refuses what has no title or date, with an error.

    Few drafts have a date, since the CMS dates what it publishes. What was never published there
    has no date to be public under, so it stays a draft.

    Args:
        metadata: of a local article or page that is about to be created.
        find: returns the record of a key, None where the content of this build has none.
        pulled_at: returns the moment for what is not live.
        zone: the site's.
    """
    draft = None if "butter" in metadata else local_draft(metadata)
    if draft is None:
        return
    metadata.setdefault("title", draft.key.id or "draft")
    if "date" in metadata:
        return
    if draft.is_stored:
        record = find(draft.key)
        moment = getattr(record, "published", None) or getattr(record, "updated", None)
        metadata["date"] = site_time(moment or pulled_at(), zone)
    else:
        metadata["status"] = "draft"


def local_draft(metadata: Mapping[str, Any]) -> LocalDraft | None:
    """Return what a local article or page is for ButterCMS, None for a file of Pelican's only."""
    base, name = _unquoted(metadata, "base"), _unquoted(metadata, "id")
    is_stored = bool(name and _BASE.fullmatch(base))
    group, collection = _unquoted(metadata, "page_type"), _unquoted(metadata, "collection")
    kind = _unquoted(metadata, "kind").lower() or (
        "page" if group else "item" if collection else "post" if is_stored else ""
    )
    if kind == "page":
        return LocalDraft(Key("page", group or _EVERY_PAGE, name if is_stored else ""), is_stored)
    if kind in {"item", "post"}:
        return LocalDraft(
            Key("item" if kind == "item" else "post", "", name if is_stored else ""), is_stored
        )
    return None


def _unquoted(metadata: Mapping[str, Any], name: str) -> str:
    """Return a value without YAML's quotes, which Pelican keeps where a file is no YAML."""
    text = str(metadata.get(name) or metadata.get(name.replace("_", "-")) or "").strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        quote, text = text[0], text[1:-1]
        return text.replace("''", "'") if quote == "'" else re.sub(r'\\(["\\])', r"\1", text)
    return text
