"""Removal of stale files from an output folder, the same for whoever knows that they are stale.

Names come from the cache, so they are a stranger's: nothing outside of the folder is touched.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
import math
from pathlib import Path
import stat

from pelican_buttercms.filesystem import SafeFolder

COMPRESSED = (".gz", ".br", ".zst")
"""What servers send in the place of a file, and compressing plugins put beside it."""


def remove_stale(
    output: Path,
    names: Iterable[str],
    is_stale: Callable[[str, Path], bool],
    kept: Collection[str] = (),
) -> list[str]:
    """Remove files of an output folder, what was compressed of them, and the folders left empty.

    Args:
        output: the output folder.
        names: their paths in it, from wherever.
        is_stale: returns whether a file is still what it was when its name was noted.
        kept: paths of files that stay, whatever is removed beside them.

    Returns:
        The names of what was removed.
    """
    folder = SafeFolder(output)
    removed = []
    for name in names:
        path = folder.find(name)
        if path is None or str(path) in kept:
            continue
        with suppress(OSError):
            if is_stale(name, path):
                remove_file(path, kept)
                remove_empty(path.parent, output)
                removed.append(name)
    return removed


def remove_file(path: Path, kept: Collection[str] = ()) -> None:
    """Remove a file, and what was compressed of it.

    Raises:
        OSError: it cannot be removed.
    """
    path.unlink()
    remove_compressed(path, kept)


def remove_compressed(path: Path, kept: Collection[str] = (), before: float = math.inf) -> None:
    """Remove what was compressed of a file, if it was written before a moment (nanoseconds)."""
    for extension in COMPRESSED:
        beside = path.with_name(path.name + extension)
        with suppress(OSError):
            found = beside.lstat()
            is_old = max(found.st_mtime_ns, found.st_ctime_ns) < before
            if str(beside) not in kept and is_old and not stat.S_ISDIR(found.st_mode):
                beside.unlink()


def remove_empty(folder: Path, output: Path) -> None:
    """Remove a folder that was emptied, and those around it, but never the output folder.

    A symbolic link is left, and so is what it leads to.
    """
    while folder != output and folder.is_relative_to(output):
        if folder.is_symlink():
            return
        try:
            folder.rmdir()
        except OSError:  # it holds something else
            return
        folder = folder.parent
