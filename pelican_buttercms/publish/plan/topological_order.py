"""The order of the writes: what is referenced comes first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

from pelican_buttercms.content import Key
from pelican_buttercms.content.reference_syntax import walk
from pelican_buttercms.publish.plan.plan import Problem, Step
from pelican_buttercms.publish.resolved_draft import DraftReference
from pelican_buttercms.publish.write_model import referenced_key


def sort_steps(steps: Sequence[Step]) -> tuple[list[Step], list[Problem]]:
    """Sort steps so that a new item is created before something refers to it.

    Steps that do not depend on each other keep their order.

    Returns:
        The steps, and a problem if new items refer to each other in a circle.
    """
    creators: dict[Path | Key, int] = {}
    for number, step in enumerate(steps):
        if step.action == "create":
            for part in step.parts:
                creators[part.draft.resolve()] = number
                creators[part.target.key] = number
    sorter: TopologicalSorter[int] = TopologicalSorter()
    for number, step in enumerate(steps):
        needs = {creators[what] for what in dependencies(step) if what in creators} - {number}
        sorter.add(number, *sorted(needs))
    try:
        return [steps[number] for number in _stable(sorter, steps)], []
    except CycleError as exc:
        drafts = [steps[number].parts[0].draft for number in exc.args[1]]
        names = " -> ".join(map(str, drafts))
        text = f"These new items refer to each other, so none can be created first: {names}."
        advice = "Remove one of the references, publish, then add it and publish again."
        return list(steps), [Problem(tuple(drafts), f"{text} {advice}")]


def _stable(sorter: TopologicalSorter[int], steps: Sequence[Step]) -> Iterator[int]:
    """Yield the steps' numbers; new items of one collection come together, for one write."""
    first: dict[object, int] = {}
    names = [
        (step.target.key.group, step.status) if step.creates_item else number
        for number, step in enumerate(steps)
    ]
    for number, name in enumerate(names):
        first.setdefault(name, number)
    sorter.prepare()
    while sorter.is_active():
        ready = sorted(sorter.get_ready(), key=lambda number: (first[names[number]], number))
        yield from ready
        sorter.done(*ready)


def dependencies(step: Step) -> Iterator[Path | Key]:
    """Yield the drafts and the keys that have to exist before a step can be applied."""
    for part in step.parts:
        yield part.draft.resolve()  # a change of what this run creates
        if part.target.key.id:
            yield part.target.key  # or a translation of it
        for value in walk(list(part.values.values())):
            if isinstance(value, DraftReference):
                yield Path(value)
            elif key := _key(value):
                yield key


def _key(value: Any) -> Key | None:
    return referenced_key(value) if isinstance(value, str) else None
