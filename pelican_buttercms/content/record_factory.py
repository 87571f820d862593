"""Records for templates, built from raw records and not yet linked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from pelican_buttercms.content.api_schema import TIMESTAMPS, brief
from pelican_buttercms.content.media import media_or_none
from pelican_buttercms.content.raw_records import SINGLE_PAGES, Kind, RawRecord
from pelican_buttercms.content.records import AnyRecord, Author, Category, Item, Page, Post, Tag
from pelican_buttercms.content.timestamps import parse_time
from pelican_buttercms.errors import ContentError

_AUTHOR_TEXTS = (
    "first_name", "last_name", "email", "bio", "title", "linkedin_url", "facebook_url",
    "instagram_url", "pinterest_url", "twitter_handle",
)  # fmt: skip
_POST_TEXTS = ("title", "body", "summary", "status", "seo_title", "meta_description")
_POST_NAMES = {
    *_POST_TEXTS, *TIMESTAMPS, "slug", "featured_image", "featured_image_alt",
    "author", "categories", "tags",
}  # fmt: skip
_PAGE_MOMENTS = ("published", "updated", "scheduled")
_PAGE_NAMES = {*_PAGE_MOMENTS, "slug", "name", "page_type", "status", "fields"}


def build(raw: RawRecord) -> AnyRecord:
    """Make a record of a raw one, with everything but what refers to other records.

    Raises:
        ContentError: a timestamp cannot be read; names the record and the field.
    """
    record = _BUILDERS[raw.key.kind](raw)
    record.locale = raw.locale
    record.identity = raw.identity or raw.key.stored
    return record


def _build_author(raw: RawRecord) -> Author:
    data = raw.data
    texts = _texts(data, _AUTHOR_TEXTS)
    name = f"{texts['first_name']} {texts['last_name']}".strip()
    return Author(
        key=raw.key,
        extra=_extra(data, {*_AUTHOR_TEXTS, "slug", "profile_image"}),
        slug=raw.key.id,
        name=name or raw.key.id,
        profile_image=media_or_none(data.get("profile_image")),
        **texts,
    )


def _build_term(raw: RawRecord) -> Category | Tag:
    name = raw.data.get("name") or raw.key.id
    extra = _extra(raw.data, {"slug", "name"})
    term = Category if raw.key.kind == "category" else Tag
    return term(key=raw.key, slug=raw.key.id, name=name, extra=extra)


def _build_post(raw: RawRecord) -> Post:
    data = raw.data
    alt = data.get("featured_image_alt") or ""
    return Post(
        key=raw.key,
        extra=_extra(data, _POST_NAMES),
        slug=raw.key.id,
        featured_image=media_or_none(data.get("featured_image"), alt),
        featured_image_alt=alt,
        **_texts(data, _POST_TEXTS),
        **_moments(raw, TIMESTAMPS),
    )


def _build_page(raw: RawRecord) -> Page:
    data = raw.data
    return Page(
        key=raw.key,
        extra=_extra(data, _PAGE_NAMES),
        slug=raw.key.id,
        name=data.get("name") or "",
        page_type=None if raw.key.group == SINGLE_PAGES else raw.key.group,
        status=data.get("status"),
        **_moments(raw, _PAGE_MOMENTS),
    )


def _build_item(raw: RawRecord) -> Item:
    url = raw.data.get("url")
    return Item(
        key=raw.key,
        url=url if isinstance(url, str) else None,
        extra=_extra(raw.data["meta"], {"id"}),
        id=int(raw.key.id),
        collection=raw.key.group or None,
    )


def _texts(data: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: data.get(name) or "" for name in names}


def _moments(raw: RawRecord, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: _moment(raw, name) for name in names}


def _moment(raw: RawRecord, name: str) -> datetime | None:
    text = raw.data.get(name)
    if not text:
        return None
    try:
        return parse_time(text)
    except ValueError as exc:
        raise ContentError(
            f"{brief(raw.key)} has '{brief(text)}' in the field \"{name}\", which is not a"
            " timestamp. Look at it in the ButterCMS dashboard, then run `pelican-buttercms pull`."
        ) from exc


def _extra(data: Mapping[str, Any], known: set[str]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name not in known}


_BUILDERS: Mapping[Kind, Callable[[RawRecord], AnyRecord]] = {
    "post": _build_post,
    "page": _build_page,
    "item": _build_item,
    "author": _build_author,
    "category": _build_term,
    "tag": _build_term,
}
