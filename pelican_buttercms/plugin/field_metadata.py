"""Fields that become metadata of the user's own: the setting `BUTTERCMS_METADATA`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import datetime
import re
from typing import Any

from pelican_buttercms.content.addresses import runs_script
from pelican_buttercms.content.fields import Fields, Media
from pelican_buttercms.content.graph import Graph
from pelican_buttercms.content.naming import name_of
from pelican_buttercms.content.records import Page, Post, Record
from pelican_buttercms.content.timestamps import parse_day_or_time
from pelican_buttercms.errors import SettingsError
from pelican_buttercms.plugin.field_mapping import MISSING, FieldMapping, look_up
from pelican_buttercms.plugin.html_text import cms_picture, cms_text, site_time, warn_of_address
from pelican_buttercms.settings import Settings
from pelican_buttercms.settings.metadata import MAPPED_FIELDS, paths_of
from pelican_buttercms.wording import did_you_mean

_TIME = re.compile(
    r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?\Z", re.ASCII
)
_POST = frozenset(one.name for one in fields(Post)) - {one.name for one in fields(Record)} | {"url"}


def metadata_of_fields(
    record: Post | Page, options: Settings, zone: str, mapping: FieldMapping | None = None
) -> dict[str, Any]:
    """Return the metadata that the settings take from the fields of a post or a page.

    A field that is empty or missing sets nothing.

    Args:
        record: the post or the page.
        options: the checked settings.
        zone: the site's time zone.
        mapping: which of a page's fields are its title, date and so on.
    """
    found: dict[str, Any] = {}
    for name, path in _paths(record, options).items():
        found[name] = _typed(_value(record, path, mapping), record.key, zone)
    page_type = (
        options.page_types.get(record.page_type or "*") if isinstance(record, Page) else None
    )
    if mapping and page_type:
        for name in page_type.fields.keys() - set(MAPPED_FIELDS):
            found[name] = _typed(mapping.value(name), record.key, zone)
    return {name: value for name, value in found.items() if value is not None}


def check_paths(graph: Graph, options: Settings) -> None:
    """Check that the fields which `BUTTERCMS_METADATA` names are there.

    Raises:
        SettingsError: no post and no page that a name is for has its field.
    """
    problems = []
    for what, paths in options.metadata.items():
        records = list(_records(graph, options, what))
        for name, path in paths.items() if records else ():
            if path and not any(_has(record, path) for record in records):
                where = f"BUTTERCMS_METADATA[{what!r}]" if what else "BUTTERCMS_METADATA"
                problems.append(
                    f"{where}[{name!r}] names the field {path!r}, which none of the"
                    f" {what or 'posts and pages'} has.{_nearest(path, records)}"
                )
    if problems:
        raise SettingsError(problems)


def _paths(record: Post | Page, options: Settings) -> dict[str, str]:
    if isinstance(record, Page):
        return paths_of(options.metadata, "pages", record.page_type or "*")
    return paths_of(options.metadata, "posts", "")


def _records(graph: Graph, options: Settings, what: str) -> Iterator[Post | Page]:
    """Yield the posts and pages that a part of the setting is for."""
    kind, _, group = what.partition("/")
    if kind in {"", "posts"} and options.posts:
        yield from graph.posts
    for page_type in options.page_types.values() if kind in {"", "pages"} else ():
        if group in {"", page_type.name} and page_type.role != "data":
            yield from graph.pages.get(page_type.name, ())


def _value(record: Post | Page, path: str, mapping: FieldMapping | None) -> Any:
    """Return what a path leads to; of a page also what its fields are mapped to."""
    value = look_up(_start(record, path), path.removeprefix("fields."), missing=MISSING)
    if value is MISSING and mapping and path in MAPPED_FIELDS:
        return mapping.value(path)
    return None if value is MISSING else value


def _start(record: Post | Page, path: str) -> Any:
    """Return where a path begins: at the editors' fields, or at the record's own."""
    first = path.removeprefix("fields.").partition(".")[0]
    if isinstance(record, Page) and (path.startswith("fields.") or first in record.fields):
        return record.fields
    return record if first in _own_names(record) else Fields(record.extra)


def _own_names(record: Post | Page) -> frozenset[str]:
    return (
        _POST if isinstance(record, Post) else frozenset({"name", "slug", "published", "updated"})
    )


def _has(record: Post | Page, path: str) -> bool:
    if isinstance(record, Page) and path in MAPPED_FIELDS:
        return True
    found = look_up(_start(record, path), path.removeprefix("fields."), missing=MISSING)
    return found is not MISSING


def _nearest(path: str, records: Iterable[Post | Page]) -> str:
    known = {
        name
        for record in records
        for name in (*_own_names(record), *(record.fields if isinstance(record, Page) else ()))
    }
    hint = did_you_mean(path.removeprefix("fields."), sorted(known))
    return hint or f" There are: {', '.join(sorted(known))}."


def _typed(value: Any, owner: object, zone: str) -> Any:
    """Return a value as metadata; None for none."""
    if isinstance(value, Media):
        return cms_picture(owner, value)
    if isinstance(value, datetime):
        return site_time(value, zone)
    if isinstance(value, str):
        return _typed_text(value, owner, zone)
    if type(value) in {list, tuple}:
        return [
            one for one in (_typed(one, owner, zone) for one in value) if one is not None
        ] or None
    if isinstance(value, Record) and not isinstance(value, Post):
        return cms_text(name_of(value))
    return value


def _typed_text(text: str, owner: object, zone: str) -> Any:
    if _TIME.match(text):
        try:
            return site_time(parse_day_or_time(text), zone)
        except ValueError:
            return cms_text(text)
    if runs_script(text):
        warn_of_address(owner, text)
        return None
    return cms_text(text) if text else None
