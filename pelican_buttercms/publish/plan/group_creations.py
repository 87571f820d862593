"""Which new versions are of one item, and so one write?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pelican_buttercms.publish.plan.plan import Part, Step, sendable
from pelican_buttercms.publish.write_model import STATUS, Values


def together(parts: Sequence[Part], locales: Collection[str]) -> Iterator[Step]:
    """Make one write of the versions of one new item; a call has one status for all of them.

    Args:
        parts: versions of what is not there yet.
        locales: the locales' names and languages in lower case, as files are named by them.
    """
    groups: dict[Any, list[Part]] = {}
    for part in parts:
        name: Any = part.target.key if part.target.key.id else _stem(part, locales)
        if any(part.target == other.target for other in groups.get(name, ())):
            name = part.draft  # two files of one name, and each an item of its own
        groups.setdefault(name, []).append(part)
    for group in groups.values():
        wanted = {part.values.get(STATUS, "draft") for part in group}
        status = sendable(wanted.pop() if len(wanted) == 1 else None, "draft")
        bare = [replace(part, values=_without_status(part.values)) for part in group]
        yield Step("create", tuple(bare), status)
        for part, new in zip(group, bare, strict=True):
            if part.values.get(STATUS, "draft") != status:
                yield Step("change", (replace(new, values={}),), "published")


def _stem(part: Part, locales: Collection[str]) -> tuple[str, Path]:
    """Name a new item that has no id: by its file, without the locale or language in its name."""
    stem, _, infix = part.draft.stem.rpartition(".")
    known = bool(stem) and infix.casefold() in locales
    return part.target.key.group, part.draft.resolve().parent / (stem if known else part.draft.stem)


def _without_status(values: Values) -> Values:
    return {path: value for path, value in values.items() if path != STATUS}
