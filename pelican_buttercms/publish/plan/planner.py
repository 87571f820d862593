"""What has to be done so that the CMS holds what the drafts say? Looked up; nothing is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from pelican_buttercms.content import Key
from pelican_buttercms.publish.plan import messages
from pelican_buttercms.publish.plan.equality import Sameness, look_up
from pelican_buttercms.publish.plan.group_creations import together
from pelican_buttercms.publish.plan.options import Findings, Wishes
from pelican_buttercms.publish.plan.plan import (
    Conflict,
    Part,
    Plan,
    Problem,
    Sent,
    Step,
    Unchanged,
    sendable,
)
from pelican_buttercms.publish.plan.protocols import Reads, Versions
from pelican_buttercms.publish.plan.three_way_merge import Outcome, reconcile
from pelican_buttercms.publish.plan.topological_order import ordered
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


class Planner:
    """Compares drafts with what the CMS holds.

    Args:
        known: what is known of the account.
        reads: asks the CMS.
        base_of: gives what the CMS held when a draft was made, None when that is not known.
        same: compares values.
        wishes: what the user asked for.
    """

    def __init__(
        self,
        known: AccountSchema,
        reads: Reads,
        base_of: Callable[[str], Values | None],
        same: Sameness,
        wishes: Wishes,
    ) -> None:
        self._known = known
        self._reads = reads
        self._base_of = base_of
        self._same = same
        self._wishes = wishes

    def plan(self, account: str, drafts: Sequence[Draft]) -> Plan:
        """Find out what has to be written for these drafts."""
        drafts = [self._wished(draft) for draft in drafts]
        read = self._reads.read(sorted({t for draft in drafts for t in self._asked(draft)}))
        for target in read:
            if target.key.kind == "post" and (data := self._reads.latest(target)):
                self._same.learn_terms(data)
        findings = [self._find(draft, read) for draft in drafts]
        changes = [found.change for found in findings if found.change]
        locales = self._known.locales
        names = {name.casefold() for one in locales for name in (one.name, one.lang) if name}
        creations = together([f.create for f in findings if f.create], names)
        steps, circles = ordered([*map(self._beside, creations), *changes])
        return Plan(
            account,
            tuple(steps),
            tuple(f.unchanged for f in findings if f.unchanged),
            tuple(f.conflict for f in findings if f.conflict),
            tuple(dict.fromkeys([*_problems(drafts, findings), *circles])),
            tuple(dict.fromkeys(note for f in findings for note in f.notes)),
        )

    def _beside(self, step: Step) -> Step:
        """Look what is there beside a new item; its values are all that it will be known by."""
        part, key = step.parts[0], step.target.key
        if step.action != "create" or key.kind != "item":
            return step
        items = self._reads.items(key.group, part.target.locale)
        equal = [number for number, one in items.items() if self._says(part.values, one)]
        named = ", ".join(f"{key.group}:{number}" for number in equal)
        note = f"An equal item is there: {named}. If it is meant, give the draft its Id."
        notes = (*step.notes, note) if equal else step.notes
        return replace(step, there=tuple(items), notes=notes)

    def _wished(self, draft: Draft) -> Draft:
        """Put in what the user asked for, and the main locale where a draft names none."""
        target, values = draft.target, dict(draft.values)
        main = self._known.main_locale
        if target.key.kind == "post":
            # a post's own slug names its version; the write API knows no locale of posts
            target = replace(target, locale="" if target.locale == main else target.locale)
        elif not target.locale:
            target = replace(target, locale=main)
        if self._wishes.status:
            values[STATUS] = self._wishes.status
        return replace(draft, target=target, values=values)

    def _asked(self, draft: Draft) -> Iterable[WriteTarget]:
        """Name what has to be read to judge a draft."""
        target = draft.target
        yield target
        if renamed := _renamed(draft):
            yield renamed
        if target.key.kind != "post" and target.locale != self._known.main_locale:
            yield replace(target, locale=self._known.main_locale)

    def _find(self, draft: Draft, read: Versions) -> Findings:
        target, version = self._located(draft, read)
        if target == draft.target and self._is_taken(draft, read):
            return Findings(problems=(messages.taken(draft),))
        draft = replace(draft, target=target)
        if version is None:
            return self._missing(draft, read)
        return self._existing(draft, version)

    def _located(self, draft: Draft, read: Versions) -> tuple[WriteTarget, ItemVersion | None]:
        """Find what a draft means; one whose renaming was interrupted is under its new slug."""
        target, renamed = draft.target, _renamed(draft)
        version = read.get(target)
        there = read.get(renamed) if renamed and version is None else None
        if renamed and there and self._says(draft.values, there):  # an earlier run wrote it
            return renamed, there
        return target, version if target.key.id else None

    def _says(self, wanted: Values, version: ItemVersion) -> bool:
        """Say whether everything that is wanted is there."""
        pairs = wanted.items()
        return all(self._same(path, value, look_up(version.values, path)) for path, value in pairs)

    def _is_taken(self, draft: Draft, read: Versions) -> bool:
        renamed = _renamed(draft)
        return renamed is not None and read.get(renamed) is not None

    # what is not there yet

    def _missing(self, draft: Draft, read: Versions) -> Findings:
        target = draft.target
        elsewhere = read.get(replace(target, locale=self._known.main_locale))
        if target.key.kind == "post" and target.locale:
            return Findings(problems=(messages.no_translation(draft),))
        if elsewhere is None:
            if impossible := self._uncreatable(draft):
                return Findings(problems=(impossible,))
            if target.key.kind == "item":
                target = replace(target, key=Key("item", target.key.group, ""))  # a new number
        if problems := tuple(self._check(draft, creating=True)):
            return Findings(problems=problems)
        values, added = fill_missing(draft, self._known)
        part = Part(draft.raw.path, target, values, files=tuple(draft.files))
        notes = (*draft.notes, *added)
        if target.key.kind == "post" and STATUS not in values:
            notes += (messages.becomes_draft(draft),)
        if elsewhere is None:
            return Findings(create=part, notes=notes)
        return self._translation(part, sendable(values.get(STATUS), "draft"), notes)

    def _translation(self, part: Part, status: Sent, notes: tuple[str, ...]) -> Findings:
        """Add a version in another locale to what is there; it has a status of its own."""
        part = replace(part, values=_changeable(part.values, part.target))
        notes = (*notes, f"{part.target} is a new translation.")
        return Findings(change=Step("change", (part,), status, notes))

    def _check(self, draft: Draft, *, creating: bool) -> list[str]:
        allowed = self._wishes.allow_unknown
        problems = validate(draft, self._known, creating=creating, allow_unknown=allowed)
        if draft.raw.future_date and draft.values.get(STATUS) == "published":
            problems.append(messages.future(draft))
        return problems

    def _uncreatable(self, draft: Draft) -> str | None:
        was_there = draft.raw.base or (draft.target.key.kind == "item" and draft.raw.id)
        if was_there and self._wishes.policy.wins != "ours":
            return messages.gone(draft)
        key = draft.target.key
        return None if self._has_group(key) else messages.no_group(draft.raw, self._known)

    def _has_group(self, key: Key) -> bool:
        known = self._known.schemas.of(key.kind, key.group, key.id) is not None
        return key.kind == "post" or known or self._reads.has_group(key.kind, key.group)

    # what is there

    def _existing(self, draft: Draft, version: ItemVersion) -> Findings:
        outcome, why = self._reconciled(draft, version)
        if outcome.clashes:
            return Findings(
                conflict=Conflict(
                    draft.raw.path, draft.target, outcome.clashes, why, version.updated
                )
            )
        if not outcome.changes:
            return Findings(
                unchanged=Unchanged(draft, draft.target, version, outcome.kept),
                notes=_kept_notes(draft, version, outcome),
            )
        problems = list(self._impossible(draft, version, outcome))
        problems += self._check(draft, creating=False)
        if problems:
            return Findings(problems=tuple(problems))
        return Findings(change=self._change(draft, version, outcome))

    def _reconciled(self, draft: Draft, version: ItemVersion) -> tuple[Outcome, str]:
        base: Values | None
        if draft.raw.base == version.digest:
            base, why = version.values, ""
        elif draft.raw.base:
            base = self._base_of(draft.raw.base)
            why = "the CMS has changed it since the draft was made"
        else:
            base, why = None, "it is at the CMS already, and the draft was not made from it"
        ours = draft.values
        outcome = reconcile(ours, version.values, base, self._wishes.policy, self._same)
        return outcome, why

    def _impossible(self, draft: Draft, version: ItemVersion, outcome: Outcome) -> Iterable[str]:
        """Name what the API cannot do."""
        target, changes = draft.target, outcome.changes
        if target.key.kind == "post" and target.locale:
            yield messages.no_translation(draft)
        for path in (TITLE, SLUG):
            if target.key.kind == "page" and path in changes:
                yield messages.immutable(draft, path, version)
        status = sendable(changes.get(STATUS), version.status)
        live = target.key.kind == "page" and version.status == "published"
        if live and changes == {STATUS: "draft"}:
            yield messages.cannot_withdraw(draft)
        if not status:
            yield messages.scheduled(draft, version)
        # a page keeps its live version beside its draft; of posts that is not known
        reaches_it = status == "published" or target.key.kind == "post"
        is_own = draft.raw.base == version.digest  # published or exported from here, so seen
        if version.pending and reaches_it and not is_own and not self._wishes.include_pending:
            yield messages.pending(draft)

    def _change(self, draft: Draft, version: ItemVersion, outcome: Outcome) -> Step:
        status = sendable(outcome.changes.get(STATUS), version.status)
        part = Part(
            draft.raw.path,
            draft.target,
            _changeable(outcome.changes, draft.target),
            version,
            outcome.kept,
            tuple(draft.files),
        )
        notes = (*draft.notes, *_kept_notes(draft, version, outcome))
        if draft.target.key.kind == "page" and (version.status, status) == ("published", "draft"):
            notes += ("The live page stays as it is; this becomes a draft over it.",)
        elif status != version.status:
            notes += (f"{draft.target} was {version.status} and becomes {status}.",)
        if renamed := _renamed(draft):
            notes += (f"{draft.target} is renamed to {renamed.key.id}: its address changes.",)
        return Step("change", (part,), status, notes)


def _renamed(draft: Draft) -> WriteTarget | None:
    """Give what a post is to be renamed to, None where it keeps its slug."""
    target, slug = draft.target, draft.raw.slug
    if target.key.kind != "post" or slug in {"", target.key.id}:
        return None
    return WriteTarget(Key("post", "", slug), target.locale)


def _changeable(values: Values, target: WriteTarget) -> Values:
    """Leave what a change may send: the status is sent apart, and a page's name is for ever."""
    fixed = {STATUS, TITLE, SLUG} if target.key.kind == "page" else {STATUS}
    return {path: value for path, value in values.items() if path not in fixed}


def _kept_notes(draft: Draft, version: ItemVersion, outcome: Outcome) -> tuple[str, ...]:
    if not outcome.kept:
        return ()
    names = ", ".join(display_path(path) for path, _ in outcome.kept)
    text = f"{draft.raw.path} is older than the CMS in {names}, which stays as it is there."
    how = "Export it again with --preview" if version.pending else "Export it again"
    return (f"{text} {how} to have that in the draft.",)


def _problems(drafts: Sequence[Draft], findings: Sequence[Findings]) -> Iterable[Problem]:
    for draft, found in zip(drafts, findings, strict=True):
        for text in found.problems:
            yield Problem((draft.raw.path,), text)
