"""Removal of what the last build has left and this one has not written, if nobody changed it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain
import logging
import os
from pathlib import Path
from typing import Any, NoReturn

from pelican.generators import SourceFileGenerator, StaticGenerator

from pelican_buttercms.errors import ContentError
from pelican_buttercms.incremental import manifest
from pelican_buttercms.incremental.output_cleaning import Wiped
from pelican_buttercms.incremental.output_writer import is_intact
from pelican_buttercms.incremental.removal import remove_empty, remove_stale
from pelican_buttercms.incremental.static_files import files_of_theme

logger = logging.getLogger(__name__)


def without_template(generators: Iterable[Any]) -> Iterator[str]:
    """Name the files that generators write without a template: copies and sources."""
    for generator in generators:
        for one in getattr(generator, "staticfiles", ()):
            if (Path(generator.path) / one.source_path).is_file():  # what is linked may be gone
                yield os.path.normpath(str(one.save_as))
        if isinstance(generator, SourceFileGenerator):
            extension = generator.settings["OUTPUT_SOURCES_EXTENSION"]
            shown = chain(generator.context["articles"], generator.context["pages"])
            for one in chain.from_iterable((one, *one.translations) for one in shown):
                yield os.path.splitext(str(one.save_as))[0] + extension  # noqa: PTH122
        if isinstance(generator, StaticGenerator):
            yield from files_of_theme(generator)


def remove(
    output: Path,
    gone: Mapping[str, manifest.Left],
    wiped: Wiped | None = None,
    kept: Collection[str] = (),
) -> None:
    """Remove files of an output folder by their names, if they have the bytes that they had.

    Args:
        output: the folder.
        gone: how they were left.
        wiped: what was kept where the folder was to be emptied: that goes, whatever it holds.
        kept: paths of files that stay.
    """
    removed = remove_stale(
        output, gone, lambda name, path: _has_to_go(path, gone[name], wiped), kept
    )
    if removed:
        logger.info("Removed what is no longer part of the site: %s", ", ".join(removed))


def _has_to_go(path: Path, left: manifest.Left | None, wiped: Wiped | None) -> bool:
    if path.is_symlink() and not path.exists():
        return left is not None  # a link to a static file that is gone
    if wiped is not None and not wiped.spares(path):
        return wiped.is_untouched(path)
    if left is None or not path.is_file():
        return False
    stamp, content = left
    return is_intact(str(path), stamp, content) is not None or stamp == manifest.ANY_STAMP


class Room:
    """Makes room for what is written: for a folder in the place of a file, and the other way round.

    Args:
        output: the output folder.
        left: how the last build left its files.
        wiped: what was kept where the folder was to be emptied.
        others: files that sub-sites have.
    """

    def __init__(
        self,
        output: Path,
        left: Mapping[str, manifest.Left],
        wiped: Wiped | None,
        others: Collection[str],
    ) -> None:
        self._output, self._left, self._wiped, self._others = output, left, wiped, others
        self._known: set[str] = set()

    def make(self, paths: Iterable[str]) -> None:
        """Remove what is in the way of some files, if the last build has left it there.

        Raises:
            ContentError: it is somebody else's.
        """
        if not self._left and self._wiped is None:
            return
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
            name = os.path.relpath(path, self._output)
            is_others = str(path) in self._others
            if is_others or not _has_to_go(path, self._left.get(name), self._wiped):
                self._refuse(place, why, path)
        for path in files:
            path.unlink()
        logger.info("Removed what was in the way of another file: %s", place)

    def _refuse(self, place: Path, why: str, path: Path) -> NoReturn:
        owner = "A sub-site" if str(path) in self._others else "Somebody else"
        raise ContentError(
            f"{place} is {why}. {owner} has written {path}: move it away, or give one of the two"
            " another address."
        )


def remove_of_subsites(main: Path, output: Path, present: set[Path], wiped: Wiped | None) -> None:
    """Remove what sub-sites have written that the site has no longer.

    Args:
        main: the ledger of the site.
        output: the output folder of the site, in which those of the sub-sites lie.
        present: the ledgers of the sub-sites that it has, and its own, all of them written.
        wiped: as for `remove`.
    """
    vanished = [path for path in manifest.of_subsites(main) if path not in present]
    written = {str(file) for path in present if vanished for file in _files_of(path)}
    for path in vanished:
        if folder := manifest.output_of(path, output):
            remove(folder, manifest.left(path), wiped, written)
            remove_empty(folder, output)
        path.unlink(missing_ok=True)


def _files_of(path: Path) -> Iterator[Path]:
    """Return the path of every file that a ledger of this build knows."""
    folder = manifest.folder_of(path)
    if folder is not None:
        yield from (folder / name for name in manifest.left(path))
