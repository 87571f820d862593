"""The application of a plan: write after write, each read back until it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from pelican_buttercms.api import Write
from pelican_buttercms.content import Key
from pelican_buttercms.errors import (
    AuthenticationError,
    ButterCMSError,
    CallLimitError,
    NotFoundError,
    OfflineError,
    PublishError,
    QuotaError,
    ResponseError,
    ServerError,
    SettingsError,
    StoreError,
    TransportError,
    UncertainWriteError,
    UnreachableError,
)
from pelican_buttercms.publish.apply.types import (
    DONE,
    Outcome,
    PublishReport,
    StepLog,
    StepOutcome,
    WritableCms,
    Written,
)
from pelican_buttercms.publish.plan.equality import IsEqual, differing
from pelican_buttercms.publish.plan.plan import Step, StepPart
from pelican_buttercms.publish.plan.topological_order import dependencies
from pelican_buttercms.publish.resolved_draft import substitute_references
from pelican_buttercms.publish.write_model import (
    SLUG,
    STATUS,
    ItemVersion,
    Values,
    WriteTarget,
    display_path,
)


class Publisher:
    """Applies plans.

    Args:
        cms: the CMS.
        log: records each step on disk.
        build: builds the write of a step.
        is_equal: compares values.
        record: writes the id and the base of a version into its draft.
        emit: receives a line about each step.
    """

    def __init__(
        self,
        cms: WritableCms,
        log: StepLog,
        *,
        build: Callable[[Step], Write],
        is_equal: IsEqual,
        record: Callable[[Written], None],
        emit: Callable[[str], None],
    ) -> None:
        self._cms = cms
        self._log = log
        self._build = build
        self._is_equal = is_equal
        self._record = record
        self._emit = emit
        self._created: dict[Path, Key] = {}
        self._open: dict[Path | Key, Step] = {}  # what was to be created, and was not
        self._unsettled: list[Step] = []  # new items that may still appear
        self._silent = 0  # failures in a row that come from the API itself

    def add_known(self, draft: Path, key: Key) -> None:
        """Add the key of a draft that was published earlier, so that others can refer to it."""
        self._created[draft.resolve()] = key

    def apply(self, steps: tuple[Step, ...], report: PublishReport) -> None:
        """Apply every step in order; a failure stops only what depends on it.

        Raises:
            PublishError: steps failed. The message says which, and what was not done for it.
            KeyboardInterrupt: the user ended the run; `report` has what was done.
        """
        ended = ""
        for number, step in enumerate(steps):
            name = f"{number + 1}/{len(steps)} {step.action} {step.target}"
            outcome: Outcome = "not tried"
            if cause := ended:
                pass
            elif blocker := self._blocker(step):
                outcome, cause = "waiting", f"it needs {_name(blocker)}"
            else:
                outcome, cause, ended = self._try_step(step, report)
            if outcome not in DONE.values():
                self._leave_open(step)
            report.outcomes.append(StepOutcome(step, outcome, cause))
            self._emit(f"{name}: {outcome}{f' ({cause})' if cause else ''}")
        if problems := list(_undone(report.outcomes)):
            again = "Run publish again for the rest: what is done is not repeated."
            raise PublishError("\n".join([*problems, again]))

    def _try_step(self, step: Step, report: PublishReport) -> tuple[Outcome, str, str]:
        """Apply one step.

        Returns:
            What became of it, the cause of a failure, and why the run ends with it, "" if it does
            not.
        """
        try:
            report.written += self._apply_step(self._with_created(step), report)
        except _ENDING as exc:
            if not _is_plan_limit(exc):
                return "failed", str(exc), f"the run ended with {_name(step)}"
            return "failed", str(exc), ""
        except ButterCMSError as exc:
            self._silent = self._silent + 1 if isinstance(exc, _SILENT) else 0
            ended = f"{_MOST_SILENT} writes in a row got no answer that helps"
            return "failed", str(exc), ended if self._silent == _MOST_SILENT else ""
        self._silent = 0
        return DONE[step.action], "", ""

    def _blocker(self, step: Step) -> Step | None:
        """Return a step that was not done and that another step needs, None if there is none."""
        needed = (self._open[what] for what in dependencies(step) if what in self._open)
        return next(needed, None) or next(
            filter(partial(self._is_twin, step), self._unsettled), None
        )

    def _is_twin(self, step: Step, other: Step) -> bool:
        """Return whether two steps create equal items, which only their order can tell apart."""
        one, two = step.parts[0], other.parts[0]
        return (
            step.action == "create"
            and one.target.key == two.target.key
            and not differing(one.values, two.values, self._is_equal)
        )

    def _leave_open(self, step: Step) -> None:
        if step.action == "create":
            for part in step.parts:
                self._open[part.draft.resolve()] = step
                if part.target.key.id:
                    self._open[part.target.key] = step

    def _apply_step(self, step: Step, report: PublishReport) -> list[Written]:
        self._refuse_changed(step)
        if step.action == "create" and step.target.key.kind == "item":
            return self._create_item(step, report)
        self._log.begun(step, [])
        self._send(step, report)
        return self._finish(step, [self._wait_for(step, part) for part in step.parts], report)

    def _send(self, step: Step, report: PublishReport) -> None:
        """Send a step's write once. One that may have arrived is looked for, not repeated."""
        try:
            report.warnings += self._cms.send(self._build(step))
            self._log.accepted(step)
        except UncertainWriteError as exc:
            self._emit(f"no answer, so its result is looked for: {exc}")
        except NotFoundError:
            if step.action != "delete":
                raise

    def _refuse_changed(self, step: Step) -> None:
        """Raise PublishError if the CMS has changed since planning: the API has no locks."""
        if step.action == "create" and step.target.key.kind != "page":
            return  # the API keeps post slugs unique, and items have none
        # a part without values only publishes what this run created
        parts = [part for part in step.parts if part.before or part.values]
        now = self._cms.read([part.target for part in parts])
        for part in parts:
            version = now[part.target]
            before = part.before.digest if part.before else None
            if before != (version.digest if version else None):
                raise PublishError(
                    f"{part.target} has changed at the CMS since the plan was made; nothing was"
                    " written over it. Run publish again to see how."
                )

    # waiting for a write to show

    def _wait_for(self, step: Step, part: StepPart) -> Written:
        target, reads = _target_after(part), 0

        def accept(version: ItemVersion | None) -> bool:
            nonlocal reads
            reads += 1
            if reads == 2:
                self._emit(f"waiting until the {step.action} of {part.target} shows …")
            return self._is_done(step, part, version)

        version, accepted = self._cms.wait(target, accept)
        if not accepted:
            raise _NotShownError(self._does_not_show(step, part, version))
        return Written(part, target, version)

    def _is_done(self, step: Step, part: StepPart, version: ItemVersion | None) -> bool:
        if step.action == "delete":
            return version is None
        return version is not None and not list(self._missing(step, part.values, version))

    def _missing(self, step: Step, wanted: Values, version: ItemVersion) -> Iterator[str]:
        """Yield the names of fields that are not as they were sent."""
        yield from map(display_path, differing(wanted, version.values, self._is_equal))
        if version.status != step.status:
            yield display_path(STATUS)

    def _does_not_show(self, step: Step, part: StepPart, version: ItemVersion | None) -> str:
        text = f"The {step.action} of {part.target} was accepted but does not show: "
        if version is None:
            text += "the CMS has no such item."
        elif step.action == "delete":
            text += "the item is still at the CMS."
        else:
            text += f"{', '.join(self._missing(step, part.values, version))} is not as it was sent."
        return (
            f"{text} The API may have dropped the write, or need more time. Look at the item in the"
            " dashboard, then run publish again: it reads before it sends anything."
        )

    def _finish(self, step: Step, written: list[Written], report: PublishReport) -> list[Written]:
        """Update the drafts and the log; a failure becomes a warning, as the CMS has the write.

        A step whose draft could not be updated stays open in the log, so that the next run finds
        what it created.
        """
        try:
            for version in written:
                self._created[version.part.draft.resolve()] = version.target.key
                self._record(version)
        except ButterCMSError as exc:
            report.warnings.append(
                f"{step.target} is published, but its draft could not be updated: {exc}"
            )
        else:
            self._log.done(step)
        return written

    # new items, whose ids the API does not return

    def _create_item(self, step: Step, report: PublishReport) -> list[Written]:
        collection, locale = step.target.key.group, step.target.locale
        now = self._cms.items(collection, locale)
        before, first = set(now), step.parts[0]
        self._refuse_appeared(step, now)
        self._log.begun(step, sorted(before))
        self._send(step, report)

        def is_created(number: str, version: ItemVersion) -> bool:
            return number not in before and not list(self._missing(step, first.values, version))

        created = self._cms.wait_for_item(collection, locale, is_created)
        if created is None:
            self._unsettled.append(step)
            raise _NotShownError(self._does_not_show(step, first, None))
        key = Key("item", collection, created[0])
        written = [Written(first, replace(first.target, key=key), created[1])]
        for part in step.parts[1:]:
            with_key = replace(part, target=replace(part.target, key=key))
            written.append(self._wait_for(step, with_key))
        return self._finish(step, written, report)

    def _refuse_appeared(self, step: Step, now: Mapping[str, ItemVersion]) -> None:
        """Raise PublishError if an equal item has appeared since the plan was made."""
        own = {key.id for key in self._created.values()}
        for number in sorted(set(now) - set(step.there) - own):
            if not list(self._missing(step, step.parts[0].values, now[number])):
                raise PublishError(
                    f"{step.target.key.group}:{number} has appeared at the CMS since the plan was"
                    f" made, and equals {step.parts[0].draft}, so nothing was sent. If it is"
                    f" that item, add Id: {number} to the draft; otherwise make the plan again."
                )

    # references to what this run creates

    def _with_created(self, step: Step) -> Step:
        """Return a step with the ids of what earlier steps created."""
        return replace(step, parts=tuple(self._part_with_created(part) for part in step.parts))

    def _part_with_created(self, part: StepPart) -> StepPart:
        target, created = part.target, self._created.get(part.draft.resolve())
        if created is not None and not target.key.id:
            target = replace(target, key=created)
        values = {
            path: substitute_references(value, self._created) for path, value in part.values.items()
        }
        return replace(part, target=target, values=values)


def _target_after(part: StepPart) -> WriteTarget:
    """Return the target under its new slug: a post can be renamed."""
    key, slug = part.target.key, part.values.get(SLUG)
    if key.kind == "post" and slug:
        return replace(part.target, key=Key(key.kind, key.group, slug))
    return part.target


class _NotShownError(PublishError):
    """A write that was accepted, and that does not show."""


_ENDING = (
    AuthenticationError, QuotaError, CallLimitError, OfflineError, UnreachableError, SettingsError,
    StoreError,
)  # fmt: skip
"""Whatever comes next would fail in the same way."""

_SILENT = (TransportError, ServerError, ResponseError, _NotShownError)
_MOST_SILENT = 3


def _is_plan_limit(exc: ButterCMSError) -> bool:
    """Return whether the account's plan allows no more of one kind, and others may go on."""
    return (
        isinstance(exc, AuthenticationError) and exc.status == 403 and "limit" in exc.detail.lower()
    )


def _name(step: Step) -> str:
    return f"{step.action} {step.target}" + (
        "" if step.target.key.id else f" of {step.parts[0].draft}"
    )


def _undone(outcomes: list[StepOutcome]) -> Iterator[str]:
    """Yield a line for each step that was not done."""
    for one in outcomes:
        if one.outcome not in DONE.values():
            yield f"{_name(one.step)} {one.outcome}: {one.cause}"
