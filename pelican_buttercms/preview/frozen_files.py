"""Copies of the output folder's files as each build left them, so that no reader sees half a build.

Pelican writes over the files of its output folder, so links to them would change under a reader.
"""

from __future__ import annotations

from collections.abc import Mapping
import os
from pathlib import Path
import shutil

Files = Mapping[str, Path]
"""The files of a site: where each lies, by its name with slashes."""

_State = tuple[int, ...]


class FrozenFiles:
    """The copies of one output folder; a file that a build left alone is copied once.

    Args:
        folder: where the copies lie; it is made.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True)
        self._copies: dict[str, tuple[_State, Path]] = {}
        self._replaced: list[Path] = []
        self._count = 0

    def take(self, output: Path) -> Files:
        """Copy what is new in an output folder, and return all its files.

        The copies that were replaced stay until the next call, for readers of the last build.
        """
        for path in self._replaced:
            path.unlink(missing_ok=True)
        before, self._copies, self._replaced = self._copies, {}, []
        for place, _, names in os.walk(output):
            for name in names:
                source = Path(place, name)
                known = source.relative_to(output).as_posix()
                kept = before.pop(known, None)
                state = _state(source)
                if kept and kept[0] == state:
                    self._copies[known] = kept
                    continue
                self._copies[known] = state, self._copy(source)
                if kept:
                    self._replaced.append(kept[1])
        self._replaced += (path for _, path in before.values())
        return self.files

    def replace(self, name: str, source: Path) -> None:
        """Show another file in the place of one, until a build writes that anew."""
        state, last = self._copies[name]
        self._copies[name] = state, self._copy(source)
        self._replaced.append(last)

    @property
    def files(self) -> Files:
        """All files, as they are now."""
        return {name: path for name, (_, path) in self._copies.items()}

    def _copy(self, source: Path) -> Path:
        self._count += 1
        return Path(shutil.copyfile(source, self._folder / str(self._count)))


def _state(path: Path) -> _State:
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
