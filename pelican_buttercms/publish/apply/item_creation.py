"""The creation of collection items: many in one call, and found again by what they hold.

The answer to the call has no ids, and some of the items may come to nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pelican_buttercms.api.write_requests import MOST_ITEMS
from pelican_buttercms.content import Key
from pelican_buttercms.errors import (
    APIError,
    AuthenticationError,
    ButterCMSError,
    InvalidRequestError,
    PublishError,
)
from pelican_buttercms.publish.apply.failures import NotShownError, is_plan_limit
from pelican_buttercms.publish.apply.types import StepLog, WritableCms, Written
from pelican_buttercms.publish.plan.equality import IsEqual, differing
from pelican_buttercms.publish.plan.plan import Step
from pelican_buttercms.publish.plan.topological_order import dependencies
from pelican_buttercms.publish.write_model import ItemVersion, Values, WriteTarget

LARGEST_CALL = 2_000_000
"""Characters of all items together. The API names no bound; its own answers have 10 MB at most."""

_MOST_REFUSALS = 12
"""So many refused calls are made to find out which of many items the API does not take."""

Items = Mapping[str, ItemVersion]


@dataclass
class CreatedItem:
    """What became of one new item.

    Attributes:
        step: its step.
        written: the versions that show, the first of which has the id.
        error: why it, or one of its versions, does not show.
    """

    step: Step
    written: list[Written] = field(default_factory=list)
    error: ButterCMSError | None = None


class ItemCreator:
    """Creates items of one collection, in the same locales and with one status.

    Args:
        cms: the CMS.
        log: records each step on disk.
        send: sends the write of steps; one that may have arrived raises nothing.
        is_equal: compares values.
        emit: receives a line where it takes time.
    """

    def __init__(
        self,
        cms: WritableCms,
        log: StepLog,
        *,
        send: Callable[[Sequence[Step]], None],
        is_equal: IsEqual,
        emit: Callable[[str], None],
    ) -> None:
        self._cms = cms
        self._log = log
        self._send = send
        self._is_equal = is_equal
        self._emit = emit
        self._refusals = 0

    def create(self, steps: Sequence[Step], own: Collection[str]) -> list[CreatedItem]:
        """Create the items of steps; return what became of each.

        Args:
            steps: what to create.
            own: the ids of items that this run created before.
        """
        target, self._refusals = steps[0].target, 0
        now = self._cms.items(target.key.group, target.locale)
        created = [CreatedItem(step) for step in steps]
        for item in created:
            item.error = self._appeared(item.step, now, own)
        self._send_all([item for item in created if not item.error], now.keys())
        return created

    def _send_all(self, items: list[CreatedItem], before: Collection[str]) -> None:
        """Send items; where the API refuses one of them, the others are sent without it."""
        if not items:
            return
        for item in items:
            self._log.begun(item.step, sorted(before))
        try:
            self._send([item.step for item in items])
        except (InvalidRequestError, AuthenticationError) as exc:
            self._refusals += 1
            left = self._after_refusal(items, before, exc)
            half = len(left) // 2
            self._send_all(left[:half], self._with_ids(before, items))
            self._send_all(left[half:], self._with_ids(before, items))
        except ButterCMSError as exc:
            for item in items:
                item.error = exc
                if isinstance(exc.__cause__, InvalidRequestError):
                    self._log.refused(item.step)
        else:
            self._wait_for(items, before)

    def _after_refusal(
        self, items: list[CreatedItem], before: Collection[str], exc: APIError
    ) -> list[CreatedItem]:
        """Return the items that are worth another try, after those that were created all the same.

        A refused call creates nothing, as far as is known, and that is looked at. Where the plan's
        limit is reached, fewer items may still fit.
        """
        may_split = isinstance(exc, InvalidRequestError) or is_plan_limit(exc)
        if len(items) > 1 and may_split:
            self._look(items, before)
        left = [item for item in items if not item.written]
        if len(items) == 1 or not may_split or self._refusals > _MOST_REFUSALS:
            for item in left:
                item.error = exc
                self._log.refused(item.step)
            return []
        return left

    @staticmethod
    def _with_ids(before: Collection[str], items: list[CreatedItem]) -> set[str]:
        return {*before, *(w.target.key.id for item in items for w in item.written)}

    def _wait_for(self, items: list[CreatedItem], before: Collection[str]) -> None:
        """Read until the items show in each of their locales, or the time is over."""
        target, status, looks = items[0].step.target, items[0].step.status, 0

        def accept(there: Items) -> bool:
            nonlocal looks
            looks += 1
            if looks == 2:
                self._emit(f"waiting until {len(items)} of {target.key.group} show …")
            return None not in self._ids(items, there, before)

        there = self._cms.wait_for_items(
            target.key.group, target.locale, accept, preview=status != "published"
        )
        self._take(items, there, before)
        missing = [item for item in items if not item.written]
        if missing and status == "published":
            self._look(missing, self._with_ids(before, items))
        for item in missing:
            what = "it is a draft." if item.written else "the CMS has no such item."
            item.error = NotShownError(does_not_show(item.step, what))
        for number in range(1, len(items[0].step.parts)):
            self._wait_for_locale([item for item in items if item.written], number)

    def _wait_for_locale(self, items: list[CreatedItem], number: int) -> None:
        if not items:
            return

        def shown(item: CreatedItem, there: Items) -> bool:
            version, part = there.get(item.written[0].target.key.id), item.step.parts[number]
            return version is not None and self._holds(part.values, version)

        target = items[0].step.parts[number].target
        there = self._cms.wait_for_items(
            target.key.group,
            target.locale,
            lambda now: all(shown(item, now) for item in items),
            preview=items[0].step.status != "published",
        )
        for item in items:
            part, key = item.step.parts[number], item.written[0].target.key
            if shown(item, there):
                in_locale = replace(part.target, key=key)
                item.written.append(Written(part, in_locale, there[key.id]))
            else:
                text = f"its version in {target.locale} is not as it was sent."
                item.error = NotShownError(does_not_show(item.step, text))

    def _look(self, items: list[CreatedItem], before: Collection[str]) -> None:
        """Look once more for items, among drafts, too: their ids are worth more than their status.

        One that is there under another status than it was sent with is an item all the same.
        """
        target = items[0].step.target
        self._take(items, self._cms.items(target.key.group, target.locale), before)

    def _take(self, items: list[CreatedItem], there: Items, before: Collection[str]) -> None:
        for item, number in zip(items, self._ids(items, there, before), strict=True):
            if number is not None:
                part = item.step.parts[0]
                key = Key("item", part.target.key.group, number)
                item.written = [Written(part, replace(part.target, key=key), there[number])]

    def _ids(
        self, items: list[CreatedItem], there: Items, before: Collection[str]
    ) -> list[str | None]:
        wanted = [(item.step.parts[0].values, before) for item in items]
        return assign_ids(wanted, there, self._is_equal)

    def _appeared(self, step: Step, now: Items, own: Collection[str]) -> PublishError | None:
        """Return an error if an equal item has appeared since the plan was made."""
        for number in sorted(now.keys() - {*step.there, *own}):
            if self._holds(step.parts[0].values, now[number]):
                return PublishError(
                    f"{step.target.key.group}:{number} has appeared at the CMS since the plan was"
                    f" made, and equals {step.parts[0].draft}, so nothing was sent. If it is"
                    f" that item, add Id: {number} to the draft; otherwise make the plan again."
                )
        return None

    def _holds(self, wanted: Values, version: ItemVersion) -> bool:
        return not differing(wanted, version.values, self._is_equal)


def batches(steps: Sequence[Step]) -> Iterator[list[Step]]:
    """Yield the steps in order, those together that create items by one call."""
    batch: list[Step] = []
    size = 0
    for step in steps:
        own = sum(len(repr(part.values)) for part in step.parts)
        if batch and (size + own > LARGEST_CALL or not _is_one_call(batch, step)):
            yield batch
            batch, size = [], 0
        batch.append(step)
        size += own
    if batch:
        yield batch


def _is_one_call(batch: list[Step], step: Step) -> bool:
    """Return whether a step creates an item as the others do, and refers to none of them."""
    first = batch[0]
    return (
        first.creates_item
        and step.creates_item
        and len(batch) < MOST_ITEMS
        and (first.status, _versions(first)) == (step.status, _versions(step))
        and not {part.draft.resolve() for other in batch for part in other.parts}.intersection(
            dependencies(step)
        )
    )


def _versions(step: Step) -> list[WriteTarget]:
    return [part.target for part in step.parts]


def assign_ids(
    wanted: Sequence[tuple[Values, Collection[str]]], items: Items, is_equal: IsEqual
) -> list[str | None]:
    """Return the id of the item that holds each wanted version, None where there is none.

    Each item is of one version only. Of equal items the first version gets the lowest id.

    Args:
        wanted: the values of each version, and the ids of items that it cannot be.
        items: what is there.
        is_equal: compares values.
    """
    ids: list[str | None] = [None] * len(wanted)
    free = sorted(items, key=int)
    # what says more of its item chooses first
    for number in sorted(range(len(wanted)), key=lambda n: -len(wanted[n][0])):
        values, others = wanted[number]
        for candidate in free:
            version = items[candidate]
            if candidate not in others and not differing(values, version.values, is_equal):
                ids[number] = candidate
                free.remove(candidate)
                break
    return ids


def does_not_show(step: Step, what: str) -> str:
    """Return the message on an accepted write that does not show."""
    return (
        f"The {step.action} of {step.target} was accepted but does not show: {what} The API may"
        " have dropped the write, or need more time. Look at the item in the dashboard, then run"
        " publish again: it reads before it sends anything."
    )
