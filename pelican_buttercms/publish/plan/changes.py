"""The plan for a draft of what the CMS has already: what to change, and what cannot be changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pelican_buttercms.content import Key
from pelican_buttercms.publish.plan import messages
from pelican_buttercms.publish.plan.equality import Equality
from pelican_buttercms.publish.plan.options import DraftOutcome, PublishOptions
from pelican_buttercms.publish.plan.plan import (
    Conflict,
    Step,
    StepPart,
    Unchanged,
    sendable_status,
)
from pelican_buttercms.publish.plan.three_way_merge import (
    MergeResult,
    Policy,
    three_way_merge,
)
from pelican_buttercms.publish.resolve.account_schema import AccountSchema
from pelican_buttercms.publish.resolve.validate import validate
from pelican_buttercms.publish.resolved_draft import Draft
from pelican_buttercms.publish.write_model import (
    SLUG,
    STATUS,
    TITLE,
    ItemVersion,
    Values,
    WriteTarget,
    display_path,
)


class ChangePlanner:
    """Plans changes of what is at the CMS.

    Args:
        known: what is known of the account.
        base_of: returns what the CMS held when a draft was made, None if unknown.
        is_equal: compares values.
        options: the options of the run.
    """

    def __init__(
        self,
        known: AccountSchema,
        base_of: Callable[[str], Values | None],
        is_equal: Equality,
        options: PublishOptions,
    ) -> None:
        self._known = known
        self._base_of = base_of
        self._is_equal = is_equal
        self._options = options

    def plan(self, draft: Draft, version: ItemVersion) -> DraftOutcome:
        """Return what has to be changed so that the CMS holds a draft, if that can be done."""
        outcome, why = self._merge(draft, version)
        if outcome.field_conflicts:
            return DraftOutcome(
                conflict=Conflict(
                    draft.raw.path, draft.target, outcome.field_conflicts, why, version.updated
                )
            )
        if not outcome.changes:
            return DraftOutcome(
                unchanged=Unchanged(draft, draft.target, version, outcome.kept),
                notes=_kept_notes(draft, version, outcome, self._options.policy),
            )
        problems = list(self._impossible(draft, version, outcome))
        problems += check(
            draft, self._known, self._options, creating=False, publishes=STATUS in outcome.changes
        )
        if problems:
            return DraftOutcome(problems=tuple(problems))
        return DraftOutcome(change=self._change(draft, version, outcome))

    def _merge(self, draft: Draft, version: ItemVersion) -> tuple[MergeResult, str]:
        base: Values | None
        if draft.raw.base == version.digest:
            base, why = version.values, ""
        elif draft.raw.base:
            base = self._base_of(draft.raw.base)
            why = "the CMS has changed it since the draft was made"
        else:
            base, why = None, "it is at the CMS already, and the draft was not made from it"
        ours = draft.values
        outcome = three_way_merge(ours, version.values, base, self._options.policy, self._is_equal)
        return outcome, why

    def _impossible(
        self, draft: Draft, version: ItemVersion, outcome: MergeResult
    ) -> Iterable[str]:
        """Yield a message for each part of a change that the API cannot do."""
        target, changes = draft.target, outcome.changes
        for path in (TITLE, SLUG):
            if target.key.kind == "page" and path in changes:
                yield messages.immutable(draft, path, version)
        status = sendable_status(changes.get(STATUS), version.status)
        live = target.key.kind == "page" and version.status == "published"
        if live and changes == {STATUS: "draft"}:
            yield messages.cannot_withdraw(draft)
        # a page keeps its live version beside its draft; for posts that is unknown
        publishes_pending = status == "published" or target.key.kind == "post"
        is_own = (
            draft.raw.base == version.digest
        )  # published or exported from here, so the user saw it
        if (
            version.pending
            and publishes_pending
            and not is_own
            and not self._options.include_pending
        ):
            yield messages.pending(draft)

    def _change(self, draft: Draft, version: ItemVersion, outcome: MergeResult) -> Step:
        status = sendable_status(outcome.changes.get(STATUS), version.status)
        part = StepPart(
            draft.raw.path,
            draft.target,
            changeable(outcome.changes, draft.target),
            version,
            outcome.kept,
            tuple(draft.files),
        )
        notes = (*draft.notes, *_kept_notes(draft, version, outcome, self._options.policy))
        if draft.target.key.kind == "page" and (version.status, status) == ("published", "draft"):
            notes += ("The live page stays as it is, with this draft over it.",)
        elif version.status == "scheduled" and status == "draft":
            notes += (f"{draft.target} stays scheduled.",)
        elif status != version.status:
            notes += (f"{draft.target} was {version.status} and becomes {status}.",)
        if renamed := renamed_target(draft):
            notes += (f"{draft.target} is renamed to {renamed.key.id}: its URL changes.",)
        return Step("change", (part,), status, notes)


def check(
    draft: Draft,
    known: AccountSchema,
    options: PublishOptions,
    *,
    creating: bool,
    publishes: bool = True,
) -> list[str]:
    """Return what is wrong with a draft that is about to be written."""
    problems = validate(draft, known, creating=creating, allow_unknown=options.allow_unknown)
    if publishes and draft.raw.future_date and draft.values.get(STATUS) == "published":
        problems.append(messages.future_date(draft))
    return problems


def renamed_target(draft: Draft) -> WriteTarget | None:
    """Return the new target of a post that is renamed, None if it keeps its slug."""
    target, slug = draft.target, draft.values.get(SLUG, "")
    if target.key.kind != "post" or slug in {"", target.key.id}:
        return None
    return WriteTarget(Key("post", "", slug), target.locale)


def changeable(values: Values, target: WriteTarget) -> Values:
    """Return the values that a change may send: without the status, or a page's title and slug."""
    fixed = {STATUS, TITLE, SLUG} if target.key.kind == "page" else {STATUS}
    return {path: value for path, value in values.items() if path not in fixed}


def _kept_notes(
    draft: Draft, version: ItemVersion, outcome: MergeResult, policy: Policy
) -> tuple[str, ...]:
    if not outcome.kept:
        return ()
    names = ", ".join(display_path(path) for path, _ in outcome.kept)
    text = f"{draft.raw.path} is older than the CMS in {names}. The CMS keeps its value"
    if policy.merge or policy.wins == "theirs":
        return (f"{text}, and the draft gets it.",)
    how = "Export it again with --preview" if version.pending else "Export it again"
    return (f"{text}. {how} to update the draft.",)
