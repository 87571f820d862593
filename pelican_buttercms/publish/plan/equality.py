"""Equality of values: all spellings of "unset", HTML as browsers see it, terms by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from pelican_buttercms.publish.html_compare import same_html
from pelican_buttercms.publish.write_model import (
    POST_TERMS,
    STATUS,
    FieldPath,
    Values,
    referenced_key,
    unflatten,
)

ABSENT: Final[Any] = type("Absent", (), {"__repr__": lambda _: "(not there)"})()
"""The value of a field that does not exist."""

BODY: Final[FieldPath] = ("body",)

IsEqual = Callable[[FieldPath, Any, Any], bool]
"""Returns whether two values of a field are equal."""

_UNSET: Final[tuple[Any, ...]] = (None, "", [], {})


def is_unset(value: Any) -> bool:
    """Return whether a value is a spelling of "unset"."""
    return value is ABSENT or (not isinstance(value, bool | int | float) and value in _UNSET)


def look_up(values: Values, path: FieldPath) -> Any:
    """Return the value at a path, put together from the paths below it where need be."""
    if path in values:
        return values[path]
    inside = {p[len(path) :]: v for p, v in values.items() if p[: len(path)] == path}
    return unflatten(inside) if inside else ABSENT


def differing(wanted: Values, values: Values, is_equal: IsEqual) -> list[FieldPath]:
    """Return the paths of the wanted values that the other values do not have."""
    return [p for p, value in wanted.items() if not is_equal(p, value, look_up(values, p))]


class Equality:
    """Compares values.

    Attributes:
        names: the known names of categories and tags by slug; `learn_terms` adds to them.

    Args:
        is_same_file: returns whether two URLs serve the same file; one may be that of a local file.
    """

    def __init__(self, is_same_file: Callable[[str, str], bool]) -> None:
        self._is_same_file = is_same_file
        self.names: dict[str, dict[str, str]] = {plural: {} for plural in POST_TERMS}

    def learn_terms(self, post: dict[str, Any]) -> None:
        """Add the names of categories and tags of a post as the API returns it."""
        for plural in POST_TERMS:
            for term in post.get(plural) or ():
                if isinstance(term, dict):
                    self.names[plural][term["slug"]] = term.get("name") or term["slug"]

    def __call__(self, path: FieldPath, first: Any, second: Any) -> bool:
        """Return whether a reader would see no difference.

        What is scheduled is a draft until its time: a write cannot change that.
        """
        if path == STATUS:
            return bool((first == "published") == (second == "published"))
        if path[0] in POST_TERMS and isinstance(first, list) and isinstance(second, list):
            names = self.names[path[0]]
            return [_term(names, t) for t in first] == [_term(names, t) for t in second]
        if path == BODY and isinstance(first, str) and isinstance(second, str):
            return same_html(first, second, self._is_same_file)  # HTML, with tags or without
        return self._is_equal(first, second)

    def _is_equal(self, first: Any, second: Any) -> bool:
        if is_unset(first) or is_unset(second):
            return is_unset(first) and is_unset(second)
        return self._same_filled(first, second)

    def _same_filled(self, first: Any, second: Any) -> bool:
        if isinstance(first, str) and isinstance(second, str):
            return first == second or self._same_text(first, second)
        if isinstance(first, list) and isinstance(second, list):
            pairs = zip(first, second, strict=False)
            return len(first) == len(second) and all(self._is_equal(a, b) for a, b in pairs)
        if isinstance(first, dict) and isinstance(second, dict):
            names = first.keys() | second.keys()
            return all(self._is_equal(first.get(n, ABSENT), second.get(n, ABSENT)) for n in names)
        if _is_one_reference(first) or _is_one_reference(second):
            return bool(_unwrap(first) == _unwrap(second))
        return isinstance(first, bool) == isinstance(second, bool) and bool(first == second)

    def _same_text(self, first: str, second: str) -> bool:
        if "<" in first and "<" in second:
            return same_html(first, second, self._is_same_file)
        return self._is_same_file(first, second)


def _term(names: dict[str, str], term: str) -> str:
    return names.get(term, term).casefold()


def _is_one_reference(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 1 and referenced_key(value[0]) is not None


def _unwrap(value: Any) -> Any:
    """Return the reference in a list of one: the API's sources disagree. Contract, section 14."""
    return value[0] if _is_one_reference(value) else value
