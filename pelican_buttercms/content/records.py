"""The records that templates and the plugin see: they hold each other, not copies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from msgspec import Struct

from pelican_buttercms.content.fields import Fields, Media
from pelican_buttercms.content.raw_records import Key


class Referrer(Struct, frozen=True, eq=False):
    """Who refers to a record, and where; a struct, as there are several for each record.

    Attributes:
        owner: the record that has the reference.
        path: the field, such as `body[2].fields.team[0]`; see `resolve_references`.
    """

    owner: Record
    path: str


@dataclass(eq=False, repr=False, kw_only=True, slots=True)
class Record:
    """One item of the account; there is one object per item, so identity is equality.

    Attributes:
        key: kind, group and id.
        url: the site-relative URL of its own page, None when it has none; set by the plugin. An
            item has no page: its `url` is the editors' field of that name.
        referrers: everything that refers to it, by the owner's key and the field's place.
        extra: what the API gave besides the attributes known here.
        locale: the locale whose version this is; not the one that shows it, where it stands in
            for a missing translation.
        identity: what the versions of one item in different locales have in common.
    """

    key: Key
    url: str | None = None
    referrers: list[Referrer] = field(default_factory=list)
    extra: Mapping[str, Any] = field(default_factory=dict)
    locale: str = ""
    identity: str = ""

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

    @property
    def meta(self) -> Fields:
        """What the API says of the item besides its fields, such as its `id`."""
        return Fields({"id": self.id, **self.extra})

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name in Item.__slots__:
            raise AttributeError(name)
        return getattr(self.fields, name)


AnyRecord = Author | Category | Tag | Post | Page | Item
