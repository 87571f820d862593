"""How is a content's date spelt in one step, where Pelican takes one for each of its directives?

Pelican fills `%a %d %B %Y` part by part, for each date of each content, so that `%-d` works
everywhere. Where no part needs that, the system spells the whole of it. The dates that a content
keeps are those that Pelican makes.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
import re
from typing import Any
from zoneinfo import ZoneInfo

from pelican.utils import SafeDatetime

_NAMES = ("date", "modified")
_PLAIN = re.compile(r"([^%\0]|%[aAbBcdfGHIjmMpSUuVwWxXyYzZ%])*", re.DOTALL)


class Moment(SafeDatetime):  # type: ignore[misc]
    """A time of Pelican's that is spelt in one step where that is the same."""

    def strftime(self, fmt: str, safe: bool = True) -> str:  # noqa: FBT001, FBT002  (Pelican's)
        """Spell it; without `safe` as the system does."""
        spelt: str = super().strftime(fmt, safe and not is_plain(fmt))
        return spelt


@lru_cache(maxsize=64)
def is_plain(fmt: Any) -> bool:
    """Say whether the whole of a format comes out as its parts do, one after the other."""
    return isinstance(fmt, str) and fmt.isascii() and _PLAIN.fullmatch(fmt) is not None


def quickened(metadata: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Moment]:
    """Give the dates of a content that is about to be made, in their zone, as Pelican sets it."""
    zone = settings.get("TIMEZONE", "UTC")
    if not zone or "timezone" in metadata:
        return {}
    return {
        name: _made(Moment, metadata[name], ZoneInfo(zone))
        for name in _NAMES
        if type(metadata.get(name)) is SafeDatetime and metadata[name].tzinfo is None
    }


def give_back(content: Any, moments: Mapping[str, Moment], metadata: Mapping[str, Any]) -> None:
    """Let a new content have Pelican's own dates, where no plugin has given it others."""
    for name, moment in moments.items():
        if getattr(content, name, None) is moment:
            setattr(content, name, _made(SafeDatetime, moment, moment.tzinfo))
        if content.metadata.get(name) is moment:
            content.metadata[name] = metadata[name]


def _made(kind: Any, one: Any, zone: Any) -> Any:
    """Make a time of another kind, as Pelican's `set_date_tzinfo` does."""
    return kind(
        one.year, one.month, one.day, one.hour, one.minute, one.second, one.microsecond, zone
    )
