"""Writing of the output, so that a file whose bytes are the same keeps its time.

Deploys and rsync move what has another time. Source for who may overwrite whom: Pelican's
`Writer._open_w`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
import hashlib
from io import StringIO
import logging
import os
from pathlib import Path
import stat
from types import TracebackType
from typing import Any

from pelican import writers

from pelican_buttercms.filesystem import NotRegularError, explained, open_regular
from pelican_buttercms.plugin.incremental.ledger import Stamp

logger = logging.getLogger(__name__)

_FLAGS = os.O_WRONLY | os.O_CREAT
for _flag in ("O_BINARY", "O_NONBLOCK", "O_NOFOLLOW"):
    _FLAGS |= getattr(os, _flag, 0)

_KEPT = "What was not written yet is as it was before; mend this, then build again."

_OverwriteError: type[RuntimeError] = getattr(writers, "FileOverwriteFailedError", RuntimeError)
"""What Pelican raises; before 4.12 it had no name of its own."""

Written = tuple[Stamp, bytes]
"""The stamp of a file, and what stands for its bytes."""


class Files:
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
        self.done: Callable[[str | None, Written | None], None] | None = None

    def claim(self, path: str, *, override: bool) -> bool:
        """Take a place in the output, as Pelican would; False if another file keeps it.

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
        """Stand for `Writer._open_w`."""
        return _Late(self, path if self.claim(path, override=override) else None, encoding)

    def write(self, path: str, data: bytes) -> Written:
        """Write a file, unless it has these bytes already."""
        self.announce([path])
        if path in self._present and _has(path, data):
            return stamp_of(path), digest_of(data)
        self._present.add(path)
        return put(path, data), digest_of(data)

    def announce(self, paths: Iterable[str]) -> None:
        """Tell of files before they are written, once."""
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
            with explained("The folder of a page could not be made", folder, _KEPT):
                os.makedirs(folder, exist_ok=True)  # noqa: PTH103
            self._folders.add(folder)

    def close(self, path: str | None, data: bytes) -> None:
        """Write a file and tell of it; without a path it has no place."""
        written = self.write(path, data) if path is not None else None
        if self.done:
            self.done(path, written)


class _Late(StringIO):
    """A text that is written when it is whole."""

    def __init__(self, files: Files, path: str | None, encoding: str) -> None:
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


def put(path: str, data: bytes) -> Stamp:
    """Write a file of the output; returns its stamp.

    Deploys see a file's time, and owners its rights: so it is written over, not replaced. The
    space is taken first, so that a full disk leaves the old bytes, or no file where there was none.

    Raises:
        FileSystemError: it cannot be written.
    """
    with explained("The page could not be written", path, _KEPT):
        file = _opened(path)
        try:
            before = os.fstat(file)
            if not stat.S_ISREG(before.st_mode):
                raise NotRegularError(path)
            try:
                _reserve(file, before.st_size, data)
            except OSError:
                os.ftruncate(file, before.st_size)
                if not before.st_size:
                    os.unlink(path)  # noqa: PTH108
                raise
            os.lseek(file, 0, os.SEEK_SET)
            _write_all(file, data[: before.st_size])
            os.ftruncate(file, len(data))
            return _stamp(os.fstat(file))
        finally:
            os.close(file)


def _opened(path: str) -> int:
    """Open a file to be written over; a link goes, so that the file elsewhere stays as it is."""
    try:
        file = os.open(path, _FLAGS, 0o666)
        if os.fstat(file).st_nlink < 2:
            return file
        os.close(file)
    except OSError as exc:
        if not os.path.islink(path):  # noqa: PTH114
            raise
        logger.debug("A link in the place of a page is removed: %s", exc)
    os.unlink(path)  # noqa: PTH108
    return os.open(path, _FLAGS, 0o666)


def _reserve(file: int, size: int, data: bytes) -> None:
    """Write what goes beyond the end of a file, which is what needs space."""
    os.lseek(file, size, os.SEEK_SET)
    _write_all(file, data[size:])


def _write_all(file: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(file, rest) :]


def refresh(path: Path, text: str) -> None:
    """Write a file of text, unless it is the same already."""
    data = text.encode()
    if not _has(str(path), data):
        put(str(path), data)


def encoded(text: str) -> bytes:
    """Give the bytes that a text file of this system has."""
    return (text if os.linesep == "\n" else text.replace("\n", os.linesep)).encode()


def stamp_of(path: str | Path) -> Stamp:
    """Give the stamp of a file."""
    return _stamp(os.stat(path))  # noqa: PTH116


def _stamp(found: os.stat_result) -> Stamp:
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _has(path: str, data: bytes) -> bool:
    """Say whether a file has these bytes."""
    try:
        with open_regular(path) as file:
            return file.read(len(data) + 1) == data
    except OSError:
        return False


def _files(folder: str) -> Iterator[str]:
    """Name every file of a folder."""
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _files(entry.path)
        else:
            yield entry.path


def digest_of(data: bytes) -> bytes:
    """Give what stands for a file's bytes."""
    return hashlib.blake2b(data, digest_size=16).digest()


def is_intact(path: str, stamp: Stamp, content: bytes) -> Stamp | None:
    """Give a file's stamp if it has the bytes that it was written with; None if it has not.

    Where the output folder was copied or restored, its times are other ones.
    """
    try:
        found = stamp_of(path)
        if found == stamp:
            return found
        if found[0] != stamp[0]:
            return None
        with open_regular(path) as file:
            return found if digest_of(file.read()) == content else None
    except OSError:
        return None
