"""Room for what is written: for a folder in the place of a file, and the other way round."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
import logging
import os
from pathlib import Path
from typing import NoReturn

from pelican_buttercms.errors import ContentError

logger = logging.getLogger(__name__)


class ConflictRemover:
    """Removes what the last build has left in the way of a file.

    Args:
        may_go: returns whether a file is as the last build has left it.
        of_subsites: the paths of the files of sub-sites, which stay.
    """

    def __init__(self, may_go: Callable[[Path], bool], of_subsites: Collection[str]) -> None:
        self._may_go, self._of_subsites = may_go, of_subsites
        self._known: set[str] = set()

    def make(self, paths: Iterable[str]) -> None:
        """Remove what is in the way of some files, if the last build has left it there.

        Raises:
            ContentError: it is somebody else's.
        """
        for path in paths:
            folder, _ = os.path.split(path)
            if folder not in self._known:
                self._make_folder(Path(folder))
                self._known.add(folder)
            if os.path.isdir(path):  # noqa: PTH112  (for each page)
                self._remove_folder(Path(path))

    def _make_folder(self, folder: Path) -> None:
        for path in (*reversed(folder.parents), folder):
            if not path.is_dir() and os.path.lexists(path):
                self._remove(path, [path], f"a file, and {folder} has to be a folder")
                break
        folder.mkdir(parents=True, exist_ok=True)

    def _remove_folder(self, folder: Path) -> None:
        if folder.is_symlink():
            self._refuse(folder, "a link to a folder, and a file has to be written there", folder)
        files = [path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()]
        self._remove(folder, files, "a folder, and a file has to be written there")
        for path in sorted(folder.rglob("*"), reverse=True):
            path.rmdir()
        folder.rmdir()

    def _remove(self, place: Path, files: list[Path], why: str) -> None:
        for path in files:
            if str(path) in self._of_subsites or not self._may_go(path):
                self._refuse(place, why, path)
        for path in files:
            path.unlink()
        logger.info("Removed what was in the way of another file: %s", place)

    def _refuse(self, place: Path, why: str, path: Path) -> NoReturn:
        owner = "A sub-site" if str(path) in self._of_subsites else "Somebody else"
        raise ContentError(
            f"{place} is {why}. {owner} has written {path}: move it away, or give one of the two"
            " another address."
        )
