"""Facts that were read together, again and again, and have one number."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from functools import cached_property

GROUP = 1 << 31
"""Numbers from here on stand for groups of facts that were read together."""


class FactGroups:
    """The groups of facts of a table.

    Attributes:
        groups: the facts of each group, in the order of their numbers, as an array's bytes.
    """

    def __init__(self) -> None:
        self.groups: list[bytes] = []

    def group(self, numbers: Iterable[int]) -> int:
        """Return the number that stands for several facts; groups among them are taken apart."""
        return self._group(array("I", sorted(self.expanded(numbers))).tobytes())

    def _group(self, members: bytes) -> int:
        number = self._group_numbers.get(members)
        if number is None:
            number = self._group_numbers[members] = GROUP + len(self.groups)
            self.groups.append(members)
        return number

    def expanded(self, numbers: Iterable[int]) -> set[int]:
        """Return facts, with the members of groups in place of groups."""
        found = set(numbers)
        for group in [number for number in found if number >= GROUP]:
            found.discard(group)
            found.update(self._members(group - GROUP))
        return found

    def with_groups(self, numbers: set[int]) -> set[int]:
        """Return facts, and every group that has one of them."""
        places = range(len(self.groups)) if numbers else ()
        return numbers | {
            GROUP + place for place in places if not numbers.isdisjoint(self._members(place))
        }

    def _members(self, place: int) -> memoryview[int]:
        return memoryview(self.groups[place]).cast("I")

    @cached_property
    def _group_numbers(self) -> dict[bytes, int]:
        return {members: GROUP + place for place, members in enumerate(self.groups)}
