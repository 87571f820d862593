"""What the failure of a write ends: the run, what depends on it, or nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pelican_buttercms.content import Key
from pelican_buttercms.errors import (
    AuthenticationError,
    ButterCMSError,
    CallLimitError,
    OfflineError,
    PublishError,
    QuotaError,
    ResponseError,
    ServerError,
    SettingsError,
    StoreError,
    TransportError,
    UnreachableError,
)
from pelican_buttercms.publish.plan.equality import IsEqual, differing
from pelican_buttercms.publish.plan.plan import Step
from pelican_buttercms.publish.plan.topological_order import dependencies

Result = tuple[Step, ButterCMSError | None]
"""A step that was tried, and why it failed."""


class NotShownError(PublishError):
    """A write that was accepted, and that does not show."""


ENDING = (
    AuthenticationError, QuotaError, CallLimitError, OfflineError, UnreachableError, SettingsError,
    StoreError,
)  # fmt: skip
"""Whatever comes next would fail in the same way."""

SILENT = (TransportError, ServerError, ResponseError, NotShownError)
MOST_SILENT = 3


def is_plan_limit(exc: ButterCMSError) -> bool:
    """Return whether the account's plan allows no more of one kind, and others may go on."""
    return (
        isinstance(exc, AuthenticationError) and exc.status == 403 and "limit" in exc.detail.lower()
    )


class Failures:
    """The failures of a run so far.

    Attributes:
        unsettled: steps of new items that may still appear.

    Args:
        is_equal: compares values.
    """

    def __init__(self, is_equal: IsEqual) -> None:
        self._is_equal = is_equal
        self._open: dict[Path | Key, Step] = {}  # what was to be created, and was not
        self._silent = 0  # failures in a row that come from the API itself
        self.unsettled: list[Step] = []

    def leave_open(self, step: Step) -> None:
        """Note a step that was not done."""
        if step.action == "create":
            for part in step.parts:
                self._open[part.draft.resolve()] = step
                if part.target.key.id:
                    self._open[part.target.key] = step

    def blocker(self, step: Step) -> Step | None:
        """Return a step that was not done and that another step needs, None if there is none."""
        needed = [self._open[what] for what in dependencies(step) if what in self._open]
        needed += [other for other in self.unsettled if self._is_twin(step, other)]
        return needed[0] if needed else None

    def end(self, results: Sequence[Result]) -> str:
        """Return why the run ends with the results of one write, "" if it goes on."""
        for step, exc in results:
            if isinstance(exc, ENDING) and not is_plan_limit(exc):
                return f"the run ended with {name_of(step)}"
        is_silent = all(isinstance(exc, SILENT) for _, exc in results)
        self._silent = self._silent + 1 if is_silent else 0
        is_last = self._silent == MOST_SILENT
        return f"{MOST_SILENT} writes in a row got no answer that helps" if is_last else ""

    def _is_twin(self, step: Step, other: Step) -> bool:
        """Return whether two steps create equal items, which only their order can tell apart."""
        one, two = step.parts[0], other.parts[0]
        return (
            step.action == "create"
            and one.target.key == two.target.key
            and not differing(one.values, two.values, self._is_equal)
        )


def name_of(step: Step) -> str:
    """Return the name of a step for messages."""
    return f"{step.action} {step.target}" + (
        "" if step.target.key.id else f" of {step.parts[0].draft}"
    )
