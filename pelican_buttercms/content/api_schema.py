"""The shapes of the API's objects, checked before anything is kept."""

from __future__ import annotations

import re
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta, Struct

from pelican_buttercms.clean_text import clean_line
from pelican_buttercms.content.timestamps import parse_time
from pelican_buttercms.errors import ContentError

MAX_DEPTH = 100
"""Lists and objects inside each other; ButterCMS's own schemas end after about twenty."""

_LONGEST_TOLD = 120

_CONTAINERS = frozenset({dict, list})

TIMESTAMPS = ("published", "created", "updated", "scheduled")

Name = Annotated[str, Meta(min_length=1)]
TypeName = Annotated[str, Meta(min_length=1, pattern="^[^/]+$")]
Text = str | None


class AuthorSchema(Struct):
    """An author; all strings, "" when unset, the slug too. Source: contract, "Blog" and 15."""

    slug: Text
    first_name: Text = None
    last_name: Text = None
    email: Text = None
    bio: Text = None
    title: Text = None
    linkedin_url: Text = None
    facebook_url: Text = None
    instagram_url: Text = None
    pinterest_url: Text = None
    twitter_handle: Text = None
    profile_image: Text = None


class TermSchema(Struct):
    """A category or a tag; slug and name can be empty. Source: contract, "Blog" and 15."""

    slug: Text
    name: Text = None


class PostSchema(Struct):
    """A post as any of its endpoints gives it. Source: contract, "Post object"."""

    slug: Name
    title: Text = None
    body: Text = None
    summary: Text = None
    status: Text = None
    seo_title: Text = None
    meta_description: Text = None
    featured_image: Text = None
    featured_image_alt: Text = None
    published: Text = None
    created: Text = None
    updated: Text = None
    scheduled: Text = None
    author: AuthorSchema | None = None
    categories: list[TermSchema | None] | None = None
    tags: list[TermSchema | None] | None = None


class PageSchema(Struct):
    """A page of a page type, or a single page. Source: contract, "Pages (read)"."""

    slug: Name
    fields: dict[str, Any]
    name: Text = None
    page_type: TypeName | None = None
    status: Text = None
    published: Text = None
    updated: Text = None
    scheduled: Text = None


class ItemMeta(Struct):
    """What ButterCMS says of a collection item besides its fields."""

    id: int


class ItemSchema(Struct):
    """A collection item; its fields lie beside `meta`. Source: contract, "Collections (read)"."""

    meta: ItemMeta


Shape = TypeVar("Shape", bound=Struct)

# msgspec learns a type when it is first used, and crashes where several threads make it learn at
# once (seen with 0.22); so it learns all of them here, in the one thread that imports.
for _shape in (AuthorSchema, TermSchema, PostSchema, PageSchema, ItemSchema):
    msgspec.json.Decoder(_shape)


def check(kind: str, data: Any, shape: type[Shape]) -> Shape:
    """Return `data` as `shape`, once its types, its timestamps and its depth are right.

    Raises:
        ContentError: naming the kind, the slug or id, and the path of the field that is wrong.
    """
    try:
        checked = msgspec.convert(data, shape)
    except msgspec.ValidationError as exc:
        raise _explain(kind, data, str(exc)) from exc
    for name in TIMESTAMPS:
        _check_timestamp(kind, data, name)
    if is_deeper_than(data, MAX_DEPTH):
        raise ContentError(
            f"{describe(kind, data)} nests lists and objects more than {MAX_DEPTH} deep, which no"
            " content of ButterCMS does. Look at its fields in the dashboard, then pull again."
        )
    return checked


def describe(kind: str, data: Any) -> str:
    """Return the name of an object for people, such as `post "hello"`, however broken it is."""
    if isinstance(data, dict):
        meta = data.get("meta")
        name = data.get("slug") or (meta.get("id") if isinstance(meta, dict) else None)
        if name:
            return f'{kind} "{brief(name)}"'
    return f"a {kind} without slug or id"


def brief(value: Any) -> str:
    """Spell a value of the CMS for one line of a message, whatever it holds and however long."""
    return clean_line(value, _LONGEST_TOLD)


def _explain(kind: str, data: Any, problem: str) -> ContentError:
    what, _, where = problem.partition(" - at ")
    path = re.sub(r"^\$\.?", "", where.strip("`"))
    place = f'the field "{path}"' if path else "the object itself"
    return ContentError(
        f"The API gave {describe(kind, data)} in an unexpected shape: {what[:1].lower()}{what[1:]}"
        f" in {place}. Look at it in the ButterCMS dashboard, then pull again."
    )


def _check_timestamp(kind: str, data: dict[str, Any], name: str) -> None:
    text = data.get(name)
    if not text or kind not in {"post", "page"}:
        return
    try:
        parse_time(text)
    except ValueError as exc:
        raise ContentError(
            f"The API gave {describe(kind, data)} with '{brief(text)}' in the field \"{name}\","
            " which is not a timestamp. Look at it in the ButterCMS dashboard, then pull again."
        ) from exc


def is_deeper_than(data: Any, limit: int) -> bool:
    """Return whether lists and objects are nested deeper, without recursion, whatever the depth.

    Only lists and objects are gone into: most values of a record are neither, and every record of
    a pull comes through here. What JSON is read into has exactly these two classes, and looking
    one up takes half the time of `isinstance`.
    """
    level: list[Any] = [data] if data.__class__ in _CONTAINERS else []
    for _ in range(limit):
        level = [
            child
            for value in level
            for child in (value.values() if value.__class__ is dict else value)
            if child.__class__ in _CONTAINERS
        ]
        if not level:
            return False
    return any(level)
