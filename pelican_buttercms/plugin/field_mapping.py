"""The mapping of a page's fields to its title, date, body and so on.

A page type's own mapping (`BUTTERCMS_PAGE_TYPES["news"]["fields"]`) decides; what it does not name
is looked for under the names that editors usually give such fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from pelican_buttercms.content.api_schema import brief
from pelican_buttercms.content.fields import Fields
from pelican_buttercms.content.naming import name_of
from pelican_buttercms.content.records import Item, Page, Record
from pelican_buttercms.content.timestamps import parse_day_or_time
from pelican_buttercms.errors import ContentError, SettingsError
from pelican_buttercms.settings import PageType
from pelican_buttercms.settings.page_types import USUAL_FIELDS


class FieldMapping:
    """Looks up what Pelican wants to know in one page's fields.

    Args:
        page: the page.
        page_type: its type, with the user's mapping.
        pages: all pages of the type: a field that one of them has may be missing in others.
    """

    def __init__(self, page: Page, page_type: PageType, pages: Sequence[Page] = ()) -> None:
        self._page = page
        self._pages = pages
        self._paths = page_type.fields
        self._type = page_type.name
        self._names = frozenset(page.fields)

    def value(self, target: str) -> Any:
        """Return the value for `title`, `body` and so on, None when there is none.

        Raises:
            SettingsError: the mapping names a field that no page of this type could have.
        """
        if target in self._paths:
            return self._mapped(target, self._paths[target])
        likely = (path for path in USUAL_FIELDS.get(target, ()) if self._has_first(path))
        candidates = (look_up(self._page.fields, path) for path in likely)
        return next((value for value in candidates if value not in (None, "")), None)

    def text(self, target: str) -> str:
        """Return a value as text, "" when there is none; of a referenced record its name."""
        value = self.value(target)
        return "" if value is None else name_of(value)

    def first(self, target: str) -> Any:
        """Return a value, the first one where there are several, None when there is none."""
        value = self.value(target)
        if isinstance(value, list | tuple):
            return value[0] if value else None
        return value

    def values(self, target: str) -> list[Any]:
        """Return a value as a list: several references, or names separated by commas."""
        value = self.value(target)
        if value is None or value == "":
            return []
        if isinstance(value, str):
            return [part.strip() for part in value.split(",") if part.strip()]
        return list(value) if isinstance(value, list | tuple) else [value]

    def moment(self, target: str) -> datetime | None:
        """Return a date field's value; a day alone is naive, as it has no zone.

        Raises:
            ContentError: the field holds no date.
        """
        value = self.first(target)
        if value is None or value == "":
            return None
        try:
            return parse_day_or_time(str(value))
        except ValueError as exc:
            raise ContentError(
                f"{brief(self._page.key)}: the field {self._paths[target]!r} is to be its {target},"
                f" but '{brief(value)}' is not a date. Correct it in ButterCMS, or map another"
                " field."
            ) from exc

    def _knows(self, page: Page, path: str) -> bool:
        """Return whether another page shows that there may be such a field."""
        path = path.removeprefix("fields.")
        if not self._has_first(path):
            return path.partition(".")[0] in page.fields
        return look_up(page.fields, path, missing=MISSING) not in (MISSING, None)

    def _has_first(self, path: str) -> bool:
        return path.partition(".")[0] in self._names

    def _mapped(self, target: str, path: str) -> Any:
        value = look_up(self._page.fields, path.removeprefix("fields."), missing=MISSING)
        if value is not MISSING:
            return value
        if any(self._knows(page, path) for page in self._pages):
            return None
        raise SettingsError(
            f"BUTTERCMS_PAGE_TYPES[{self._type!r}]['fields'][{target!r}] names the field {path!r},"
            f" which {brief(self._page.key)} does not have; it has:"
            f" {', '.join(map(brief, self._page.fields))}."
        )


MISSING: Any = object()
"""Stands for what is nowhere to be found."""


def look_up(value: Any, path: str, *, missing: Any = None) -> Any:
    """Follow a dotted path such as `hero.image` through fields and references.

    Of several references each is followed: the values are a list then, and one alone is itself.
    What is empty or leads nowhere has no value; a name that is nowhere to be found is `missing`.
    """
    names = path.split(".")
    for number, name in enumerate(names):
        if value is None or value == "":
            return None
        if type(value) is not Fields and isinstance(value, list | tuple):
            return _look_up_each(value, ".".join(names[number:]), missing)
        inner = _fields_of(value)
        if inner is not None and name in inner:
            value = inner[name]
        elif isinstance(value, Record) and hasattr(value, name):
            value = getattr(value, name)
        else:
            return missing
    return value


def _look_up_each(values: Iterable[Any], path: str, missing: Any) -> Any:
    results = [look_up(value, path, missing=MISSING) for value in values]
    there = [value for value in results if value is not MISSING and value not in (None, "")]
    if not there:
        return missing if MISSING in results else None
    return there[0] if len(there) == 1 else there


def _fields_of(value: Any) -> Fields | None:
    """Return the fields that a value is or has.

    `type` is used first, as it is fast: `isinstance` asks an object of another type for its class,
    and `Fields` looks that up among the editors' names.
    """
    if type(value) is Fields:
        return value
    fields: Any = value.fields if isinstance(value, Page | Item) else None
    return fields if isinstance(fields, Fields) else None


def slug_of(value: Any) -> str:
    """Return the slug of a record that is a category or tag, "" to derive it from the name."""
    if isinstance(value, Page):
        return value.slug
    if isinstance(value, Item):
        return str(value.fields.get("slug") or "") if "slug" in value.fields else ""
    return str(getattr(value, "slug", ""))
