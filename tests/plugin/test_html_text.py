"""The CMS's texts and times as Pelican and its themes expect them."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
import pytest

from pelican_buttercms.content.timestamps import parse_day_or_time
from pelican_buttercms.plugin.html_text import (
    _NOT_IN_XML,
    paragraph_html,
    printable,
    site_time,
    typographer,
)


def test_a_summary_is_a_paragraph():
    """A plain summary becomes what Pelican's readers make of one."""
    assert paragraph_html("a < b") == "<p>a &lt; b</p>"


def test_a_moment_is_naive_in_the_sites_zone():
    """A post of the late evening is archived under the reader's day, not under UTC's."""
    moment = datetime(2024, 5, 17, 23, 30, 0, 250, tzinfo=UTC)
    assert str(site_time(moment, "Asia/Tokyo")) == "2024-05-18 08:30:00.000250"
    assert site_time(moment, "America/New_York").tzinfo is None


@pytest.mark.parametrize(
    "zone", ["America/New_York", "Pacific/Kiritimati", "America/Sao_Paulo", "UTC", "Asia/Beirut"]
)
@pytest.mark.parametrize("day", ["2018-11-04", "2024-03-10", "2024-03-31", "2024-11-03"])
def test_a_day_is_the_sites_own(zone, day):
    """East and west of Greenwich, and where midnight is left out when summer time begins."""
    assert str(site_time(parse_day_or_time(f"{day}T00:00:00Z"), zone))[:10] == day


def test_typography_is_improved_only_when_asked_for():
    """TYPOGRIFY holds for CMS content as it does for files, with its options."""
    settings = {
        "TYPOGRIFY": True,
        "TYPOGRIFY_DASHES": "default",
        "TYPOGRIFY_IGNORE_TAGS": ["pre"],
        "TYPOGRIFY_OMIT_FILTERS": ["widont"],
    }
    improve = typographer(settings)
    assert improve('<p>So "hi" -- you</p>') == "<p>So &#8220;hi&#8221; &#8212; you</p>"
    assert improve("<pre>--</pre>") == "<pre>--</pre>"
    assert improve("") == ""
    assert typographer({"TYPOGRIFY": False})("--") == "--"
    oldschool = typographer(settings | {"TYPOGRIFY_DASHES": "oldschool"})
    assert oldschool("<p>a -- b</p>") == "<p>a &#8211; b</p>"


@given(st.text(st.sampled_from("a ä\n\t\r\0\x0b\x1f\x7f\ud800\ufffd\ufffe\uffff\uffee\U0001f600")))
def test_exactly_what_xml_has_not_is_left_out(text):
    """However quickly most texts are passed."""
    assert printable(text) == _NOT_IN_XML.sub("", text)


def test_a_text_that_loses_nothing_is_the_same_object():
    """Ten thousand bodies are not kept twice."""
    for text in ("title", "two\nlines, ä", "<p>ﾊ\n</p>"):
        assert printable(text) is text
    assert type(printable(Markup("title"))) is str
