"""Which part of a listing a site takes, and in which order: filters, `order` and `limit`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pelican_buttercms.wording import suggest

POST_FILTERS = ("category_slug", "tag_slug", "author_slug")
"""What the API filters posts by. Source: contract, section 4."""

FIELDS = "fields."
CMS_ORDER = "cms"
"""The value of `order` for the order in which the API gives a listing that it is not told to sort:
the editors' own."""

LARGEST_LIMIT = 100_000
_LONGEST = 500


@dataclass(frozen=True)
class Selection:
    """The part of one listing that a site takes.

    Attributes:
        filters: the API's parameters and their values, such as `("fields.audience", "public")`;
            an item has to pass all of them.
        order: the API's `order`, such as `"-rank"`; "" for the order of the API itself, None if
            the order does not matter.
        limit: how many items at most, the first ones of the order; None for all.
    """

    filters: tuple[tuple[str, str], ...] = ()
    order: str | None = None
    limit: int | None = None

    @property
    def is_narrow(self) -> bool:
        """Whether items may be left out."""
        return bool(self.filters) or self.limit is not None

    def __str__(self) -> str:
        parts = [f"{name}={value}" for name, value in self.filters]
        parts += [] if self.order is None else [f"order={self.order or CMS_ORDER}"]
        parts += [] if self.limit is None else [f"limit={self.limit}"]
        return " ".join(parts)


def is_option(kind: str, name: Any) -> bool:
    """Return whether an option of a listing selects or sorts its items."""
    filters = POST_FILTERS if kind == "posts" else ("order",)
    return name in (*filters, "limit") or (kind != "posts" and str(name).startswith(FIELDS))


def parse_selection(
    where: str, kind: str, options: Mapping[Any, Any], problems: list[str]
) -> Selection | None:
    """Read the options of a listing that select or sort its items; None if there are none.

    Args:
        where: the setting, for messages.
        kind: `"posts"`, `"pages"`, `"single pages"` or `"collections"`.
        options: the options; others than `is_option` has are passed over.
        problems: receives what is wrong.
    """
    given = {name: value for name, value in options.items() if is_option(kind, name)}
    wrong = list(_problems(where, kind, given))
    problems.extend(wrong)
    if wrong or not given:
        return None
    order, limit = given.pop("order", None), given.pop("limit", None)
    filters = ((name, _spell(value)) for name, value in given.items())
    return Selection(tuple(sorted(filters)), None if order is None else _order(order), limit)


def parse_posts(value: Any, problems: list[str]) -> Selection | None:
    """Read the mapping that `BUTTERCMS_POSTS` may be."""
    for name in value:
        if name == "order":
            problems.append(
                "BUTTERCMS_POSTS has no option 'order': the API gives posts newest first, and has"
                " no other order. Sort articles with Pelican's ARTICLE_ORDER_BY."
            )
        elif not is_option("posts", name):
            hint = suggest(str(name), (*POST_FILTERS, "limit"))
            problems.append(f"BUTTERCMS_POSTS has no option {name!r}{hint}")
    return parse_selection("BUTTERCMS_POSTS", "posts", value, problems)


def parse_collections(
    value: Any, problems: list[str]
) -> tuple[tuple[str, ...], dict[str, Selection]]:
    """Read a list of keys, or a mapping from key to options: the keys, and what is selected."""
    keys = value if isinstance(value, list | tuple | Mapping) else ()
    if keys is not value or not all(isinstance(key, str) and key for key in keys):
        problems.append(
            "BUTTERCMS_COLLECTIONS takes a list of keys, or a mapping from key to options, not"
            f" {value!r}."
        )
        return (), {}
    selections: dict[str, Selection] = {}
    for key, options in value.items() if isinstance(value, Mapping) else ():
        where = f"BUTTERCMS_COLLECTIONS[{key!r}]"
        if options is not None and not isinstance(options, Mapping):
            problems.append(f"{where} takes a mapping, not {options!r}.")
            continue
        for name in options or ():
            if not is_option("collections", name):
                problems.append(f"{where} has no option {name!r}{suggest_option(name)}")
        if selection := parse_selection(where, "collections", options or {}, problems):
            selections[key] = selection
    return tuple(dict.fromkeys(keys)), selections


def suggest_option(name: Any, others: tuple[str, ...] = ()) -> str:
    """Return the end of a sentence that suggests an option near to this one."""
    if name in POST_FILTERS:
        return f": that is for posts. Here a field is named, such as {FIELDS}category."
    return suggest(str(name), (*others, "order", "limit", "fields.<name>"))


def _problems(where: str, kind: str, given: Mapping[Any, Any]) -> Iterator[str]:
    for name, value in given.items():
        place = f"{where}[{name!r}]"
        if name == "limit":
            if isinstance(value, bool) or not isinstance(value, int):
                yield f"{place} takes a whole number, not {value!r}."
            elif not 1 <= value <= LARGEST_LIMIT:
                yield f"{place} is a number from 1 to {LARGEST_LIMIT:,}, not {value!r}."
        elif kind == "single pages":
            yield f"{place}: the API filters and sorts the pages of page types only."
        elif name == "order":
            if not isinstance(value, str) or not (value == CMS_ORDER or _is_path(_order(value))):
                yield (
                    f'{place} is "{CMS_ORDER}", or a field such as "fields.rank", with a minus in'
                    f" front for the largest first; not {value!r}."
                )
        elif str(name).startswith(FIELDS) and not _is_path(str(name).removeprefix(FIELDS)):
            yield f"{where} has {name!r}: after the dot comes a field's name, dotted if inside."
        elif (
            isinstance(value, list | tuple | Mapping | set)
            or not 0 < len(_spell(value)) <= _LONGEST
        ):
            yield (
                f"{place} takes one value, a text of 1 to {_LONGEST} characters, a number or True"
                f" or False, not {value!r}."
            )


def _is_path(text: str) -> bool:
    names = text.removeprefix("-").split(".")
    return len(text) <= 100 and all(name and name.isprintable() for name in names)


def _order(value: str) -> str:
    """Return `order` as the API takes it: a field without `fields.`; "" for its own order."""
    if value == CMS_ORDER:
        return ""
    minus = "-" if value.startswith("-") else ""
    return minus + value.removeprefix("-").removeprefix(FIELDS)


def _spell(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
