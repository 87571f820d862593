"""An account's content and configuration: a folder of JSON, read once and kept in memory.

The format is described in the README of the sample account.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
import json
from pathlib import Path
from typing import Any

from pelican_buttercms.errors import AccountError

SINGLE = "*"
_LISTS = ("authors", "categories", "tags")
_LONGEST_ID = 18
_PATTERNS = (
    *("account.json", "schemas.json", "media/alts.json"),
    *(f"{plural}.json" for plural in _LISTS),
    *("posts/*.json", "pages/*/*.json", "single_pages/*.json", "collections/*.json"),
)
"""Files of which an account's folder has at least one, unless it is empty."""

Data = dict[str, Any]


@dataclass
class EmulatedAccount:
    """The content and configuration of one account.

    Attributes:
        posts: by slug. An entry is a group of translations: one version, in the locale that its
            `locale` names or the default one, with `draft` (what its unpublished version changes)
            and `locales` (the other versions by locale, each with a slug of its own) beside it.
        pages: by page type (`"*"` for single pages) and slug.
        collections: by key, then by id.
        values: the single values of legacy content fields, by key.
        profiles: authors, categories and tags by plural, then by slug.
        uploads: the names and bytes of files that writes brought, by handle.
    """

    folder: Path
    config: Data = field(default_factory=dict)
    schemas: Data = field(default_factory=dict)
    alts: dict[str, str] = field(default_factory=dict)
    posts: dict[str, Data] = field(default_factory=dict)
    pages: dict[str, dict[str, Data]] = field(default_factory=dict)
    collections: dict[str, dict[int, Data]] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    profiles: dict[str, dict[str, Data]] = field(default_factory=dict)
    uploads: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    last_item_id: int = 0

    @classmethod
    def load(cls, folder: Path) -> EmulatedAccount:
        """Read an account's folder.

        Raises:
            AccountError: the folder does not exist or holds no account, or a file in it cannot be
                read; the message has the file and the cause.
        """
        if not folder.is_dir():
            raise AccountError(
                f"There is no folder {folder} to play. Use one like the sample site's cms."
            )
        if _is_something_else(folder):
            raise AccountError(
                f"{folder} holds no account: it has no account.json, and none of the other files of"
                " an account (posts/*.json, pages/*/*.json and so on). Use a folder like the sample"
                " site's cms."
            )
        account = cls(folder)
        account.config = _object(folder / "account.json")
        account.schemas = _object(folder / "schemas.json")
        account.alts = _object(folder / "media" / "alts.json")
        for plural in _LISTS:
            account.profiles[plural] = _by_slug(folder / f"{plural}.json")
        account.posts = {post["slug"]: post for post in _posts(folder / "posts")}
        account.pages = {SINGLE: _pages(folder / "single_pages", None)}
        for path in _folders(folder / "pages"):
            account.pages[path.name] = _pages(path, path.name)
        for path in sorted((folder / "collections").glob("*.json")):
            content = _read(path)
            if isinstance(content, str | int | float):
                account.values[path.stem] = content
            else:
                account.collections[path.stem] = _items(content, path)
        return account

    @property
    def locales(self) -> list[str]:
        """The account's locales, the default one among them."""
        return list(self.config.get("locales") or [self.default_locale])

    @property
    def default_locale(self) -> str:
        """The locale of requests that name none."""
        return str(self.config.get("default_locale") or "en")

    @property
    def is_multilingual(self) -> bool:
        """Whether the account has several locales."""
        return len(self.locales) > 1

    def locale_of(self, post: Data) -> str:
        """Return the locale of a stored post's own version."""
        return str(post.get("locale") or self.default_locale)

    def find_post(self, slug: str) -> tuple[Data, str] | None:
        """Return the group of translations with a post's slug, and the slug's locale."""
        if slug in self.posts:
            return self.posts[slug], self.locale_of(self.posts[slug])
        for entry in self.posts.values():
            for locale, own in entry.get("locales", {}).items():
                if own.get("slug") == slug:
                    return entry, locale
        return None

    def find_item(self, key: str, number: str) -> Data | None:
        """Return a stored collection item by the text of its id."""
        return self.collections.get(key, {}).get(item_id(number))

    def find_reference(self, reference: str) -> Data | None:
        """Return the item of a reference such as "page:news/home" or "item:people/7"."""
        kind, _, rest = reference.partition(":")
        group, _, name = rest.partition("/")
        if kind == "page":
            return self.pages.get(group, {}).get(name)
        return self.find_item(group, name)

    def next_item_id(self) -> int:
        """Return the id of a new collection item, unique in the account and never used before."""
        highest = max(
            (number for items in self.collections.values() for number in items), default=0
        )
        self.last_item_id = max(self.last_item_id, highest) + 1
        return self.last_item_id

    def allows(self, token: str, *, write: bool) -> bool:
        """Return whether a token is valid; if none is configured, any is."""
        write_token = self.config.get("write_token")
        if write and write_token is not None:
            return bool(token == write_token)
        known = {self.config.get("read_token"), write_token} - {None}
        return not known or token in known

    def media(self, handle: str) -> tuple[str, bytes] | None:
        """Return the name and the bytes of the file behind a media handle."""
        if upload := self.uploads.get(handle):
            return upload
        path = self.media_file(handle)
        return (path.name, path.read_bytes()) if path else None

    def media_file(self, handle: str) -> Path | None:
        """Return the file behind a media handle."""
        if not handle.replace("-", "").replace("_", "").isalnum():
            return None
        return next(iter(sorted((self.folder / "media").glob(f"{handle}.*"))), None)


def item_id(text: str) -> int:
    """Return the id of a collection item from its text; -1, which no item has, if it is none."""
    return int(text) if text.isdecimal() and len(text) <= _LONGEST_ID else -1


def _is_something_else(folder: Path) -> bool:
    """Return whether a folder has files, and none of them is an account's."""
    if any(path.is_file() for pattern in _PATTERNS for path in folder.glob(pattern)):
        return False
    # an empty folder may have a .gitkeep
    return any(path.is_file() for path in folder.rglob("*") if not path.name.startswith("."))


def _object(path: Path) -> Data:
    content = _read(path) if path.is_file() else {}
    if not isinstance(content, dict):
        raise AccountError(f"{path} holds a {type(content).__name__}; it has to hold an object.")
    return content


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as exc:
        raise AccountError(f"{path} cannot be read as JSON: {exc}.") from exc


def _by_slug(path: Path) -> dict[str, Data]:
    entries = _read(path) if path.is_file() else []
    return {_need(entry, "slug", path, empty=True): entry for entry in _list(entries, path)}


def _posts(folder: Path) -> Iterator[Data]:
    for path in sorted(folder.glob("*.json")):
        post = _object(path)
        _need(post, "slug", path)
        body = path.with_suffix(".html")
        if body.is_file():
            post["body"] = body.read_text(encoding="utf-8")
        yield post


def _pages(folder: Path, page_type: str | None) -> dict[str, Data]:
    pages = {}
    for path in sorted(folder.glob("*.json")):
        page = _object(path)
        page["page_type"] = page_type
        pages[_need(page, "slug", path)] = page
    return pages


def _items(content: Any, path: Path) -> dict[int, Data]:
    items = {}
    for item in _list(content, path):
        meta = item.get("meta")
        number = meta.get("id") if isinstance(meta, Mapping) else None
        if not isinstance(number, int):
            raise AccountError(f'{path} has an item without its "meta": {{"id": number}}.')
        items[number] = item
    return items


def _list(entries: Any, path: Path) -> list[Data]:
    if isinstance(entries, list) and all(isinstance(entry, dict) for entry in entries):
        return entries
    raise AccountError(f"{path} has to hold a list of objects.")


def _need(entry: Data, name: str, path: Path, *, empty: bool = False) -> str:
    """Return a required text of an entry; real terms and authors may have an empty slug."""
    value = entry.get(name)
    if not isinstance(value, str) or not (value or empty):
        raise AccountError(f"{path} has an entry without its {name!r}.")
    return value


def _folders(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*") if path.is_dir())
