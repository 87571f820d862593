"""Planning: the comparison of drafts with what the CMS holds. Nothing is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from pelican_buttercms.content import Key
from pelican_buttercms.publish.plan import messages
from pelican_buttercms.publish.plan.changes import (
    ChangePlanner,
    changeable,
    check,
    renamed_target,
)
from pelican_buttercms.publish.plan.equality import Equality, differing
from pelican_buttercms.publish.plan.group_writes import (
    group_changes,
    group_creations,
    title_problems,
)
from pelican_buttercms.publish.plan.options import DraftOutcome, PublishOptions
from pelican_buttercms.publish.plan.plan import (
    Plan,
    Problem,
    SentStatus,
    Step,
    StepPart,
    sendable_status,
)
from pelican_buttercms.publish.plan.post_translations import (
    is_same_post,
    is_translation,
    locale_names,
    located,
    original_of,
    with_originals,
    without_slug,
)
from pelican_buttercms.publish.plan.protocols import CmsReader, Versions
from pelican_buttercms.publish.plan.topological_order import sort_steps
from pelican_buttercms.publish.resolve.account_schema import AccountSchema
from pelican_buttercms.publish.resolve.validate import fill_missing
from pelican_buttercms.publish.resolved_draft import Draft
from pelican_buttercms.publish.write_model import (
    STATUS,
    TITLE,
    ItemVersion,
    Values,
    WriteTarget,
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
        self._changes = ChangePlanner(known, base_of, is_equal, options)
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
            tuple(_date_warnings(drafts, outcomes)),
        )

    def _read(self, drafts: Sequence[Draft]) -> Versions:
        """Read what the CMS holds of drafts; of the main locale only where it decides something."""
        targets = {d.target for d in drafts} | {t for d in drafts if (t := renamed_target(d))}
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
            if place not in listings:
                listings[place] = self._reads.items(*place)
            items = listings[place]
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
            found = versions.get(draft.target)
            original = versions.get(original_of(draft.target, self._known))
            if found is not None and found == original:  # whatever locale is asked for
                return DraftOutcome(problems=(messages.no_translations(draft),))
            if found is None and original is None and draft.target.key not in new_posts:
                why = messages.gone if draft.raw.base else messages.no_original
                return DraftOutcome(problems=(why(draft),))
            draft = located(draft, self._reads)
            versions = {**versions, draft.target: found}
            if (renamed := renamed_target(draft)) and is_same_post(
                draft.target, renamed, self._reads
            ):
                draft = without_slug(draft)
        target, version = self._located(draft, versions)
        if target == draft.target and self._is_taken(draft, versions):
            return DraftOutcome(problems=(messages.taken(draft),))
        draft = replace(draft, target=target)
        if version is None:
            return self._plan_new(draft, versions)
        return self._changes.plan(draft, version)

    def _located(self, draft: Draft, versions: Versions) -> tuple[WriteTarget, ItemVersion | None]:
        """Find a draft's target; after an interrupted rename it is under the new slug."""
        target, renamed = draft.target, renamed_target(draft)
        version = versions.get(target)
        there = versions.get(renamed) if renamed and version is None else None
        if renamed and there and self._holds(there, draft.values):  # an earlier run wrote it
            return renamed, there
        return target, version if target.key.id else None

    def _holds(self, version: ItemVersion, wanted: Values) -> bool:
        """Return whether a version has all wanted values."""
        return not differing(wanted, version.values, self._is_equal)

    def _is_taken(self, draft: Draft, versions: Versions) -> bool:
        renamed = renamed_target(draft)
        return renamed is not None and versions.get(renamed) is not None

    # new items

    def _plan_new(self, draft: Draft, versions: Versions) -> DraftOutcome:
        target = draft.target
        main_version = versions.get(original_of(target, self._known))
        if main_version is None and not is_translation(target):
            if self._is_withdrawn(draft):
                return DraftOutcome(notes=(messages.withdrawn(draft),))
            if impossible := self._uncreatable(draft):
                return DraftOutcome(problems=(impossible,))
            if target.key.kind == "item":
                target = replace(target, key=Key("item", target.key.group, ""))  # a new number
        if main_version and target.key.kind == "page":
            title = main_version.values[TITLE]
            if draft.values.setdefault(TITLE, title) != title:
                return DraftOutcome(problems=(messages.other_title(draft, title),))
        if problems := tuple(check(draft, self._known, self._options, creating=True)):
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
        part = replace(part, values=changeable(part.values, part.target))
        notes = (*notes, f"{part.target} is a new translation.")
        return DraftOutcome(change=Step("change", (part,), status, notes))

    def _is_withdrawn(self, draft: Draft) -> bool:
        """Return whether neither the file nor the CMS wants what was published here once."""
        is_draft = draft.raw.kind == "post" and draft.raw.status == "draft" and draft.raw.base
        return bool(is_draft) and self._options.policy.wins != "ours" and not self._options.status

    def _uncreatable(self, draft: Draft) -> str | None:
        was_published = draft.raw.base or (draft.target.key.kind == "item" and draft.raw.id)
        if was_published and self._options.policy.wins != "ours":
            return messages.gone(draft)
        key = draft.target.key
        return None if self._has_group(key) else messages.no_group(draft.raw, self._known)

    def _has_group(self, key: Key) -> bool:
        is_known = self._known.schemas.of(key.kind, key.group, key.id) is not None
        return key.kind == "post" or is_known or self._reads.has_group(key.kind, key.group)


def _date_warnings(drafts: Sequence[Draft], outcomes: Sequence[DraftOutcome]) -> Iterable[str]:
    """Yield one warning for all posts that get the date of their publishing at the CMS."""
    dated = {}
    for draft, outcome in zip(drafts, outcomes, strict=True):
        before = outcome.change.parts[0].before if outcome.change else None
        is_published = outcome.change is not None and outcome.change.status == "published"
        was_published = before is not None and before.status == "published"
        if draft.raw.date and (outcome.create or (is_published and not was_published)):
            dated[draft.raw.path] = draft.raw.date
    if dated:
        yield messages.older_dates(dated)


def _problems(drafts: Sequence[Draft], outcomes: Sequence[DraftOutcome]) -> Iterable[Problem]:
    for draft, outcome in zip(drafts, outcomes, strict=True):
        for text in outcome.problems:
            yield Problem((draft.raw.path,), text)
