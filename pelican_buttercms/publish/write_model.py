"""The writable values of an item in one form, whatever response or draft they came from.

A value is named by its path: `("title",)`, `("body",)`, and below a page's or an item's fields
`("fields", "hero", "headline")`. Components are taken apart, as the API merges them field by field;
a list (a repeater, a component picker, several references) is one value, as the API replaces it
whole. Source: contract, "Write API".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from pelican_buttercms.content.media import read_media
from pelican_buttercms.content.raw_records import Key
from pelican_buttercms.content.reference_syntax import ItemTarget, PageTarget, embedded_key, parse
from pelican_buttercms.digests import sha256_hex

FieldPath = tuple[str, ...]
Values = dict[FieldPath, Any]
Status = Literal["published", "draft", "scheduled"]

STATUS: FieldPath = ("status",)
TITLE: FieldPath = ("title",)
SLUG: FieldPath = ("slug",)
FIELDS = "fields"

POST_TEXTS = (
    "title", "slug", "body", "summary", "seo_title", "meta_description", "featured_image",
    "featured_image_alt",
)  # fmt: skip
POST_TERMS = ("categories", "tags")


_ESCAPED = str.maketrans({c: f"%{ord(c):02X}" for c in "%/?#\r\n"})


@dataclass(frozen=True, order=True, slots=True)
class WriteTarget:
    """One version of one item that can be written.

    Attributes:
        key: kind ("post", "page" or "item"), group and id; the id is "" for what is not there yet
            and will get its id from the API.
        locale: the locale's API slug, "" for the account's default.
    """

    key: Key
    locale: str = ""

    def __str__(self) -> str:
        where = f" [{self.locale}]" if self.locale else ""
        return f"{self.key._replace(id=self.key.id or '(new)')}{where}"


@dataclass(frozen=True, slots=True)
class ItemVersion:
    """What the CMS holds of one target.

    Attributes:
        values: everything that can be written, its status included.
        updated: when it was last changed, "" where the API does not tell.
        pending: whether an editor's unpublished draft lies over what is live; `values` are then
            the draft's.
        published: the date of a post that is live, else "".
    """

    values: Values
    updated: str = ""
    pending: bool = False
    published: str = ""

    @property
    def status(self) -> Status:
        """Published, draft or scheduled."""
        status: Status = self.values[STATUS]
        return status

    @property
    def digest(self) -> str:
        """The digest of the values: 16 hex digits."""
        return digest_values(self.values)


def parse_version(key: Key, latest: dict[str, Any], live: dict[str, Any] | None) -> ItemVersion:
    """Build a version from the API's objects.

    Args:
        key: whose it is.
        latest: the object as preview shows it.
        live: the object as everyone sees it, None when it is not live. The recorded API tells
            pages and items no status, so this does.
    """
    values = parse_values(key, latest)
    pending = live is not None and parse_values(key, live) != values
    given = latest.get("status") if key.kind != "item" else None
    status = given or ("published" if live is not None else "draft")
    if pending and status == "published":
        status = "draft"  # what preview shows is not what is live
    values[STATUS] = status
    updated = str(latest.get("updated") or "") if key.kind != "item" else ""
    published = str(live.get("published") or "") if live and key.kind == "post" else ""
    return ItemVersion(values, updated, pending, published)


def parse_values(key: Key, data: Mapping[str, Any]) -> Values:
    """Return all writable values but the status, from the data of any endpoint or of the store."""
    if key.kind == "post":
        return _values_of_post(data)
    if key.kind == "page":
        fields = data.get("fields") or {}
        values: Values = {TITLE: data.get("name") or "", SLUG: data["slug"]}
    else:
        fields = {name: value for name, value in data.items() if name != "meta"}
        values = {}
    return values | flatten({FIELDS: canonical(fields)})


def _values_of_post(data: Mapping[str, Any]) -> Values:
    values: Values = {(name,): data.get(name) or "" for name in POST_TEXTS}
    author = data.get("author")
    values["author",] = (author.get("slug") if isinstance(author, Mapping) else author) or ""
    for plural in POST_TERMS:
        terms = data.get(plural) or ()
        values[(plural,)] = [t["slug"] if isinstance(t, Mapping) else t for t in terms]
    return values


def canonical(value: Any) -> Any:
    """Return a field's value in its one form: references as URIs, media as URLs, unset as ""."""
    if value is None:
        return ""
    if isinstance(value, str):
        target = parse(value)
        return reference_uri(target.key) if target else value
    if isinstance(value, list):
        return [canonical(entry) for entry in value]
    if isinstance(value, Mapping):
        data = dict(value)
        if key := embedded_key(data):
            return reference_uri(key)
        media = read_media(data)
        return media.url if media else {name: canonical(entry) for name, entry in data.items()}
    return value


def reference_uri(key: Key) -> str:
    """Return a reference to a page or an item as the API writes it, decoded where unambiguous.

    Reading it again gives the same key, and spelling that gives the same text.
    """
    if key.kind == "page":
        return f"/v2/pages/{key.group.translate(_ESCAPED)}/{key.id.translate(_ESCAPED)}"
    return f"/v2/content/?keys={key.group}[_id={key.id}]"


def referenced_key(value: Any) -> Key | None:
    """Return the key that a canonical reference leads to, None for any other value."""
    target = parse(value) if isinstance(value, str) else None
    return target.key if isinstance(target, PageTarget | ItemTarget) else None


def flatten(value: Mapping[str, Any], before: FieldPath = ()) -> Values:
    """Flatten objects: a value for each path; an empty object stays a value."""
    found: Values = {}
    for name, entry in value.items():
        path = (*before, name)
        if isinstance(entry, Mapping) and entry:
            found |= flatten(entry, path)
        else:
            found[path] = entry
    return found


def unflatten(values: Values) -> dict[str, Any]:
    """Build nested objects again, the reverse of `flatten`."""
    found: dict[str, Any] = {}
    for path, value in values.items():
        place = found
        for name in path[:-1]:
            place = place.setdefault(name, {})
        place[path[-1]] = value
    return found


def encode_values(values: Values) -> bytes:
    """Return values as JSON; the same values have the same bytes."""
    pairs = [[list(path), values[path]] for path in sorted(values)]
    return msgspec.json.encode(pairs, order="deterministic")


def decode_values(data: bytes) -> Values:
    """Read values back from JSON.

    Raises:
        ValueError: it is not what `encode_values` returns.
    """
    pairs = msgspec.json.decode(data, type=list[tuple[list[str], Any]])
    return {tuple(path): value for path, value in pairs}


def digest_values(values: Values) -> str:
    """Return the digest of values: 16 hex digits."""
    return sha256_hex(encode_values(values), 16)


def display_path(path: FieldPath) -> str:
    """Return a path for messages: `hero.headline`, without the word "fields"."""
    return ".".join(path[1:] if path[:1] == (FIELDS,) and len(path) > 1 else path)
