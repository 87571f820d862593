"""When was that? Every form in which ButterCMS writes a point in time."""

from __future__ import annotations

from datetime import UTC, datetime


def parse_time(text: str) -> datetime:
    """Read a timestamp as an aware datetime in UTC.

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
