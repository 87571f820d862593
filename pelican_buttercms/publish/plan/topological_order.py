"""In which order are the writes done? What is referred to comes first."""

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


def ordered(steps: Sequence[Step]) -> tuple[list[Step], list[Problem]]:
    """Sort steps so that a new item is there before something refers to it.

    Steps that do not depend on each other keep their order.

    Returns:
        the steps, and what is wrong: new items that refer to each other in a circle.
    """
    makers: dict[Path | Key, int] = {}
    for number, step in enumerate(steps):
        if step.action == "create":
            for part in step.parts:
                makers[part.draft.resolve()] = number
                makers[part.target.key] = number
    sorter: TopologicalSorter[int] = TopologicalSorter()
    for number, step in enumerate(steps):
        needs = {makers[what] for what in _referred(step) if what in makers} - {number}
        sorter.add(number, *sorted(needs))
    try:
        return [steps[number] for number in _stable(sorter)], []
    except CycleError as exc:
        drafts = [steps[number].parts[0].draft for number in exc.args[1]]
        names = " -> ".join(map(str, drafts))
        text = f"These new items refer to each other, so that none can be made first: {names}."
        advice = "Leave one of the references away, publish, then add it and publish again."
        return list(steps), [Problem(tuple(drafts), f"{text} {advice}")]


def _stable(sorter: TopologicalSorter[int]) -> Iterator[int]:
    sorter.prepare()
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        yield from ready
        sorter.done(*ready)


def _referred(step: Step) -> Iterator[Path | Key]:
    for part in step.parts:
        yield part.draft.resolve()  # a change of what this very run makes
        for value in walk(list(part.values.values())):
            if isinstance(value, DraftReference):
                yield Path(value)
            elif key := _key(value):
                yield key


def _key(value: Any) -> Key | None:
    return referenced_key(value) if isinstance(value, str) else None
