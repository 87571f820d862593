"""Opening of regular files only, and writing that leaves the old file or the new one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
import errno
import logging
import os
from pathlib import Path
import secrets
import stat
from typing import BinaryIO, Final

from pelican_buttercms.filesystem.problems import explained

logger = logging.getLogger(__name__)

_OPEN: Final = sum(
    getattr(os, name, 0) for name in ("O_RDONLY", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY", "O_NOCTTY")
)
_ANEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_NOFOLLOW: Final = getattr(os, "O_NOFOLLOW", 0)
_OVER: Final = (
    os.O_WRONLY
    | os.O_CREAT
    | sum(getattr(os, name, 0) for name in ("O_BINARY", "O_NONBLOCK", "O_NOFOLLOW", "O_CLOEXEC"))
)
KEPT: Final = "What was not written yet is as it was before: mend this, then build again."


class NotRegularError(OSError):
    """A folder, a FIFO, a socket or a device is where a regular file belongs."""

    def __init__(self, path: str | Path) -> None:
        super().__init__(errno.EINVAL, "it is no regular file", str(path))


def open_regular(path: str | Path, *, follow: bool = True) -> BinaryIO:
    """Open a file for reading that somebody else may have put there.

    Args:
        path: the file.
        follow: whether a symbolic link in its place is followed.

    Raises:
        NotRegularError: it is a FIFO, a folder or a device, at which reading could wait for ever.
        OSError: it cannot be opened.
    """
    number = os.open(path, _OPEN | (0 if follow else _NOFOLLOW))
    if stat.S_ISREG(os.fstat(number).st_mode):
        return os.fdopen(number, "rb")
    os.close(number)
    raise NotRegularError(path)


def read_regular(path: str | Path, limit: int | None = None, *, follow: bool = True) -> bytes:
    """Read a regular file, at most `limit` bytes of it.

    Raises:
        OSError: it cannot be read, or is no regular file.
    """
    with open_regular(path, follow=follow) as file:
        return file.read() if limit is None else file.read(limit)


def open_to_append(path: Path) -> int:
    """Open a file of ours to append to it; a link, a FIFO or the like in its place is removed.

    Returns:
        The descriptor, which the caller closes.

    Raises:
        OSError: it cannot be opened.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        if not stat.S_ISREG(path.lstat().st_mode):
            path.unlink()
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0) | _NOFOLLOW
    return os.open(path, flags, 0o666)


def write_whole(path: Path, *parts: bytes) -> None:
    """Write a file, one part after the other, whole or not at all; makes its folder if need be.

    Raises:
        OSError: the disk fails; what was there is as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with written_aside(path, *parts) as aside:
        aside.replace(path)


@contextmanager
def written_aside(
    path: Path, *parts: bytes, suffix: str = "", mode: int | None = None, durable: bool = False
) -> Iterator[Path]:
    """Yield a new file beside another, to take its place; it is removed if it does not.

    Args:
        path: the file whose place it may take; its folder is there.
        parts: what is written, one after the other.
        suffix: of the new file's name.
        mode: the new file's rights; by default what the umask leaves.
        durable: whether the bytes are on the disk before it is yielded, as a user's own file needs.

    Raises:
        OSError: the disk fails; names `path`.
    """
    aside = path.parent / f".new-{secrets.token_hex(8)}{suffix}"
    try:
        number = os.open(aside, _ANEW, 0o666 if mode is None else 0o600)
        with os.fdopen(number, "wb") as file:
            file.writelines(parts)
            if durable:
                file.flush()
                os.fsync(number)
        if mode is not None:
            aside.chmod(mode)
        yield aside
    except OSError as exc:
        exc.filename, exc.filename2 = str(path), None  # what the caller has asked for
        raise
    finally:
        with suppress(OSError):
            aside.unlink(missing_ok=True)


def write_over(path: str, data: bytes) -> os.stat_result:
    """Write a file of the output; returns its status.

    Deploys see a file's time, and owners its rights: so it is written over, not replaced. The
    space is taken first, so that a full disk leaves the old bytes, or no file where there was none.

    Raises:
        FileSystemError: it cannot be written.
    """
    with explained("A file of the output could not be written", path, KEPT):
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
            return os.fstat(file)
        finally:
            os.close(file)


def _opened(path: str) -> int:
    """Open a file to be written over; a link goes, so that the file elsewhere stays as it is."""
    try:
        file = os.open(path, _OVER, 0o666)
        if os.fstat(file).st_nlink < 2:
            return file
        os.close(file)
    except OSError as exc:
        if not os.path.islink(path):  # noqa: PTH114
            raise
        logger.debug("A link in the place of a page is removed: %s", exc)
    os.unlink(path)  # noqa: PTH108
    return os.open(path, _OVER, 0o666)


def _reserve(file: int, size: int, data: bytes) -> None:
    """Write what goes beyond the end of a file, which is what needs space."""
    os.lseek(file, size, os.SEEK_SET)
    _write_all(file, data[size:])


def _write_all(file: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(file, rest) :]


def has_bytes(path: str, data: bytes) -> bool:
    """Return whether a file has these bytes."""
    try:
        with open_regular(path) as file:
            return file.read(len(data) + 1) == data
    except OSError:
        return False
