"""Which field of a page gives its title, date, body and so on?

A page type's own mapping (`BUTTERCMS_PAGE_TYPES["news"]["fields"]`) decides; what it does not name
is looked for under the names that editors usually give such fields.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pelican_buttercms.content.fields import Fields
from pelican_buttercms.content.records import Author, Category, Item, Page, Tag
from pelican_buttercms.content.shapes import brief
from pelican_buttercms.content.times import parse_day_or_time
from pelican_buttercms.errors import ContentError, SettingsError
from pelican_buttercms.settings import PageType
from pelican_buttercms.settings.page_types import USUAL_FIELDS


class FieldMapping:
    """Looks up what Pelican wants to know in one page's fields."""

    def __init__(self, page: Page, page_type: PageType) -> None:
        self._page = page
        self._paths = page_type.fields
        self._type = page_type.name
        self._names = frozenset(page.fields)

    def value(self, target: str) -> Any:
        """Give the value for `title`, `body` and so on, None when there is none.

        Raises:
            SettingsError: the mapping names a field that no page of this type could have.
        """
        if target in self._paths:
            return self._mapped(target, self._paths[target])
        likely = (path for path in USUAL_FIELDS.get(target, ()) if self._has_first(path))
        found = (look_up(self._page.fields, path) for path in likely)
        return next((value for value in found if value not in (None, "")), None)

    def text(self, target: str) -> str:
        """Give a value as text, "" when there is none; a referenced record gives its name."""
        value = self.value(target)
        return "" if value is None else name_of(value)

    def many(self, target: str) -> list[Any]:
        """Give a value as a list: several references, or names separated by commas."""
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
        value = self.value(target)
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

    def _has_first(self, path: str) -> bool:
        return path.partition(".")[0] in self._names

    def _mapped(self, target: str, path: str) -> Any:
        value = look_up(self._page.fields, path.removeprefix("fields."), missing=_MISSING)
        if value is not _MISSING:
            return value
        raise SettingsError(
            f"BUTTERCMS_PAGE_TYPES[{self._type!r}]['fields'][{target!r}] names the field {path!r},"
            f" which {brief(self._page.key)} does not have; it has:"
            f" {', '.join(map(brief, self._page.fields))}."
        )


_MISSING: Any = object()


def look_up(value: Any, path: str, *, missing: Any = None) -> Any:
    """Follow a dotted path such as `hero.image` through fields and references."""
    for name in path.split("."):
        if type(value) is not Fields and isinstance(value, list | tuple) and len(value) == 1:
            value = value[0]  # a one-to-one reference that came as a list
        inner = _fields_of(value)
        if inner is not None and name in inner:
            value = inner[name]
        elif isinstance(value, Page | Item | Author | Category | Tag) and hasattr(value, name):
            value = getattr(value, name)
        else:
            return missing
    return value


def _fields_of(value: Any) -> Fields | None:
    """Give the fields that a value is or has; `type` tells in no time what `isinstance` asks for.

    `isinstance` asks an object of another type for its class, and `Fields` looks that up among
    the editors' names.
    """
    if type(value) is Fields:
        return value
    found: Any = value.fields if isinstance(value, Page | Item) else None
    return found if isinstance(found, Fields) else None


def name_of(value: Any) -> str:
    """Name a value for people: a record's name, title or label, otherwise its text."""
    if type(value) is str:
        return value
    if isinstance(value, list | tuple):
        return name_of(value[0]) if value else ""
    fields = value.fields if isinstance(value, Page | Item) else None
    if fields is not None:
        found = next((fields[n] for n in ("name", "title", "label", "headline") if n in fields), "")
        return str(found or getattr(value, "name", "") or value.key.id)
    return str(getattr(value, "name", value))


def slug_of(value: Any) -> str:
    """Give the slug that a referenced record brings for a category or tag, "" for its name's."""
    if isinstance(value, Page):
        return value.slug
    if isinstance(value, Item):
        return str(value.fields.get("slug") or "") if "slug" in value.fields else ""
    return str(getattr(value, "slug", ""))
