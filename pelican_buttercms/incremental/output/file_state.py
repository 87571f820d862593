"""How a file was left, and whether it is still as it was."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from pelican_buttercms.digests import quick_digest
from pelican_buttercms.filesystem import open_regular

Stamp = tuple[int, int, int]
"""Size, and when a file's bytes and its place were last changed, in nanoseconds."""

FileState = tuple[Stamp, bytes]
"""How a file was left: its stamp, and the digest of its bytes."""

ANY_STAMP: Final[Stamp] = (-1, -1, -1)
"""Of a file that a killed build has begun: nobody knows how it was left."""

BEGUN: Final[FileState] = (ANY_STAMP, b"")
"""Of a file that was begun, and maybe not finished."""

Seen = tuple[int, int, int, int]
"""Inode, size, and times of change of the content and of the rest, in nanoseconds."""


def seen(path: str | Path) -> Seen:
    """Look at a file: whoever writes it changes one of these.

    Not its time alone: the clock may be set back, and another machine's may have the folder.
    """
    found = os.lstat(path)
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def stamp_of(path: str | Path) -> Stamp:
    """Return the stamp of a file."""
    return stamp_in(os.stat(path))  # noqa: PTH116


def stamp_in(found: os.stat_result) -> Stamp:
    """Return the stamp that is in a file's status."""
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns


def is_intact(path: str, stamp: Stamp, content: bytes) -> Stamp | None:
    """Return a file's stamp if it has the bytes that it was written with; None if it has not.

    Where the output folder was copied or restored, its times are other ones.
    """
    try:
        found = stamp_of(path)
        if found == stamp:
            return found
        if found[0] != stamp[0]:
            return None
        with open_regular(path) as file:
            return found if quick_digest(file.read()) == content else None
    except OSError:
        return None
