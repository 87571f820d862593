"""Which files are in the folders that a build reads, and are they as they were?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
import os
from pathlib import Path

from pelican_buttercms.plugin.incremental.files import digest_of, stamp_of
from pelican_buttercms.plugin.incremental.ledger import Left, Stamp

_GONE: Stamp = (-1, 0, 0)
_COARSE = 2 * 10**9
"""How far apart two changes may lie, in nanoseconds, of which a file system tells one time."""


def look(folders: Iterable[Path]) -> dict[str, Stamp]:
    """Give the stamp of every file, by path; through links, as Pelican follows them."""
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
        return stamp_of(path)
    except OSError:  # a link to nothing
        return _GONE


def remember(files: Mapping[str, Stamp], known: Mapping[str, Left]) -> dict[str, Left]:
    """Give what stands for the bytes of files as well; they are read if their stamp is a new one.

    Raises:
        OSError: one of them cannot be read.
    """
    kept = {}
    for path, stamp in files.items():
        before = known.get(path)
        same = before is not None and before[0] == stamp
        kept[path] = before if before and same else (stamp, _digest_of(path, stamp))
    return kept


def are_as_before(files: Mapping[str, Stamp], known: Mapping[str, Left], moment: int) -> bool:
    """Say whether the same files are there, with the same bytes.

    Args:
        files: what is there.
        known: how everything was.
        moment: when it was looked at, in nanoseconds. A file that was changed shortly before may
            have been changed again since, though its time is the same.

    Raises:
        OSError: a file cannot be read.
    """
    if files.keys() != known.keys():
        return False
    for path, stamp in files.items():
        before, content = known[path]
        if stamp == before and max(stamp[1:]) < moment - _COARSE:
            continue
        if stamp[0] != before[0] or _digest_of(path, stamp) != content:
            return False
    return True


def _digest_of(path: str, stamp: Stamp) -> bytes:
    return b"" if stamp == _GONE else digest_of(Path(path).read_bytes())
