"""What the next build needs to know, to see that it has nothing to do."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
import os
from pathlib import Path

import msgspec

from pelican_buttercms.filesystem import SafeFolder
from pelican_buttercms.incremental import checksummed_file
from pelican_buttercms.incremental.output.file_state import FileState, is_intact
from pelican_buttercms.incremental.warning_replay import Warned, is_warning

_FORMAT = 3
_MANY = 2**31


class BuildRecord(msgspec.Struct, array_like=True):
    """How a build has found everything, and how it has left it.

    Attributes:
        inputs: what stands for what it has read, but for files and the CMS's content.
        content: what stands for the CMS's content.
        pull: the pull that it was built from.
        shows_pull: whether some page shows which pull that was, or when.
        media: what stands for the bytes of each media file, by its URL.
        files: every file in the folders that it has read, by path.
        strays: what the record of the output folder has beside the files of the site.
        made: every file that plugins have written where that record has none, by its whole path.
        pages: how many of them are pages and feeds.
        warned: the warnings of the build.
        is_quiet: whether they were not to be told, so that nobody knows them.
        lists: how long the lists of Pelican's generators were, by generator and name.
        moment: when it was written, in nanoseconds.
        format: of this record.
    """

    inputs: bytes
    content: bytes
    pull: str
    shows_pull: bool
    media: dict[str, str]
    files: dict[str, FileState]
    strays: list[str]
    made: dict[str, FileState]
    pages: int
    warned: list[Warned]
    is_quiet: bool
    lists: dict[str, dict[str, int]]
    moment: int
    format: int = _FORMAT


def load(path: Path) -> BuildRecord | None:
    """Read a record; None where there is none that can be read."""
    try:
        found = msgspec.msgpack.decode(checksummed_file.read(path), type=BuildRecord)
    except (OSError, ValueError, RecursionError):
        return None
    return found if found.format == _FORMAT and _is_sound(found) else None


def _is_sound(record: BuildRecord) -> bool:
    """Return whether a record is one that a build could have written."""
    lengths = (length for of in record.lists.values() for length in of.values())
    return all(is_warning(*one) for one in record.warned) and all(
        0 <= length < _MANY for length in (record.pages, *lengths)
    )


def save(path: Path, record: BuildRecord) -> None:
    """Write a record, whole or not at all.

    Raises:
        OSError: the disk fails.
    """
    checksummed_file.write(path, msgspec.msgpack.encode(record))


def as_left(output: Path, left: Mapping[str, FileState]) -> dict[str, FileState] | None:
    """Return every file that a build has left, as it is now; None if one is another.

    Where the folder was copied or restored, their times are other ones.
    """
    found, folder = {}, SafeFolder(output)
    for name, (stamp, content) in left.items():
        path = folder.find(name)
        now = is_intact(str(path), stamp, content) if path else None
        if now is None:
            return None
        found[name] = now, content
    return found


def holds_more(output: Path, left: Collection[str], retention: Collection[str]) -> bool:
    """Return whether there is anything else in a folder, which emptying it would remove."""
    return any(name not in left for name in everything(str(output), "", retention))


def everything(folder: str, prefix: str, spared: Collection[str]) -> Iterator[str]:
    """Yield the name of every file and every empty folder, but for what is spared at the top."""
    entries = [entry for entry in os.scandir(folder) if entry.name not in spared]
    if prefix and not entries:
        yield prefix
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from everything(entry.path, f"{prefix}{entry.name}{os.sep}", ())
        else:
            yield prefix + entry.name
