"""The application of a plan: write after write, each read back until it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from pelican_buttercms.api import Write
from pelican_buttercms.content import Key
from pelican_buttercms.errors import (
    ButterCMSError,
    NotFoundError,
    PublishError,
    UncertainWriteError,
)
from pelican_buttercms.publish.apply.failures import (
    Failures,
    NotShownError,
    Result,
    name_of,
)
from pelican_buttercms.publish.apply.item_creation import (
    CreatedItem,
    ItemCreator,
    batches,
    does_not_show,
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
        build: builds the write of a step, or of several that create items.
        is_equal: compares values.
        record: writes the id and the base of a version into its draft.
        emit: receives a line about each step.
    """

    def __init__(
        self,
        cms: WritableCms,
        log: StepLog,
        *,
        build: Callable[[Sequence[Step]], Write],
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
        self._failures = Failures(is_equal)

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
        for batch in batches(steps):
            ready: list[Step] = []
            for step in batch:
                if ended:
                    self._report(step, "not tried", ended, steps, report)
                elif blocker := self._failures.blocker(step):
                    cause = f"it needs {name_of(blocker)}"
                    self._report(step, "waiting", cause, steps, report)
                else:
                    ready.append(step)
            results = self._try_steps(ready, report) if ready else []
            for step, exc in results:
                outcome: Outcome = "failed" if exc else DONE[step.action]
                self._report(step, outcome, str(exc or ""), steps, report)
            if results:
                ended = self._failures.end(results)
        if problems := list(_undone(report.outcomes)):
            again = "Run publish again for the rest: what is done is not repeated."
            raise PublishError("\n".join([*problems, again]))

    def _report(
        self,
        step: Step,
        outcome: Outcome,
        cause: str,
        steps: tuple[Step, ...],
        report: PublishReport,
    ) -> None:
        if outcome not in DONE.values():
            self._failures.leave_open(step)
        report.outcomes.append(StepOutcome(step, outcome, cause))
        name = f"{len(report.outcomes)}/{len(steps)} {step.action} {step.target}"
        self._emit(f"{name}: {outcome}{f' ({cause})' if cause else ''}")

    def _try_steps(self, steps: Sequence[Step], report: PublishReport) -> list[Result]:
        """Apply one step, or several that create items together; return each with its failure."""
        filled = [self._with_created(step) for step in steps]
        if not steps[0].creates_item:
            try:
                self._apply_step(filled[0], report)
            except ButterCMSError as exc:
                return [(steps[0], exc)]
            return [(steps[0], None)]
        created = self._create_items(filled, report)
        for step, item in zip(steps, created, strict=True):
            report.written += self._finish(item.step, item.written, report)
            if isinstance(item.error, NotShownError) and not item.written:
                self._failures.unsettled.append(step)
        return [(step, item.error) for step, item in zip(steps, created, strict=True)]

    def _apply_step(self, step: Step, report: PublishReport) -> None:
        self._refuse_changed(step)
        self._log.begun(step, [])
        self._send([step], report)
        written, failed = [], None
        for part in step.parts:
            try:
                written.append(self._wait_for(step, part))
            except NotShownError as exc:
                failed = failed or exc  # what shows in the other locales is kept
        report.written += self._finish(step, written, report)
        if failed:
            raise failed

    def _create_items(self, steps: list[Step], report: PublishReport) -> list[CreatedItem]:
        creator = ItemCreator(
            self._cms,
            self._log,
            send=lambda batch: self._send(batch, report),
            is_equal=self._is_equal,
            emit=self._emit,
        )
        try:
            return creator.create(steps, {key.id for key in self._created.values()})
        except ButterCMSError as exc:
            return [CreatedItem(step, error=exc) for step in steps]

    def _send(self, steps: Sequence[Step], report: PublishReport) -> None:
        """Send the write of steps once. One that may have arrived is looked for, not repeated."""
        try:
            report.warnings += self._cms.send(self._build(steps))
            for step in steps:
                self._log.accepted(step)
        except UncertainWriteError as exc:
            self._emit(f"no answer, so its result is looked for: {exc}")
        except NotFoundError:
            if steps[0].action != "delete":
                raise

    def _refuse_changed(self, step: Step) -> None:
        """Raise PublishError if the CMS has changed since planning: the API has no locks."""
        if step.action == "create" and step.target.key.kind != "page":
            return  # the API keeps post slugs unique, and items have none
        # a part without values only publishes what this run created
        parts = [part for part in step.parts if part.before or part.values]
        for live in (False, True):  # what looks changed is looked at again, as planning did
            now = self._cms.read([part.target for part in parts], live=live)
            parts = [part for part in parts if _digest(part.before) != _digest(now[part.target])]
            if not parts:
                return
        raise PublishError(
            f"{parts[0].target} has changed at the CMS since the plan was made; nothing was"
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

        # an item has one version; a page's draft may lie over what is live
        stays_draft = (target.key.kind, step.status) == ("item", "draft") and (
            part.before is None or part.before.status != "published"
        )
        version, accepted = self._cms.wait(part, target, accept, live=not stays_draft)
        if not accepted:
            raise NotShownError(self._does_not_show(step, part, version))
        if version and target.key.kind == "post":  # a translation has a slug of its own
            target = replace(target, key=Key("post", "", version.values[SLUG]))
        return Written(part, target, version)

    def _is_done(self, step: Step, part: StepPart, version: ItemVersion | None) -> bool:
        if step.action == "delete":
            return version is None
        return version is not None and not list(self._missing(step, part.values, version))

    def _missing(self, step: Step, wanted: Values, version: ItemVersion) -> Iterator[str]:
        """Yield the names of fields that are not as they were sent."""
        yield from map(display_path, differing(wanted, version.values, self._is_equal))
        if not self._is_equal(STATUS, step.status, version.status):
            yield display_path(STATUS)

    def _does_not_show(self, step: Step, part: StepPart, version: ItemVersion | None) -> str:
        if version is None:
            return does_not_show(step, "the CMS has no such item.")
        if step.action == "delete":
            return does_not_show(step, "the item is still at the CMS.")
        missing = ", ".join(self._missing(step, part.values, version))
        where = f" in {part.target.locale}" if len(step.parts) > 1 else ""
        return does_not_show(step, f"{missing}{where} is not as it was sent.")

    def _finish(self, step: Step, written: list[Written], report: PublishReport) -> list[Written]:
        """Update the drafts and the log; a failure becomes a warning, as the CMS has the write.

        A step whose draft could not be updated stays open in the log, so that the next run finds
        what it created.
        """
        if not written:
            return written
        try:
            for version in written:
                self._created[version.part.draft.resolve()] = version.target.key
                self._record(version)
        except ButterCMSError as exc:
            report.warnings.append(
                f"{step.target} is published, but its draft could not be updated: {exc}"
            )
        else:
            self._log.done(step, written[0].target.key)
        return written

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


def _digest(version: ItemVersion | None) -> str | None:
    return version.digest if version else None


def _target_after(part: StepPart) -> WriteTarget:
    """Return the target under its new slug: a post can be renamed."""
    key, slug = part.target.key, part.values.get(SLUG)
    if key.kind == "post" and slug:
        return replace(part.target, key=Key(key.kind, key.group, slug))
    return part.target


def _undone(outcomes: list[StepOutcome]) -> Iterator[str]:
    """Yield a line for each step that was not done."""
    for one in outcomes:
        if one.outcome not in DONE.values():
            yield f"{name_of(one.step)} {one.outcome}: {one.cause}"
