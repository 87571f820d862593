"""Names of records on the command line: `posts/slug`, `pages/type/slug`, `collections/key/id`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pelican_buttercms.content.raw_records import Key, Kind

PLURALS: Final[dict[Kind, str]] = {
    "post": "posts",
    "page": "pages",
    "item": "collections",
    "author": "authors",
    "category": "categories",
    "tag": "tags",
}
"""The first part of a name, by the kind of the record."""


def record_name(key: Key) -> str:
    """Return the name of a record on the command line."""
    return "/".join(filter(None, (PLURALS[key.kind], key.group, key.id)))


def find_keys(name: str, keys: Iterable[Key]) -> list[Key]:
    """Return the keys that a name means: the one of that whole name, or all that it ends.

    `hello` and `landing-page/home` are short for `posts/hello` and `pages/landing-page/home`; the
    key's own text, `page/landing-page/home`, is understood too.
    """
    name = name.strip().strip("/")
    names = {key: record_name(key) for key in keys}
    whole = [key for key, known in names.items() if name in (known, str(key).replace("//", "/"))]
    return whole or sorted(key for key, known in names.items() if known.endswith(f"/{name}"))
