"""How do changes outlive the emulator? Written back to the account's folder, file by file."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from pelican_buttercms.emulator.account import Account, Data


class Persistence:
    """Writes what a change touched; does nothing unless it is asked for."""

    def __init__(self, account: Account, *, on: bool) -> None:
        self._account = account
        self._on = on

    def save_post(self, slug: str) -> None:
        """Write a post; the body that was in a file of its own moves into the JSON."""
        self._write(f"posts/{slug}.json", self._account.posts[slug])
        self._remove(f"posts/{slug}.html")

    def forget_post(self, slug: str) -> None:
        """Remove a post's files."""
        self._remove(f"posts/{slug}.json")
        self._remove(f"posts/{slug}.html")

    def save_page(self, page: Data) -> None:
        """Write a page."""
        page_type = page.get("page_type")
        folder = f"pages/{page_type}" if page_type else "single_pages"
        kept = {name: value for name, value in page.items() if name != "page_type"}
        self._write(f"{folder}/{page['slug']}.json", kept)

    def save_collection(self, key: str) -> None:
        """Write a collection."""
        self._write(f"collections/{key}.json", list(self._account.collections[key].values()))

    def save_profiles(self, plural: str) -> None:
        """Write all authors, categories or tags."""
        self._write(f"{plural}.json", list(self._account.profiles[plural].values()))

    def _write(self, path: str, value: Any) -> None:
        """Replace a file whole: whoever reads it meanwhile reads the old one or the new one."""
        target = self._inside(path)
        if target is None:
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_name(f".{target.name}.new")
        text = json.dumps(value, ensure_ascii=False, indent=2)
        temporary.write_text(text + "\n", encoding="utf-8")
        os.replace(temporary, target)  # noqa: PTH105  (atomic, and says so)

    def _remove(self, path: str) -> None:
        if target := self._inside(path):
            target.unlink(missing_ok=True)

    def _inside(self, path: str) -> Path | None:
        """Give the file's place, None where nothing is to be written or it would lie outside."""
        folder = self._account.folder.resolve()
        target = (folder / path).resolve()
        return target if self._on and target.is_relative_to(folder) else None
