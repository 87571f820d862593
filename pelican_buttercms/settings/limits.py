"""Bounds that a user sets: on API calls, and on deletions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Limits:
    """How many API calls may be made; None is no bound.

    Attributes:
        pull: by one pull, retries included.
        month: in one month of UTC, by everything that counts in this store.
    """

    pull: int | None = None
    month: int | None = None


@dataclass(frozen=True)
class Deletions:
    """When is it believed that content is gone, and when is it taken for a failure?

    Attributes:
        share: the largest part of a listing that may vanish at once, 0 to 1.
        number: so many items may vanish at once, whatever part of a listing they are.
    """

    share: float
    number: int

    def are_suspicious(self, gone: int, before: int) -> bool:
        """Return whether so many deletions are too many; all of several items always are."""
        if gone == before > 1:
            return True
        return gone > self.number and gone > self.share * before


def parse_limits(value: Any, problems: list[str]) -> Limits:
    """Read BUTTERCMS_MAX_CALLS: a number for each pull, or a mapping with `pull` and `month`."""
    if value is None:
        return Limits()
    bounds = {"pull": value} if not isinstance(value, Mapping) else dict(value)
    if bounds.keys() <= {"pull", "month"} and all(_is_count(bound) for bound in bounds.values()):
        return Limits(**bounds)
    problems.append(
        'BUTTERCMS_MAX_CALLS takes a number of calls for a pull, or {"pull": 50, "month": 40000},'
        f" not {value!r}."
    )
    return Limits()


def parse_deletions(value: Any, problems: list[str]) -> Deletions | None:
    """Read BUTTERCMS_MAX_DELETIONS: `share` and `number`, or None to believe every answer."""
    if value is None or value is False:
        return None
    if isinstance(value, Mapping) and value.keys() == {"share", "number"}:
        share, number = value["share"], value["number"]
        if isinstance(share, int | float) and 0 <= share <= 1 and _is_count(number, least=0):
            return Deletions(float(share), number)
    problems.append(
        'BUTTERCMS_MAX_DELETIONS takes {"share": 0.25, "number": 5} (a part from 0 to 1, and a'
        f" number of items), or None to believe every answer, not {value!r}."
    )
    return None


def _is_count(value: Any, least: int = 1) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def parse_sanitize(value: Any, problems: list[str]) -> Mapping[str, Any] | None:
    """Read BUTTERCMS_SANITIZE: off, the plain allow-list, or what is allowed besides.

    Gives None when it is off, otherwise `{"tags": set, "attributes": {tag: set}}` of additions.
    """
    if value is False or value is None:
        return None
    extra = {} if value is True else value
    if isinstance(extra, Mapping) and extra.keys() <= {"tags", "attributes"}:
        tags, attributes = extra.get("tags", ()), extra.get("attributes", {})
        if _is_names(tags) and isinstance(attributes, Mapping):
            names = {tag: set(of_tag) for tag, of_tag in attributes.items() if _is_names(of_tag)}
            if len(names) == len(attributes):
                return {"tags": set(tags), "attributes": names}
    problems.append(
        "BUTTERCMS_SANITIZE takes True, False, or what is allowed besides:"
        f' {{"tags": ["iframe"], "attributes": {{"iframe": ["src"]}}}}, not {value!r}.'
    )
    return None


def _is_names(value: Any) -> bool:
    return isinstance(value, list | tuple | set) and all(isinstance(name, str) for name in value)
