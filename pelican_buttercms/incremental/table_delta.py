"""What a process has learnt, as it tells it to another one."""

from __future__ import annotations

from typing import NamedTuple


class TableMark(NamedTuple):
    """How many there are."""

    objects: int
    questions: int
    facts: int
    groups: int


class TableDelta(NamedTuple):
    """What was asked since an end, with the numbers of the process that has asked it.

    Attributes:
        end: where that process has begun.
        objects: names of new objects.
        questions: new ones.
        of_object: see `DependencyTable.of_object`, from there on, as an array's bytes.
        of_question: see `DependencyTable.of_question`, likewise.
        groups: see `DependencyTable.groups`, from there on.
    """

    end: TableMark
    objects: list[str]
    questions: list[str]
    of_object: bytes
    of_question: bytes
    groups: list[bytes]
