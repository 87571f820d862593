"""Every form in which ButterCMS writes a reference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
import re
from typing import Any
from urllib.parse import unquote

from pelican_buttercms.content.raw_records import SINGLE_PAGES, Key

_HOST = r"(?:https?://api\.buttercms\.com)?"
_PAGE = re.compile(rf"{_HOST}/v2/pages/(?P<type>[^/?#\r\n]+)/(?P<slug>[^/?#\r\n]+)/?")
_ITEM_BY_QUERY = re.compile(
    rf"{_HOST}/v2/content/?\?keys=(?P<key>[^/?#&\[\]\r\n]+)\[_id=(?P<id>[0-9]{{1,18}})\]"
)
_ITEM_BY_PATH = re.compile(rf"{_HOST}/v2/content/(?P<key>[^/?#\r\n]+)/(?P<id>[0-9]{{1,18}})/?")
_BEGINNINGS = ("/v2/", "https://api.buttercms.com/", "http://api.buttercms.com/")


@dataclass(frozen=True, slots=True)
class PageTarget:
    """A reference to a page; the page type "*" says that the type is not known, or none."""

    page_type: str
    slug: str

    @property
    def key(self) -> Key:
        """The key of the record that is meant."""
        return Key("page", self.page_type, self.slug)


@dataclass(frozen=True, slots=True)
class ItemTarget:
    """A reference to an item of a collection."""

    collection: str
    id: int

    @property
    def key(self) -> Key:
        """The key of the record that is meant."""
        return Key("item", self.collection, str(self.id))


Target = PageTarget | ItemTarget


def parse(text: str) -> Target | None:
    """Read a string as a reference; None when it is ordinary text.

    Relative to the host or absolute, with or without the trailing slash, escaped or not.
    Source: contract, "References and `levels`".
    """
    if not text.startswith(_BEGINNINGS):
        return None
    if page := _PAGE.fullmatch(text):
        return PageTarget(unquote(page["type"]), unquote(page["slug"]))
    item = _ITEM_BY_PATH.fullmatch(text) or _ITEM_BY_QUERY.fullmatch(unquote(text))
    return ItemTarget(unquote(item["key"]), int(item["id"])) if item else None


def embedded_key(value: dict[str, Any]) -> Key | None:
    """Return the key of the page or collection item that an object is, None for any other.

    Such objects come when the API expands references (`levels` of 2 and more). An expanded item
    does not name its collection, so its key has the group "".
    """
    meta = value.get("meta")
    if isinstance(meta, dict) and type(meta.get("id")) is int:
        return Key("item", "", str(meta["id"]))
    if "page_type" in value and isinstance(value.get("fields"), dict):
        slug, page_type = value.get("slug"), value["page_type"]
        if isinstance(slug, str) and slug and isinstance(page_type, str | None):
            return Key("page", page_type or SINGLE_PAGES, slug)
    return None


def targets(data: Any) -> set[Target]:
    """Collect all references in raw fields, to find page types and collections to pull.

    A page that the API expanded counts as well; an expanded item does not name its collection,
    so it cannot.
    """
    collected: set[Target] = set()
    for value in walk(data):
        if isinstance(value, str):
            if target := parse(value):
                collected.add(target)
        elif isinstance(value, dict) and (key := embedded_key(value)) and key.kind == "page":
            collected.add(PageTarget(key.group, key.id))
    return collected


def walk(data: Any) -> Iterator[Any]:
    """Yield every value in a tree of JSON, the tree itself first; costs no recursion."""
    waiting = [data]
    while waiting:
        value = waiting.pop()
        yield value
        if isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
