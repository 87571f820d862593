"""Planning: the comparison of drafts with what the CMS holds. Nothing is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from pelican_buttercms.content import Key
from pelican_buttercms.publish.plan import messages
from pelican_buttercms.publish.plan.equality import Equality, differing
from pelican_buttercms.publish.plan.group_writes import (
    group_changes,
    group_creations,
    title_problems,
)
from pelican_buttercms.publish.plan.options import DraftOutcome, PublishOptions
from pelican_buttercms.publish.plan.plan import (
    Conflict,
    Plan,
    Problem,
    SentStatus,
    Step,
    StepPart,
    Unchanged,
    sendable_status,
)
from pelican_buttercms.publish.plan.post_translations import (
    is_ignored,
    is_same_post,
    is_translation,
    locale_names,
    located,
    original_of,
    with_originals,
    without_slug,
)
from pelican_buttercms.publish.plan.protocols import CmsReader, Versions
from pelican_buttercms.publish.plan.three_way_merge import MergeResult, three_way_merge
from pelican_buttercms.publish.plan.topological_order import sort_steps
from pelican_buttercms.publish.resolve.account_schema import AccountSchema
from pelican_buttercms.publish.resolve.validate import fill_missing, validate
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


class PublishPlanner:
    """Compares drafts with what the CMS holds.

    Args:
        known: what is known of the account.
        reads: reads from the CMS.
        base_of: returns what the CMS held when a draft was made, None if unknown.
        is_equal: compares values.
        options: the options of the run.
    """

    def __init__(
        self,
        known: AccountSchema,
        reads: CmsReader,
        base_of: Callable[[str], Values | None],
        is_equal: Equality,
        options: PublishOptions,
    ) -> None:
        self._known = known
        self._reads = reads
        self._base_of = base_of
        self._is_equal = is_equal
        self._options = options

    def plan(self, account: str, drafts: Sequence[Draft]) -> Plan:
        """Build the plan for these drafts."""
        drafts = [self._with_options(draft) for draft in drafts]
        drafts = with_originals(drafts, self._known)
        versions = self._read(drafts)
        for target in versions:
            if target.key.kind == "post" and (data := self._reads.latest(target)):
                self._is_equal.learn_terms(data)
        new_posts = {
            draft.target.key
            for draft in drafts
            if draft.target.key.kind == "post" and not is_translation(draft.target)
        }
        outcomes = [self._plan_draft(draft, versions, new_posts) for draft in drafts]
        changes = group_changes([outcome.change for outcome in outcomes if outcome.change])
        creations = list(
            group_creations([o.create for o in outcomes if o.create], locale_names(self._known))
        )
        steps, circles = sort_steps([*self._with_neighbours(creations), *changes])
        problems = [*_problems(drafts, outcomes), *circles, *title_problems(creations)]
        return Plan(
            account,
            tuple(steps),
            tuple(o.unchanged for o in outcomes if o.unchanged),
            tuple(o.conflict for o in outcomes if o.conflict),
            tuple(dict.fromkeys(problems)),
            tuple(dict.fromkeys(note for o in outcomes for note in o.notes)),
        )

    def _read(self, drafts: Sequence[Draft]) -> Versions:
        """Read what the CMS holds of drafts; of the main locale only where it decides something."""
        targets = {d.target for d in drafts} | {t for d in drafts if (t := _renamed(d))}
        versions = dict(self._reads.read(sorted(targets)))
        originals = {
            original_of(draft.target, self._known)
            for draft in drafts
            if draft.target.locale != self._known.main_locale
            and (versions[draft.target] is None or self._may_be_ignored(draft.target))
        }
        return versions | dict(self._reads.read(sorted(originals)))

    def _may_be_ignored(self, target: WriteTarget) -> bool:
        """Return whether a post may come because the account ignores its locale."""
        stored = (target.locale, target.key.id) in self._known.post_locales
        return is_translation(target) and not stored

    def _with_neighbours(self, steps: Iterable[Step]) -> Iterable[Step]:
        """Yield steps, those of new items with the ids that exist and note of equal ones."""
        listings: dict[tuple[str, str], Mapping[str, ItemVersion]] = {}
        for step in steps:
            if not step.creates_item:
                yield step
                continue
            part, group = step.parts[0], step.target.key.group
            place = group, part.target.locale
            items = listings.get(place) or listings.setdefault(place, self._reads.items(*place))
            equal = [number for number, item in items.items() if self._holds(item, part.values)]
            named = ", ".join(f"{group}:{number}" for number in equal)
            note = f"An equal item exists: {named}. If the draft is of that item, add its Id."
            notes = (*step.notes, note) if equal else step.notes
            yield replace(step, there=tuple(items), notes=notes)

    def _with_options(self, draft: Draft) -> Draft:
        """Return a draft with the status of the options, and the main locale if it names none."""
        target, values = draft.target, dict(draft.values)
        main = self._known.main_locale
        if target.key.kind == "post":
            # a post's slug identifies its version, and the API takes its own locale without a name
            target = replace(target, locale="" if target.locale == main else target.locale)
        elif not target.locale:
            target = replace(target, locale=main)
        if self._options.status:
            values[STATUS] = self._options.status
        return replace(draft, target=target, values=values)

    def _plan_draft(
        self, draft: Draft, versions: Versions, new_posts: AbstractSet[Key]
    ) -> DraftOutcome:
        if is_translation(draft.target):
            if is_ignored(draft, self._known, self._reads):
                return DraftOutcome(problems=(messages.no_translations(draft),))
            is_new = versions.get(draft.target) is None
            original = versions.get(original_of(draft.target, self._known))
            if is_new and original is None and draft.target.key not in new_posts:
                return DraftOutcome(problems=(messages.no_original(draft),))
            found, draft = versions.get(draft.target), located(draft, self._reads)
            versions = {**versions, draft.target: found}
            if (renamed := _renamed(draft)) and is_same_post(draft.target, renamed, self._reads):
                draft = without_slug(draft)
        target, version = self._located(draft, versions)
        if target == draft.target and self._is_taken(draft, versions):
            return DraftOutcome(problems=(messages.taken(draft),))
        draft = replace(draft, target=target)
        if version is None:
            return self._plan_new(draft, versions)
        return self._plan_existing(draft, version)

    def _located(self, draft: Draft, versions: Versions) -> tuple[WriteTarget, ItemVersion | None]:
        """Find a draft's target; after an interrupted rename it is under the new slug."""
        target, renamed = draft.target, _renamed(draft)
        version = versions.get(target)
        there = versions.get(renamed) if renamed and version is None else None
        if renamed and there and self._holds(there, draft.values):  # an earlier run wrote it
            return renamed, there
        return target, version if target.key.id else None

    def _holds(self, version: ItemVersion, wanted: Values) -> bool:
        """Return whether a version has all wanted values."""
        return not differing(wanted, version.values, self._is_equal)

    def _is_taken(self, draft: Draft, versions: Versions) -> bool:
        renamed = _renamed(draft)
        return renamed is not None and versions.get(renamed) is not None

    # new items

    def _plan_new(self, draft: Draft, versions: Versions) -> DraftOutcome:
        target = draft.target
        main_version = versions.get(original_of(target, self._known))
        if main_version is None and not is_translation(target):
            if impossible := self._uncreatable(draft):
                return DraftOutcome(problems=(impossible,))
            if target.key.kind == "item":
                target = replace(target, key=Key("item", target.key.group, ""))  # a new number
        if main_version and target.key.kind == "page":
            title = main_version.values[TITLE]
            if draft.values.setdefault(TITLE, title) != title:
                return DraftOutcome(problems=(messages.other_title(draft, title),))
        if problems := tuple(self._check(draft, creating=True)):
            return DraftOutcome(problems=problems)
        values, added = fill_missing(draft, self._known)
        part = StepPart(draft.raw.path, target, values, files=tuple(draft.files))
        notes = (*draft.notes, *added)
        if target.key.kind == "post" and STATUS not in values:
            notes += (messages.becomes_draft(draft),)
        if main_version is None and not is_translation(target):
            return DraftOutcome(create=part, notes=notes)
        return self._translation(part, sendable_status(values.get(STATUS), "draft"), notes)

    def _translation(
        self, part: StepPart, status: SentStatus, notes: tuple[str, ...]
    ) -> DraftOutcome:
        """Build the step that adds a locale to an existing item; a locale has its own status."""
        part = replace(part, values=_changeable(part.values, part.target))
        notes = (*notes, f"{part.target} is a new translation.")
        return DraftOutcome(change=Step("change", (part,), status, notes))

    def _check(self, draft: Draft, *, creating: bool) -> list[str]:
        allowed = self._options.allow_unknown
        problems = validate(draft, self._known, creating=creating, allow_unknown=allowed)
        if draft.raw.future_date and draft.values.get(STATUS) == "published":
            problems.append(messages.future_date(draft))
        return problems

    def _uncreatable(self, draft: Draft) -> str | None:
        was_published = draft.raw.base or (draft.target.key.kind == "item" and draft.raw.id)
        if was_published and self._options.policy.wins != "ours":
            return messages.gone(draft)
        key = draft.target.key
        return None if self._has_group(key) else messages.no_group(draft.raw, self._known)

    def _has_group(self, key: Key) -> bool:
        is_known = self._known.schemas.of(key.kind, key.group, key.id) is not None
        return key.kind == "post" or is_known or self._reads.has_group(key.kind, key.group)

    # existing items

    def _plan_existing(self, draft: Draft, version: ItemVersion) -> DraftOutcome:
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
                notes=_kept_notes(draft, version, outcome),
            )
        problems = list(self._impossible(draft, version, outcome))
        problems += self._check(draft, creating=False)
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
            _changeable(outcome.changes, draft.target),
            version,
            outcome.kept,
            tuple(draft.files),
        )
        notes = (*draft.notes, *_kept_notes(draft, version, outcome))
        if draft.target.key.kind == "page" and (version.status, status) == ("published", "draft"):
            notes += ("The live page stays as it is, with this draft over it.",)
        elif version.status == "scheduled" and status == "draft":
            notes += (f"{draft.target} stays scheduled.",)
        elif status != version.status:
            notes += (f"{draft.target} was {version.status} and becomes {status}.",)
        if renamed := _renamed(draft):
            notes += (f"{draft.target} is renamed to {renamed.key.id}: its URL changes.",)
        return Step("change", (part,), status, notes)


def _renamed(draft: Draft) -> WriteTarget | None:
    """Return the new target of a post that is renamed, None if it keeps its slug."""
    target, slug = draft.target, draft.values.get(SLUG, "")
    if target.key.kind != "post" or slug in {"", target.key.id}:
        return None
    return WriteTarget(Key("post", "", slug), target.locale)


def _changeable(values: Values, target: WriteTarget) -> Values:
    """Return the values that a change may send: without the status, or a page's title and slug."""
    fixed = {STATUS, TITLE, SLUG} if target.key.kind == "page" else {STATUS}
    return {path: value for path, value in values.items() if path not in fixed}


def _kept_notes(draft: Draft, version: ItemVersion, outcome: MergeResult) -> tuple[str, ...]:
    if not outcome.kept:
        return ()
    names = ", ".join(display_path(path) for path, _ in outcome.kept)
    text = f"{draft.raw.path} is older than the CMS in {names}. The CMS keeps its value."
    how = "Export it again with --preview" if version.pending else "Export it again"
    return (f"{text} {how} to update the draft.",)


def _problems(drafts: Sequence[Draft], outcomes: Sequence[DraftOutcome]) -> Iterable[Problem]:
    for draft, outcome in zip(drafts, outcomes, strict=True):
        for text in outcome.problems:
            yield Problem((draft.raw.path,), text)
