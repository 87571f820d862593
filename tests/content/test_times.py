from datetime import UTC, datetime

import pytest

from pelican_buttercms.content.timestamps import parse_day_or_time, parse_time


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-05-17T14:13:46.787544Z", datetime(2024, 5, 17, 14, 13, 46, 787544, UTC)),
        ("2021-08-04T20:30:00Z", datetime(2021, 8, 4, 20, 30, tzinfo=UTC)),
        ("2023-04-13T07:29:57.727000+00:00", datetime(2023, 4, 13, 7, 29, 57, 727000, UTC)),
        ("2023-04-13T09:29:57+02:00", datetime(2023, 4, 13, 7, 29, 57, tzinfo=UTC)),
        ("2024-01-15T14:30:00", datetime(2024, 1, 15, 14, 30, tzinfo=UTC)),
    ],
)
def test_every_form_of_the_contract(text, moment):
    """Each form of a timestamp is read as the same kind of aware moment in UTC."""
    parsed = parse_time(text)

    assert parsed == moment
    assert parsed.tzinfo is UTC


def test_not_a_timestamp():
    """What is not a timestamp is a ValueError, for the caller to place."""
    with pytest.raises(ValueError, match="yesterday"):
        parse_time("yesterday")


@pytest.mark.parametrize(
    "text",
    [
        "2024-05-14",
        "2024-05-14T00:00:00Z",
        "2024-05-14T00:00:00.000000Z",
        "2024-05-14T00:00:00+00:00",
        "2024-05-14T00:00:00",
        "2024-05-14 00:00",
    ],
)
def test_a_day_has_no_zone(text):
    """Neither alone nor as the date picker writes it."""
    assert parse_day_or_time(text) == datetime(2024, 5, 14)  # noqa: DTZ001


@pytest.mark.parametrize("text", ["2024-05-14T00:00:01Z", "2024-05-14T00:00:00-04:00"])
def test_a_time_of_day_has_one(text):
    """Whoever sets a time means a point in time."""
    assert parse_day_or_time(text) == parse_time(text)
