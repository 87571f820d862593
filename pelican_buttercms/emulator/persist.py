"""Changes written back to the account's folder, file by file."""

from __future__ import annotations

from collections.abc import Callable
import json
import logging
from pathlib import Path
from typing import Any

from pelican_buttercms.emulator.account import Data, EmulatedAccount
from pelican_buttercms.filesystem import SafeFolder, UnsafePathError, write_whole

logger = logging.getLogger(__name__)


class Persistence:
    """The folder of an account, to which changes are written if `on` is set."""

    def __init__(self, account: EmulatedAccount, *, on: bool) -> None:
        self._account = account
        self._folder = SafeFolder(account.folder) if on else None

    def save_post(self, slug: str) -> None:
        """Write a post; a body in a file of its own moves into the JSON."""
        self._write("posts", f"{slug}.json", self._account.posts[slug])
        self._remove("posts", f"{slug}.html")

    def forget_post(self, slug: str) -> None:
        """Remove a post's files."""
        self._remove("posts", f"{slug}.json")
        self._remove("posts", f"{slug}.html")

    def save_page(self, page: Data) -> None:
        """Write a page."""
        content = {name: value for name, value in page.items() if name != "page_type"}
        self._write(_folder_of(page), f"{page['slug']}.json", content)

    def forget_page(self, page: Data) -> None:
        """Remove a page's file."""
        self._remove(_folder_of(page), f"{page['slug']}.json")

    def save_collection(self, key: str) -> None:
        """Write a collection."""
        items = list(self._account.collections[key].values())
        self._write("collections", f"{key}.json", items)

    def save_profiles(self, plural: str) -> None:
        """Write all authors, categories or tags."""
        self._write(".", f"{plural}.json", list(self._account.profiles[plural].values()))

    def save_media(self, name: str, data: bytes) -> None:
        """Write a file of the media library."""
        self._change("media", name, lambda path: write_whole(path, data))

    def _write(self, folder: str, name: str, value: Any) -> None:
        data = f"{json.dumps(value, ensure_ascii=False, indent=2)}\n".encode()
        self._change(folder, name, lambda path: write_whole(path, data))

    def _remove(self, folder: str, name: str) -> None:
        self._change(folder, name, lambda path: path.unlink(missing_ok=True))

    def _change(self, folder: str, name: str, change: Callable[[Path], None]) -> None:
        """Change a file if its name is safe; a change that fails stays in memory."""
        if self._folder is None:
            return
        if "/" in name:
            logger.warning("The emulator keeps %r in memory only: it is no file name.", name)
            return
        try:
            change(self._folder.path_of(name if folder == "." else f"{folder}/{name}"))
        except (OSError, UnsafePathError) as exc:
            logger.warning("The emulator keeps %r in memory only: %s", name, exc)


def _folder_of(page: Data) -> str:
    return f"pages/{page['page_type']}" if page.get("page_type") else "single_pages"
