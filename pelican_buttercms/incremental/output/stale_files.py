"""What is stale in an output folder: files that the last build has left and this one has not.

They are removed if they are still as they were left. What somebody has changed since stays, and
so does what anybody has written during this build: it has the place now.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
import logging
import os
from pathlib import Path
import time

from pelican_buttercms.digests import quick_digest
from pelican_buttercms.filesystem import SafeFolder, read_regular
from pelican_buttercms.incremental.output import record, upgrade
from pelican_buttercms.incremental.output.cleaning import CleanedOutput
from pelican_buttercms.incremental.output.conflicts import ConflictRemover
from pelican_buttercms.incremental.output.file_state import (
    ANY_STAMP,
    BEGUN,
    FileState,
    Seen,
    is_intact,
    seen,
    stamp_of,
)
from pelican_buttercms.incremental.output.name_list import PREVIEW_LIST, NameList
from pelican_buttercms.incremental.output.paths import is_text, name_of
from pelican_buttercms.incremental.output.removal import (
    COMPRESSED,
    remove_compressed,
    remove_empty,
    remove_stale,
)
from pelican_buttercms.incremental.output.site_output import SiteOutput

logger = logging.getLogger(__name__)

_COARSE = 50 * 10**6
"""How far the time that a file gets lies behind the clock at most, in nanoseconds."""


class OutputFiles:
    """The files of one output folder in one build.

    Args:
        site: the output folders of the site.
        folder: this one, of the main site or of a sub-site.

    Attributes:
        record: where the next build finds how this one has left its files.
        left: how the last build has left its files, and those that a killed one has begun.
    """

    def __init__(self, site: SiteOutput, folder: Path) -> None:
        self._site, self.folder = site, folder
        self.record = site.record_of(folder)
        self._is_main = folder == site.folder
        self._started = NameList(self.record.with_suffix(".started"))
        self._preview = site.preview_list if site.is_preview else None
        self._recorded = record.load(self.record).files
        self.left = self._recorded | _begun(self._started)
        if self._is_main:
            self.left = upgrade.left(self.record, folder) | self._of_abandoned() | self.left
        self._cleaned: CleanedOutput | None = None
        self._before: dict[str, Seen] | None = None
        self._changed: dict[str, FileState] = {}

    def _of_abandoned(self) -> dict[str, FileState]:
        """Return how sites have left this folder whose content is at another place by now."""
        found: dict[str, FileState] = {}
        for _, other in record.of_other_sites(self.record):
            folder = self.folder if other.output == str(self.folder) else None
            folder = folder or record.folder_inside(other, self.folder)
            if folder is not None and not Path(other.content).exists():
                place = folder.relative_to(self.folder)
                found |= {(place / name).as_posix(): how for name, how in other.files.items()}
        return found

    # before anything is written

    def reusable(self) -> set[str]:
        """Return the files that may be used again where the folder is emptied."""
        names = set(self.left)
        if self._is_main:
            for path in record.of_subsites(self.record):
                if folder := record.folder_inside(record.load(path), self.folder):
                    place = folder.relative_to(self.folder)
                    names.update((place / name).as_posix() for name in _left(path))
        return {*names, PREVIEW_LIST} if names else names

    def begin(self, cleaned: CleanedOutput | None) -> None:
        """Look at what the last build has left.

        Args:
            cleaned: what was kept of the folder, if it was emptied.
        """
        self._site.current.add(self.record)
        self._cleaned, self._before = cleaned, {}
        self._began = time.time_ns() - _COARSE
        if self._is_main:
            self._site.cleaned = cleaned
        for name in self.left:
            with suppress(OSError):
                self._before[name] = seen(f"{self.folder}{os.sep}{name}")
        self._conflicts = ConflictRemover(self._in_the_way, self._site.written)

    def expect(self, paths: Collection[str]) -> None:
        """Note files before they are written, and make room for them.

        Raises:
            ContentError: somebody else's file is in the way.
            FileSystemError: the disk fails.
        """
        self.make_room(paths)
        self.note(paths)

    def note(self, paths: Collection[str]) -> None:
        """Note files that are about to be written.

        Raises:
            FileSystemError: the disk fails.
        """
        self._started.add(name_of(self.folder, path) for path in paths)
        if self._preview is not None:
            self._preview.add(name_of(self._site.folder, path) for path in paths)
        if not self._is_main:
            self._site.written.update(paths)

    def keep(self, path: str) -> None:
        """Note a file that is not written by this build: that of a preview must not stay."""
        if self._preview is not None:
            self._preview.add([name_of(self._site.folder, path)])

    def make_room(self, paths: Iterable[str]) -> None:
        """Remove what is in the way of files, such as a file in the place of a folder.

        Raises:
            ContentError: it is somebody else's.
        """
        if self.left or self._site.cleaned is not None:
            self._conflicts.make(paths)

    # when all is written

    def remove_stale(self, names: Collection[str]) -> None:
        """Remove what the last build has left and this one has not written.

        Args:
            names: the files that the site has now.
        """
        gone = sorted(self.left.keys() - names)
        if not gone:
            return
        kept = {*self._site.written, *(f"{self.folder}{os.sep}{name}" for name in names)}
        kept.update(self._of_others())
        removed = remove_stale(self.folder, gone, self._has_to_go, kept)
        if removed:
            logger.info("Removed what is no longer part of the site: %s", ", ".join(removed))
        if self._cleaned is None:
            self._changed = dict(self._changed_by_hand(gone, kept))
        if self._changed:
            logger.warning(
                "No longer part of the site, but changed by something else since they were"
                " written, and so left in the output: %s. Delete them by hand.",
                ", ".join(self._changed),
            )

    def _of_others(self) -> Iterator[str]:
        """Yield the paths of the files of other sites that are built into this folder."""
        for _, other in record.of_other_sites(self.record):
            if Path(other.content).exists():
                yield from (f"{other.output}{os.sep}{name}" for name in other.files)

    def _has_to_go(self, name: str, path: Path) -> bool:
        """Return whether a file that is no part of the site is as the last build has left it."""
        left = self.left.get(name)
        if path.is_symlink() and not path.exists():
            return left is not None  # a link to a static file that is gone
        if self._cleaned is not None and not self._cleaned.retains(path):
            return self._cleaned.is_untouched(path)
        if left is None or not path.is_file() or not self._is_untouched(name, path):
            return False
        stamp, content = left
        return stamp == ANY_STAMP or is_intact(str(path), stamp, content) is not None

    def _is_untouched(self, name: str, path: Path) -> bool:
        """Return whether nobody has written a file during this build."""
        return self._before is None or self._before.get(name) == seen(path)

    def _changed_by_hand(
        self, names: Iterable[str], kept: Collection[str]
    ) -> Iterator[tuple[str, FileState]]:
        """Yield what somebody has changed before this build, and how the last one had left it."""
        folder = SafeFolder(self.folder)
        for name in names:
            path = folder.find(name)
            if path is not None and str(path) not in kept and path.is_file():
                with suppress(OSError):
                    if self._is_untouched(name, path):
                        yield name, self.left[name]

    def _in_the_way(self, path: Path) -> bool:
        """Return whether a file that is in the way of another one is as it was left."""
        return self._has_to_go(os.path.relpath(path, self.folder), path)

    @property
    def strays(self) -> tuple[str, ...]:
        """The files that are no part of the site any more, but had to be left."""
        return tuple(self._changed)

    # when other plugins are done

    def end(self, names: Iterable[str], known: Mapping[str, FileState]) -> dict[str, FileState]:
        """Record how the files of the site were left.

        Args:
            names: the files that the site has.
            known: how some of them were left; the others are looked at.

        Returns:
            How all of them were left.
        """
        left = dict(self._states(names, known))
        if not self._is_main:
            self._site.written.update(str(self.folder / name) for name in left)
        self._remove_compressed(left)
        found = left | self._changed
        if found != self._recorded:
            record.save(self.record, self.folder, self._site.content, found)
        self._started.remove()
        if self._is_main:
            self._remove_vanished()
        return left

    def _remove_compressed(self, left: Mapping[str, FileState]) -> None:
        """Remove what was compressed of a file that has other bytes now; servers would send it."""
        kept = {f"{self.folder}{os.sep}{name}" for name in left if name.endswith(COMPRESSED)}
        for name, (_, before) in self._recorded.items():
            if name in left and left[name][1] != before:
                remove_compressed(self.folder / name, kept, self._began)

    def give_up(self) -> None:
        """Leave to the next build what was noted: nobody knows what this one has written."""
        self._started.close()

    def _states(
        self, names: Iterable[str], known: Mapping[str, FileState]
    ) -> Iterator[tuple[str, FileState]]:
        """Yield how each file is left; the bytes are read of those that may be others."""
        for name in filter(is_text, names):
            if name in known:
                yield name, known[name]
                continue
            with suppress(OSError):
                path = self.folder / name
                stamp, before = stamp_of(path), self.left.get(name, BEGUN)
                digest = before[1] if before[0] == stamp else quick_digest(read_regular(path))
                yield name, (stamp, digest)

    def _remove_vanished(self) -> None:
        """Remove what belongs to no site any more: sub-sites, records of sites that are gone."""
        site = self._site
        vanished = [path for path in record.of_subsites(self.record) if path not in site.current]
        current = {str(file) for path in site.current if vanished for file in _files_of(path)}
        for path in vanished:
            if folder := record.folder_inside(record.load(path), self.folder):
                files = OutputFiles(site, folder)
                files._cleaned = site.cleaned
                removed = remove_stale(folder, files.left, files._has_to_go, current)
                if removed:
                    logger.info("Removed a sub-site that is gone: %s", ", ".join(removed))
                remove_empty(folder, self.folder)
            record.remove(path)
        for path, other in record.of_other_sites(self.record):
            if not Path(other.content).exists():
                record.remove(path)
        upgrade.remove(self.record, self.folder)


def _begun(started: NameList) -> dict[str, FileState]:
    """Return what a killed build has begun."""
    try:
        return dict.fromkeys(started.names(), BEGUN)
    except OSError:
        return {}


def _left(path: Path) -> dict[str, FileState]:
    """Return how a sub-site has left its files."""
    return record.load(path).files | _begun(NameList(path.with_suffix(".started")))


def _files_of(path: Path) -> Iterator[Path]:
    """Yield the path of every file that a record of this build has."""
    found = record.load(path)
    yield from (Path(found.output) / name for name in found.files)
