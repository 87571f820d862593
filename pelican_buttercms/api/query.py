"""Which query parameters are there, and what may they hold? Source: contract, section 4."""

from __future__ import annotations

from collections.abc import Mapping

LONGEST_NAME = 100
LARGEST_PAGE = 100

Query = tuple[tuple[str, str], ...]


def pages(
    *,
    page: int | None = None,
    page_size: int | None = None,
    limit: int | None = None,
    offset: int | None = None,
) -> Query:
    """Give `page` and `page_size`, or `limit` and `offset`: the API ignores one of two pairs.

    Raises:
        ValueError: both pairs are given, or a number is out of its range.
    """
    if (page, page_size) != (None, None) and (limit, offset) != (None, None):
        raise ValueError("page and page_size cannot be combined with limit and offset")
    return (
        *_number("page", page, 1, None),
        *_number("page_size", page_size, 1, LARGEST_PAGE),
        *_number("limit", limit, 1, LARGEST_PAGE),
        *_number("offset", offset, 0, None),
    )


def levels(value: int | None) -> Query:
    """Give how deep references are expanded: 1 (as URIs) to 5."""
    return _number("levels", value, 1, 5)


def locale(value: str | None) -> Query:
    """Give the locale's API slug."""
    return text("locale", value, 10)


def is_name(value: str) -> bool:
    """Say whether this can be a page type, a collection or a slug: 1 to 100 characters."""
    return 0 < len(value) <= LONGEST_NAME


def is_key(value: str) -> bool:
    """Say whether this can be the key of a page type or collection: a name without a comma.

    The API splits `keys` at commas, so a key with one would ask for two others.
    """
    return is_name(value) and "," not in value


def flag(name: str, value: object) -> Query:
    """Give a flag when it is set: the API's default is off."""
    return ((name, "1"),) if value else ()


def text(name: str, value: str | None, longest: int) -> Query:
    """Give a text of at most so many characters.

    Raises:
        ValueError: the text is empty or too long.
    """
    if value is None:
        return ()
    if not value or len(value) > longest:
        raise ValueError(f"{name} is a text of 1 to {longest} characters, not {value!r}")
    return ((name, value),)


def include(*, recent_posts: bool) -> Query:
    """Ask for the recent posts of an author, category or tag."""
    return (("include", "recent_posts"),) if recent_posts else ()


def fields(values: Mapping[str, object] | None) -> Query:
    """Give filters by fields' values: dotted paths through components and references."""
    return tuple((f"fields.{path}", _spell(value)) for path, value in (values or {}).items())


def _number(name: str, value: int | None, low: int, high: int | None) -> Query:
    if value is None:
        return ()
    if isinstance(value, bool) or value < low or (high is not None and value > high):
        bounds = f"{low} to {high}" if high is not None else f"{low} or more"
        raise ValueError(f"{name} is a number of {bounds}, not {value!r}")
    return ((name, str(value)),)


def _spell(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
