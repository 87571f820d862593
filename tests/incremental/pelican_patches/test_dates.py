"""A date that is spelt in one step is spelt as Pelican does it, and stays Pelican's own."""

import locale
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from pelican.contents import Article
from pelican.plugins import signals
from pelican.settings import DEFAULT_CONFIG
from pelican.urlwrappers import Category
from pelican.utils import SafeDatetime
import pytest

from pelican_buttercms.incremental import pelican_patches
from pelican_buttercms.incremental.pelican_patches import dates
from pelican_buttercms.incremental.pelican_patches.dates import Moment, is_plain

NOON = (2024, 5, 7, 12, 0, 9, 250)
DIRECTIVES = [f"%{letter}" for letter in "aAbBcdfGHIjmMpSUuVwWxXyYzZ%"]
OTHERS = ["%-d", "%-H", "%-%", "%e", "%F", "%q", "%", "%\n", "\n", " ", "é", "%é", "s", "d", "%s"]
OTHERS.append("\0")  # where the system's own ends


@given(
    st.lists(st.sampled_from(DIRECTIVES + OTHERS) | st.text(max_size=3), max_size=6).map("".join),
    st.datetimes(),
)
def test_any_format_is_spelt_as_pelican_does_it(fmt, moment):
    """Also what it refuses, it refuses in the same way."""
    parts = (*moment.timetuple()[:6], moment.microsecond, ZoneInfo("Asia/Tokyo"))
    assert spelt(Moment(*parts), fmt) == spelt(SafeDatetime(*parts), fmt)


def spelt(moment, fmt):
    """Give a time in words, or how that fails."""
    try:
        return moment.strftime(fmt)
    except (ValueError, TypeError) as exc:
        return type(exc)


def test_what_is_spelt_in_one_step():
    """All usual formats are; where Pelican does more than the system, it does it."""
    assert all(map(is_plain, DIRECTIVES))
    assert is_plain(DEFAULT_CONFIG["DEFAULT_DATE_FORMAT"])
    assert not any(map(is_plain, ["%-d", "%e", "%", "é", "%\n", 3]))


@pytest.fixture(autouse=True)
def _locale():
    """Pelican sets that of a date's format for the whole process."""
    before = locale.setlocale(locale.LC_ALL)
    yield
    locale.setlocale(locale.LC_ALL, before)


def make(enabled, monkeypatch, **metadata):
    """Make an article, at full speed or as Pelican does."""
    monkeypatch.setattr(pelican_patches, "ENABLED", enabled)
    settings = {**DEFAULT_CONFIG, "PATH": "/site/content", "OUTPUT_PATH": "/site/output"}
    settings |= {"TIMEZONE": "America/New_York", "DATE_FORMATS": {"de": ("C", "%d.%m.%Y")}}
    known = {"title": "T", "slug": "s", "category": Category("News", settings)}
    path = "/site/content/buttercms/posts/s"
    article = Article.__new__(Article)
    pelican_patches.fill_content(
        article, Article, "text", known | metadata, settings=settings, path=path, context={}
    )
    return article


@pytest.mark.parametrize(
    "metadata",
    [
        {"date": SafeDatetime(*NOON)},
        {"date": SafeDatetime(*NOON), "modified": SafeDatetime(2025, 1, 1)},
        {"date": SafeDatetime(*NOON), "timezone": "Asia/Tokyo"},
        {"date": SafeDatetime(*NOON, ZoneInfo("Asia/Tokyo"))},
        {"date": SafeDatetime(*NOON), "date_format": "%-d. %B"},
        {"date": SafeDatetime(*NOON), "lang": "de"},
        {"modified": SafeDatetime(*NOON)},
        {},
    ],
)
def test_a_content_has_the_dates_that_pelican_gives_it(metadata, monkeypatch):
    """Of Pelican's types, with its zones, and its spelling; the metadata as they were given."""
    quick, slow = (told(make(one, monkeypatch, **metadata)) for one in (True, False))
    assert quick == slow
    assert quick["metadata"] == {name: (type(one), repr(one)) for name, one in metadata.items()}


def told(content):
    """Give types and texts: moments of different types and zones can be equal."""
    names = ("date", "modified", "locale_date", "locale_modified", "timezone", "date_format")
    given = {"date", "modified", "timezone", "date_format", "lang"} & content.metadata.keys()
    found = {name: content.metadata[name] for name in given}
    return {name: typed(getattr(content, name, None)) for name in names} | {
        "metadata": {name: typed(one) for name, one in found.items()}
    }


def typed(value):
    """Give the type of a value, and its text."""
    return type(value), repr(value)


def test_the_dates_of_another_plugin_stay(monkeypatch):
    """One that hears of new contents may set others."""
    other = SafeDatetime(2000, 1, 1, tzinfo=ZoneInfo("UTC"))

    def change(content):
        content.date = content.metadata["date"] = other

    with signals.content_object_init.connected_to(change):
        content = make(True, monkeypatch, date=SafeDatetime(*NOON))
    assert content.date is other
    assert content.metadata["date"] is other


def test_one_step_is_what_is_taken(monkeypatch):
    """Without Pelican's own function: the time that it takes is what this is for."""

    def refuse(*_):
        raise AssertionError

    monkeypatch.setattr("pelican.utils.strftime", refuse)
    content = make(True, monkeypatch, date=SafeDatetime(*NOON), modified=SafeDatetime(*NOON))
    assert content.locale_date == content.locale_modified == "Tue 07 May 2024"
    assert dates.quickened({"date": SafeDatetime(*NOON)}, {"TIMEZONE": None}) == {}
