"""Durations as people write them in settings, such as "1h30m"."""

from __future__ import annotations

from datetime import timedelta
import re

from pelican_buttercms.wording import count_noun

_UNITS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_PART = re.compile(r"(\d+)\s*([smhdw])")

FOR_EVER = timedelta.max


def parse_duration(value: object) -> timedelta:
    """Read a duration: `"10m"`, `"1d"`, `"1h30m"`, a number of seconds, `0`, or `"*"` for ever.

    Raises:
        ValueError: the value is none of these; the message is half a sentence.
    """
    if isinstance(value, timedelta):
        return value
    try:
        if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
            return timedelta(seconds=value)
        if isinstance(value, str):
            return _parse_text(value.strip().lower())
    except (OverflowError, ValueError) as exc:
        raise ValueError(_explain(value)) from exc
    raise ValueError(_explain(value))


def _parse_text(text: str) -> timedelta:
    if text == "*":
        return FOR_EVER
    if text.isdigit():
        return timedelta(seconds=int(text))
    parts = _PART.findall(text)
    if not parts or _PART.sub("", text).strip():
        raise ValueError("it has no number with a unit")
    return sum((int(number) * _UNITS[unit] for number, unit in parts), timedelta())


def _explain(value: object) -> str:
    return f'{value!r} is not a duration such as "10m", "1d", 0 (always) or "*" (for ever)'


def spell_duration(span: timedelta) -> str:
    """Spell a duration for people, in its largest unit: "3 minutes", "2 days"."""
    seconds = max(0, int(span.total_seconds()))
    for name, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= size:
            return count_noun(seconds // size, name)
    return count_noun(seconds, "second")
