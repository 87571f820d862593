"""Local drafts in a build: what ButterCMS has by now is built from there, and never from its file.

`publish` and `export` write `Id` and `Base` into a draft.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
import logging
import re
from typing import Any, Literal

from pelican_buttercms.content import Key
from pelican_buttercms.plugin.html_text import site_time
from pelican_buttercms.publish.drafts.metadata import UNPUBLISHED

logger = logging.getLogger(__name__)

_BASE = re.compile(r"[0-9a-f]{16}( .*)?")
_EVERY_PAGE = "*"
_UNDATED = "butter_undated"  # what would be public, and has no date for that

_Place = Literal["shown", "left", "ahead", "withdrawn"]


@dataclass(frozen=True)
class LocalDraft:
    """A local file that is for ButterCMS.

    Attributes:
        key: what it becomes or became there; the id is "" before it was published.
        is_stored: whether ButterCMS has it, or had it.
        is_behind: whether ButterCMS had it as a draft, while its file was public.
    """

    key: Key
    is_stored: bool
    is_behind: bool = False


def leave_out(
    generator: Any,
    lists: Iterable[str],
    is_live: Callable[[Key], bool],
    is_shown: Callable[[Key], bool],
    is_selected: Callable[[Key], bool],
) -> None:
    """Remove drafts from a generator's lists; links to them stay.

    Whatever its file says, what ButterCMS has is public only while it is live there: not what an
    editor has deleted or withdrawn, and not what was exported as a draft. A post that was public
    before it became a draft there stays, until it is live. Pages and items have fields, which
    Pelican's readers know nothing of.

    Args:
        generator: Pelican's, of articles or pages.
        lists: the names of its lists.
        is_live: returns whether the content of this build has an item.
        is_shown: returns whether this site shows content of that kind and group at all.
        is_selected: returns whether it takes a part of that only, so that what is absent may well
            be live.
    """
    paths: dict[_Place, list[str]] = defaultdict(list)
    for name in lists:
        shown = []
        for content in getattr(generator, name):
            place = _place(content, is_live, is_shown, is_selected)
            if place in {"shown", "ahead"}:
                shown.append(content)
            paths[place].append(content.source_path)
        if len(shown) != len(getattr(generator, name)):
            setattr(generator, name, shown)
    _report({place: ", ".join(sorted(found)) for place, found in paths.items()})


def _place(
    content: Any,
    is_live: Callable[[Key], bool],
    is_shown: Callable[[Key], bool],
    is_selected: Callable[[Key], bool],
) -> _Place:
    """Return what becomes of a local file."""
    draft = local_draft(content.metadata)
    if draft is None:
        return "shown"
    key = draft.key
    if not draft.is_stored or key.kind == "item" or not is_shown(key):
        return "shown" if key.kind == "post" else "left"
    is_undated = _UNDATED in content.metadata
    if is_live(key) or (content.status != "published" and not is_undated):
        return "left"
    if draft.is_behind and not is_undated:
        return "ahead"
    return "left" if is_selected(key) else "withdrawn"


def _report(paths: Mapping[_Place, str]) -> None:
    if left := paths.get("left"):
        # INFO: it is as it should be, and --fatal warnings must not end the build
        logger.info("Local drafts that ButterCMS has or will have: %s", left)
    if ahead := paths.get("ahead"):
        logger.warning(
            "ButterCMS has these local files as drafts, and they are not live there, so they are"
            " shown from here: %s. Publish them there (--status published), or make them drafts"
            " here, too.",
            ahead,
        )
    if withdrawn := paths.get("withdrawn"):
        logger.warning(
            "ButterCMS has deleted or withdrawn what these local files were published as, so they"
            " are drafts here too: %s. `pelican-buttercms export` writes Status: draft into them;"
            " `publish --ours` publishes them again; without Id and Base they are local articles.",
            withdrawn,
        )


def complete(
    metadata: dict[str, Any],
    find: Callable[[Key], Any],
    zone: str,
) -> None:
    """Complete the metadata of a draft: Pelican refuses what has no title or date, with an error.

    Few drafts have a date, since the CMS dates what it publishes. What is not live there has no
    date to be public under, so it is a draft.

    Args:
        metadata: of a local article or page that is about to be created.
        find: returns the record of a key, None where the content of this build has none.
        zone: the site's.
    """
    draft = None if "butter" in metadata else local_draft(metadata)
    if draft is None:
        return
    metadata.setdefault("title", draft.key.id or "draft")
    if "date" in metadata:
        return
    record = find(draft.key) if draft.is_stored else None
    moment = getattr(record, "published", None) or getattr(record, "updated", None)
    if moment:
        metadata["date"] = site_time(moment, zone)
    elif str(metadata.get("status") or "published").lower() == "published":
        metadata["status"], metadata[_UNDATED] = "draft", True


def local_draft(metadata: Mapping[str, Any]) -> LocalDraft | None:
    """Return what a local article or page is for ButterCMS, None for a file of Pelican's only."""
    base, name = _unquoted(metadata, "base"), _unquoted(metadata, "id")
    is_stored = bool(name and _BASE.fullmatch(base))
    is_behind = base.rpartition(" ")[2] == UNPUBLISHED
    group, collection = _unquoted(metadata, "page_type"), _unquoted(metadata, "collection")
    kind = _unquoted(metadata, "kind").lower() or (
        "page" if group else "item" if collection else "post" if is_stored else ""
    )
    if kind == "page":
        return LocalDraft(Key("page", group or _EVERY_PAGE, name if is_stored else ""), is_stored)
    if kind in {"item", "post"}:
        key = Key("item" if kind == "item" else "post", "", name if is_stored else "")
        return LocalDraft(key, is_stored, is_behind=is_behind)
    return None


def _unquoted(metadata: Mapping[str, Any], name: str) -> str:
    """Return a value without YAML's quotes, which Pelican keeps where a file is no YAML."""
    text = str(metadata.get(name) or metadata.get(name.replace("_", "-")) or "").strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        quote, text = text[0], text[1:-1]
        return text.replace("''", "'") if quote == "'" else re.sub(r'\\(["\\])', r"\1", text)
    return text
