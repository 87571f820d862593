"""The list of the files that a build has written and removed, for deploys."""

from __future__ import annotations

from collections.abc import Iterator
import os
from pathlib import Path

from pelican_buttercms.errors import SettingsError
from pelican_buttercms.filesystem import read_regular, write_whole
from pelican_buttercms.incremental.output.name_list import PREVIEW_LIST

Sizes = dict[str, tuple[int, int]]
"""Size and time of change in nanoseconds, by path in the folder with forward slashes."""


class ChangedFiles:
    """The list of one build.

    Args:
        path: where the list is written.
        output: the output folder of the main site.

    Raises:
        SettingsError: there is a folder in the list's place, or a file that is no such list.
    """

    def __init__(self, path: Path, output: Path) -> None:
        if path.is_dir():
            raise SettingsError(
                f"BUTTERCMS_CHANGED_FILES names {path}, which is a folder. Give the path of a file,"
                ' such as BUTTERCMS_CHANGED_FILES = "changed.txt".'
            )
        if path.is_file() and not _is_list(path):
            raise SettingsError(
                f"BUTTERCMS_CHANGED_FILES names {path}, which holds something else than a list of"
                " files, and would be lost. Give the path of a new file, such as"
                ' BUTTERCMS_CHANGED_FILES = "changed.txt".'
            )
        self._path, self._output = path, output
        self._before = _deployed(output)

    def write(self) -> None:
        """List what was written and what was removed, beside what is still on the list.

        A deploy that fails leaves the list where it is, and so the next one has what it missed;
        one that is done removes it.

        Raises:
            SettingsError: the list cannot be written.
        """
        before, after = self._before, _deployed(self._output)
        names = {name for name in {**before, **after} if before.get(name) != after.get(name)}
        try:
            if os.path.lexists(self._path):
                names.update(read_regular(self._path).decode().splitlines())
            write_whole(self._path, "".join(f"{name}\n" for name in sorted(names)).encode())
        except (OSError, UnicodeError) as exc:
            raise SettingsError(
                f"The site is built, but the list of changed files, {self._path}, could not be"
                f" written ({exc}). Deploy all files this time, and give BUTTERCMS_CHANGED_FILES"
                " the path of a text file in a folder that this user may write to."
            ) from exc


def _is_list(path: Path) -> bool:
    """Return whether a file may be a list of an earlier build: names in order, each once."""
    try:
        lines = read_regular(path).decode().splitlines()
    except (OSError, UnicodeError):
        return True  # which fails with its reason when it is written
    return lines == sorted(set(lines)) and "" not in lines


def _deployed(output: Path) -> Sizes:
    """Look at every file that is deployed."""
    found = sizes(output)
    found.pop(PREVIEW_LIST, None)
    return found


def sizes(folder: Path) -> Sizes:
    """Look at every file of a folder."""
    return dict(_sizes(str(folder), "")) if folder.is_dir() else {}


def _sizes(folder: str, prefix: str) -> Iterator[tuple[str, tuple[int, int]]]:
    for entry in os.scandir(folder):
        name = prefix + entry.name
        if entry.is_dir(follow_symlinks=False):
            yield from _sizes(entry.path, f"{name}/")
        else:
            found = entry.stat(follow_symlinks=False)
            yield name, (found.st_size, found.st_mtime_ns)
