"""The CMS's version that each local draft was based on, kept by digest for the three-way merge."""

from __future__ import annotations

from pathlib import Path
import re
from typing import Final

import msgspec

from pelican_buttercms.digests import sha256_hex
from pelican_buttercms.errors import StoreError
from pelican_buttercms.filesystem import read_regular, write_whole

MOST: Final = 5000
_SPARE: Final = 250
"""So many go at once, so that the folder is not looked through for every new one."""

_MAX_BYTES: Final = 64 * 2**20

_DIGEST = re.compile(r"[0-9a-f]{16,64}")


class _Kept(msgspec.Struct):
    """A file: what is kept, and its digest."""

    sha256: str
    held: msgspec.Raw


class BaseVersions:
    """Files of JSON in one folder, each named by a digest that drafts carry.

    Args:
        folder: the cache folder.
        most: how many are kept; beyond that the ones that were kept longest ago go.

    Raises:
        StoreError: from `keep`, when the disk fails.
    """

    def __init__(self, folder: Path, *, most: int = MOST) -> None:
        self._folder = folder / "publish" / "bases"
        self._most = most
        self._count: int | None = None

    def keep(self, digest: str, data: bytes) -> None:
        """Write JSON under a digest, whole or not at all; a known one counts as new again.

        Raises:
            ValueError: the digest is not one, or the data is not JSON.
        """
        if not _DIGEST.fullmatch(digest):
            raise ValueError(f"{digest!r} is not a digest")
        data = data.strip()
        msgspec.json.decode(data)
        text = msgspec.json.encode(_Kept(sha256_hex(data), msgspec.Raw(data)))
        path = self._path(digest)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            is_new = not path.exists()
            write_whole(path, text)
            if is_new:
                self._make_room()
        except OSError as exc:
            raise StoreError(
                f"The CMS's version cannot be kept in {self._folder} ({exc}). Check that disk and"
                " its permissions, then try again."
            ) from exc

    def get(self, digest: str) -> bytes | None:
        """Return what is kept under a digest, None where there is nothing or it is damaged."""
        if not _DIGEST.fullmatch(digest):
            return None  # it stands in a draft, where anybody may have written anything
        try:
            kept = msgspec.json.decode(
                read_regular(self._path(digest), _MAX_BYTES, follow=False), type=_Kept
            )
        except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
        data = bytes(kept.held)
        return data if sha256_hex(data) == kept.sha256 else None

    def _path(self, digest: str) -> Path:
        return self._folder / f"{digest}.json"

    def _make_room(self) -> None:
        """Count a new one, and take the oldest away once there are too many."""
        if self._count is None:
            self._count = sum(1 for _ in self._folder.glob("*.json"))
        else:
            self._count += 1
        if self._count <= self._most:
            return
        oldest = sorted(self._folder.glob("*.json"), key=_written_at)
        keep = max(1, self._most - _SPARE) if self._most > _SPARE else self._most
        for path in oldest[:-keep]:
            path.unlink(missing_ok=True)
        self._count = min(keep, len(oldest))


def _written_at(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0  # another process has just removed it
