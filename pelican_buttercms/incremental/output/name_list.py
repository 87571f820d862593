"""A list of names of files, on disk before the files are written.

A build that is killed leaves it behind, so that the next one knows whose these files are. What a
preview writes is listed so as well, in the output folder itself: it must not stay there, whatever
becomes of the cache.
"""

from __future__ import annotations

from collections.abc import Iterable
import os
from pathlib import Path
from typing import Final

from pelican_buttercms.filesystem import explained, is_safe_name, open_to_append, read_regular

PREVIEW_LIST: Final = ".buttercms-preview"
"""The list of what a preview wrote, at the top of the output folder of the main site."""
PREVIEW_HEAD: Final = "Written by a preview build; the next live build removes these files first.\n"
_CANNOT = "What a build writes cannot be noted"


class NameList:
    """A list of files, by path in the output folder.

    Args:
        path: where the list is.
        head: its first line, for people.

    Attributes:
        path: see there.
    """

    def __init__(self, path: Path, head: str = "") -> None:
        self.path, self._head = path, head
        self._file: int | None = None
        self._noted: set[str] = set()

    @property
    def exists(self) -> bool:
        """Whether there is a list."""
        return os.path.isfile(self.path)  # noqa: PTH113

    def names(self) -> list[str]:
        """Return what is listed; a last line that was cut off is none, as its file was not begun.

        Raises:
            OSError: the list cannot be read.
        """
        text = read_regular(self.path, follow=False).decode(errors="surrogateescape")
        lines = text.split("\n")[1 if self._head else 0 : -1]
        return [name for name in lines if is_safe_name(name)]

    def add(self, names: Iterable[str]) -> None:
        """List files before they are written; several processes may do so.

        Raises:
            FileSystemError: the disk fails.
        """
        if self._file is None or not self.exists:
            self._open()
        new = [name for name in names if name not in self._noted and is_safe_name(name)]
        if new:
            self._write("".join(f"{name}\n" for name in new))
            self._noted.update(new)

    def _open(self) -> None:
        """Begin a list, or go on with one, whose last line may be cut off."""
        self.close()
        with explained(_CANNOT, self.path):
            self._file = open_to_append(self.path)
            text = read_regular(self.path, follow=False)
        self._noted = set(self.names())
        if not text:
            self._write(self._head)
        elif not text.endswith(b"\n"):
            self._write("\n")

    def _write(self, text: str) -> None:
        assert self._file is not None  # noqa: S101  (just opened)
        with explained(_CANNOT, self.path):
            os.write(self._file, text.encode("utf-8", "surrogateescape"))

    def remove(self) -> None:
        """Remove the list.

        Raises:
            OSError: it cannot be removed.
        """
        self.close()
        self.path.unlink(missing_ok=True)

    def close(self) -> None:
        """Leave the list to the next build."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
