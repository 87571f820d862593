"""The plan of a run: ordered steps, and the problems and conflicts that prevent them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pelican_buttercms.publish.plan.three_way_merge import FieldConflict
from pelican_buttercms.publish.resolved_draft import Draft
from pelican_buttercms.publish.write_model import FieldPath, ItemVersion, Values, WriteTarget

Action = Literal["create", "change", "delete"]
SentStatus = Literal["published", "draft", ""]


def sendable_status(wanted: Any, now: str) -> SentStatus:
    """Return the status to send: a write without one makes a draft.

    What is scheduled stays scheduled when it is written as a draft. Source: contract, section 15.

    Args:
        wanted: the status that the draft or the user asks for, if any.
        now: the status at the CMS.
    """
    return "published" if (wanted or now) == "published" else "draft"


@dataclass(frozen=True)
class StepPart:
    """One version that a step writes.

    Attributes:
        draft: the draft's file.
        target: what is written; its id is "" for an item that the API will number.
        values: what is sent, without the status.
        before: what the CMS held at planning, None if it had no such version. The step is refused
            if that has changed since.
        kept: fields whose newer value at the CMS stays, with the draft's values.
        files: the URLs of local files among the values.
    """

    draft: Path
    target: WriteTarget
    values: Values
    before: ItemVersion | None = None
    kept: tuple[tuple[FieldPath, Any], ...] = ()
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """One write.

    Attributes:
        action: what it does.
        parts: what it writes; several only for a page or an item in several locales.
        status: the status that is sent; "" for a deletion.
        notes: what the user should know.
        there: for a new item, the ids that its collection had. An equal item with another id may
            be what another run created from the draft.
    """

    action: Action
    parts: tuple[StepPart, ...]
    status: SentStatus = ""
    notes: tuple[str, ...] = ()
    there: tuple[str, ...] = ()

    @property
    def target(self) -> WriteTarget:
        """Return the target of the first part, which names the step."""
        return self.parts[0].target

    @property
    def creates_item(self) -> bool:
        """Return whether it creates an item, whose number the API chooses and does not tell."""
        return self.action == "create" and self.target.key.kind == "item"


@dataclass(frozen=True)
class Unchanged:
    """A draft that needs no write; its file may still get an id and a base.

    Attributes:
        draft: the draft.
        target: what it is a draft of.
        version: what the CMS holds.
        kept: fields whose value at the CMS is newer, with the draft's values.
    """

    draft: Draft
    target: WriteTarget
    version: ItemVersion
    kept: tuple[tuple[FieldPath, Any], ...] = ()


@dataclass(frozen=True)
class Conflict:
    """A draft whose item the CMS has changed in another way since.

    Attributes:
        draft: the draft.
        target: whose version.
        clashes: the fields.
        why: what happened, in one sentence.
        updated: when the CMS changed it last, "" where it does not tell.
        deleting: whether it is about to be deleted.
    """

    draft: Path
    target: WriteTarget
    field_conflicts: tuple[FieldConflict, ...]
    why: str
    updated: str = ""
    deleting: bool = False


@dataclass(frozen=True)
class Problem:
    """Something that is wrong or cannot be done.

    Attributes:
        drafts: the files concerned.
        text: a sentence or more that name the files.
    """

    drafts: tuple[Path, ...]
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Plan:
    """The plan of one run. Nothing is sent while it has problems or conflicts.

    Attributes:
        account: the account's fingerprint, and the API's address.
        steps: the writes, in order.
        unchanged: drafts that need no write.
        conflicts: what a person has to decide.
        problems: what is wrong or cannot be done.
        notes: what the user should know.
        warnings: what the user must not overlook.
    """

    account: str
    steps: tuple[Step, ...] = ()
    unchanged: tuple[Unchanged, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = field(default_factory=tuple)
    warnings: tuple[str, ...] = ()

    @property
    def refused(self) -> bool:
        """Return whether problems or conflicts prevent the plan."""
        return bool(self.problems or self.conflicts)

    @property
    def refused_drafts(self) -> frozenset[Path]:
        """Return the files that have problems or conflicts."""
        named = (draft for problem in self.problems for draft in problem.drafts)
        return frozenset((*named, *(conflict.draft for conflict in self.conflicts)))

    def joined(self, other: Plan) -> Plan:
        """Return a plan of this one's steps and then another's."""
        return Plan(
            self.account,
            (*self.steps, *other.steps),
            (*self.unchanged, *other.unchanged),
            (*self.conflicts, *other.conflicts),
            (*self.problems, *other.problems),
            (*self.notes, *other.notes),
        )
