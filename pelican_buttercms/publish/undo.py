"""The plan that undoes a run: drafts made of what the run overwrote, planned as any others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from pelican_buttercms.content import Key
from pelican_buttercms.publish.apply.run_history import PastRun, PastWrite
from pelican_buttercms.publish.apply.types import DONE
from pelican_buttercms.publish.drafts.raw_draft import RawDraft, draft_file
from pelican_buttercms.publish.plan.equality import ABSENT, look_up
from pelican_buttercms.publish.plan.options import PublishOptions
from pelican_buttercms.publish.plan.plan import Plan, Problem
from pelican_buttercms.publish.resolved_draft import Draft
from pelican_buttercms.publish.write_model import SLUG, STATUS, Values

_LISTED = 3

BaseOf = Callable[[str], Values | None]


@dataclass
class UndoDrafts:
    """What has to become of the versions that a run wrote.

    Attributes:
        restored: as what they become again, or are created again.
        deleted: what the run created, if that is to be deleted.
        files: the files whose ids change with it.
        notes: what stays as it is, sentences.
        problems: what cannot be undone, sentences.
    """

    restored: list[Draft] = field(default_factory=list)
    deleted: list[Draft] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def undo_drafts(run: PastRun, base_of: BaseOf, options: PublishOptions) -> UndoDrafts:
    """Return drafts that put back what a run overwrote, the last write first.

    Args:
        run: the run.
        base_of: returns the values of a digest, None if they are no longer kept.
        options: with `delete`, what the run created is deleted; with the status "draft", it becomes
            a draft; otherwise it stays.
    """
    found = UndoDrafts()
    last = {write.target: write.after for write in run.writes}
    for done in reversed(run.writes):
        write = replace(done, after=last[done.target])  # it may have been created, then published
        before = base_of(write.before) if write.before else None
        if write.before and before is None:
            found.problems.append(
                f"{_shown(write.draft)}: what {write.target} held before {run.name} is no longer"
                " kept, so it cannot be put back. Look at its history in the dashboard."
            )
        elif write.action == "delete" and before is not None:
            found.restored.append(_again(write, before))
            found.files.append(write.draft)
            if before[STATUS] == "published" and write.target.key.kind == "post":
                found.notes.append(
                    f"{_shown(write.draft)} says Status: draft since the deletion: write published"
                    " there, or the next publish withdraws it."
                )
            if write.target.key.kind == "item":
                found.notes.append(
                    f"{write.target} is created again under a new number: what referred to it"
                    " does not lead there."
                )
        elif before is not None:
            found.restored.append(_restored(write, before))
        else:
            _undo_creation(write, found, options)
    return found


def describe_undo(plan: Plan, found: UndoDrafts) -> Plan:
    """Return a plan in the words of an undo."""
    conflicts = tuple(
        replace(one, why="the CMS has changed it since that run") for one in plan.conflicts
    )
    problems = (Problem((), text) for text in found.problems)
    return replace(
        plan,
        conflicts=conflicts,
        problems=(*plan.problems, *problems),
        notes=(*plan.notes, *found.notes),
    )


def _restored(write: PastWrite, before: Values) -> Draft:
    """Return a draft of the fields that a run changed, as they were; it leaves others alone."""
    old = ((path, look_up(before, path)) for path in write.paths)
    values: Values = {path: "" if value is ABSENT else value for path, value in old}
    values[STATUS] = before[STATUS]
    return _draft(write, values, str(values.get(SLUG, write.target.key.id)), write.after)


def _again(write: PastWrite, before: Values) -> Draft:
    """Return a draft that creates again what a run deleted."""
    draft = _draft(write, before, write.target.key.id, "")
    if write.target.key.kind == "post":
        return replace(draft, raw=replace(draft.raw, id=""))
    key = Key("item", write.target.key.group, "")
    return replace(draft, target=replace(draft.target, key=key), raw=replace(draft.raw, id=""))


def _undo_creation(write: PastWrite, found: UndoDrafts, options: PublishOptions) -> None:
    if write.action == "change" and not write.paths:
        return  # it published what the run created
    if not write.target.key.id:
        found.notes.append(
            f"{_shown(write.draft)}: its item was sent and not seen, so it is left alone. Publish"
            " the draft again to find it."
        )
        return
    kind = write.target.key.kind
    if options.delete and kind != "page" and write.action == "create":
        found.deleted.append(_draft(write, {}, write.target.key.id, write.after))
        found.files.append(write.draft)
    elif options.status == "draft":
        found.restored.append(_draft(write, {STATUS: "draft"}, write.target.key.id, write.after))
    else:
        ways = "--status draft makes it a draft"
        ways += ", --delete deletes it" if kind != "page" else ""
        found.notes.append(f"{write.target} was created by that run and stays: {ways}.")


def _draft(write: PastWrite, values: Values, slug: str, base: str) -> Draft:
    key = write.target.key
    raw = RawDraft(
        _shown(write.draft),
        key.kind,  # type: ignore[arg-type]
        key.group,
        id=key.id,
        slug="" if key.kind == "item" else slug,
        locale=write.target.locale,
        base=base,
    )
    return Draft(raw, write.target, values)


def _shown(path: Path) -> Path:
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def run_rows(runs: Iterator[PastRun]) -> Iterator[tuple[str, str, str]]:
    """Yield the name of each run, what it did, and to which drafts."""
    for run in runs:
        counted = Counter(DONE[write.action] for write in run.writes)
        what = ", ".join(f"{counted[word]:,} {word}" for word in DONE.values() if counted[word])
        files = list(dict.fromkeys(draft_file(write.draft).name for write in run.writes))
        more = f" and {len(files) - _LISTED} more" if len(files) > _LISTED else ""
        yield run.name, what, f"{', '.join(files[:_LISTED])}{more}"
