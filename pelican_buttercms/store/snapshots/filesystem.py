"""The files of a snapshot: by names that fit every disk, all of them written or none.

What is read may come from anywhere: no link is followed, and everything has a bound. What is
written appears at once: beside the folder first, then under its name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
import os
from pathlib import Path
import re
import secrets
import shutil
import sys
from typing import Final
from urllib.parse import quote

from pelican_buttercms.digests import sha256_hex
from pelican_buttercms.filesystem import NotRegularError, is_device, printable, read_regular

if sys.platform != "win32":
    import fcntl

MAX_FILE: Final = 32 * 2**20
MAX_TOTAL: Final = 2**30
MAX_ENTRIES: Final = 500_000
MAX_LEVELS: Final = 4
"""locale/kind/group/file."""

LONGEST: Final = 120
"""Bytes of a name before its ending; a longer one is cut, and gets a digest."""

_LITTER: Final = {".DS_Store", "Thumbs.db", "desktop.ini"}  # what file managers leave behind


class InvalidSnapshotError(Exception):
    """A file is not what a snapshot has; the caller says what that means and what to do.

    Args:
        path: the file or folder.
        problem: what is wrong with it: the end of a sentence that begins with its name.
    """

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{printable(str(path))} {problem}")


def file_name(text: str) -> str:
    """Return a file name for a text; no two texts share one, on any disk.

    Everything but letters, digits, `_`, `-` and `.` is percent-encoded. Disks may fold case, so a
    name with capitals carries a digest; so does one that was cut.
    """
    name = escaped(text)
    if len(name) <= LONGEST and not re.search("[A-Z]", text):
        return name
    cut = re.sub(r"%.?$", "", name[:LONGEST])
    return f"{cut}~{sha256_hex(text.encode())[:16]}"


def escaped(text: str, reserved: tuple[str, ...] = ()) -> str:
    """Percent-encode what a file's name cannot have, and the names that mean something else.

    Raises:
        ValueError: the text has half a character, which no disk can name.
    """
    name = quote(text, safe="").replace("~", "%7E")
    if is_device(name) or name.startswith(".") or name.lower() in reserved:
        name = f"%{ord(name[0]):02X}{name[1:]}"
    return f"{name[:-1]}%2E" if name.endswith(".") else name


class SnapshotFolder:
    """The files of a folder that may hold anything.

    Args:
        path: the folder.

    Raises:
        InvalidSnapshotError: from here and every method, when something is no regular file or
            exceeds a bound.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._left = MAX_TOTAL
        if path.is_symlink():
            raise InvalidSnapshotError(path, "is a symbolic link, which is not followed")
        if not path.is_dir():
            raise InvalidSnapshotError(path, "is not a folder")

    def places(self) -> list[str]:
        """Return the paths of all files below the folder, in order."""
        paths: list[str] = []
        waiting: list[tuple[str, ...]] = [()]
        seen = 0
        while waiting:
            parts = waiting.pop()
            for entry in self._entries(parts):
                seen += 1
                if seen > MAX_ENTRIES:
                    raise InvalidSnapshotError(self.path, f"holds more than {MAX_ENTRIES:,} files")
                if entry.is_dir(follow_symlinks=False):
                    waiting.append((*parts, entry.name))
                elif entry.name not in _LITTER:
                    self._check_kind(entry)
                    paths.append("/".join((*parts, entry.name)))
        return sorted(paths)

    def read(self, place: str) -> bytes:
        """Read a file."""
        path = self.path / place
        try:
            data = read_regular(path, MAX_FILE + 1, follow=False)
        except NotRegularError as exc:
            raise InvalidSnapshotError(path, "is not a regular file") from exc
        except OSError as exc:
            raise InvalidSnapshotError(path, f"cannot be read ({exc.strerror})") from exc
        if len(data) > MAX_FILE:
            raise InvalidSnapshotError(path, f"is larger than {MAX_FILE // 2**20} MiB")
        self._left -= len(data)
        if self._left < 0:
            raise InvalidSnapshotError(self.path, f"holds more than {MAX_TOTAL // 2**20} MiB")
        return data

    def _entries(self, parts: tuple[str, ...]) -> Iterator[os.DirEntry[str]]:
        path = self.path.joinpath(*parts)
        if len(parts) >= MAX_LEVELS:
            raise InvalidSnapshotError(path, "is a folder where a snapshot has none")
        try:
            with os.scandir(path) as entries:
                yield from entries
        except OSError as exc:
            raise InvalidSnapshotError(path, f"cannot be read ({exc.strerror})") from exc

    def _check_kind(self, entry: os.DirEntry[str]) -> None:
        if not entry.is_file(follow_symlinks=False):
            what = "is a symbolic link" if entry.is_symlink() else "is not a regular file"
            raise InvalidSnapshotError(Path(entry.path), f"{what}, which no snapshot has")


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Lock out other exports, where the disk can: one would clean up what another moves.

    Raises:
        OSError: the disk fails.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    if sys.platform == "win32":
        yield
        return
    holder = os.open(folder.parent, os.O_RDONLY | os.O_CLOEXEC)
    try:
        with suppress(OSError):  # some network disks have no locks
            fcntl.flock(holder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(holder)


def is_moving(folder: Path) -> bool:
    """Return whether an export is at work, or was killed."""
    return bool(_beside(folder, "new", "old", "gone"))


def clean_up(folder: Path) -> None:
    """Undo what a killed `replace` left: the old folder returns, the rest goes.

    Raises:
        OSError: the disk fails.
    """
    place = current(folder)
    if place != folder:
        place.rename(folder)
    for path in _beside(folder, "new", "old", "gone"):
        _discard(path, folder)


def current(folder: Path) -> Path:
    """Return the folder, or the place where `replace` moved it.

    What lies there is always whole.
    """
    if os.path.lexists(folder):
        return folder
    moved = sorted((_changed_at(path), path) for path in _beside(folder, "old"))
    return moved[-1][1] if moved else folder


def replace(folder: Path, files: Mapping[str, bytes]) -> None:
    """Replace the contents of a folder; the caller has checked what it holds now.

    Whoever reads it, and whatever ends this process, finds the old files or the new ones, under
    the name that `current` gives. Two at once need `alone`.

    Raises:
        OSError: the disk fails; the folder is as it was.
    """
    new, old = _fresh(folder, "new"), _fresh(folder, "old")
    try:
        _write(new, files)
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
    except BaseException:
        with suppress(OSError):  # it was not moved yet
            old.rename(folder)
        raise
    finally:
        _discard(new, folder)
    _discard(old, folder)


def _write(new: Path, files: Mapping[str, bytes]) -> None:
    new.mkdir()
    created = {new}
    for place, data in files.items():
        target = new / place
        for parent in reversed(target.relative_to(new).parents[:-1]):
            if new / parent not in created:
                (new / parent).mkdir()  # never `new` itself: if it is gone, somebody cleaned up
                created.add(new / parent)
        target.write_bytes(data)


def _discard(path: Path, folder: Path) -> None:
    """Remove a folder of ours; under another name first, so that nobody takes half of it."""
    gone = _fresh(folder, "gone")
    with suppress(OSError):  # what stays is removed by the next export
        path.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)


def _fresh(folder: Path, what: str) -> Path:
    return folder.parent / f".{folder.name}.buttercms-{what}-{secrets.token_hex(4)}"


def _beside(folder: Path, *what: str) -> list[Path]:
    """Find what exports of this folder put beside it."""
    name = re.compile(rf"\.{re.escape(folder.name)}\.buttercms-({'|'.join(what)})-[0-9a-f]{{8}}")
    try:
        return sorted(path for path in folder.parent.iterdir() if name.fullmatch(path.name))
    except OSError:  # there is no such folder, or it is not for this user
        return []


def _changed_at(path: Path) -> int:
    try:
        return path.stat(follow_symlinks=False).st_ctime_ns
    except FileNotFoundError:
        return 0
