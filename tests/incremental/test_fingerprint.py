"""Values that are not the same to a reader are told apart, and those that are, are not."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import partial
from itertools import combinations
from pathlib import PurePosixPath
from types import MappingProxyType
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Undefined
from markupsafe import Markup
from pelican.paginator import PaginationRule
from pelican.utils import SafeDatetime
import pytest

from pelican_buttercms.content import Key
from pelican_buttercms.incremental.fingerprint import Fingerprinter, UntrackableError, digest
from pelican_buttercms.plugin.cms_text import CmsText
from pelican_buttercms.plugin.incremental_host import FINGERPRINTS

NOON = datetime(2024, 5, 17, 12)  # noqa: DTZ001  (as Pelican's are)

DIFFERENT = [
    *(None, True, False, 0, 1, 2, -1, 1.0, 0.0, -0.0, 1j, 1e300, float("inf"), float("nan")),
    *("", "a", "b", "1", "None", "True", "s1:a", " ", "a ", "\ud800", "é", "e\u0301"),
    *(b"", b"a", Markup("a"), Markup(""), CmsText("a")),
    *([], (), {}, set(), [None], [1], (1,), {1: 1}, {"1": 1}, {1}, [[1]], [(1,)], [1, 2], [2, 1]),
    *(["a", "b"], ["a,b"], ["as1:b"], ["a", ["b"]], [["a"], "b"], {"a": "b"}, {"b": "a"}),
    *({"a": 1, "b": 2}, {"b": 2, "a": 1}, {"a": None}, {"a": {}}, {"a": []}),
    *({"a", "b"}, {"ab"}, {("a", "b")}),
    *(NOON, NOON.replace(tzinfo=UTC), NOON.replace(tzinfo=timezone(timedelta(hours=1)))),
    *(
        NOON.replace(tzinfo=ZoneInfo("Europe/Paris")),
        NOON.replace(tzinfo=ZoneInfo("Europe/Berlin")),
    ),
    *(NOON.replace(microsecond=1), SafeDatetime(2024, 5, 17, 12), date(2024, 5, 17), time(12)),
    *(timedelta(1), timedelta(seconds=1), ZoneInfo("Europe/Paris"), ZoneInfo("Europe/Berlin")),
    *(PurePosixPath("b"), PurePosixPath("a"), Key("post", "", "a"), Key("post", "a", "")),
    *(MappingProxyType({}), MappingProxyType({"a": 1}), Undefined()),
    *(PaginationRule(1, "a", "b"), PaginationRule(2, "a", "b"), PaginationRule(1, "ab", "")),
]


def tell(value):
    """Tell a value where nothing has a name."""
    return Fingerprinter({}, FINGERPRINTS).fingerprint(value)


def test_no_two_values_that_print_differently_are_told_alike():
    """Not by their type, their order, or where one ends and the next begins."""
    told = [tell(value) for value in DIFFERENT]
    same = [
        (one, other)
        for (one, mine), (other, its) in combinations(zip(DIFFERENT, told, strict=True), 2)
        if mine == its
    ]
    assert same == []


def test_the_second_of_two_equal_hours_is_another():
    """When clocks go back, `fold` tells which one it is."""
    paris = ZoneInfo("Europe/Paris")
    one, other = (datetime(2024, 10, 27, 2, 30, tzinfo=paris, fold=fold) for fold in (0, 1))
    assert tell(one) != tell(other)


PLAIN = st.none() | st.booleans() | st.integers() | st.text() | st.binary() | st.datetimes()
VALUES = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)


def kind_and_value(value):
    """Return something that is equal only to what is the same to any reader."""
    if isinstance(value, list | tuple):
        return (type(value), *map(kind_and_value, value))
    if isinstance(value, dict):
        return dict, tuple((k, kind_and_value(v)) for k, v in value.items())
    return type(value), repr(value)


@given(one=VALUES, other=VALUES)
def test_told_alike_means_the_same(one, other):
    """And the same are told alike."""
    assert (tell(one) == tell(other)) == (kind_and_value(one) == kind_and_value(other))


@given(values=st.sets(st.text()))
def test_a_set_is_told_in_any_order(values):
    """Its order changes from one process to the next."""
    assert tell(values) == tell({*sorted(values, reverse=True)})


UNKNOWN = [object(), iter([]), print, map]
UNKNOWN += [lambda: 1, UNKNOWN[0].__str__, [object()], {"a": {1: (object(),)}}, {object(): 1}]
UNKNOWN += [partial(lambda: 1), partial(print, 1), (x for x in ()), type, Fingerprinter, pytest]


@pytest.mark.parametrize("value", UNKNOWN, ids=lambda value: type(value).__name__)
def test_what_is_not_known_cannot_be_told(value):
    """However deep inside."""
    with pytest.raises(UntrackableError):
        tell(value)


def test_what_holds_itself_cannot_be_told():
    """It has no end."""
    value = []
    value.append(value)
    with pytest.raises(UntrackableError):
        tell(value)


def test_an_object_with_a_name_is_its_name():
    """Also inside of others; what it is like is asked for on its own."""
    one, other = object(), object()
    fingerprinter = Fingerprinter({id(one): "Article|a.md|en", id(other): "Article|b.md|en"})
    assert fingerprinter.fingerprint(one) != fingerprinter.fingerprint(other)
    assert fingerprinter.fingerprint([one]) != fingerprinter.fingerprint([other])
    assert "a.md" in fingerprinter.fingerprint({"next": one})


def test_a_name_is_no_text():
    """A text cannot pass for an object."""
    one = object()
    fingerprinter = Fingerprinter({id(one): "Tag|a|A"})
    assert (
        fingerprinter.fingerprint(one)
        != fingerprinter.fingerprint("@Tag|a|A")
        != fingerprinter.fingerprint("Tag|a|A")
    )


def test_digests_of_odd_texts():
    """Half of a surrogate pair is a text too."""
    assert len({digest(text) for text in ("", "a", "\ud800", "\udfff", "\0")}) == 5
