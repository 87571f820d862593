"""Accounts that the emulator plays, filled record by record, and what their webhooks say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pelican_buttercms.api.webhook_events.event import Event


class Account:
    """A folder that the emulator plays as a ButterCMS account."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lists: dict[str, list[dict[str, Any]]] = {
            "authors": [],
            "categories": [],
            "tags": [],
        }
        for name in self.lists:
            self._write(f"{name}.json", [])

    def term(self, kind: str, slug: str, **values: Any) -> str:
        """Add an author, category or tag (by its plural) unless it is there."""
        if all(entry["slug"] != slug for entry in self.lists[kind]):
            defaults = {"name": slug.replace("-", " ").title()} if kind != "authors" else {}
            self.lists[kind].append({"slug": slug} | defaults | values)
            self._write(f"{kind}.json", self.lists[kind])
        return slug

    def post(self, slug: str, **values: Any) -> None:
        """Add a post; its author, categories and tags are made when missing."""
        day = values.pop("day", "2024-05-17")
        post = {
            "slug": slug,
            "title": slug.replace("-", " ").capitalize(),
            "status": "published",
            "created": f"{day}T10:00:00.000000Z",
            "published": f"{day}T10:00:00.000000Z",
            "updated": f"{day}T11:00:00.000000Z",
            "body": f"<p>The body of {slug}.</p>",
            "summary": "",
            "seo_title": "",
            "meta_description": "",
            "featured_image": None,
            "featured_image_alt": "",
            "author": "ada-lane",
            "categories": ["news"],
            "tags": [],
        } | values
        if post["author"]:
            self.term("authors", post["author"], first_name="Ada", last_name="Lane")
        for kind in ("categories", "tags"):
            for term in post[kind]:
                self.term(kind, term)
        self._write(f"posts/{slug}.json", post)

    def page(self, page_type: str, slug: str, **fields: Any) -> None:
        """Add a page of a type ("*" for a single page) with these fields."""
        known = {"name", "status", "published", "scheduled", "updated"}
        page = {
            "slug": slug,
            "name": slug.replace("-", " ").capitalize(),
            "status": "published",
            "published": "2024-03-01T09:00:00.000000Z",
            "updated": "2024-03-02T09:00:00.000000Z",
        } | {name: value for name, value in fields.items() if name in known}
        page["fields"] = {name: value for name, value in fields.items() if name not in known}
        folder = "single_pages" if page_type == "*" else f"pages/{page_type}"
        self._write(f"{folder}/{slug}.json", page)

    def collection(self, key: str, *items: dict[str, Any]) -> None:
        """Make a collection of items; each has its `id`."""
        entries = [
            {"meta": {"id": item["id"]}, **{k: v for k, v in item.items() if k != "id"}}
            for item in items
        ]
        self._write(f"collections/{key}.json", entries)

    def value(self, key: str, value: str) -> None:
        """Make a legacy content field, which is a single value."""
        self._write(f"collections/{key}.json", value)

    def translate(self, path: str, locale: str, **values: Any) -> None:
        """Add a version in another locale to a post or a page, such as `posts/hello`.

        A real post's translation has a `slug` of its own.
        """
        file = self.folder / f"{path}.json"
        entry = json.loads(file.read_text())
        versions = entry.get("locales", {}) | {locale: {"status": "published", **values}}
        file.write_text(json.dumps(entry | {"locales": versions}))

    def overlay(self, path: str, **draft: Any) -> None:
        """Put a draft over what is published."""
        file = self.folder / f"{path}.json"
        file.write_text(json.dumps(json.loads(file.read_text()) | {"draft": draft}))

    def settings(self, **values: Any) -> None:
        """Set what account.json says."""
        self._write("account.json", values)

    def schemas(self, **schemas: Any) -> None:
        """Set what schemas.json says: `page_types`, `collections` and `components`."""
        self._write("schemas.json", schemas)

    def media(self, name: str, data: bytes) -> None:
        """Put a file into the media library."""
        path = self.folder / "media" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)

    def delete(self, path: str) -> None:
        """Take a file of the account away."""
        (self.folder / path).unlink()

    def _write(self, path: str, value: Any) -> None:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(value))


def webhook_body(name="page.published", slug="hello", **data):
    """Make a webhook's body."""
    kind = name.partition(".")[0]
    if kind == "post":
        data = {"id": slug, "_id": 7} | data
    elif kind == "collectionitem":
        data = {
            "id": "people",
            "itemid": f"/v2/content/?keys=people[_id={slug}]",
            "timestamp": "2024-01-15T14:30:00",
            "locale": None,
        } | data
    elif kind == "page":
        data = {
            "id": slug,
            "buttercms_id": 7,
            "page_type": "news",
            "timestamp": "2024-01-15T14:30:00",
            "locale": None,
            "status": "published",
        } | data
    return {"data": data, "webhook": {"event": name, "target": "https://example.com/"}}


def webhook_event(name="page.published", slug="hello", **data):
    """Make an event."""
    return Event.from_body(webhook_body(name, slug, **data))
