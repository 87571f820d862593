"""Raw records: what is kept of each item of the API, the same from every endpoint."""

from __future__ import annotations

from collections.abc import Iterator
import re
from typing import Any, Literal, NamedTuple, Self, get_args

from msgspec import Struct

from pelican_buttercms.content import api_schema

Kind = Literal["post", "page", "item", "author", "category", "tag"]
Profile = Literal["author", "category", "tag"]
KINDS: tuple[Kind, ...] = get_args(Kind)

Seen = dict[tuple[Kind, str], dict[str, Any]]
"""Authors, categories and tags as the API gave them, by kind and slug."""

_PLURALS: dict[Kind, str] = {
    "post": "posts",
    "page": "pages",
    "item": "collections",
    "author": "authors",
    "category": "categories",
    "tag": "tags",
}

SINGLE_PAGES = "*"
"""The group of pages without a page type, in ButterCMS's own spelling."""

UNLISTED = -1
"""The place of a record that a listing leaves out, and that others refer to."""

_ENDPOINT_ARTEFACTS = frozenset({"url", "deleted", "rank", "recent_posts"})
"""Differ between the endpoints that give the same post. Source: contract, "Post object"."""


class Key(NamedTuple):
    """What identifies one item of an account in one locale.

    A tuple, since a pull hashes and compares some hundred thousands of them.

    Attributes:
        kind: post, page, item, author, category or tag.
        group: the page type ("*" for single pages), the collection's key, or "".
        id: the slug, or a collection item's id as text.
    """

    kind: Kind
    group: str
    id: str

    def __str__(self) -> str:
        """Return the name that people read and write, such as `posts/hello`."""
        return "/".join(filter(None, (_PLURALS[self.kind], self.group, self.id)))

    @property
    def stored(self) -> str:
        """The text that stores and files have, such as `post//hello`; `parse` reads it back."""
        return f"{self.kind}/{self.group}/{self.id}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a key back from its stored text.

        A slug may itself contain a slash, and so may a collection's key; an item's id does not.

        Raises:
            ValueError: the text is not the text of a key.
        """
        kind, group, name = text.split("/", 2)
        if kind == "item":
            group, name = text[len("item/") :].rsplit("/", 1)
        if kind not in KINDS or not name:
            raise ValueError(f"{text!r} is not the key of a record")
        return cls(kind, group, name)


class RawRecord(Struct, frozen=True, gc=False):
    """One item as the store keeps it: the API's object minus what depends on the endpoint.

    A struct, since a pull makes some hundred thousands: a dataclass takes ten times as long. The
    garbage collector need not look at it, since JSON leads back to nothing.

    Attributes:
        key: kind, group and id.
        data: the object.
        locale: the locale whose version it is, "" for the account's default; payloads do not say.
        identity: what the versions of one item in different locales have in common.
        place: its place in a listing with filters or an order of its own; `UNLISTED` if only
            others refer to it, None in all other listings.
    """

    key: Key
    data: dict[str, Any]
    locale: str = ""
    identity: str = ""
    place: int | None = None


def split_post(data: dict[str, Any], seen: Seen | None = None) -> list[RawRecord]:
    """Split a post, from any endpoint, into itself and the author and terms inside it.

    The post then names them by their slugs.

    Args:
        data: the post.
        seen: what came inside of posts before, of whose records none is given again; filled.

    Raises:
        ContentError: a type, a timestamp or the depth is wrong; names slug and field path.
    """
    post = api_schema.check("post", data, api_schema.PostSchema)
    kept = data.copy()
    for name in _ENDPOINT_ARTEFACTS:
        kept.pop(name, None)
    kept["author"] = _slug_of(data.get("author")) or None
    for name in ("categories", "tags"):
        kept[name] = [slug for term in data.get(name) or () if (slug := _slug_of(term))]
    records = [RawRecord(Key("post", "", post.slug), kept)]
    for kind, embedded in _inside(data):
        slug = _slug_of(embedded)
        if not slug:
            continue  # an editor left it empty: there is nothing to show of it
        if seen is not None:
            if seen.get((kind, slug)) == embedded:
                continue
            seen[kind, slug] = embedded
        records.append(_keep(kind, embedded, slug))
    return records


def _inside(data: dict[str, Any]) -> Iterator[tuple[Kind, dict[str, Any]]]:
    """Yield what came inside of a post, the author first."""
    if author := data.get("author"):
        yield "author", author
    for category in data.get("categories") or ():
        yield "category", category
    for tag in data.get("tags") or ():
        yield "tag", tag


def split_page(data: dict[str, Any]) -> list[RawRecord]:
    """Keep a page of a page type, or a single page.

    Raises:
        ContentError: a type, a timestamp or the depth is wrong; names slug and field path.
    """
    page = api_schema.check("page", data, api_schema.PageSchema)
    return [RawRecord(Key("page", page.page_type or SINGLE_PAGES, page.slug), dict(data))]


def split_item(collection: str, data: dict[str, Any]) -> list[RawRecord]:
    """Keep an item of a collection; the API's object does not name its collection.

    Raises:
        ContentError: a type or the depth is wrong; names id and field path.
    """
    item = api_schema.check(f"item of the collection {collection}", data, api_schema.ItemSchema)
    return [RawRecord(Key("item", collection, str(item.meta.id)), dict(data))]


def split_profile(kind: Profile, data: dict[str, Any]) -> list[RawRecord]:
    """Keep an author, a category or a tag, if it has a slug or a name, without its recent posts.

    Raises:
        ContentError: a type is wrong; names slug and field path.
    """
    shape = api_schema.AuthorSchema if kind == "author" else api_schema.TermSchema
    api_schema.check(kind, data, shape)
    slug = _slug_of(data)
    return [_keep(kind, data, slug)] if slug else []


def _slug_of(data: dict[str, Any] | None) -> str:
    """Return the slug of an author or term, made of its name if it has none; "" for an empty one.

    Source: contract, section 15.
    """
    if not data:
        return ""
    names = (data.get(name) for name in ("name", "first_name", "last_name"))
    text = " ".join(name for name in names if name and isinstance(name, str))
    return data.get("slug") or "-".join(re.findall(r"\w+", text.lower()))


def _keep(kind: Kind, data: dict[str, Any], slug: str) -> RawRecord:
    if data.get("slug") != slug:
        data = data | {"slug": slug}
    if "recent_posts" in data:
        data = {name: value for name, value in data.items() if name != "recent_posts"}
    return RawRecord(Key(kind, "", slug), data)
