"""Plans for deleting the items that drafts were published as."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from pelican_buttercms.content import Key
from pelican_buttercms.publish.plan.equality import ABSENT, is_unset
from pelican_buttercms.publish.plan.plan import Conflict, Plan, Problem, Step, StepPart
from pelican_buttercms.publish.plan.protocols import CmsReader, Versions
from pelican_buttercms.publish.plan.three_way_merge import FieldConflict, Policy
from pelican_buttercms.publish.resolve.account_schema import AccountSchema
from pelican_buttercms.publish.resolved_draft import Draft
from pelican_buttercms.publish.write_model import (
    SLUG,
    STATUS,
    TITLE,
    ItemVersion,
    Values,
    WriteTarget,
)

_NAMES = {STATUS, TITLE, SLUG}


def plan_deletions(
    account: str,
    drafts: Sequence[Draft],
    *,
    known: AccountSchema,
    reads: CmsReader,
    policy: Policy,
    referrers: Callable[[Key], Sequence[str]],
) -> Plan:
    """Plan to delete what the drafts were published as, items in all their locales.

    Args:
        account: the account's fingerprint.
        drafts: the drafts; an item is deleted only if it is as its draft was made from it.
        known: the account.
        reads: reads from the CMS.
        policy: "ours" also deletes what the CMS has changed since.
        referrers: returns the names of records that refer to a key.
    """
    targets = [(draft, _target(draft, known)) for draft in drafts]
    wanted = [target for _, target in targets if target.key.id and target.key.kind != "page"]
    versions = reads.read(sorted({one for target in wanted for one in _versions(target, known)}))
    parts: dict[tuple[Key, str], list[StepPart]] = {}
    conflicts, problems, notes = [], [], []
    for draft, target in targets:
        version = versions.get(target)
        if target.key.kind == "page":
            text = f"the API cannot delete pages. Delete {target} in the dashboard."
            problems.append(Problem((draft.raw.path,), f"{draft.raw.path}: {text}"))
        elif version is None:
            notes.append(f"{draft.raw.path}: {target} is not at the CMS.")
        else:
            alone = target.locale if target.key.kind == "post" else ""
            part = StepPart(draft.raw.path, target, {}, version)
            parts.setdefault((target.key, alone), []).append(part)
            if draft.raw.base != version.digest and policy.wins != "ours":
                conflicts.append(_conflict(draft, target, version))
    for (key, _), of_key in parts.items():
        if key.kind == "post":
            continue
        planned = {part.target for part in of_key}
        others = [t for t, v in versions.items() if t.key == key and v and t not in planned]
        if others and policy.wins != "ours":
            conflicts += [_other_locale(of_key[0], other, versions[other]) for other in others]
    steps = [
        Step("delete", tuple(of_key), notes=_notes(key, versions, referrers))
        # translations first: their original's slug leads to them
        for (key, _), of_key in sorted(parts.items(), key=lambda one: not one[0][1])
    ]
    return Plan(
        account,
        tuple(steps),
        conflicts=tuple(conflicts),
        problems=tuple(problems),
        notes=tuple(notes),
    )


def _target(draft: Draft, known: AccountSchema) -> WriteTarget:
    target = draft.target
    if target.key.kind == "post":
        return replace(target, locale="" if target.locale == known.main_locale else target.locale)
    return target


def _versions(target: WriteTarget, known: AccountSchema) -> Iterator[WriteTarget]:
    """Yield every version that a deletion removes: an item's in all locales, one post alone."""
    if target.key.kind == "post":
        yield target
        return
    for locale in known.locales:
        yield WriteTarget(target.key, locale.name)


def _conflict(draft: Draft, target: WriteTarget, version: ItemVersion) -> Conflict:
    """Return a conflict with what would be lost: what the CMS has and the draft lacks."""
    ours: Values = draft.values
    field_conflicts = tuple(
        FieldConflict(path, ABSENT, ours.get(path, ABSENT), theirs, both=True)
        for path, theirs in version.values.items()
        if path not in _NAMES and not is_unset(theirs) and ours.get(path, ABSENT) != theirs
    )
    why = (
        "the CMS has changed it since the draft was made"
        if draft.raw.base
        else "the draft was not made from it"
    )
    return Conflict(draft.raw.path, target, field_conflicts, why, version.updated, deleting=True)


def _other_locale(part: StepPart, target: WriteTarget, version: ItemVersion | None) -> Conflict:
    """Return a conflict for a version in a locale without a draft in this run."""
    values = version.values if version else {}
    field_conflicts = tuple(
        FieldConflict(path, ABSENT, ABSENT, theirs, both=True)
        for path, theirs in values.items()
        if path not in _NAMES and not is_unset(theirs)
    )
    why = "it would be deleted as well, and no draft of this run was made from it"
    updated = version.updated if version else ""
    return Conflict(part.draft, target, field_conflicts, why, updated, deleting=True)


def _notes(
    key: Key,
    versions: Versions,
    referrers: Callable[[Key], Sequence[str]],
) -> tuple[str, ...]:
    targets = [target for target, version in versions.items() if version and target.locale]
    there = sorted(t.locale for t in targets if t.key == key and key.kind == "item")
    notes = [f"It is deleted in all its locales: {', '.join(there)}."] if there[1:] else []
    if names := referrers(key):
        notes.append(f"Still referenced by {', '.join(names[:5])}{' …' if names[5:] else ''}.")
    return tuple(notes)
