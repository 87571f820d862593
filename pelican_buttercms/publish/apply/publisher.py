"""How is a plan carried out? One write after the other, each looked at until it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
import time

from pelican_buttercms.api import Write
from pelican_buttercms.content import Key
from pelican_buttercms.errors import (
    ButterCMSError,
    NotFoundError,
    PublishError,
    UncertainWriteError,
)
from pelican_buttercms.publish.apply.types import Log, Remote, Report, Written
from pelican_buttercms.publish.plan.equality import Sameness, look_up
from pelican_buttercms.publish.plan.plan import Part, Step
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
    """Carries out plans.

    Args:
        remote: the CMS.
        log: the journal.
        build: makes the request of a step.
        same: compares values.
        note: writes the id and the base of a version into its draft.
        say: tells the user of each step.
    """

    def __init__(
        self,
        remote: Remote,
        log: Log,
        *,
        build: Callable[[Step], Write],
        same: Sameness,
        note: Callable[[Written], None],
        say: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._remote = remote
        self._log = log
        self._build = build
        self._same = same
        self._note = note
        self._say = say
        self._clock = clock
        self._made: dict[Path, Key] = {}

    def knows(self, draft: Path, key: Key) -> None:
        """Learn what a draft has become in an earlier run, so that others can refer to it."""
        self._made[draft.resolve()] = key

    def apply(self, steps: tuple[Step, ...], report: Report) -> None:
        """Do every step, in order; the first that fails ends it.

        Raises:
            PublishError: a step failed; says what was done, what was not, and what is not known.
            KeyboardInterrupt: the user ended it; `report` has what was done.
        """
        started = self._clock()
        for number, step in enumerate(steps):
            name = f"{number + 1}/{len(steps)} {step.action} {step.target}"
            try:
                found = self._do(self._settled(step), report)
            except ButterCMSError as exc:
                raise _stopped(exc, steps, number) from exc
            report.done.append(step)
            report.written += found
            report.seconds = self._clock() - started
            self._say(f"{name}: done")

    def _do(self, step: Step, report: Report) -> list[Written]:
        self._refuse_moved(step)
        if step.action == "create" and step.target.key.kind == "item":
            return self._create_item(step, report)
        self._log.begun(step, [])
        self._send(step, report)
        return self._finish(step, [self._shown(step, part) for part in step.parts], report)

    def _send(self, step: Step, report: Report) -> None:
        """Send a step's write; one that may have arrived is not sent again, but looked for."""
        try:
            report.warnings += self._remote.send(self._build(step))
            self._log.accepted(step)
        except UncertainWriteError as exc:
            self._say(f"not answered, so it is looked for: {exc}")
        except NotFoundError:
            if step.action != "delete":
                raise

    def _refuse_moved(self, step: Step) -> None:
        """Look once more right before a write: there is no lock, and no way back."""
        if step.action == "create" and step.target.key.kind != "page":
            return  # the API keeps posts' slugs apart, and items have none
        # a part without values only publishes what this very run has made
        parts = [part for part in step.parts if part.before or part.values]
        now = self._remote.read([part.target for part in parts])
        for part in parts:
            version = now[part.target]
            before = part.before.digest if part.before else None
            if before != (version.digest if version else None):
                raise PublishError(
                    f"{part.target} has changed at the CMS since the plan was made; nothing was"
                    " written over it. Run publish again to see how."
                )

    # what was written has to show

    def _shown(self, step: Step, part: Part) -> Written:
        target, looks = _target_after(part), 0

        def accept(version: ItemVersion | None) -> bool:
            nonlocal looks
            looks += 1
            if looks == 2:
                self._say(f"waiting until the {step.action} of {part.target} shows …")
            return self._is_done(step, part, version)

        version, accepted = self._remote.wait(target, accept)
        if not accepted:
            raise PublishError(self._does_not_show(step, part, version))
        return Written(part, target, version)

    def _is_done(self, step: Step, part: Part, version: ItemVersion | None) -> bool:
        if step.action == "delete":
            return version is None
        return version is not None and not list(self._missing(step, part.values, version))

    def _missing(self, step: Step, wanted: Values, version: ItemVersion) -> Iterator[str]:
        """Name the fields that are not as they were sent."""
        for path, value in wanted.items():
            if not self._same(path, value, look_up(version.values, path)):
                yield display_path(path)
        if version.status != step.status:
            yield display_path(STATUS)

    def _does_not_show(self, step: Step, part: Part, version: ItemVersion | None) -> str:
        text = f"The {step.action} of {part.target} was accepted, and does not show: "
        if version is None:
            text += "it is not there."
        elif step.action == "delete":
            text += "it is still there."
        else:
            text += f"{', '.join(self._missing(step, part.values, version))} is not as it was sent."
        return (
            f"{text} The API can drop a write in silence, or take longer. Look at it in the"
            " dashboard, then run publish again: it looks before it sends anything."
        )

    def _finish(self, step: Step, found: list[Written], report: Report) -> list[Written]:
        """Tell the drafts and the journal; what the CMS has done stays done, whatever fails here.

        A step whose draft does not know its id stays open in the journal, so that the next run
        finds what it made.
        """
        try:
            for written in found:
                self._made[written.part.draft.resolve()] = written.target.key
                self._note(written)
        except ButterCMSError as exc:
            report.warnings.append(f"{step.target} is published, and its draft not updated: {exc}")
        else:
            self._log.done(step)
        return found

    # new items, whose ids nobody tells

    def _create_item(self, step: Step, report: Report) -> list[Written]:
        collection, locale = step.target.key.group, step.target.locale
        now = self._remote.items(collection, locale)
        before, first = set(now), step.parts[0]
        self._refuse_appeared(step, now)
        self._log.begun(step, sorted(before))
        self._send(step, report)

        def is_it(number: str, version: ItemVersion) -> bool:
            return number not in before and not list(self._missing(step, first.values, version))

        found = self._remote.wait_for_item(collection, locale, is_it)
        if found is None:
            raise PublishError(self._does_not_show(step, first, None))
        key = Key("item", collection, found[0])
        written = [Written(first, replace(first.target, key=key), found[1])]
        for part in step.parts[1:]:
            placed = replace(part, target=replace(part.target, key=key))
            written.append(self._shown(step, placed))
        return self._finish(step, written, report)

    def _refuse_appeared(self, step: Step, now: Mapping[str, ItemVersion]) -> None:
        """Stop where the item seems to have been made since the plan was, by whomever."""
        mine = {key.id for key in self._made.values()}
        for number in sorted(set(now) - set(step.there) - mine):
            if not list(self._missing(step, step.parts[0].values, now[number])):
                raise PublishError(
                    f"{step.target.key.group}:{number} has appeared at the CMS since the plan was"
                    f" made, and is just what {step.parts[0].draft} would make; nothing was sent."
                    f" If it is that, give the draft Id: {number}; otherwise make the plan again."
                )

    # references to what this run makes

    def _settled(self, step: Step) -> Step:
        """Put in the ids of what was made before this step."""
        return replace(step, parts=tuple(self._settle(part) for part in step.parts))

    def _settle(self, part: Part) -> Part:
        target, made = part.target, self._made.get(part.draft.resolve())
        if made is not None and not target.key.id:
            target = replace(target, key=made)
        values = {
            path: substitute_references(value, self._made) for path, value in part.values.items()
        }
        return replace(part, target=target, values=values)


def _target_after(part: Part) -> WriteTarget:
    """Give the target under the slug that it gets: a post can be renamed."""
    key, slug = part.target.key, part.values.get(SLUG)
    if key.kind == "post" and slug:
        return replace(part.target, key=Key(key.kind, key.group, slug))
    return part.target


def _stopped(exc: ButterCMSError, steps: tuple[Step, ...], number: int) -> PublishError:
    """Tell what was done, what was not, and where it ended."""
    lines = [f"{steps[number].action} {steps[number].target} failed: {exc}"]
    if number:
        lines.append("Done before: " + "; ".join(f"{s.action} {s.target}" for s in steps[:number]))
    if rest := steps[number + 1 :]:
        lines.append("Not done: " + "; ".join(f"{s.action} {s.target}" for s in rest))
    lines.append("Run publish again for the rest: what is done is not done twice.")
    return PublishError("\n".join(lines))
