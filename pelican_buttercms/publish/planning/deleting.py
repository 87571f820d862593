"""What has to be done so that the CMS holds nothing of these drafts any more?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from pelican_buttercms.content import Key
from pelican_buttercms.content.writable import SLUG, STATUS, TITLE, Target, Values, Version, spell
from pelican_buttercms.publish.draft import Draft
from pelican_buttercms.publish.meaning.known import Known
from pelican_buttercms.publish.planning.plan import Conflict, Part, Plan, Step
from pelican_buttercms.publish.planning.reads import Reads
from pelican_buttercms.publish.planning.reconcile import Clash, Policy
from pelican_buttercms.publish.planning.same import ABSENT

_NAMES = {STATUS, TITLE, SLUG}


def plan_deletions(
    account: str,
    drafts: Sequence[Draft],
    *,
    known: Known,
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
    steps: dict[Key, Step] = {}
    conflicts, problems, notes = [], [], []
    targets = {draft.raw.path: _target(draft, known) for draft in drafts}
    read = reads.read([target for target in targets.values() if target.key.id])
    for draft in drafts:
        target = targets[draft.raw.path]
        version = read.get(target)
        if target.key.kind == "page":
            problems.append(
                f"{draft.raw.path}: the API cannot delete pages. Delete {target} in the dashboard."
            )
        elif version is None:
            notes.append(f"{draft.raw.path}: {target} is not at the CMS.")
        elif draft.raw.base != version.digest and policy.wins != "ours":
            conflicts.append(_conflict(draft, target, version))
        else:
            part = Part(draft.raw.path, target, {}, version)
            steps.setdefault(target.key, Step("delete", (part,), notes=_notes(target, referrers)))
    return Plan(
        account,
        tuple(steps.values()),
        conflicts=tuple(conflicts),
        problems=tuple(problems),
        notes=tuple(notes),
    )


def _target(draft: Draft, known: Known) -> Target:
    target = draft.target
    if target.key.kind == "post":
        return replace(target, locale="" if target.locale == known.main_locale else target.locale)
    return target


def _conflict(draft: Draft, target: Target, version: Version) -> Conflict:
    """Show what would be lost: what the CMS has and the draft has not."""
    ours: Values = draft.values
    clashes = tuple(
        Clash(path, ABSENT, ours.get(path, ABSENT), theirs, both=True)
        for path, theirs in version.values.items()
        if path not in _NAMES and ours.get(path, ABSENT) != theirs
    ) or (Clash(STATUS, ABSENT, ours.get(STATUS, ABSENT), version.status, both=True),)
    why = (
        "the CMS has changed it since the draft was made"
        if draft.raw.base
        else "the draft was not made from it"
    )
    names = ", ".join(spell(clash.path) for clash in clashes)
    return Conflict(draft.raw.path, target, clashes, f"{why} ({names})", version.updated)


def _notes(target: Target, referrers: Callable[[Key], Sequence[str]]) -> tuple[str, ...]:
    notes = ["It is deleted in all its locales."] if target.locale else []
    if found := referrers(target.key):
        notes.append(f"Still referred to by {', '.join(found[:5])}{' …' if found[5:] else ''}.")
    return tuple(notes)
