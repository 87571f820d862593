"""Saved plans: a plan that was reviewed is applied as it is."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Mapping
import json
import os
from pathlib import Path
from typing import Any

import msgspec

from pelican_buttercms.content import Key
from pelican_buttercms.content.api_schema import is_deeper_than
from pelican_buttercms.errors import PublishError
from pelican_buttercms.filesystem import explain, write_whole
from pelican_buttercms.publish.drafts.bounds import (
    MAX_DRAFT_DEPTH,
    MAX_PLAN_BYTES,
    UnreadableError,
    read_bounded,
)
from pelican_buttercms.publish.drafts.raw_draft import DraftKind
from pelican_buttercms.publish.drafts.read import PLAN_KEY, is_plan
from pelican_buttercms.publish.plan.plan import Action, Plan, SentStatus, Step, StepPart
from pelican_buttercms.publish.resolved_draft import DraftReference
from pelican_buttercms.publish.write_model import STATUS, ItemVersion, Values, WriteTarget

_FORMAT = 1
_DRAFT = "$draft"
_DEEPEST = 2 * MAX_DRAFT_DEPTH  # a draft's values, in parts of steps


class _SavedVersion(msgspec.Struct):
    values: list[tuple[list[str], Any]]
    updated: str
    pending: bool


class _SavedPart(msgspec.Struct):
    draft: str
    target: tuple[DraftKind, str, str, str]
    values: list[tuple[list[str], Any]]
    before: _SavedVersion | None
    kept: list[tuple[list[str], Any]]
    files: list[str]


class _SavedStep(msgspec.Struct):
    action: Action
    status: SentStatus
    notes: list[str]
    parts: list[_SavedPart]
    there: list[str]


class _SavedPlan(msgspec.Struct):
    version: int = msgspec.field(name=PLAN_KEY)
    account: str
    steps: list[_SavedStep]


def save_plan(path: Path, plan: Plan) -> None:
    """Write a plan; paths of drafts are relative to its folder, so that both can be moved together.

    Raises:
        PublishError: the file cannot be written, or is another file.
    """
    if path.suffix != ".json":
        raise PublishError(f"A plan is saved as a .json file: rename {path}.")
    if path.exists() and not is_plan(path):
        raise PublishError(
            f"{path} exists and is not a plan, so it is not overwritten. Name another file."
        )
    if not path.parent.is_dir():
        raise PublishError(f"There is no folder {path.parent} for the plan. Create it first.")
    steps = [_save_step(step, path.resolve().parent) for step in plan.steps]
    data = msgspec.to_builtins(_SavedPlan(_FORMAT, plan.account, steps))
    try:
        write_whole(path, f"{json.dumps(data, ensure_ascii=False, indent=1)}\n".encode())
    except UnicodeEncodeError as exc:
        raise PublishError(
            f"The plan contains half of a character ({exc}): correct that draft."
        ) from exc
    except OSError as exc:
        raise PublishError(explain(exc, f"The plan cannot be written to {path}")) from exc


def load_plan(path: Path) -> Plan:
    """Read a plan that was saved.

    Raises:
        PublishError: the file is not a plan, or one of another version.
    """
    try:
        raw = msgspec.json.decode(read_bounded(path, MAX_PLAN_BYTES).removeprefix(BOM_UTF8))
        saved = msgspec.convert(raw, type=_SavedPlan)
    except (OSError, ValueError, RecursionError, UnreadableError, msgspec.MsgspecError) as exc:
        raise _unreadable(path, exc) from exc
    if is_deeper_than(raw, _DEEPEST):
        raise _unreadable(path, "its values are nested too deep")
    if saved.version != _FORMAT:
        raise PublishError(
            f"{path} is a plan of another version ({saved.version}; expected {_FORMAT})."
            " Make it again with --out."
        )
    folder = path.resolve().parent
    try:
        return Plan(saved.account, tuple(_load_step(step, folder) for step in saved.steps))
    except (TypeError, ValueError) as exc:  # such as an impossible path
        raise _unreadable(path, exc) from exc


def _unreadable(path: Path, reason: object) -> PublishError:
    return PublishError(f"{path} cannot be read as a plan: {reason}. Make it again with --out.")


def _save_step(step: Step, folder: Path) -> _SavedStep:
    parts = [_save_part(part, folder) for part in step.parts]
    return _SavedStep(step.action, step.status, list(step.notes), parts, list(step.there))


def _save_part(part: StepPart, folder: Path) -> _SavedPart:
    key, before = part.target.key, part.before
    kind: Any = key.kind
    version = None
    if before is not None:
        version = _SavedVersion(_save_values(before.values, folder), before.updated, before.pending)
    return _SavedPart(
        _relative(part.draft, folder),
        (kind, key.group, key.id, part.target.locale),
        _save_values(part.values, folder),
        version,
        [(list(path), _save(value, folder)) for path, value in part.kept],
        list(part.files),
    )


def _save_values(values: Values, folder: Path) -> list[tuple[list[str], Any]]:
    return [(list(path), _save(value, folder)) for path, value in values.items()]


def _save(value: Any, folder: Path) -> Any:
    if isinstance(value, DraftReference):
        return {_DRAFT: _relative(Path(value), folder)}
    if isinstance(value, list):
        return [_save(entry, folder) for entry in value]
    if isinstance(value, Mapping):
        return {name: _save(entry, folder) for name, entry in value.items()}
    return value


def _relative(path: Path, folder: Path) -> str:
    return Path(os.path.relpath(path.resolve(), folder)).as_posix()


def _load_step(step: _SavedStep, folder: Path) -> Step:
    return Step(
        step.action,
        tuple(_load_part(part, folder) for part in step.parts),
        step.status,
        tuple(step.notes),
        tuple(step.there),
    )


def _load_part(part: _SavedPart, folder: Path) -> StepPart:
    kind, group, name, locale = part.target
    before = None
    if part.before is not None:
        values = _load_values(part.before.values, folder)
        if STATUS not in values:
            raise ValueError("the status at the CMS is missing")
        before = ItemVersion(values, part.before.updated, part.before.pending)
    return StepPart(
        _absolute(part.draft, folder),
        WriteTarget(Key(kind, group, name), locale),
        _load_values(part.values, folder),
        before,
        tuple((tuple(path), _load(value, folder)) for path, value in part.kept),
        tuple(part.files),
    )


def _load_values(values: list[tuple[list[str], Any]], folder: Path) -> Values:
    return {tuple(path): _load(value, folder) for path, value in values}


def _load(value: Any, folder: Path) -> Any:
    if isinstance(value, list):
        return [_load(entry, folder) for entry in value]
    if isinstance(value, Mapping):
        if value.keys() == {_DRAFT}:
            return DraftReference(str(_absolute(value[_DRAFT], folder).resolve()))
        return {name: _load(entry, folder) for name, entry in value.items()}
    return value


def _absolute(path: str, folder: Path) -> Path:
    """Return a draft's path, relative to the current folder where possible."""
    if "\0" in path:
        raise ValueError("the path of a draft contains a null byte")
    whole = Path(os.path.normpath(folder / path))
    here = Path.cwd()
    return whole.relative_to(here) if whole.is_relative_to(here) else whole
