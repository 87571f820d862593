"""The grouping of new versions of one item into one write."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pelican_buttercms.publish.drafts.raw_draft import draft_file
from pelican_buttercms.publish.plan.plan import Step, StepPart, sendable_status
from pelican_buttercms.publish.write_model import STATUS, Values


def group_creations(parts: Sequence[StepPart], locales: Collection[str]) -> Iterator[Step]:
    """Yield one step for the versions of each new item; a call has one status for all of them.

    Args:
        parts: versions of items that do not exist yet.
        locales: the locales' names and languages in lower case, as they stand in file names.
    """
    groups: dict[Any, list[StepPart]] = {}
    for part in parts:
        name: Any = part.target.key if part.target.key.id else _stem(part, locales)
        if any(part.target == other.target for other in groups.get(name, ())):
            name = part.draft  # two files of one name are two items
        groups.setdefault(name, []).append(part)
    for group in groups.values():
        statuses = {part.values.get(STATUS, "draft") for part in group}
        status = sendable_status(statuses.pop() if len(statuses) == 1 else None, "draft")
        bare = [replace(part, values=_without_status(part.values)) for part in group]
        yield Step("create", tuple(bare), status)
        for part, new in zip(group, bare, strict=True):
            if part.values.get(STATUS, "draft") != status:
                yield Step("change", (replace(new, values={}),), "published")


def _stem(part: StepPart, locales: Collection[str]) -> tuple[str, Path]:
    """Return a name for a new item without an id: its file without the locale or language."""
    if draft_file(part.draft) != part.draft:
        return part.target.key.group, part.draft.resolve()  # a row is an item of its own
    stem, _, infix = part.draft.stem.rpartition(".")
    known = bool(stem) and infix.casefold() in locales
    return part.target.key.group, part.draft.resolve().parent / (stem if known else part.draft.stem)


def _without_status(values: Values) -> Values:
    return {path: value for path, value in values.items() if path != STATUS}
