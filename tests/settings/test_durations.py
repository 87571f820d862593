"""Durations as people write them."""

from datetime import timedelta

import pytest

from pelican_buttercms.settings.durations import FOR_EVER, parse_duration, spell_duration


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10m", timedelta(minutes=10)),
        ("1d", timedelta(days=1)),
        ("1h30m", timedelta(hours=1, minutes=30)),
        (" 2 W ", timedelta(weeks=2)),
        ("45", timedelta(seconds=45)),
        (90, timedelta(seconds=90)),
        (0, timedelta(0)),
        ("0", timedelta(0)),
        ("*", FOR_EVER),
        (timedelta(hours=3), timedelta(hours=3)),
    ],
)
def test_every_written_form_is_read(text, expected):
    """A duration is a text with units, a number of seconds, or "*" for ever."""
    assert parse_duration(text) == expected


@pytest.mark.parametrize("text", ["", "soon", "1y", "10m!", "-5m", -1, True, None, "9" * 30 + "w"])
def test_what_is_no_duration_is_refused_with_examples(text):
    """A value that is no duration is answered with what one looks like."""
    with pytest.raises(ValueError, match='such as "10m", "1d", 0'):
        parse_duration(text)


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        (timedelta(seconds=1), "1 second"),
        (timedelta(seconds=59), "59 seconds"),
        (timedelta(minutes=3, seconds=59), "3 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(days=2, hours=23), "2 days"),
        (timedelta(seconds=-5), "0 seconds"),
    ],
)
def test_an_age_is_spelt_in_its_largest_unit(span, expected):
    """People are told an age in one unit, rounded down."""
    assert spell_duration(span) == expected
