"""What did the user ask for besides the drafts, and what came of each draft?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from pelican_buttercms.publish.plan.plan import Conflict, Part, Step, Unchanged
from pelican_buttercms.publish.plan.three_way_merge import Policy


@dataclass(frozen=True)
class Wishes:
    """What the user asked for besides the drafts.

    Attributes:
        status: the status that everything gets, None for what the drafts say.
        policy: what happens where the CMS has changed since.
        include_pending: whether an editor's unpublished draft may be published along.
        allow_unknown: whether fields may be sent that no content has yet.
        delete: whether the drafts' items are to be deleted.
    """

    status: Literal["published", "draft"] | None = None
    policy: Policy = field(default_factory=Policy)
    include_pending: bool = False
    allow_unknown: bool = False
    delete: bool = False


@dataclass(frozen=True)
class Findings:
    """One draft's outcome: exactly one of the first four, or only problems."""

    create: Part | None = None
    change: Step | None = None
    unchanged: Unchanged | None = None
    conflict: Conflict | None = None
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
