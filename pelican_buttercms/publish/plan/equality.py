"""Do two values say the same? Unset however it is spelt, HTML as browsers see it, terms named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from pelican_buttercms.publish.html_compare import same_html
from pelican_buttercms.publish.write_model import (
    POST_TERMS,
    FieldPath,
    Values,
    referenced_key,
    unflatten,
)

ABSENT: Final[Any] = type("Absent", (), {"__repr__": lambda _: "(not there)"})()
"""Stands for a field that is not there at all."""

BODY: Final[FieldPath] = ("body",)

_UNSET: Final[tuple[Any, ...]] = (None, "", [], {})


def is_unset(value: Any) -> bool:
    """Say whether a value is one of the spellings of nothing."""
    return value is ABSENT or (not isinstance(value, bool | int | float) and value in _UNSET)


def look_up(values: Values, path: FieldPath) -> Any:
    """Give the value at a path: an object where only what is inside it has values."""
    if path in values:
        return values[path]
    inside = {p[len(path) :]: v for p, v in values.items() if p[: len(path)] == path}
    return unflatten(inside) if inside else ABSENT


class Sameness:
    """Compares values.

    Attributes:
        names: the names of categories and tags by slug, as far as they are known; grows.

    Args:
        same_media: says whether two URLs, or a local file's and one, give the same file.
    """

    def __init__(self, same_media: Callable[[str, str], bool]) -> None:
        self._same_media = same_media
        self.names: dict[str, dict[str, str]] = {plural: {} for plural in POST_TERMS}

    def learn_terms(self, post: dict[str, Any]) -> None:
        """Take in the names of categories and tags, from a post as the API gives it."""
        for plural in POST_TERMS:
            for term in post.get(plural) or ():
                if isinstance(term, dict):
                    self.names[plural][term["slug"]] = term.get("name") or term["slug"]

    def __call__(self, path: FieldPath, one: Any, other: Any) -> bool:
        """Say whether a reader would see no difference."""
        if path[0] in POST_TERMS and isinstance(one, list) and isinstance(other, list):
            names = self.names[path[0]]
            return [_term(names, t) for t in one] == [_term(names, t) for t in other]
        if path == BODY and isinstance(one, str) and isinstance(other, str):
            return same_html(one, other, self._same_media)  # HTML, with tags or without
        return self._same(one, other)

    def _same(self, one: Any, other: Any) -> bool:
        if is_unset(one) or is_unset(other):
            return is_unset(one) and is_unset(other)
        return self._same_filled(one, other)

    def _same_filled(self, one: Any, other: Any) -> bool:
        if isinstance(one, str) and isinstance(other, str):
            return one == other or self._same_text(one, other)
        if isinstance(one, list) and isinstance(other, list):
            pairs = zip(one, other, strict=False)
            return len(one) == len(other) and all(self._same(a, b) for a, b in pairs)
        if isinstance(one, dict) and isinstance(other, dict):
            names = one.keys() | other.keys()
            return all(self._same(one.get(n, ABSENT), other.get(n, ABSENT)) for n in names)
        if _is_one_reference(one) or _is_one_reference(other):
            return bool(_alone(one) == _alone(other))
        return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)

    def _same_text(self, one: str, other: str) -> bool:
        if "<" in one and "<" in other:
            return same_html(one, other, self._same_media)
        return self._same_media(one, other)


def _term(names: dict[str, str], term: str) -> str:
    return names.get(term, term).casefold()


def _is_one_reference(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 1 and referenced_key(value[0]) is not None


def _alone(value: Any) -> Any:
    """Take a reference out of a list of one: the API's sources disagree. Contract, section 14."""
    return value[0] if _is_one_reference(value) else value
