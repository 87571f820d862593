"""The options of publish, and the outcome of planning one draft."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from pelican_buttercms.publish.plan.plan import Conflict, Step, StepPart, Unchanged
from pelican_buttercms.publish.plan.three_way_merge import Policy


@dataclass(frozen=True)
class PublishOptions:
    """The options of a run of publish.

    Attributes:
        status: the status for everything, None for that of each draft.
        policy: how to merge what the CMS has changed since.
        include_pending: whether an editor's unpublished changes may be published as well.
        allow_unknown: whether fields may be sent that no content has yet.
        delete: whether the drafts' items are to be deleted.
    """

    status: Literal["published", "draft"] | None = None
    policy: Policy = field(default_factory=Policy)
    include_pending: bool = False
    allow_unknown: bool = False
    delete: bool = False


@dataclass(frozen=True)
class DraftOutcome:
    """The outcome of planning one draft: exactly one of the first four, or only problems."""

    create: StepPart | None = None
    change: Step | None = None
    unchanged: Unchanged | None = None
    conflict: Conflict | None = None
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
