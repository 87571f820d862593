"""What applying a plan needs and returns: the CMS, the log of steps, and a report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from pelican_buttercms.api import Write
from pelican_buttercms.content import Key
from pelican_buttercms.publish.plan.plan import Action, Step, StepPart
from pelican_buttercms.publish.write_model import ItemVersion, WriteTarget

Accept = Callable[[ItemVersion | None], bool]

Outcome = Literal[
    "created", "changed", "deleted", "unchanged", "failed", "waiting", "not tried", "refused",
]  # fmt: skip
"""What became of a draft; the summary, `--json` and the documentation use these words alone."""

DONE: Mapping[Action, Outcome] = {"create": "created", "change": "changed", "delete": "deleted"}


class WritableCms(Protocol):
    """The CMS, for reading and writing."""

    def read(
        self, targets: list[WriteTarget], *, live: bool = True
    ) -> Mapping[WriteTarget, ItemVersion | None]:
        """Return the current version of each target, None where there is none.

        Args:
            targets: the versions.
            live: whether it matters what of posts and pages is live.
        """

    def items(self, collection: str, locale: str) -> Mapping[str, ItemVersion]:
        """Return all current items of a collection by id."""

    def wait(
        self, part: StepPart, target: WriteTarget, accept: Accept, *, live: bool = True
    ) -> tuple[ItemVersion | None, bool]:
        """Read a target until it is accepted or the time is over.

        Args:
            part: what was written.
            target: what is read.
            accept: returns whether a version is the expected one.
            live: whether it matters if an item is live.
        """

    def wait_for_items(
        self,
        collection: str,
        locale: str,
        accept: Callable[[Mapping[str, ItemVersion]], bool],
        *,
        preview: bool,
    ) -> Mapping[str, ItemVersion]:
        """Read a collection until its items are accepted or the time is over.

        Args:
            collection: its key.
            locale: "" for the account's default.
            accept: returns whether the items, by id, are the expected ones.
            preview: whether items count that are not live.
        """

    def send(self, write: Write) -> tuple[str, ...]:
        """Send a write once the pace allows; return the API's warnings."""


class StepLog(Protocol):
    """Logs on disk what was sent, so that nothing is sent twice."""

    def begun(self, step: Step, before: Sequence[str]) -> None:
        """Log that a step is about to be sent; `before` are the collection's ids."""

    def accepted(self, step: Step) -> None:
        """Log that the API accepted a step."""

    def done(self, step: Step, key: Key) -> None:
        """Log that a step shows and its drafts are updated; `key` is what it wrote."""

    def refused(self, step: Step) -> None:
        """Log that the API refused a step, so that nothing of it can appear."""


@dataclass(frozen=True)
class Written:
    """A version that shows at the CMS.

    Attributes:
        part: what was to be written.
        target: the target with its id.
        version: what the CMS holds now, None after a deletion.
    """

    part: StepPart
    target: WriteTarget
    version: ItemVersion | None


@dataclass(frozen=True)
class StepOutcome:
    """What became of a step.

    Attributes:
        step: the step.
        outcome: what became of it.
        cause: why it failed, what it waits for, or why it was not tried; "" for what was done.
    """

    step: Step
    outcome: Outcome
    cause: str = ""


@dataclass
class PublishReport:
    """What a run of publish has done so far.

    Attributes:
        outcomes: what became of each step, in order.
        written: the versions that show at the CMS.
        warnings: what the user should know.
    """

    outcomes: list[StepOutcome] = field(default_factory=list)
    written: list[Written] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
