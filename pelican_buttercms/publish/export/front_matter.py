"""What does a draft file say before its body? Its metadata, as names and values in order."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, tzinfo
from typing import Any

from pelican_buttercms.content.timestamps import parse_time
from pelican_buttercms.publish.export.items import ExportItem
from pelican_buttercms.publish.resolve.account_schema import AccountSchema
from pelican_buttercms.publish.resolve.field_serializer import serialize_fields
from pelican_buttercms.publish.write_model import SLUG, STATUS, TITLE, FieldPath, Values

FrontMatter = dict[str, Any]

_POST = {
    "category": "categories",
    "tags": "tags",
    "author": "author",
    "summary": "summary",
    "seo_title": "seo_title",
    "description": "meta_description",
    "featured_image": "featured_image",
    "featured_image_alt": "featured_image_alt",
}
"""What a draft calls a post's values: by Pelican's words where it has some."""


def post_front_matter(
    item: ExportItem, values: Values, known: AccountSchema, now: datetime, zone: tzinfo
) -> FrontMatter:
    """Say everything of a post but its body; what is unset is left out."""
    spelled = serialize_fields(values, known, item.target.key)
    times = _times(item.data, now, zone)
    said = {
        "title": values.get(TITLE, ""),
        **times,
        **{name: spelled.get(api_name) for name, api_name in _POST.items()},
        "slug": values.get(SLUG, ""),
        "status": _status(values),
        "kind": "post",
        **_identity(item, known),
    }
    return {name: value for name, value in said.items() if value}


def record_front_matter(
    item: ExportItem, values: Values, known: AccountSchema, body: FieldPath | None
) -> FrontMatter:
    """Say everything of a page or an item; a body that stands behind is left out of its fields."""
    key = item.target.key
    inside = {path: value for path, value in values.items() if path != body}
    fields = serialize_fields(inside, known, key)
    said: FrontMatter = {"kind": key.kind}
    if key.kind == "page":
        said |= {"page_type": key.group, "title": values.get(TITLE, "")}
        said |= {"slug": values.get(SLUG, "")}
    else:
        said["collection"] = key.group
    said |= {"status": _status(values), **_identity(item, known)}
    said["body_field"] = ".".join(body[1:]) if body else ""
    return {name: value for name, value in said.items() if value} | {"fields": fields}


def by_locale(head: FrontMatter, locale: str) -> FrontMatter:
    """Say the same in the form of a file that holds several locales, with one of them."""
    kept = {name: value for name, value in head.items() if name not in {"lang", "locale"}}
    sorted_out = {
        name: {locale: kept[name]} for name in ("status", "base", "fields") if name in kept
    }
    return kept | sorted_out


def _identity(item: ExportItem, known: AccountSchema) -> FrontMatter:
    locale = next((one for one in known.locales if one.name == item.target.locale), None)
    several = len(known.locales) > 1
    version = item.version
    return {
        "lang": locale.lang if several and locale else "",
        "locale": item.target.locale if several else "",
        "id": item.target.key.id,
        "base": f"{version.digest} {version.updated}".strip(),
    }


def _status(values: Values) -> str:
    """Give the status; one that a draft cannot say stays what it is when the draft is silent."""
    status = values.get(STATUS)
    return status if status in {"published", "draft"} else ""


def _times(data: Mapping[str, Any], now: datetime, zone: tzinfo) -> FrontMatter:
    """Give a post's dates in the site's time zone, which plain Pelican takes them to be in.

    A date of publishing that is still to come is left out: a draft that says it asks for
    scheduling, which the API has not.
    """
    begun = _time(data, ("published", "created", "updated"))
    found = {"date": begun, "modified": _time(data, ("updated",))}
    if begun and begun > now:
        found["date"] = None
    return {name: _spelled(when, zone) for name, when in found.items() if when}


def _time(data: Mapping[str, Any], names: Collection[str]) -> datetime | None:
    for name in names:
        if text := data.get(name):
            try:
                return parse_time(str(text))
            except ValueError:
                continue
    return None


def _spelled(when: datetime, zone: tzinfo) -> str:
    try:
        local = when.astimezone(zone)
    except OverflowError:  # at the edges of the calendar
        local = when
    return local.replace(tzinfo=None).isoformat(sep=" ", timespec="seconds")
