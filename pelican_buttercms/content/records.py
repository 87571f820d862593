"""What do templates and the plugin see of an item? Records that hold each other, not copies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pelican_buttercms.content.fields import Fields, Media
from pelican_buttercms.content.media import media_or_none
from pelican_buttercms.content.raw import SINGLE_PAGES, Key, Kind, RawRecord
from pelican_buttercms.content.times import parse_time
from pelican_buttercms.errors import ContentError


@dataclass(frozen=True, eq=False, slots=True)
class Referrer:
    """Who refers to a record, and where.

    Attributes:
        owner: the record that has the reference.
        path: the field, such as `body[2].fields.team[0]`; see `pelican_buttercms.content.link`.
    """

    owner: Record
    path: str


@dataclass(eq=False, repr=False, kw_only=True, slots=True)
class Record:
    """One item of the account; there is one object per item, so identity is equality.

    Attributes:
        key: kind, group and id.
        url: the site-relative URL of its own page, None when it has none; set by the plugin.
        referrers: everything that refers to it, by the owner's key and the field's place.
        extra: what the API gave besides the attributes known here.
    """

    key: Key
    url: str | None = None
    referrers: list[Referrer] = field(default_factory=list)
    extra: Mapping[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.key}>"


@dataclass(eq=False, repr=False, kw_only=True, slots=True)
class Author(Record):
    """An author. Texts are "" when unset; `posts` are in the order of `Graph.posts`."""

    slug: str
    name: str
    first_name: str
    last_name: str
    email: str
    bio: str
    title: str
    linkedin_url: str
    facebook_url: str
    instagram_url: str
    pinterest_url: str
    twitter_handle: str
    profile_image: Media | None
    posts: list[Post] = field(default_factory=list)


@dataclass(eq=False, repr=False, kw_only=True, slots=True)
class Term(Record):
    """What categories and tags have in common; `posts` are in the order of `Graph.posts`."""

    slug: str
    name: str
    posts: list[Post] = field(default_factory=list)


@dataclass(eq=False, repr=False, kw_only=True, slots=True)
class Category(Term):
    """A category of posts."""


@dataclass(eq=False, repr=False, kw_only=True, slots=True)
class Tag(Term):
    """A tag of posts."""


@dataclass(eq=False, repr=False, kw_only=True, slots=True)
class Post(Record):
    """A blog post. Texts are "" when unset, moments are aware and in UTC."""

    slug: str
    title: str
    body: str
    summary: str
    status: str
    seo_title: str
    meta_description: str
    featured_image: Media | None
    featured_image_alt: str
    published: datetime | None
    created: datetime | None
    updated: datetime | None
    scheduled: datetime | None
    author: Author | None = None
    categories: list[Category] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)


@dataclass(eq=False, repr=False, kw_only=True, slots=True)
class Page(Record):
    """A page of a page type, or a single page (`page_type` None); moments are in UTC."""

    slug: str
    name: str
    page_type: str | None
    status: str | None
    published: datetime | None
    updated: datetime | None
    scheduled: datetime | None
    fields: Fields = field(default_factory=Fields)


@dataclass(eq=False, repr=False, kw_only=True, slots=True)
class Item(Record):
    """A collection item; `item.label` is `item.fields.label` unless the name is used here.

    `collection` is None for an item that came only expanded inside others.
    """

    id: int
    collection: str | None
    fields: Fields = field(default_factory=Fields)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name in Item.__slots__:
            raise AttributeError(name)
        return getattr(self.fields, name)


AnyRecord = Author | Category | Tag | Post | Page | Item


def build(raw: RawRecord) -> AnyRecord:
    """Make a record of a raw one, with everything but what refers to other records.

    Raises:
        ContentError: a timestamp cannot be read; names the record and the field.
    """
    return _BUILDERS[raw.key.kind](raw)


def _build_author(raw: RawRecord) -> Author:
    data = raw.data
    texts = {name: data.get(name) or "" for name in _AUTHOR_TEXTS}
    name = f"{texts['first_name']} {texts['last_name']}".strip()
    return Author(
        key=raw.key,
        extra=_extra(data, {*_AUTHOR_TEXTS, "slug", "profile_image"}),
        slug=raw.key.id,
        name=name or raw.key.id,
        profile_image=media_or_none(data.get("profile_image")),
        **texts,
    )


def _build_category(raw: RawRecord) -> Category:
    name = raw.data.get("name") or raw.key.id
    extra = _extra(raw.data, {"slug", "name"})
    return Category(key=raw.key, slug=raw.key.id, name=name, extra=extra)


def _build_tag(raw: RawRecord) -> Tag:
    name = raw.data.get("name") or raw.key.id
    extra = _extra(raw.data, {"slug", "name"})
    return Tag(key=raw.key, slug=raw.key.id, name=name, extra=extra)


def _build_post(raw: RawRecord) -> Post:
    data = raw.data
    alt = data.get("featured_image_alt") or ""
    return Post(
        key=raw.key,
        extra=_extra(data, _POST_NAMES),
        slug=raw.key.id,
        featured_image=media_or_none(data.get("featured_image"), alt),
        featured_image_alt=alt,
        **{name: data.get(name) or "" for name in _POST_TEXTS},
        **{name: _moment(raw, name) for name in _POST_MOMENTS},
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
        **{name: _moment(raw, name) for name in _PAGE_MOMENTS},
    )


def _build_item(raw: RawRecord) -> Item:
    return Item(
        key=raw.key,
        extra=_extra(raw.data["meta"], {"id"}),
        id=int(raw.key.id),
        collection=raw.key.group or None,
    )


def _moment(raw: RawRecord, name: str) -> datetime | None:
    text = raw.data.get(name)
    if not text:
        return None
    try:
        return parse_time(text)
    except ValueError as exc:
        raise ContentError(
            f'{raw.key} has {text!r} in the field "{name}", which is not a timestamp. Look at it'
            " in the ButterCMS dashboard, then run `pelican-buttercms pull`."
        ) from exc


def _extra(data: Mapping[str, Any], known: set[str]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name not in known}


_AUTHOR_TEXTS = (
    "first_name", "last_name", "email", "bio", "title", "linkedin_url", "facebook_url",
    "instagram_url", "pinterest_url", "twitter_handle",
)  # fmt: skip
_POST_TEXTS = ("title", "body", "summary", "status", "seo_title", "meta_description")
_POST_MOMENTS = ("published", "created", "updated", "scheduled")
_POST_NAMES = {
    *_POST_TEXTS, *_POST_MOMENTS, "slug", "featured_image", "featured_image_alt",
    "author", "categories", "tags",
}  # fmt: skip
_PAGE_MOMENTS = ("published", "updated", "scheduled")
_PAGE_NAMES = {*_PAGE_MOMENTS, "slug", "name", "page_type", "status", "fields"}
_BUILDERS: Mapping[Kind, Callable[[RawRecord], AnyRecord]] = {
    "post": _build_post,
    "page": _build_page,
    "item": _build_item,
    "author": _build_author,
    "category": _build_category,
    "tag": _build_tag,
}
