"""Builders of the requests that create, change and delete content.

Every builder returns a `Write`, which becomes a request in one of the dialects on which the API's
documents disagree. Values come as they are sent: references as slugs and ids, media as URLs. A
status is always asked for, since the API makes a draft of what is sent without one.
Source: contract, "Write API" and "Disagreements".
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import msgspec

from pelican_buttercms.api import query
from pelican_buttercms.api.read_requests import Request, path_of
from pelican_buttercms.api.write_dialect import WriteDialect, keyed, picking

Fields = Mapping[str, Any]
Status = Literal["published", "draft"]
STATUSES: tuple[Status, ...] = get_args(Status)

MOST_ITEMS = 100
"""The most new items in one call. The API names no bound; a listing has as many on a page."""


@dataclass(frozen=True, slots=True)
class Write:
    """One write, before its dialect is chosen.

    Attributes:
        method: POST, PATCH or DELETE.
        path: below the base URL, percent-encoded, with its trailing slash.
        params: the query's names and values.
        body: what is sent, None for a deletion.
    """

    method: str
    path: str
    params: tuple[tuple[str, str], ...] = ()
    body: Mapping[str, Any] | None = None

    def request(self, spelling: WriteDialect | None = None) -> Request:
        """Return the request in a dialect."""
        if self.body is None:
            return Request(self.method, self.path, self.params)
        spelling = spelling or WriteDialect()
        body = dict(self.body)
        if "page_type" in body:
            body[spelling.page_type] = body.pop("page_type")
        if spelling.picker == "key" and "fields" in body:
            body["fields"] = keyed(body["fields"])
        return Request(self.method, self.path, self.params, msgspec.json.encode(body))

    @property
    def names_a_page_type(self) -> bool:
        """Whether it depends on `WriteDialect.page_type`."""
        return self.body is not None and "page_type" in self.body

    @property
    def picking(self) -> frozenset[str]:
        """The names of the fields that depend on `WriteDialect.picker`."""
        return picking(self.body.get("fields")) if self.body is not None else frozenset()


def create_post(values: Fields, *, upload_images: bool = False) -> Write:
    """Build the creation of a post, which names no locale: the API takes none.

    Args:
        values: title, slug, status, and any other field; categories and tags by their names, the
            author as `{"slug": …}`.
        upload_images: whether the API takes the pictures of the body into its media library.

    Raises:
        ValueError: title, slug or status is missing, or cannot be sent; so from every builder.
    """
    for name in ("title", "slug"):
        if not values.get(name):
            raise ValueError(f"a post needs its {name}")
    return Write("POST", "posts/", (), _post(values, upload_images=upload_images))


def change_post(
    slug: str, values: Fields, *, locale: str = "", upload_images: bool = False
) -> Write:
    """Build the change of some fields of a post; another slug among them renames it.

    Args:
        slug: of the post, or of any of its translations.
        values: as for `create_post`.
        locale: changes the translation, or creates and links it; "" is the post's own locale.
        upload_images: as for `create_post`.
    """
    body = _post(values, upload_images=upload_images)
    return Write("PATCH", path_of("posts", slug), query.locale(locale or None), body)


def delete_post(slug: str, *, locale: str = "") -> Write:
    """Build the deletion of one post, or of its translation in a locale."""
    return Write("DELETE", path_of("posts", slug), query.locale(locale or None))


def create_page(
    page_type: str,
    slug: str,
    title: str,
    versions: Mapping[str, Fields],
    *,
    status: str,
    locales: Collection[str] = (),
) -> Write:
    """Build the creation of a page, in one locale or in several at once.

    Args:
        page_type: its key; `"*"` for a single page.
        slug: never changes afterwards, and neither does the title.
        title: the page's name.
        versions: every field of the schema by locale; "" is the account's default.
        status: of all the versions.
        locales: the account's locales, as far as they are known.
    """
    if not slug or not title:
        raise ValueError(f"a page needs its {'title' if slug else 'slug'}")
    parameters, fields = _localised(versions, locales)
    body = {"title": title, "slug": slug, "status": _checked(status), "page_type": page_type}
    return Write("POST", "pages/", parameters, {**body, "fields": fields})


def change_page(
    page_type: str,
    slug: str,
    versions: Mapping[str, Fields],
    *,
    status: str,
    locales: Collection[str] = (),
) -> Write:
    """Build the change of a page, in one locale or in several at once.

    Components merge, lists are replaced whole. The arguments are those of `create_page`.
    """
    parameters, sent = _localised(versions, locales)
    body = {"status": _checked(status), "fields": sent}
    return Write("PATCH", path_of("pages", page_type, slug), parameters, body)


def create_items(
    collection: str,
    items: Sequence[Mapping[str, Fields]],
    *,
    status: str,
    locales: Collection[str] = (),
) -> Write:
    """Build the creation of collection items, each in one locale or in several at once.

    The answer has no ids, and some of the items may come to nothing.
    """
    if not 0 < len(items) <= MOST_ITEMS:
        raise ValueError(f"one call creates 1 to {MOST_ITEMS} items, not {len(items)}")
    fields = [_nested_only(versions, locales) for versions in items]
    body = {"key": collection, "status": _checked(status), "fields": fields}
    return Write("POST", "content/", (), body)


def change_item(
    collection: str,
    item_id: int,
    versions: Mapping[str, Fields],
    *,
    status: str,
    locales: Collection[str] = (),
) -> Write:
    """Build the change of an item, in one locale or in several at once.

    It is never a PUT, which replaces the whole item.
    """
    body = {"status": _checked(status), "fields": _nested_only(versions, locales)}
    return Write("PATCH", path_of("content", collection, str(item_id)), (), body)


def delete_item(collection: str, item_id: int) -> Write:
    """Build the deletion of an item in all its locales."""
    return Write("DELETE", path_of("content", collection, str(item_id)))


def _post(values: Fields, *, upload_images: bool) -> dict[str, Any]:
    upload = {"upload_images_to_media_library": True} if upload_images else {}
    return {**values, "status": _checked(values.get("status")), **upload}


def _checked(status: Any) -> str:
    if status not in STATUSES:
        raise ValueError(f"a status that can be written is {' or '.join(STATUSES)}, not {status!r}")
    return str(status)


def _localised(
    versions: Mapping[str, Fields], locales: Collection[str]
) -> tuple[query.Query, Mapping[str, Any]]:
    """Choose the format: plain fields and `?locale=`, or fields inside locale codes."""
    if len(versions) == 1:
        ((locale, fields),) = versions.items()
        if not _looks_nested(fields, locales):
            return query.locale(locale or None), fields
    return (), _nested(versions)


def _nested_only(versions: Mapping[str, Fields], locales: Collection[str]) -> Mapping[str, Any]:
    """Put an item's fields inside locale codes; no document has `?locale=` for writing items."""
    fields = versions.get("")
    if fields is not None and len(versions) == 1 and not _looks_nested(fields, locales):
        return fields
    return _nested(versions)


def _nested(versions: Mapping[str, Fields]) -> Mapping[str, Any]:
    if "" in versions:
        raise ValueError(
            "fields that are named like locales, or come in several locales, are sent by locale:"
            " name the default one, too"
        )
    if not versions:
        raise ValueError("nothing is written in no locale")
    return dict(versions)


def _looks_nested(fields: Fields, locales: Collection[str]) -> bool:
    """Return whether the API would take the names of these fields for locales.

    Only the account's own locales count: a component may be named `qa`.
    """
    return any(name in locales for name in fields)
