"""The files in the output folder that a preview wrote: the next live build removes them first.

A preview that is built into the folder of the live site leaves pages behind that no live build
writes again. So a preview keeps a list of what it writes, in the folder itself and before it
writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
import logging
import os
from pathlib import Path
from typing import Any

from pelican_buttercms.filesystem import explained, is_safe_name, open_to_append, read_regular
from pelican_buttercms.incremental.removal import remove_stale

logger = logging.getLogger(__name__)

LIST = ".buttercms-preview"
_HEAD = "Written by a preview build; the next live build removes these files first.\n"


class Leftovers:
    """The list of one output folder.

    Args:
        folder: the output folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / LIST
        self._noted: set[str] | None = None

    def begin(self, writer: Any) -> None:
        """Note every file that Pelican's writer opens from now on."""
        writer._open_w = _Noting(writer._open_w, self.note)

    def note(self, path: str | Path) -> None:
        """Put a file on the list, before it is written, unless it is there already."""
        is_new = not self._path.is_file()
        if self._noted is None or is_new:
            self._noted = set() if is_new else set(self._names())
        name = os.path.relpath(path, self._folder)
        if name in self._noted or not is_safe_name(name):
            return
        self._noted.add(name)
        with explained("The list of what a preview writes cannot be written", self._path):
            file = open_to_append(self._path)
            try:
                line = f"{_HEAD if is_new else ''}{name}\n"
                os.write(file, line.encode(errors="surrogateescape"))
            finally:
                os.close(file)

    def _names(self) -> list[str]:
        text = read_regular(self._path, follow=False).decode(errors="surrogateescape")
        return text.split("\n")[1:-1]

    def note_all(self, paths: Iterable[str]) -> None:
        """Put files on the list, before they are written."""
        for path in paths:
            self.note(path)

    def remove(self) -> None:
        """Remove the files on the list, if there is one, and at last the list.

        Raises:
            FileSystemError: the list cannot be read or removed: drafts would stay in the output.
        """
        if not self._path.is_file():
            return
        with explained("The list of what a preview has written cannot be used", self._path):
            names = self._names()
            remove_stale(self._folder, dict.fromkeys(names), lambda _, path: path.is_file())
            self._path.unlink()
        logger.info("Removed what a preview build had written to %s.", self._folder)


class _Noting:
    """Pelican's way to open a file, which is noted before it happens."""

    def __init__(self, opened: Callable[..., Any], note: Callable[[str], None]) -> None:
        self._opened = opened
        self._note = note

    def __call__(self, filename: str, *arguments: Any, **options: Any) -> Any:
        self._note(filename)
        return self._opened(filename, *arguments, **options)
