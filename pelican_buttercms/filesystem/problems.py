"""Errors of the disk, as the paragraph that a user reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
import errno
from pathlib import Path
from typing import Final

from pelican_buttercms.errors import FileSystemError

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


def explain(exc: OSError, doing: str, path: str | Path | None = None) -> str:
    """Return the paragraph for a user: what failed, at which path, why, and what to do.

    Args:
        exc: what the system said.
        doing: what failed, such as "The page about could not be written".
        path: where, if the system did not name a path.
    """
    names = [str(name) for name in (exc.filename, exc.filename2) if name is not None]
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
