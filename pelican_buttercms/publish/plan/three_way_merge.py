"""The three-way merge of a draft, its base, and what the CMS holds now, by field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from pelican_buttercms.publish.plan.equality import ABSENT, IsEqual, look_up
from pelican_buttercms.publish.write_model import FieldPath, Values


@dataclass(frozen=True, slots=True)
class Policy:
    """How to merge fields that the CMS has changed since the draft was made.

    Attributes:
        merge: whether fields that only the CMS changed keep its value.
        wins: whose value is taken where both changed a field; "" makes it a conflict. Without
            `merge`, "ours" takes every value of the draft.
    """

    merge: bool = False
    wins: Literal["", "ours", "theirs"] = ""


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """A field that the CMS has changed since the draft was made.

    Attributes:
        path: the field.
        base: its value when the draft was made; ABSENT if unknown.
        ours: the draft's value.
        theirs: the CMS's value.
        both: whether the draft changed it as well; then a person has to decide.
    """

    path: FieldPath
    base: Any
    ours: Any
    theirs: Any
    both: bool


@dataclass(frozen=True, slots=True)
class MergeResult:
    """The result of a merge.

    Attributes:
        changes: the values to write.
        clashes: undecided fields; nothing may be written while there are any.
        kept: fields whose newer value at the CMS stays, with the draft's values.
    """

    changes: Values
    field_conflicts: tuple[FieldConflict, ...] = ()
    kept: tuple[tuple[FieldPath, Any], ...] = ()


def three_way_merge(
    ours: Values, theirs: Values, base: Values | None, policy: Policy, is_equal: IsEqual
) -> MergeResult:
    """Merge a draft into what the CMS holds.

    Args:
        ours: the draft's values; fields that it does not name are left alone.
        theirs: what the CMS holds.
        base: what the CMS held when the draft was made. If that is unknown (None), every
            difference has to be decided by a person.
        policy: the user's decision.
        is_equal: returns whether two values of a field are equal.
    """
    changes: Values = {}
    field_conflicts, kept = [], []
    for path, wanted in ours.items():
        there = look_up(theirs, path)
        if is_equal(path, wanted, there):
            continue
        before = ABSENT if base is None else look_up(base, path)
        if base is not None and is_equal(path, before, there):
            changes[path] = wanted
            continue
        both = base is None or not is_equal(path, before, wanted)
        match _decide(policy, both=both):
            case "ours":
                changes[path] = wanted
            case "theirs":
                kept.append((path, wanted))
            case _:
                field_conflicts.append(FieldConflict(path, before, wanted, there, both))
    if not changes and not any(field_conflict.both for field_conflict in field_conflicts):
        # the draft was not edited, so nothing of it is lost
        kept += [(field_conflict.path, field_conflict.ours) for field_conflict in field_conflicts]
        field_conflicts = []
    return MergeResult(changes, tuple(field_conflicts), tuple(kept))


def _decide(policy: Policy, *, both: bool) -> Literal["ours", "theirs", ""]:
    if not both and (policy.merge or policy.wins == "theirs"):
        return "theirs"
    return policy.wins
