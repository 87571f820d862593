"""Whose change is it? A draft, what it was made from, and what the CMS holds now, by field."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from pelican_buttercms.publish.plan.equality import ABSENT, look_up
from pelican_buttercms.publish.write_model import FieldPath, Values

Same = Callable[[FieldPath, Any, Any], bool]


@dataclass(frozen=True, slots=True)
class Policy:
    """What happens to fields that the CMS changed since the draft was made.

    Attributes:
        merge: whether what only the CMS changed stays as it is there.
        wins: who has the last word where both changed a field; "" lets nobody have it. Without
            `merge`, "ours" is for everything that the draft says.
    """

    merge: bool = False
    wins: Literal["", "ours", "theirs"] = ""


@dataclass(frozen=True, slots=True)
class Clash:
    """One field that the CMS changed since the draft was made.

    Attributes:
        path: the field.
        base: what it was when the draft was made; ABSENT where that is not known.
        ours: what the draft wants.
        theirs: what the CMS holds.
        both: whether the draft changed it as well; then somebody has to decide.
    """

    path: FieldPath
    base: Any
    ours: Any
    theirs: Any
    both: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a draft.

    Attributes:
        changes: what is to be written.
        clashes: what nobody decided; nothing may be written while there are any.
        kept: where the CMS's newer value stays and the draft has another, by what the draft has.
    """

    changes: Values
    clashes: tuple[Clash, ...] = ()
    kept: tuple[tuple[FieldPath, Any], ...] = ()


def reconcile(
    ours: Values, theirs: Values, base: Values | None, policy: Policy, same: Same
) -> Outcome:
    """Decide what of a draft is written over what the CMS holds.

    Args:
        ours: what the draft says; what it does not name is left alone.
        theirs: what the CMS holds.
        base: what it held when the draft was made. None where nobody knows that: then every
            difference is one that somebody has to decide.
        policy: what the user decided.
        same: says whether two values of a field are the same.
    """
    changes: Values = {}
    clashes, kept = [], []
    for path, wanted in ours.items():
        there = look_up(theirs, path)
        if same(path, wanted, there):
            continue
        before = ABSENT if base is None else look_up(base, path)
        if base is not None and same(path, before, there):
            changes[path] = wanted
            continue
        both = base is None or not same(path, before, wanted)
        match _decide(policy, both=both):
            case "ours":
                changes[path] = wanted
            case "theirs":
                kept.append((path, wanted))
            case _:
                clashes.append(Clash(path, before, wanted, there, both))
    if not changes and not any(clash.both for clash in clashes):
        # the draft was not edited: nothing of it is news, and nothing is lost
        kept += [(clash.path, clash.ours) for clash in clashes]
        clashes = []
    return Outcome(changes, tuple(clashes), tuple(kept))


def _decide(policy: Policy, *, both: bool) -> Literal["ours", "theirs", ""]:
    if not both and (policy.merge or policy.wins == "theirs"):
        return "theirs"
    return policy.wins
