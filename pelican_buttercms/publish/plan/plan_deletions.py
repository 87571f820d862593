"""What has to be done so that the CMS holds nothing of these drafts any more?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from pelican_buttercms.content import Key
from pelican_buttercms.publish.plan.equality import ABSENT, is_unset
from pelican_buttercms.publish.plan.plan import Conflict, Part, Plan, Problem, Step
from pelican_buttercms.publish.plan.protocols import Reads, Versions
from pelican_buttercms.publish.plan.three_way_merge import Clash, Policy
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
    reads: Reads,
    policy: Policy,
    referrers: Callable[[Key], Sequence[str]],
) -> Plan:
    """Plan to delete what the drafts were published as, in all its locales.

    Args:
        account: the account's fingerprint.
        drafts: the drafts; an item is deleted only as the draft knows it.
        known: the account.
        reads: asks the CMS.
        policy: "ours" deletes what the CMS has changed since, too.
        referrers: names what refers to a key, for the user to know.
    """
    targets = [(draft, _target(draft, known)) for draft in drafts]
    keys = {target.key for _, target in targets if target.key.id and target.key.kind != "page"}
    read = reads.read(sorted(_versions(keys, known)))
    parts: dict[Key, list[Part]] = {}
    conflicts, problems, notes = [], [], []
    for draft, target in targets:
        version = read.get(target)
        if target.key.kind == "page":
            text = f"the API cannot delete pages. Delete {target} in the dashboard."
            problems.append(Problem((draft.raw.path,), f"{draft.raw.path}: {text}"))
        elif version is None:
            notes.append(f"{draft.raw.path}: {target} is not at the CMS.")
        else:
            parts.setdefault(target.key, []).append(Part(draft.raw.path, target, {}, version))
            if draft.raw.base != version.digest and policy.wins != "ours":
                conflicts.append(_conflict(draft, target, version))
    for key, found in parts.items():
        known_here = {part.target for part in found}
        others = [t for t, one in read.items() if t.key == key and one and t not in known_here]
        if others and policy.wins != "ours":
            conflicts += [_unseen(found[0], other, read[other]) for other in others]
    steps = [
        Step("delete", tuple(found), notes=_notes(key, found, read, referrers))
        for key, found in parts.items()
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


def _versions(keys: Iterable[Key], known: AccountSchema) -> Iterator[WriteTarget]:
    """Name every version that a deletion takes away: it is of the item, in all its locales."""
    for key in keys:
        for locale in known.locales:
            is_main = key.kind == "post" and locale.name == known.main_locale
            yield WriteTarget(key, "" if is_main else locale.name)


def _conflict(draft: Draft, target: WriteTarget, version: ItemVersion) -> Conflict:
    """Show what would be lost: what the CMS has and the draft has not."""
    ours: Values = draft.values
    clashes = tuple(
        Clash(path, ABSENT, ours.get(path, ABSENT), theirs, both=True)
        for path, theirs in version.values.items()
        if path not in _NAMES and not is_unset(theirs) and ours.get(path, ABSENT) != theirs
    )
    why = (
        "the CMS has changed it since the draft was made"
        if draft.raw.base
        else "the draft was not made from it"
    )
    return Conflict(draft.raw.path, target, clashes, why, version.updated, deleting=True)


def _unseen(part: Part, target: WriteTarget, version: ItemVersion | None) -> Conflict:
    """Show a version in another locale, which no draft of this run knows."""
    values = version.values if version else {}
    clashes = tuple(
        Clash(path, ABSENT, ABSENT, theirs, both=True)
        for path, theirs in values.items()
        if path not in _NAMES and not is_unset(theirs)
    )
    why = "it would be deleted, too, and no draft of this run was made from it"
    updated = version.updated if version else ""
    return Conflict(part.draft, target, clashes, why, updated, deleting=True)


def _notes(
    key: Key,
    parts: Sequence[Part],
    read: Versions,
    referrers: Callable[[Key], Sequence[str]],
) -> tuple[str, ...]:
    there = sorted(t.locale for t, one in read.items() if t.key == key and one and t.locale)
    several = len(there) > 1 or len(parts) > 1
    notes = [f"It is deleted in all its locales: {', '.join(there)}."] if several else []
    if found := referrers(key):
        notes.append(f"Still referred to by {', '.join(found[:5])}{' …' if found[5:] else ''}.")
    return tuple(notes)
