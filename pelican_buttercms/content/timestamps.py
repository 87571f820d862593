"""Every form in which ButterCMS writes a point in time."""

from __future__ import annotations

from datetime import UTC, datetime, time, tzinfo


def parse_time(text: str) -> datetime:
    """Return a timestamp as an aware datetime in UTC.

    With microseconds or without, with `Z`, with an offset, or without a zone (webhooks write
    those; they mean UTC). Source: contract, "Blog", "Field values" and "Webhooks".

    Raises:
        ValueError: the text is not a timestamp.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError as exc:
        raise ValueError(f"{text!r} is before the year 1 or after 9999") from exc


def parse_day_or_time(text: str) -> datetime:
    """Return what a field says: a day as a naive midnight, a point in time as `parse_time` does.

    A day has no zone: it is the site's own. ButterCMS's date picker writes one as midnight in UTC.

    Raises:
        ValueError: the text is neither.
    """
    moment = parse_time(text)
    written = datetime.fromisoformat(text)
    is_day = written.time() == time() and not written.utcoffset()
    return written.replace(tzinfo=None) if is_day else moment


def local_time(when: datetime, zone: tzinfo) -> str:
    """Return a time as a file's metadata has it: in the site's zone, as plain Pelican reads it."""
    try:
        local = when.astimezone(zone)
    except OverflowError:  # at the edges of the calendar
        local = when
    if not local.fold:  # the hour that comes twice needs its offset
        local = local.replace(tzinfo=None)
    return local.isoformat(sep=" ", timespec="seconds")
