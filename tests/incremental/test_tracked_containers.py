"""What is noted when a list or a mapping is read, whoever reads it, and in whatever way."""

import bisect
import collections
import copy
import heapq
import itertools
import json
import operator
import pickle

import pytest

from pelican_buttercms.incremental.jinja_tracing import recording
from pelican_buttercms.incremental.recorder import Trace, recorder
from pelican_buttercms.incremental.tracked_containers import (
    ALL,
    ANY,
    LENGTH,
    WatchedFiles,
    WatchedList,
    WatchedMapping,
    part_of,
)

LETTERS = ["a", "b", "c", "d"]


@pytest.fixture(autouse=True)
def _nothing_is_recorded():
    recorder.reset()
    recorder.is_shared = lambda _one: True
    yield
    recorder.reset()


@pytest.fixture
def letters():
    """A watched list."""
    return WatchedList(LETTERS, list(LETTERS))


def questions(one, read):
    """Return what is noted while something is read, and what was read."""
    frame = Trace()
    with recording(frame):
        value = read(one)
    assert all(place == id(one) for place, _ in frame.reads)
    return {question for _, question in frame.reads}, value, frame.blocker


def unpack(values):
    """Take a list apart."""
    first, *rest = values
    return [first, *rest]


def match(values):
    """Take a list apart by its pattern."""
    match values:
        case [*parts]:
            return parts


def extend(values):
    """Add the list to another, in place."""
    other = []
    other.extend(values)
    return other


def write_slice(values):
    """Put the list in the place of a part of another."""
    other = ["x"]
    other[:] = values
    return other


WHOLE = {
    "list": list,
    "tuple": tuple,
    "set": set,
    "sorted": sorted,
    "iter": lambda x: [*iter(x)],
    "star": lambda x: [*x],
    "arguments": lambda x: max(*x),
    "unpack": unpack,
    "match": match,
    "reversed": lambda x: [*reversed(x)],
    "plus": lambda x: [*x, "e"],
    "added": lambda x: x + ["e"],  # noqa: RUF005
    "added to": lambda x: ["e"] + x,  # noqa: RUF005
    "added to nothing": lambda x: [] + x,  # noqa: RUF005
    "times": lambda x: x * 2,
    "times from the left": lambda x: 2 * x,
    "concat": lambda x: operator.concat(x, []),
    "extend": extend,
    "write a slice": write_slice,
    "zip": lambda x: [*zip(x, x, strict=True)],
    "enumerate": lambda x: [*enumerate(x)],
    "map": lambda x: [*map(str.upper, x)],
    "filter": lambda x: [*filter(None, x)],
    "islice": lambda x: [*itertools.islice(x, 2)],
    "chain": lambda x: [*itertools.chain(x)],
    "join": ",".join,
    "json": json.dumps,
    "json, indented": lambda x: json.dumps(x, indent=1),
    "in": lambda x: "z" in x,
    "not in": lambda x: "z" not in x,
    "equal": lambda x: x == LETTERS,
    "equal, from the right": lambda x: LETTERS == x,  # noqa: SIM300
    "unequal": lambda x: x != LETTERS,
    "less": lambda x: x < ["b"],
    "less, from the right": lambda x: ["b"] > x,  # noqa: SIM300
    "at most": lambda x: x <= ["b"],
    "more": lambda x: x > ["b"],
    "at least": lambda x: x >= ["b"],
    "index": lambda x: x.index("c"),
    "count": lambda x: x.count("c"),
    "copy": lambda x: x.copy(),
    "copy.copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": lambda x: pickle.loads(pickle.dumps(x)),
    "repr": repr,
    "str": str,
    "format": lambda x: f"{x}",
    "percent": lambda x: "%s" % x,  # noqa: UP031
    "max": max,
    "sum": lambda x: sum([[one] for one in x], []),  # noqa: RUF017
    "any": any,
    "deque": collections.deque,
    "Counter": collections.Counter,
    "nlargest": lambda x: heapq.nlargest(2, x),
    "dict.fromkeys": dict.fromkeys,
}


@pytest.mark.parametrize("name", WHOLE)
def test_what_reads_the_whole_list_is_noted(letters, name):
    """And gives what it gives of a plain list."""
    asked, value, blocker = questions(letters, WHOLE[name])
    assert ALL in asked or blocker
    assert value == WHOLE[name](list(LETTERS))
    assert not isinstance(value, WatchedList)


PARTS = {
    "first": (lambda x: x[0], "0"),
    "last": (lambda x: x[-1], "-1"),
    "a bool": (lambda x: x[True], "1"),
    "newest two": (lambda x: x[:2], ":2:"),
    "all but one": (lambda x: x[1:], "1::"),
    "backwards": (lambda x: x[::-1], "::-1"),
    "far behind": (lambda x: x[10:20], "10:20:"),
    "length": (len, LENGTH),
    "bool": (bool, ANY),
    "not": (lambda x: not x, ANY),
    "if": (lambda x: 1 if x else 2, ANY),
    "itemgetter": (operator.itemgetter(2), "2"),
}


@pytest.mark.parametrize("name", PARTS)
def test_a_part_of_a_list_is_noted_as_such(letters, name):
    """No more than that."""
    read, question = PARTS[name]
    asked, value, blocker = questions(letters, read)
    assert asked == {question}
    assert blocker is None
    assert value == read(list(LETTERS))
    if name not in {"not", "if"}:
        assert part_of(list(LETTERS), question) == value


def test_bisecting_is_noted(letters):
    """C code that asks for elements by number."""
    asked, value, _ = questions(letters, lambda x: bisect.bisect(x, "b"))
    assert asked
    assert value == 2


@pytest.mark.parametrize("place", [4, -5, 99])
def test_an_element_that_is_not_there_is_noted(letters, place):
    """It may be there a build later."""
    with pytest.raises(IndexError):
        letters[place]
    frame = Trace()
    with recording(frame), pytest.raises(IndexError):
        letters[place]
    assert set(frame.reads) == {(id(letters), str(place))}
    assert part_of(LETTERS, str(place)) is None
    assert part_of(LETTERS * 30, str(place)) is not None


@pytest.mark.parametrize("place", ["title", None, 1.5])
def test_what_is_no_place_is_refused_as_by_a_list(letters, place):
    """Whoever catches a TypeError of a list catches it here."""
    with pytest.raises(TypeError):
        letters[place]


CHANGES = {
    "append": lambda x: x.append("z"),
    "extend": lambda x: x.extend("yz"),
    "insert": lambda x: x.insert(1, "z"),
    "remove": lambda x: x.remove("b"),
    "pop": lambda x: x.pop(),
    "pop the first": lambda x: x.pop(0),
    "clear": lambda x: x.clear(),
    "sort": lambda x: x.sort(reverse=True),
    "reverse": lambda x: x.reverse(),
    "set": lambda x: operator.setitem(x, 0, "z"),
    "set a slice": lambda x: operator.setitem(x, slice(1, 3), ["z"]),
    "delete": lambda x: operator.delitem(x, 0),
    "+=": lambda x: operator.iadd(x, ["z"]),
    "*=": lambda x: operator.imul(x, 2),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_blocks_and_reaches_the_original(name):
    """Other pages see it, as they would see it without watching."""
    expected, original = list(LETTERS), list(LETTERS)
    watched = WatchedList(original, original)
    CHANGES[name](expected)
    _, _, blocker = questions(watched, CHANGES[name])
    assert blocker
    assert list(watched) == original == expected


def test_a_change_in_place_gives_the_list_itself(letters):
    """Names that are bound anew are bound to the same list."""
    assert operator.iadd(letters, ["e"]) is letters
    assert operator.imul(letters, 2) is letters


def test_a_plain_list_that_is_added_to_stays_the_same_list(letters):
    """`found += articles` changes the list that others hold as well."""
    found = held = ["x"]
    found += letters
    assert held == ["x", *LETTERS]
    assert found is held


def test_a_list_is_still_a_list(letters):
    """To isinstance, and to hash."""
    assert isinstance(letters, list)
    with pytest.raises(TypeError):
        hash(letters)


def test_nothing_is_noted_while_nothing_is_recorded(letters):
    """Other plugins read without a frame."""
    assert [*letters, len(letters), letters[0], *letters[1:2]] == [*LETTERS, 4, "a", "b"]


KEYS = {
    "item": lambda x: x["a"],
    "get": lambda x: x.get("a"),
    "get with a default": lambda x: x.get("a", 5),
    "in": lambda x: "a" in x,
    "percent": lambda x: "%(a)s" % x,  # noqa: UP031
    "format_map": "{a}".format_map,
    "itemgetter": operator.itemgetter("a"),
}


@pytest.mark.parametrize("name", KEYS)
def test_a_key_of_a_mapping_is_noted(name):
    """That key, and no other."""
    asked, value, blocker = questions(WatchedMapping({"a": 1, "b": 2}), KEYS[name])
    assert asked == {"a"}
    assert blocker is None
    assert value == KEYS[name]({"a": 1, "b": 2})


@pytest.mark.parametrize("read", [lambda x: x.get("z"), lambda x: "z" in x])
def test_a_missing_key_is_noted(read):
    """It may be there a build later."""
    asked, _, _ = questions(WatchedMapping({"a": 1}), read)
    assert asked == {"z"}


MAPPING = {
    "dict": dict,
    "stars": lambda x: {**x},
    "arguments": lambda x: dict(**x),
    "keys": lambda x: [*x.keys()],
    "values": lambda x: [*x.values()],
    "items": lambda x: [*x.items()],
    "iter": lambda x: [*x],
    "reversed": lambda x: [*reversed(x)],
    "len": len,
    "bool": bool,
    "equal": lambda x: x == {"a": 1},
    "unequal": lambda x: x != {"a": 1},
    "or": lambda x: x | {"c": 3},
    "or, from the right": lambda x: {"c": 3} | x,
    "copy": lambda x: x.copy(),
    "copy.copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": lambda x: pickle.loads(pickle.dumps(x)),
    "json": json.dumps,
    "repr": repr,
    "sorted": sorted,
    "update": lambda x: operator.ior({}, x),
}


@pytest.mark.parametrize("name", MAPPING)
def test_what_reads_a_whole_mapping_blocks(name):
    """Its size too; and it gives what it gives of a plain one."""
    asked, value, blocker = questions(WatchedMapping({"a": 1, "b": 2}), MAPPING[name])
    assert blocker, asked
    assert value == MAPPING[name]({"a": 1, "b": 2})


@pytest.mark.parametrize(
    "change",
    [
        lambda x: operator.setitem(x, "c", 3),
        lambda x: operator.delitem(x, "a"),
        lambda x: operator.ior(x, {"c": 3}),
        lambda x: x.update(c=3),
        lambda x: x.setdefault("c", 3),
        lambda x: x.pop("a"),
        lambda x: x.popitem(),
        lambda x: x.clear(),
    ],
)
def test_a_changed_mapping_blocks_and_changes_the_original(change):
    """As a list does."""
    expected, original = {"a": 1, "b": 2}, {"a": 1, "b": 2}
    watched = WatchedMapping(original)
    change(expected)
    _, _, blocker = questions(watched, change)
    assert blocker
    assert original == expected == dict(watched)


def test_following_a_link_to_a_static_file_is_noted():
    """It settles where the file lies; outside of a text that cannot be repeated."""
    files = WatchedFiles({"a.txt": 1})
    assert questions(files, lambda x: x["a.txt"])[2]
    frame = Trace("get_content")
    with recording(frame):
        assert files["a.txt"] == 1
    assert frame.follows
    assert frame.blocker is None
