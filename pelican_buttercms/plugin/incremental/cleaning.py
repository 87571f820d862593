"""What goes from the output folder before a build, and what has changed in it afterwards?"""

from __future__ import annotations

from collections.abc import Collection, Iterator
import logging
import os
from pathlib import Path
from typing import Any

from pelican_buttercms.plugin.drafts.leftovers import LIST

logger = logging.getLogger(__name__)

Sizes = dict[str, tuple[int, int]]
"""Size and time of change in nanoseconds, by path in the folder with forward slashes."""


def wipe(folder: Path, retention: Collection[str], keep: Collection[str]) -> None:
    """Remove everything from a folder but some files, and what is retained at its top.

    Args:
        folder: the output folder.
        retention: names that stay, as in OUTPUT_RETENTION.
        keep: paths in the folder of files that may be used again.
    """
    for entry in list(os.scandir(folder)):
        if entry.name not in retention:
            _wipe_entry(folder, entry, keep)


def _wipe_entry(folder: Path, entry: os.DirEntry[str], keep: Collection[str]) -> None:
    try:
        if not entry.is_dir(follow_symlinks=False):
            if Path(entry.path).relative_to(folder).as_posix() not in keep:
                Path(entry.path).unlink()
            return
        for inner in list(os.scandir(entry.path)):
            _wipe_entry(folder, inner, keep)
        if not any(os.scandir(entry.path)):
            Path(entry.path).rmdir()
    except OSError as exc:
        logger.error("Unable to delete %s: %s", entry.path, exc)  # noqa: TRY400  (as Pelican does)


def sizes(folder: Path) -> Sizes:
    """Look at every file of a folder."""
    return dict(_sizes(str(folder), "")) if folder.is_dir() else {}


def _sizes(folder: str, prefix: str) -> Iterator[tuple[str, tuple[int, int]]]:
    for entry in os.scandir(folder):
        name = prefix + entry.name
        if entry.is_dir(follow_symlinks=False):
            yield from _sizes(entry.path, f"{name}/")
        elif name != LIST:
            found = entry.stat(follow_symlinks=False)
            yield name, (found.st_size, found.st_mtime_ns)


def files_of_theme(generator: Any) -> Iterator[str]:
    """Name the files of the theme that Pelican copies, by path in the output folder."""
    target = generator.settings["THEME_STATIC_DIR"]
    for path in generator.settings["THEME_STATIC_PATHS"]:
        source = Path(generator.theme) / path
        names = [source.name] if source.is_file() else sizes(source)
        yield from (os.path.normpath(Path(target) / name) for name in names)


def write_list(path: Path, before: Sizes, after: Sizes) -> None:
    """List what was written and what was removed, beside what is still on the list.

    A deploy that fails leaves the list where it is, and so the next one has what it missed; one
    that is done removes it.
    """
    names = {name for name in {**before, **after} if before.get(name) != after.get(name)}
    if path.is_file():
        names.update(path.read_text(encoding="utf-8").splitlines())
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    aside.write_text("".join(f"{name}\n" for name in sorted(names)), encoding="utf-8")
    aside.replace(path)
