"""Filters, order and both paginations of listings.

Source: contract, section 4.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
import re
from typing import Any

from pelican_buttercms.emulator.account import Data, EmulatedAccount
from pelican_buttercms.emulator.error_responses import Refusal, bad_request, not_found
from pelican_buttercms.emulator.quirks import Behaviour

_NUMBER = re.compile(r"[0-9]{1,18}")
_LARGEST = 100
_DEFAULT = 10


def paginate(
    items: list[Data], query: Mapping[str, str]
) -> tuple[list[Data], dict[str, int | None]]:
    """Return the items of one page, and its meta: by page number, or by offset if that is given."""
    if "limit" in query or "offset" in query:
        return _by_offset(items, query)
    size = min(_number(query, "page_size", _DEFAULT, low=1), _LARGEST)
    page = _number(query, "page", 1, low=1)
    start = (page - 1) * size
    if page > 1 and start >= len(items):
        raise not_found("Invalid page.")
    more = start + size < len(items)
    meta = {
        "next_page": page + 1 if more else None,
        "previous_page": page - 1 if page > 1 else None,
        "count": len(items),
    }
    return items[start : start + size], meta


def _by_offset(
    items: list[Data], query: Mapping[str, str]
) -> tuple[list[Data], dict[str, int | None]]:
    size = min(_number(query, "limit", _DEFAULT, low=1), _LARGEST)
    offset = _number(query, "offset", 0, low=0)
    following = offset + size if offset + size < len(items) else None
    previous = max(0, offset - size) if offset > 0 else None
    meta = {"next_offset": following, "previous_offset": previous, "count": len(items)}
    return items[offset : offset + size], meta


def _number(query: Mapping[str, str], name: str, default: int, *, low: int) -> int:
    text = query.get(name)
    if text is None:
        return default
    if _NUMBER.fullmatch(text) and int(text) >= low:
        return int(text)
    raise bad_request(f"{name} query parameter should be a positive integer")


def read_levels(query: Mapping[str, str], behaviour: Behaviour) -> int:
    """Read `levels`; out of range it is capped or refused, and not a number it is refused."""
    text = query.get("levels", "2")
    refusal = bad_request("levels query parameter should be an integer between 1 and 5 (inclusive)")
    try:
        number = int(text)
    except ValueError:
        raise refusal from None
    if not 1 <= number <= 5 and behaviour.levels == "refuse":
        raise refusal
    return min(5, max(1, number))


def matching(
    items: Iterable[Data], query: Mapping[str, str], account: EmulatedAccount
) -> list[Data]:
    """Return the items whose fields equal every `fields.…` filter, through references too."""
    filters = {n.removeprefix("fields."): v for n, v in query.items() if n.startswith("fields.")}
    return [
        item
        for item in items
        if all(value in _values(item, path.split("."), account) for path, value in filters.items())
    ]


def in_order(items: list[Data], query: Mapping[str, str]) -> list[Data]:
    """Sort by `order`: published, updated, or a field; descending with a minus before it."""
    order = query.get("order")
    if not order:
        return items
    name = order.removeprefix("-")
    if not any(name in item or name in item.get("fields", {}) for item in items) and items:
        raise Refusal(403, {"detail": f"Invalid order: {name}"})

    def rank(item: Data) -> tuple[bool, str, Any]:
        value = item.get(name, item.get("fields", {}).get(name))
        number = value if isinstance(value, int | float) else 0
        return value is not None, "" if isinstance(value, int | float) else str(value), number

    return sorted(items, key=rank, reverse=order.startswith("-"))


def refuse_on_single_pages(query: Mapping[str, str]) -> None:
    """Raise for a filter or an order on the list of single pages, which share no fields."""
    wrong = next((n for n in query if n == "order" or n.startswith("fields.")), None)
    if wrong is not None:
        words = f"{wrong} query parameter is not allowed for single pages"
        raise Refusal(403, {"detail": words})


def refuse_unknown_filters(items: list[Data], query: Mapping[str, str]) -> None:
    """Raise for a filter by a field that no item has."""
    known = {name for item in items for name in (*item, *(item.get("fields") or {}))}
    names = (n for n in query if n.startswith("fields."))
    wrong = next((n for n in names if n.split(".")[1] not in known), None)
    if items and wrong is not None:
        raise Refusal(403, {"detail": f"Invalid filter: {wrong}"})


def _values(value: Any, path: list[str], account: EmulatedAccount) -> set[str]:
    """Collect the texts at the end of a dotted path, through lists, components and references."""
    if isinstance(value, list):
        return {text for entry in value for text in _values(entry, path, account)}
    if isinstance(value, dict):
        if value.keys() == {"$ref"}:
            target = account.find_reference(value["$ref"])
            return _values(target, path, account) if path else _names(value["$ref"], target)
        if not path:
            return set()
        inner = value["fields"] if isinstance(value.get("fields"), dict) else value
        return _values(inner.get(path[0]), path[1:], account)
    if path or value is None:
        return set()
    return {str(value).lower() if isinstance(value, bool) else str(value)}


def _names(reference: str, target: Data | None) -> set[str]:
    """Return the values that a reference has in a filter: its slug or id, and an item's slug."""
    slug = (target or {}).get("slug")
    return {reference.rpartition("/")[2]} | ({slug} if isinstance(slug, str) else set())
