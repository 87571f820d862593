"""Which files in the output folder did a preview write? They must not outlive it.

A preview that is built into the folder of the live site leaves pages behind that no live build
writes again. So a preview keeps a list of what it writes, in the folder itself and before it
writes; the next live build first removes what is on it, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
import logging
import os
from pathlib import Path
from typing import Any

logger = logging.getLogger(__name__)

LIST = ".buttercms-preview"
_HEAD = "Written by a preview build; the next live build removes these files first.\n"


class Leftovers:
    """The list of one output folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / LIST
        self._noted: set[str] | None = None

    def begin(self, writer: Any) -> None:
        """Note every file that Pelican's writer opens from now on."""
        writer._open_w = _Noting(writer._open_w, self.note)

    def note(self, path: str | Path) -> None:
        """Put a file on the list, before it is written, unless it is there already."""
        self._folder.mkdir(parents=True, exist_ok=True)
        is_new = not self._path.exists()
        if self._noted is None or is_new:
            self._noted = set() if is_new else set(self._names())
        name = os.path.relpath(path, self._folder)
        if name not in self._noted:
            self._noted.add(name)
            with self._path.open("a", encoding="utf-8") as file:
                file.write(f"{_HEAD if is_new else ''}{name}\n")

    def _names(self) -> list[str]:
        return self._path.read_text(encoding="utf-8").splitlines()[1:]

    def note_all(self, paths: Iterable[str]) -> None:
        """Put files on the list, before they are written."""
        for path in paths:
            self.note(path)

    def remove(self) -> None:
        """Remove the files on the list, if there is one, and at last the list."""
        if not self._path.is_file():
            return
        names = self._names()
        inside = self._folder.resolve()
        for name in dict.fromkeys(names):
            path = self._folder / name
            if path.is_file() and path.resolve().is_relative_to(inside):
                path.unlink()
        self._path.unlink()
        logger.info("Removed what a preview build had written to %s.", self._folder)


class _Noting:
    """Pelican's way to open a file, told of before it happens."""

    def __init__(self, opened: Callable[..., Any], note: Callable[[str], None]) -> None:
        self._opened = opened
        self._note = note

    def __call__(self, filename: str, *arguments: Any, **options: Any) -> Any:
        self._note(filename)
        return self._opened(filename, *arguments, **options)
