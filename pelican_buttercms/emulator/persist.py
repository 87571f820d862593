"""Changes written back to the account's folder, file by file."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path
from typing import Any

from pelican_buttercms.emulator.account import Account, Data

logger = logging.getLogger(__name__)


class Persistence:
    """Writes what a change touched; does nothing unless it is asked for."""

    def __init__(self, account: Account, *, on: bool) -> None:
        self._account = account
        self._on = on

    def save_post(self, slug: str) -> None:
        """Write a post; the body that was in a file of its own moves into the JSON."""
        self._write("posts", f"{slug}.json", self._account.posts[slug])
        self._remove("posts", f"{slug}.html")

    def forget_post(self, slug: str) -> None:
        """Remove a post's files."""
        self._remove("posts", f"{slug}.json")
        self._remove("posts", f"{slug}.html")

    def save_page(self, page: Data) -> None:
        """Write a page."""
        kept = {name: value for name, value in page.items() if name != "page_type"}
        self._write(_folder_of(page), f"{page['slug']}.json", kept)

    def forget_page(self, page: Data) -> None:
        """Remove a page's file."""
        self._remove(_folder_of(page), f"{page['slug']}.json")

    def save_collection(self, key: str) -> None:
        """Write a collection."""
        items = list(self._account.collections[key].values())
        self._write("collections", f"{key}.json", items)

    def save_profiles(self, plural: str) -> None:
        """Write all authors, categories or tags."""
        self._write("", f"{plural}.json", list(self._account.profiles[plural].values()))

    def save_media(self, name: str, data: bytes) -> None:
        """Write a file of the media library."""
        self._replace("media", name, data)

    def _write(self, folder: str, name: str, value: Any) -> None:
        text = json.dumps(value, ensure_ascii=False, indent=2)
        self._replace(folder, name, f"{text}\n".encode())

    def _replace(self, folder: str, name: str, data: bytes) -> None:
        """Replace a file whole: whoever reads it meanwhile reads the old one or the new one."""
        target = self._place(folder, name)
        if target is None:
            return
        temporary = target.with_name(f".{target.stem[:50]}.new")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(data)
            os.replace(temporary, target)  # noqa: PTH105  (atomic, and says so)
        except OSError as exc:
            logger.warning("The emulator keeps %r in memory only: %s", name, exc)

    def _remove(self, folder: str, name: str) -> None:
        if target := self._place(folder, name):
            try:
                target.unlink(missing_ok=True)
            except OSError as exc:
                logger.warning("The emulator cannot remove %r: %s", name, exc)

    def _place(self, folder: str, name: str) -> Path | None:
        """Return a file's place; None where nothing is written, or a slug is not a file's name."""
        if not self._on:
            return None
        if set(name) & set("/\\\0"):
            logger.warning("The emulator keeps %r in memory only: it is no file name.", name)
            return None
        return self._account.folder / folder / name


def _folder_of(page: Data) -> str:
    return f"pages/{page['page_type']}" if page.get("page_type") else "single_pages"
