"""Writing of the output, so that a file whose bytes are the same keeps its time.

Deploys and rsync move what has another time. Source for who may overwrite whom: Pelican's
`Writer._open_w`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from io import StringIO
import logging
import os
from pathlib import Path
from types import TracebackType
from typing import Any

from pelican import writers

from pelican_buttercms.digests import quick_digest
from pelican_buttercms.filesystem import KEPT, explained, has_bytes, write_over
from pelican_buttercms.incremental.output.file_state import (
    FileState,
    stamp_in,
    stamp_of,
)

logger = logging.getLogger(__name__)


_OverwriteError: type[RuntimeError] = getattr(writers, "FileOverwriteFailedError", RuntimeError)
"""What Pelican raises; before 4.12 it had no name of its own."""


class OutputWriter:
    """Writes the files of one writer of Pelican's.

    Args:
        writer: keeps account of who has written what.

    Attributes:
        before: told of files before they are written.
        done: told of each file when it is there, with what it has become; of one that could not
            have its place, without.
    """

    def __init__(self, writer: Any) -> None:
        self._writer = writer
        self.before: list[Callable[[list[str]], None]] = []
        self._announced: set[str] = set()
        self._present = set(_files(writer.output_path))
        self._folders: set[str] = set()
        self.done: Callable[[str | None, FileState | None], None] | None = None

    def claim(self, path: str, *, override: bool) -> bool:
        """Claim a place in the output, as Pelican would; return False if another file keeps it.

        Raises:
            RuntimeError: two files want the same place.
        """
        overridden, written = self._writer._overridden_files, self._writer._written_files
        if path in overridden:
            if override:
                raise _OverwriteError(
                    f'Failed to overwrite "{path}" a second time (was previously overwritten)'
                )
            logger.info('Skipping "%s", not overwriting', path)
            return False
        if path in written and not override:
            raise _OverwriteError(
                f'Failed to overwrite "{path}" as Pelican has already written to it previously'
                " (set `override=True` if intended)"
            )
        if override:
            overridden.add(path)
        written.add(path)
        return True

    def open(self, path: str, encoding: str, override: bool = False) -> Any:  # noqa: FBT001, FBT002
        """Replace `Writer._open_w`."""
        return _Late(self, path if self.claim(path, override=override) else None, encoding)

    def write(self, path: str, data: bytes) -> FileState:
        """Write a file, unless it has these bytes already."""
        self.announce([path])
        if path in self._present and has_bytes(path, data):
            return stamp_of(path), quick_digest(data)
        self._present.add(path)
        return stamp_in(write_over(path, data)), quick_digest(data)

    def announce(self, paths: Iterable[str]) -> None:
        """Return the text of files before they are written, once."""
        new = [path for path in paths if path not in self._announced]
        self._announced.update(new)
        for told in self.before:
            if new:
                told(new)

    def make_folder(self, path: str) -> None:
        """Make the folder of a file that is about to be written."""
        folder = os.path.dirname(path)  # noqa: PTH120
        if folder not in self._folders:
            self.announce([path])
            with explained("The folder of a page could not be made", folder, KEPT):
                os.makedirs(folder, exist_ok=True)  # noqa: PTH103
            self._folders.add(folder)

    def close(self, path: str | None, data: bytes) -> None:
        """Write a file and tell of it; without a path it has no place."""
        written = self.write(path, data) if path is not None else None
        if self.done:
            self.done(path, written)


class _Late(StringIO):
    """A text that is written when it is whole."""

    def __init__(self, files: OutputWriter, path: str | None, encoding: str) -> None:
        super().__init__(newline="" if os.linesep == "\n" else os.linesep)
        self._files, self._path, self._encoding = files, path, encoding
        self._failed = False

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._failed = kind is not None
        super().__exit__(kind, error, trace)

    def close(self) -> None:
        """Write the file; nothing of it, if making it failed."""
        if not self.closed and not self._failed:
            data = self.getvalue().encode(self._encoding)
            super().close()
            self._files.close(self._path, data)
        super().close()


def refresh(path: Path, text: str) -> None:
    """Write a file of text, unless it is the same already."""
    data = text.encode()
    if not has_bytes(str(path), data):
        write_over(str(path), data)


def encoded(text: str) -> bytes:
    """Return the bytes that a text file of this system has."""
    return (text if os.linesep == "\n" else text.replace("\n", os.linesep)).encode()


def _files(folder: str) -> Iterator[str]:
    """Yield the path of every file of a folder."""
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _files(entry.path)
        else:
            yield entry.path
