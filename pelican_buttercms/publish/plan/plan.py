"""What will be written? Steps in the order in which they are done, and what stands against them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pelican_buttercms.publish.plan.three_way_merge import Clash
from pelican_buttercms.publish.resolved_draft import Draft
from pelican_buttercms.publish.write_model import FieldPath, ItemVersion, Values, WriteTarget

Action = Literal["create", "change", "delete"]
Sent = Literal["published", "draft", ""]


def sendable(wanted: Any, now: str) -> Sent:
    """Give the status to send, "" where that is not possible: without one it would be a draft.

    Args:
        wanted: the status that a draft or the user asks for, None where nobody does.
        now: the status that the CMS has.
    """
    known: tuple[Sent, ...] = ("published", "draft")
    return next((one for one in known if one == (wanted or now)), "")


@dataclass(frozen=True)
class Part:
    """One version that a step writes.

    Attributes:
        draft: the draft's file.
        target: whose version; its id is "" for an item that the API will number.
        values: what is sent, without the status.
        before: what the CMS holds, None when it has no such version. The step is not done when it
            has moved since.
        kept: where the CMS's newer value stays, by what the draft has.
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
        parts: what it writes: several only where a new item is made in several locales at once.
        status: what is sent as the status; "" for a deletion.
        notes: what the user should know.
        there: of a new item, the ids that its collection had: one that came since and says the
            same may be what another run made of it.
    """

    action: Action
    parts: tuple[Part, ...]
    status: Sent = ""
    notes: tuple[str, ...] = ()
    there: tuple[str, ...] = ()

    @property
    def target(self) -> WriteTarget:
        """The first part's target, which names the step."""
        return self.parts[0].target


@dataclass(frozen=True)
class Unchanged:
    """A draft of which nothing is written; its file may still learn its id and base.

    Attributes:
        draft: the draft.
        target: whose version.
        version: what the CMS holds.
        kept: where that is newer than the draft, by what the draft has.
    """

    draft: Draft
    target: WriteTarget
    version: ItemVersion
    kept: tuple[tuple[FieldPath, Any], ...] = ()


@dataclass(frozen=True)
class Conflict:
    """A draft whose item the CMS changed since, and differently.

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
    clashes: tuple[Clash, ...]
    why: str
    updated: str = ""
    deleting: bool = False


@dataclass(frozen=True)
class Problem:
    """Something that is wrong or cannot be done.

    Attributes:
        drafts: the files that it is about.
        text: a sentence or more, which name them.
    """

    drafts: tuple[Path, ...]
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Plan:
    """Everything that a run of publish found; nothing is sent while it has problems or conflicts.

    Attributes:
        account: the account's fingerprint, and the API's address.
        steps: the writes, in order.
        unchanged: what needs none.
        conflicts: what somebody has to decide.
        problems: what is wrong or cannot be done.
    """

    account: str
    steps: tuple[Step, ...] = ()
    unchanged: tuple[Unchanged, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = field(default_factory=tuple)

    @property
    def refused(self) -> bool:
        """Say whether something stands against it."""
        return bool(self.problems or self.conflicts)

    @property
    def refused_drafts(self) -> frozenset[Path]:
        """The files that something stands against, however much it is."""
        named = (draft for problem in self.problems for draft in problem.drafts)
        return frozenset((*named, *(conflict.draft for conflict in self.conflicts)))
