"""The output of publish plans: lines for a terminal, and JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import click
import msgspec

from pelican_buttercms.clean_text import clean_line
from pelican_buttercms.cli.formatting import word_diff
from pelican_buttercms.publish.apply.types import Outcome, PublishReport, StepOutcome
from pelican_buttercms.publish.drafts.raw_draft import merge_rows
from pelican_buttercms.publish.plan.equality import ABSENT, is_unset, look_up
from pelican_buttercms.publish.plan.plan import Action, Conflict, Plan, Step, StepPart
from pelican_buttercms.publish.write_model import FieldPath, WriteTarget, display_path

_SIGNS: Mapping[Action, str] = {"create": "+", "change": "~", "delete": "-"}
_COLOURS: Mapping[Action, str] = {"create": "green", "change": "yellow", "delete": "red"}
_LONGEST = 100


def plan_lines(plan: Plan) -> Iterator[str]:
    """Yield the lines that show a plan."""
    for step in plan.steps:
        yield from _step_lines(step)
    for conflict in plan.conflicts:
        yield from _conflict_lines(conflict)
    for problem in merge_rows(map(str, plan.problems)):
        yield click.style(f"! {problem}", fg="red")
    for note in merge_rows(plan.notes):
        yield f"  note: {note}"
    for warning in plan.warnings:
        yield click.style(f"  WARNING: {warning}", fg="yellow", bold=True)
    yield _total(plan)


def _step_lines(step: Step) -> Iterator[str]:
    sign = click.style(f"{_SIGNS[step.action]} {step.action}", fg=_COLOURS[step.action])
    locales = ", ".join(part.target.locale for part in step.parts if part.target.locale)
    name = clean_line(str(WriteTarget(step.target.key)))
    where = f" [{locales}]" if locales else ""
    status = f" ({step.status})" if step.status else ""
    yield f"{sign} {name}{where}{status}: {step.parts[0].draft}"
    for part in step.parts:
        if len(step.parts) > 1 and part.values:
            yield f"    [{part.target.locale}] {part.draft}"
        for path, value in part.values.items():
            yield f"    {clean_line(display_path(path))}: {_change(part, path, value)}"
    for note in step.notes:
        yield f"    note: {note}"


def _change(part: StepPart, path: FieldPath, value: Any) -> str:
    before = ABSENT if part.before is None else look_up(part.before.values, path)
    if is_unset(before):
        return _shortened(value)
    return word_diff(_text(before), _text(value)) or "(only its form differs)"


def _conflict_lines(conflict: Conflict) -> Iterator[str]:
    when = f", last at {conflict.updated}" if conflict.updated else ""
    yield click.style(f"! conflict {conflict.target}: {conflict.draft}", fg="red")
    yield f"    {conflict.why}{when}:"
    for field_conflict in conflict.field_conflicts:
        yield f"    {clean_line(display_path(field_conflict.path))}"
        if field_conflict.base is not ABSENT:
            yield f"        was:     {_shortened(field_conflict.base)}"
        if field_conflict.ours is not ABSENT:
            yield f"        draft:   {_shortened(field_conflict.ours)}"
        yield f"        the CMS: {_shortened(field_conflict.theirs)}"
    yield "    " + _way_out(conflict)


def _way_out(conflict: Conflict) -> str:
    if conflict.deleting:
        return "--ours deletes it anyway; export it first to keep a copy."
    if all(field_conflict.base is ABSENT for field_conflict in conflict.field_conflicts):
        return (
            "The base of the draft is unknown here. --ours overwrites the CMS with the draft,"
            " --theirs keeps the CMS's version. Or export it and edit the export."
        )
    if any(field_conflict.both for field_conflict in conflict.field_conflicts):
        return (
            "Both changed it. --ours takes the draft, --theirs keeps the CMS's version. Add --merge"
            " to decide only the fields that both changed."
        )
    return "--merge keeps what only the CMS changed; --ours overwrites it with the draft."


def _total(plan: Plan) -> str:
    refused = plan.refused_drafts
    counted = Counter(
        step.action for step in plan.steps if refused.isdisjoint(part.draft for part in step.parts)
    )
    parts = [f"{counted[action]:,} to {action}" for action in _SIGNS if counted[action]]
    parts += [f"{len(plan.unchanged):,} unchanged"] if plan.unchanged else []
    parts += [f"{len(refused):,} refused"] if refused else []
    return f"Plan: {', '.join(parts) or 'nothing'}."


def done_line(plan: Plan, report: PublishReport) -> str:
    """Return the line that sums up what became of a plan's drafts."""
    counted = Counter(one.outcome for one in report.outcomes)
    counted["unchanged"] += len(plan.unchanged)
    parts = [f"{counted[word]:,} {word}" for word in get_args(Outcome) if counted[word]]
    return f"Published: {', '.join(parts) or 'nothing'}."


def outcomes_as_json(plan: Plan, report: PublishReport | None) -> list[dict[str, Any]]:
    """Return what became of each draft; without a report, nothing was tried."""
    done = report.outcomes if report else ()
    if report is None:
        refused = [StepOutcome(step, "not tried", "the plan is refused") for step in plan.steps]
        done = [one for one in refused if plan.refused_drafts.isdisjoint(_drafts(one.step))]
    outcomes = [
        _outcome(part.draft, part.target, one.outcome, one.cause)
        for one in done
        for part in one.step.parts
    ]
    outcomes += [_outcome(one.draft.raw.path, one.target, "unchanged") for one in plan.unchanged]
    causes = [(one.draft, one.why) for one in plan.conflicts]
    causes += [(draft, one.text) for one in plan.problems for draft in one.drafts]
    return outcomes + [_outcome(draft, None, "refused", why) for draft, why in causes]


def _outcome(
    draft: Path, target: WriteTarget | None, outcome: Outcome, cause: str = ""
) -> dict[str, Any]:
    named = {"target": str(target)} if target else {}
    return {"draft": str(draft), **named, "outcome": outcome, "cause": cause}


def _drafts(step: Step) -> set[Path]:
    return {part.draft for part in step.parts}


def plan_as_json(plan: Plan) -> dict[str, Any]:
    """Return a plan for other programs; --out saves one that can be applied."""
    return {
        "steps": [
            {
                "action": step.action,
                "kind": step.target.key.kind,
                "group": step.target.key.group,
                "id": step.target.key.id,
                "locales": [part.target.locale for part in step.parts],
                "status": step.status,
                "drafts": [str(part.draft) for part in step.parts],
                "fields": [
                    {
                        "path": display_path(path),
                        "locale": part.target.locale,
                        **_sides(part, path, value),
                    }
                    for part in step.parts
                    for path, value in part.values.items()
                ],
                "notes": list(step.notes),
            }
            for step in plan.steps
        ],
        "unchanged": [str(draft.draft.raw.path) for draft in plan.unchanged],
        "conflicts": [
            {
                "draft": str(conflict.draft),
                "target": str(conflict.target),
                "why": conflict.why,
                "fields": [
                    display_path(field_conflict.path) for field_conflict in conflict.field_conflicts
                ],
            }
            for conflict in plan.conflicts
        ],
        "problems": [problem.text for problem in plan.problems],
        "notes": list(plan.notes),
        "warnings": list(plan.warnings),
    }


def _sides(part: StepPart, path: FieldPath, value: Any) -> dict[str, Any]:
    before = ABSENT if part.before is None else look_up(part.before.values, path)
    return {"old": None if before is ABSENT else before, "new": value}


def _shortened(value: Any) -> str:
    text = _text(value)
    more = f" ({len(text):,} characters)" if len(text) > _LONGEST else ""
    return f"{clean_line(text, _LONGEST)}{more}"


def _text(value: Any) -> str:
    if is_unset(value):
        return "[]" if value == [] else '""'
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
