"""Emptying of the output folder before a build, but for files that may be used again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
import logging
import os
from pathlib import Path
from typing import Any

from pelican.utils import clean_output_dir

from pelican_buttercms.incremental.output.file_state import Seen, seen

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class CleanedOutput:
    """An output folder that was emptied, but for files that may be used again.

    Attributes:
        folder: the output folder.
        retained: names at its top that were left alone.
        kept: how each file was then, by path.
    """

    folder: Path
    retained: tuple[str, ...]
    kept: Mapping[str, Seen]

    def retains(self, path: Path) -> bool:
        """Return whether a file was none of those that were to go."""
        parts = path.relative_to(self.folder).parts if path.is_relative_to(self.folder) else ()
        return parts[:1] == () or parts[0] in self.retained

    def is_untouched(self, path: Path) -> bool:
        """Return whether a file was kept, and nobody has written it since."""
        return self.kept.get(str(path)) == seen(path)


def wipe(folder: Path, retention: Collection[str], keep: Collection[str]) -> CleanedOutput:
    """Remove everything from a folder but some files, and what is retained at its top.

    Args:
        folder: the output folder.
        retention: names that stay, as in OUTPUT_RETENTION.
        keep: paths in the folder of files that may be used again.
    """
    for entry in list(os.scandir(folder)):
        if entry.name not in retention:
            _wipe_entry(folder, entry, keep)
    kept = {}
    for name in keep:
        with suppress(OSError):
            kept[str(folder / name)] = seen(folder / name)
    return CleanedOutput(folder, tuple(retention), kept)


def _wipe_entry(folder: Path, entry: os.DirEntry[str], keep: Collection[str]) -> None:
    try:
        if not entry.is_dir(follow_symlinks=False):
            if Path(entry.path).relative_to(folder).as_posix() not in keep:
                Path(entry.path).unlink()
            return
        for inner in list(os.scandir(entry.path)):
            _wipe_entry(folder, inner, keep)
        if not list(os.scandir(entry.path)):  # read to its end, which closes it
            Path(entry.path).rmdir()
    except OSError as exc:
        logger.error("Unable to delete %s: %s", entry.path, exc)  # noqa: TRY400  (as Pelican does)


def clean(generator: Any, kept: Callable[[], Collection[str]]) -> CleanedOutput | None:
    """Empty the output folder if DELETE_OUTPUT_DIRECTORY asks for it, but for reusable files.

    Pelican does it before any content is read, so that a mistake in the content would leave an
    empty folder: set `delete_outputdir` of its instance to False, and call this when the content
    is complete. An output folder around the sources is left alone, as Pelican does.

    Args:
        generator: any of Pelican's.
        kept: returns the paths in the folder of the files that may be used again.

    Returns:
        What was kept; None if nothing was.
    """
    settings = generator.settings
    output, source = os.path.realpath(generator.output_path), os.path.realpath(generator.path)
    if not settings["DELETE_OUTPUT_DIRECTORY"] or os.path.commonpath([output, source]) == output:
        return None
    retention: list[str] = settings["OUTPUT_RETENTION"]
    keep = kept()
    if not keep or not Path(output).is_dir():
        clean_output_dir(generator.output_path, retention)
        return None
    return wipe(Path(generator.output_path).absolute(), retention, keep)
