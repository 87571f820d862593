"""Objects of plugins are told apart by what they hold, if they show nothing else."""

from collections import ChainMap, Counter, OrderedDict, defaultdict, deque, namedtuple
from dataclasses import dataclass, field
from datetime import timedelta, timezone
from decimal import Decimal
from enum import Enum, Flag, IntEnum, StrEnum
from fractions import Fraction
from pathlib import Path
import re
import time as clock
from types import SimpleNamespace

import pytest

from pelican_buttercms.incremental.fingerprint import Fingerprinter, UntrackableError


def tell(value):
    """Tell a value where nothing has a name."""
    return Fingerprinter({}).fingerprint(value)


Point = namedtuple("Point", "x y")


class Colour(Enum):
    RED = 1
    BLUE = 2

    def shown(self):
        return self.name.title()


class Level(IntEnum):
    LOW = 1
    HIGH = 2


class Word(StrEnum):
    TEA = "tea"


class Bits(Flag):
    A = 1
    B = 2


@dataclass
class Stats:
    """What a plugin may set at an article."""

    words: int
    names: list = field(default_factory=list)

    @property
    def minutes(self):
        return max(1, self.words // 200)


@dataclass(frozen=True, slots=True)
class Frozen:
    words: int


class Series:
    """An object with methods that look up nothing else."""

    kind = "series"

    def __init__(self, name, *parts):
        self.name = name
        self.parts = list(parts)

    def __iter__(self):
        return iter(self.parts)

    def __str__(self):
        return f"{self.name} ({len(self.parts)})"


class Slotted:
    __slots__ = ("a", "b")

    def __init__(self, a):
        self.a = a


class Titled(str):
    """A text of somebody's own."""

    __slots__ = ()


class Listed(list):
    """A list of somebody's own, which may have more."""


OBJECTS = [
    *(Counter("aab"), Counter("abb"), OrderedDict(a=1), defaultdict(int, a=1), ChainMap({"a": 1})),
    *(deque([1]), deque([2]), Point(1, 2), Point(2, 1), Decimal(1), Decimal("1.0"), Fraction(1)),
    *(Colour.RED, Colour.BLUE, Level.LOW, Level.HIGH, Word.TEA, Bits.A, Bits.A | Bits.B),
    *(Stats(1), Stats(2), Stats(1, ["a"]), Frozen(1), Frozen(2), Slotted(1), Slotted(2)),
    *(Series("a"), Series("b"), Series("a", 1), Series("a", Series("b")), Titled("a"), Titled("b")),
    *(Listed(), Listed([1]), SimpleNamespace(a=1), SimpleNamespace(a=2), range(3), bytearray(b"a")),
    *(re.compile("a"), re.compile("a", re.I), Path("/nowhere/a"), Path("/nowhere/b")),
    *(timezone.utc, timezone(timedelta(hours=1)), {"a": Counter("a")}, [Stats(3)]),  # noqa: UP017
]


def test_objects_are_told_apart_by_what_they_hold():
    """Those of Python's library, and of plugins whose methods look up nothing else."""
    told = [tell(value) for value in OBJECTS]
    assert len(set(told)) == len(OBJECTS)
    assert tell(Series("a", 1)) == tell(Series("a", 1))
    assert tell(Counter("ab")) == tell(Counter("ab"))


def test_an_attribute_that_was_added_counts():
    """A subclass of a list may have more than its items."""
    listed = Listed([1])
    listed.title = "a"
    assert tell(listed) != tell(Listed([1]))


def test_a_path_is_told_with_its_file(tmp_path):
    """A template can read it."""
    path = tmp_path / "a"
    missing = tell(path)
    path.write_text("a")
    first = tell(path)
    path.write_text("ab")
    assert len({missing, first, tell(path)}) == 3


class Clock:
    def shown(self):
        return clock.time()


class Reader:
    @property
    def text(self):
        return open("a").read()  # noqa: PTH123


class Importer:
    def shown(self):
        import random

        return random.random()


class Inner:
    def shown(self):
        return [clock.time() for _ in range(1)]


class Child(Clock):
    pass


class Holder:
    shared = []


def closed(value):
    """Make an object whose method looks at something else."""

    class Closed:
        def shown(self):
            return value

    return Closed()


class Node:
    def __init__(self, *children):
        self.children = children
        for one in children:
            one.parent = self


LEAD_ELSEWHERE = [Clock(), Reader(), Importer(), Inner(), Child(), Holder(), closed(1)]
LEAD_ELSEWHERE += [SimpleNamespace(a=Clock()), Stats(1, [Clock()]), Series(Clock())]
LEAD_ELSEWHERE += [Node(*(Node() for _ in range(20))), Path("/"), clock, re, Colour, Stats]


@pytest.mark.parametrize("value", LEAD_ELSEWHERE, ids=lambda value: type(value).__name__)
def test_an_object_that_leads_elsewhere_cannot_be_told(value):
    """A clock, a file, a module, what holds itself: nobody knows what a template would see."""
    with pytest.raises(UntrackableError):
        tell(value)
