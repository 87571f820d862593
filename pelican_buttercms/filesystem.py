"""Safe paths and files: names from strangers, regular files only, whole writes, clear errors.

Everything in the cache, in a shared store or in a draft may come from somebody else. A name from
there is joined to a folder by `SafeFolder` and by nothing else, and a file is opened by
`open_regular`, so that neither leads out of its folder nor waits for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
import errno
import hashlib
import os
from pathlib import Path
import re
import secrets
import stat
from typing import BinaryIO, Final

from pelican_buttercms.errors import FileSystemError

LONGEST_NAME: Final = 255
"""Bytes of one component of a path, on every common file system."""

_SAFE: Final = re.compile(
    r"(?![A-Za-z]:)(?:(?!\.\.?(?:/|\Z))[^/\\\x00-\x1f\x7f]+/)*(?!\.\.?\Z)[^/\\\x00-\x1f\x7f]+"
)
_DEVICES: Final = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³]) *(\.|:|\Z)", re.IGNORECASE
)
_OPEN: Final = sum(
    getattr(os, name, 0) for name in ("O_RDONLY", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY", "O_NOCTTY")
)
_ANEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_NOFOLLOW: Final = getattr(os, "O_NOFOLLOW", 0)
_ADVICE: Final = {
    errno.ENOSPC: "Free some space on that disk, then try again.",
    errno.EDQUOT: "The quota of this user is used up: free some space, then try again.",
    errno.EFBIG: "The disk or a limit of this process takes no file of that size.",
    errno.EACCES: "Give this user the right to read and write there.",
    errno.EPERM: "Give this user the right to read and write there.",
    errno.EROFS: "That disk is mounted read-only: name another folder, or mount it for writing.",
    errno.ENAMETOOLONG: "Shorten the slug or the setting that the name is made of.",
    errno.EISDIR: "A folder is where a file belongs: move it away.",
    errno.ENOTDIR: "A file is where a folder belongs: move it away.",
    errno.EEXIST: "Something else is there already: move it away.",
    errno.ENOENT: "Something has removed it meanwhile: try again.",
    errno.ELOOP: "Symbolic links there lead to each other: remove them.",
    errno.EMFILE: "Too many files are open: raise the limit (`ulimit -n`), then try again.",
    errno.ENFILE: "Too many files are open on this machine: close other programs, then try again.",
    errno.EIO: "That disk fails: look at it, then try again.",
}
_OTHERWISE: Final = "Look at that disk and its rights, then try again."


class UnsafePathError(ValueError):
    """A name that does not lie inside the folder that it is joined to."""


class NotRegularError(OSError):
    """A folder, a FIFO, a socket or a device is where a regular file belongs."""

    def __init__(self, path: str | Path) -> None:
        super().__init__(errno.EINVAL, "it is no regular file", str(path))


def is_safe_name(name: str) -> bool:
    """Return whether a relative path, by its text, names something below any folder."""
    if os.sep != "/":
        name = name.replace(os.sep, "/")
    return _SAFE.fullmatch(name) is not None


class SafeFolder:
    """A folder to which names from elsewhere are joined.

    Args:
        path: the folder; links on the way to it are followed.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._real = os.path.realpath(path)
        self._inside: dict[str, bool] = {}

    def path_of(self, name: str) -> Path:
        """Return the path of a name from elsewhere.

        Its last component may be a symbolic link: whoever removes it removes the link.

        Raises:
            UnsafePathError: it is empty, absolute, leads out by `..` or through a link, or is the
                folder itself.
        """
        if not is_safe_name(name):
            raise UnsafePathError(f"{name[:200]!r} is no path inside {self.path}")
        path = self.path / name
        parent = str(path.parent)
        if parent not in self._inside:
            self._inside[parent] = self._holds(os.path.realpath(parent))
        if not self._inside[parent]:
            raise UnsafePathError(f"{name[:200]!r} leads out of {self.path} through a link")
        return path

    def find(self, name: str) -> Path | None:
        """Return the path of a name from elsewhere, None where it is not inside."""
        try:
            return self.path_of(name)
        except UnsafePathError:
            return None

    def holds(self, path: Path) -> bool:
        """Return whether what a path leads to, links followed, lies in the folder."""
        return self._holds(os.path.realpath(path))

    def _holds(self, real: str) -> bool:
        return real == self._real or real.startswith(self._real.rstrip(os.sep) + os.sep)


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
    aside = path.parent / f".new-{secrets.token_hex(8)}"
    number = os.open(aside, _ANEW, 0o666)
    try:
        with os.fdopen(number, "wb") as file:
            file.writelines(parts)
        aside.replace(path)
    except BaseException:
        with suppress(OSError):
            aside.unlink(missing_ok=True)
        raise


def explain(exc: OSError, doing: str, path: str | Path | None = None) -> str:
    """Return the paragraph for a user: what failed, at which path, why, and what to do.

    Args:
        exc: what the system said.
        doing: what failed, such as "The page about could not be written".
        path: where, if the system did not name a path.
    """
    names = [str(one) for one in (exc.filename, exc.filename2) if one is not None]
    place = " -> ".join(names) or (str(path) if path is not None else "")
    where = f" at {printable(place)}" if place and printable(place) not in doing else ""
    reason = exc.strerror or str(exc) or type(exc).__name__
    return f"{doing}{where} ({reason}). {_ADVICE.get(exc.errno or 0, _OTHERWISE)}"


@contextmanager
def explained(doing: str, path: str | Path | None = None, hint: str = "") -> Iterator[None]:
    """Turn every `OSError` inside into the error that a user reads.

    Args:
        doing: as for `explain`.
        path: as for `explain`.
        hint: what else the user has to know.

    Raises:
        FileSystemError: the disk fails.
    """
    try:
        yield
    except OSError as exc:
        text = explain(exc, doing, path)
        raise FileSystemError(f"{text} {hint}".rstrip()) from exc


def printable(text: str) -> str:
    """Return a text from anywhere as it may be printed: no control character reaches a terminal."""
    return text if text.isprintable() else ascii(text)


def is_device(name: str) -> bool:
    """Return whether Windows takes a file's name for a device, whatever its extension."""
    return _DEVICES.match(name) is not None


def distinct_name(text: str, spell: Callable[[str], str], *, longest: int, digits: int = 10) -> str:
    """Return a file name for a text: bounded, the same on every disk, and that of no other text.

    Args:
        text: what the file stands for.
        spell: returns the text as a file name, with what does not fit left out or replaced.
        longest: bytes that the spelling may have; `~` and the digest come on top.
        digits: of the digest, which is added whenever the name is not the text itself, or could
            be that of another text on a disk that folds case.
    """
    name = spell(text)
    cut = name.encode("utf-8", "ignore")[:longest].decode("utf-8", "ignore")
    if cut == text == text.casefold() and not is_device(text):
        return text
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:digits]
    return f"{cut.rstrip(' .-')}~{digest}"
