"""The items of a listing that its filters select, checked by what each record itself says.

An API may ignore a filter that it does not know, and answers with everything then. What can be seen
in a record is compared: a post's category, tags and author, and plain values of fields. A filter
through a reference cannot be seen, and the API is believed. Source: contract, section 4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
import logging
from typing import Any

from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.content.reference_syntax import embedded_key, parse
from pelican_buttercms.errors import SettingsError
from pelican_buttercms.settings import Selection
from pelican_buttercms.sync.duplicates import name_some
from pelican_buttercms.sync.pull_spec import ListingName
from pelican_buttercms.wording import count_noun, did_you_mean, suggest

logger = logging.getLogger(__name__)

_POST_FILTERS = {"category_slug": "categories", "tag_slug": "tags", "author_slug": "author"}
_DATES = ("published", "updated")


def setting_of(listing: ListingName) -> str:
    """Return the setting that has the options of a listing."""
    kind, name = listing
    if kind == "post":
        return "BUTTERCMS_POSTS"
    return f"BUTTERCMS_{'PAGE_TYPES' if kind == 'page' else 'COLLECTIONS'}[{name!r}]"


def passes(record: RawRecord, selection: Selection) -> bool:
    """Return whether a record passes all filters, as far as it can be seen in it."""
    return all(_passes(record, name, value) for name, value in selection.filters)


def keep_selected(
    records: Sequence[RawRecord],
    listing: ListingName,
    selection: Selection,
    *,
    warn: Callable[..., None] = logger.warning,
) -> list[Key]:
    """Return the keys of what an answer has and the filters select.

    In the order of the answer if an order was asked for; else by slug or id, as other listings are.

    Args:
        records: the listing's own records, without what came inside of them.
        listing: their listing.
        selection: what was asked for.
        warn: receives a warning if the answer has what the filters leave out, or another order.

    Raises:
        SettingsError: no record has a field that a filter or the order names.
    """
    _check_fields(records, listing, selection)
    kept = [record for record in records if passes(record, selection)]
    if wrong := [record.key.id for record in records if not passes(record, selection)]:
        warn(
            "ButterCMS's API ignored %s, and gave %s that it leaves out: %s. They are left out"
            " here. If that is not what %s means, correct it.",
            " ".join(f"{name}={value}" for name, value in selection.filters),
            count_noun(len(wrong), listing[0]),
            name_some(wrong),
            setting_of(listing),
        )
    if selection.order and not _is_sorted(kept, selection.order):
        warn(
            "ButterCMS's API ignored order=%s of %s: its answer is not sorted by that field. The"
            " order of the answer is used.",
            selection.order,
            setting_of(listing),
        )
    keys = [record.key for record in kept]
    return keys if selection.order is not None else sorted(keys, key=_number_or_slug)


def warn_if_empty(listing: ListingName, selection: Selection, slugs: Iterable[Key]) -> None:
    """Warn of a listing of which the filters leave nothing.

    Args:
        listing: the empty listing.
        selection: its filters.
        slugs: the keys of the account's authors, categories and tags.
    """
    known = list(slugs)
    hints = []
    for name, value in selection.filters:
        of_kind = [key.id for key in known if f"{key.kind}_slug" == name]
        if name in _POST_FILTERS and value not in of_kind:
            hints.append(f" There is no {name.removesuffix('_slug')} {value!r}.")
            hints.append(did_you_mean(value, of_kind))
    logger.warning(
        "%s selects nothing: no %s of the account passes %s.%s",
        setting_of(listing),
        listing[0],
        " ".join(f"{name}={value}" for name, value in selection.filters),
        "".join(hints),
    )


def _number_or_slug(key: Key) -> tuple[int, str]:
    return (int(key.id) if key.kind == "item" else 0), key.id


def fields_of(record: RawRecord) -> dict[str, Any]:
    """Return the fields of a page or an item."""
    fields: dict[str, Any] = record.data["fields"] if record.key.kind == "page" else record.data
    return fields


def _passes(record: RawRecord, name: str, wanted: str) -> bool:
    if record.key.kind == "post":
        value = record.data.get(_POST_FILTERS[name])
        return wanted in (value if isinstance(value, list) else [value])
    found = _values(fields_of(record), name.split(".")[1:])
    return found is None or _plain(wanted) in found


def _values(value: Any, path: Sequence[str]) -> set[str] | None:
    """Return the plain values at the end of a path; None if a reference hides them."""
    if isinstance(value, list):
        parts = [_values(entry, path) for entry in value]
        return None if None in parts else {text for part in parts for text in part or ()}
    if isinstance(value, dict):
        if embedded_key(value):
            return None
        inner = value["fields"] if value.keys() == {"type", "fields"} else value
        if not path or not isinstance(inner, dict):
            return set() if value else {""}
        return _values(inner.get(path[0]), path[1:])
    if isinstance(value, str) and parse(value):
        return None
    return set() if path else {_plain(value)}


def _plain(value: Any) -> str:
    """Return a value as filters compare it: case and the spelling of a number do not matter."""
    text = "" if value is None else str(value).strip().casefold()
    try:
        return str(float(text))
    except ValueError:
        return text


def _check_fields(records: Sequence[RawRecord], listing: ListingName, selection: Selection) -> None:
    names = [name.split(".")[1] for name, _ in selection.filters if name.startswith("fields.")]
    if selection.order and selection.order.removeprefix("-") not in _DATES:
        names.append(selection.order.removeprefix("-").split(".")[0])
    known = {name for record in records for name in fields_of(record)} if names else set[str]()
    problems = [describe_unknown(listing, name, known) for name in names if name not in known]
    if known and problems:
        raise SettingsError(problems)


def describe_unknown(listing: ListingName, name: str, known: Iterable[str]) -> str:
    """Return the problem of a field that no item of a listing has."""
    kind, group = listing
    what = f"page of the type {group!r}" if kind == "page" else f"item of the collection {group!r}"
    return (
        f"{setting_of(listing)} names the field {name!r}, and no {what} has it"
        f"{suggest(name, known)}"
    )


def _is_sorted(records: Sequence[RawRecord], order: str) -> bool:
    """Return whether the numbers of a field are sorted; of other values only the API knows."""
    path = order.removeprefix("-").split(".")
    found = [_values(fields_of(record), path) or set() for record in records]
    try:
        numbers = [float(*values) for values in found if values and values != {""}]
    except (TypeError, ValueError):
        return True
    return numbers == sorted(numbers, reverse=order.startswith("-"))
