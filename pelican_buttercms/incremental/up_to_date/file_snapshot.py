"""The files in the folders that a build reads, and whether they are as they were."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
import os
from pathlib import Path
import stat

from pelican_buttercms.digests import quick_digest
from pelican_buttercms.filesystem import read_regular
from pelican_buttercms.incremental.introspection import UntrackableError
from pelican_buttercms.incremental.output.file_state import FileState, Stamp

_GONE: Stamp = (-1, 0, 0)
_COARSE = 2 * 10**9
"""How far apart two changes may lie, in nanoseconds, of which a file system tells one time."""


def look(folders: Iterable[Path]) -> dict[str, Stamp]:
    """Return the stamp of every file, by path; through links, as Pelican follows them.

    Raises:
        UntrackableError: there is something else than a file.
    """
    found = {}
    for folder in folders:
        if folder.is_file():
            found[str(folder)] = _stamp_of(str(folder))
        for place, _, names in os.walk(folder, followlinks=True):
            for name in names:
                path = os.path.join(place, name)  # noqa: PTH118  (for each file)
                found[path] = _stamp_of(path)
    return found


def _stamp_of(path: str) -> Stamp:
    try:
        found = os.stat(path)  # noqa: PTH116  (for each file)
    except OSError:  # a link to nothing
        return _GONE
    if not stat.S_ISREG(found.st_mode):
        raise UntrackableError(f"{path}, which is no file")
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns


def is_settled(stamp: Stamp, moment: int) -> bool:
    """Return whether a file with a stamp has another one if it was changed after a moment.

    Args:
        stamp: of the file.
        moment: when it was looked at, in nanoseconds.
    """
    return max(stamp[1:]) < moment - _COARSE


def digests(files: Mapping[str, Stamp]) -> dict[str, FileState]:
    """Return what stands for the bytes of files as well.

    Raises:
        OSError: one of them cannot be read.
    """
    return {path: (stamp, _digest_of(path, stamp)) for path, stamp in files.items()}


def are_as_before(files: Mapping[str, Stamp], known: Mapping[str, FileState], moment: int) -> bool:
    """Return whether the same files are there, with the same bytes.

    Args:
        files: what is there.
        known: how everything was.
        moment: when it was looked at, in nanoseconds.

    Raises:
        OSError: a file cannot be read.
    """
    if files.keys() != known.keys():
        return False
    for path, stamp in files.items():
        before, content = known[path]
        if stamp == before and is_settled(stamp, moment):
            continue
        if stamp[0] != before[0] or _digest_of(path, stamp) != content:
            return False
    return True


def _digest_of(path: str, stamp: Stamp) -> bytes:
    return b"" if stamp == _GONE else quick_digest(read_regular(path))
