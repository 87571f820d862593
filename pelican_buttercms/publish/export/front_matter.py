"""The front matter of exported drafts: metadata as names and values in order."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from pelican_buttercms.content.timestamps import local_time, parse_time
from pelican_buttercms.publish.export.items import ExportItem
from pelican_buttercms.publish.resolve.account_schema import AccountSchema
from pelican_buttercms.publish.resolve.field_serializer import serialize_fields
from pelican_buttercms.publish.write_model import SLUG, STATUS, TITLE, FieldPath, Values

FrontMatter = dict[str, Any]

_POST = {
    "tags": "tags",
    "author": "author",
    "summary": "summary",
    "seo_title": "seo_title",
    "description": "meta_description",
    "featured_image": "featured_image",
    "featured_image_alt": "featured_image_alt",
}
"""The names of a post's values in drafts: Pelican's names where it has some."""


@dataclass(frozen=True)
class PelicanDefaults:
    """What Pelican takes for what a file does not say.

    Attributes:
        zone: of dates.
        category: of what has none; a folder's name is one, too.
    """

    zone: tzinfo
    category: str


def post_front_matter(
    item: ExportItem, values: Values, known: AccountSchema, defaults: PelicanDefaults
) -> FrontMatter:
    """Build the front matter of a post; what is unset and means nothing to Pelican is left out."""
    spelled = serialize_fields(values, known, item.target.key)
    categories = spelled.get("categories") or [defaults.category]
    head = {
        "title": values.get(TITLE, ""),
        **_times(item.data, defaults.zone),
        "category": categories[0],
        "categories": categories if len(categories) > 1 else None,
        **{name: spelled.get(api_name) for name, api_name in _POST.items()},
        "slug": values.get(SLUG, ""),
        "status": _status(values),
        "kind": "post",
        **_identity(item, known),
    }
    return {name: value for name, value in head.items() if value}


def record_front_matter(
    item: ExportItem,
    values: Values,
    known: AccountSchema,
    body: FieldPath | None = None,
    defaults: PelicanDefaults | None = None,
) -> FrontMatter:
    """Build the front matter of a page or an item, without the field that is the file's body.

    Args:
        item: the exported item.
        values: its values.
        known: the account.
        body: the path of the value that is left out.
        defaults: added to what Pelican reads as well.
    """
    key = item.target.key
    inside = {path: value for path, value in values.items() if path != body}
    fields = serialize_fields(inside, known, key)
    head: FrontMatter = {"kind": key.kind}
    if key.kind == "page":
        head |= {"page_type": key.group, "title": values.get(TITLE, "")}
        head |= {"slug": values.get(SLUG, "")}
    else:
        head["collection"] = key.group
    head |= {"status": _status(values), **_identity(item, known)}
    if defaults:
        head |= _times(item.data, defaults.zone) | {"category": defaults.category}
    head["body_field"] = ".".join(body[1:]) if body else ""
    return {name: value for name, value in head.items() if value} | {"fields": fields}


def by_locale(head: FrontMatter, locale: str) -> FrontMatter:
    """Return the front matter in the form of a file with several locales, with one of them."""
    kept = {name: value for name, value in head.items() if name not in {"lang", "locale"}}
    of_locale = {
        name: {locale: kept[name]} for name in ("status", "base", "fields") if name in kept
    }
    return kept | of_locale


def _identity(item: ExportItem, known: AccountSchema) -> FrontMatter:
    locale = next((each for each in known.locales if each.name == item.target.locale), None)
    several = len(known.locales) > 1
    version = item.version
    return {
        "lang": locale.lang if several and locale else "",
        "locale": item.target.locale if several else "",
        "id": item.target.key.id,
        "base": f"{version.digest} {version.updated}".strip(),
    }


def _status(values: Values) -> str:
    """Return the status; what is scheduled is a draft until then, and stays scheduled there."""
    return "published" if values.get(STATUS) == "published" else "draft"


def _times(data: Mapping[str, Any], zone: tzinfo) -> FrontMatter:
    """Return an item's dates in the site's time zone, as plain Pelican reads them."""
    times = {
        "date": _time(data, ("published", "scheduled", "created", "updated")),
        "modified": _time(data, ("updated",)),
    }
    return {name: local_time(when, zone) for name, when in times.items() if when}


def _time(data: Mapping[str, Any], names: Collection[str]) -> datetime | None:
    for name in names:
        if text := data.get(name):
            try:
                return parse_time(str(text))
            except ValueError:
                continue
    return None
