"""The query parameters of reads, and their bounds. Source: contract, section 4."""

from __future__ import annotations

LONGEST_NAME = 100
LARGEST_PAGE = 100

Query = tuple[tuple[str, str], ...]


def pages(page: int | None, page_size: int | None) -> Query:
    """Return the parameters for one page of a listing, counted from 1.

    Raises:
        ValueError: a number is out of its range.
    """
    return (*_number("page", page, 1, None), *_number("page_size", page_size, 1, LARGEST_PAGE))


def levels(value: int | None) -> Query:
    """Return how deep the API expands references: 1 (as URIs) to 5."""
    return _number("levels", value, 1, 5)


def locale(value: str | None) -> Query:
    """Return the parameter with the locale's API slug."""
    return text("locale", value, 10)


def is_name(value: str) -> bool:
    """Return whether this can be a page type, a collection or a slug: 1 to 100 characters."""
    return 0 < len(value) <= LONGEST_NAME


def is_key(value: str) -> bool:
    """Return whether this can be the key of a page type or collection: a name without a comma.

    The API splits `keys` at commas, so a key with one would ask for two others.
    """
    return is_name(value) and "," not in value


def flag(name: str, value: object) -> Query:
    """Return a flag if it is set: the API's default is off."""
    return ((name, "1"),) if value else ()


def text(name: str, value: str | None, longest: int) -> Query:
    """Return a text of at most so many characters.

    Raises:
        ValueError: the text is empty or too long.
    """
    if value is None:
        return ()
    if not value or len(value) > longest:
        raise ValueError(f"{name} is a text of 1 to {longest} characters, not {value!r}")
    return ((name, value),)


def _number(name: str, value: int | None, low: int, high: int | None) -> Query:
    if value is None:
        return ()
    if isinstance(value, bool) or value < low or (high is not None and value > high):
        bounds = f"{low} to {high}" if high is not None else f"{low} or more"
        raise ValueError(f"{name} is a number of {bounds}, not {value!r}")
    return ((name, str(value)),)
