"""The grouping of versions of one item into one write: the API takes several locales at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any

from pelican_buttercms.publish.plan import messages
from pelican_buttercms.publish.plan.plan import Problem, Step, StepPart, sendable_status
from pelican_buttercms.publish.plan.post_translations import stem_of
from pelican_buttercms.publish.write_model import STATUS, TITLE, Values


def group_creations(parts: Sequence[StepPart], locales: Collection[str]) -> Iterator[Step]:
    """Yield one step for the versions of each new item; a call has one status for all of them.

    Args:
        parts: versions of items that do not exist yet.
        locales: the locales' names and languages in lower case, as they stand in file names.
    """
    groups: dict[Any, list[StepPart]] = {}
    for part in parts:
        name: Any = part.target.key
        if not part.target.key.id:
            name = part.target.key.group, stem_of(part.draft, locales)
        if any(part.target == other.target for other in groups.get(name, ())):
            name = part.draft  # two files of one name are two items
        groups.setdefault(name, []).append(part)
    for group in groups.values():
        statuses = {part.values.get(STATUS, "draft") for part in group}
        status = sendable_status(statuses.pop() if len(statuses) == 1 else None, "draft")
        bare = [replace(part, values=_without_status(part.values)) for part in group]
        yield Step("create", tuple(bare), status)
        published = [
            replace(new, values={})
            for part, new in zip(group, bare, strict=True)
            if part.values.get(STATUS, "draft") != status
        ]
        if published:
            yield Step("change", tuple(published), "published")


def group_changes(steps: Sequence[Step]) -> Iterator[Step]:
    """Yield one step for the changes of a page or an item that have the same status."""
    groups: dict[Any, list[Step]] = {}
    for number, step in enumerate(steps):
        is_post = step.target.key.kind == "post"
        name = number if is_post else (step.target.key, step.status)
        groups.setdefault(name, []).append(step)
    for group in groups.values():
        notes = dict.fromkeys(note for step in group for note in step.notes)
        parts = tuple(part for step in group for part in step.parts)
        yield replace(group[0], parts=parts, notes=tuple(notes))


def title_problems(steps: Sequence[Step]) -> Iterator[Problem]:
    """Yield a problem for each new page whose drafts give it several titles."""
    for step in steps:
        if step.target.key.kind == "page" and step.action == "create":
            titles = {part.values.get(TITLE): part.draft for part in reversed(step.parts)}
            if len(titles) > 1:
                drafts = tuple(dict.fromkeys(part.draft for part in step.parts))
                yield Problem(drafts, messages.several_titles(step.target, titles))


def _without_status(values: Values) -> Values:
    return {path: value for path, value in values.items() if path != STATUS}
