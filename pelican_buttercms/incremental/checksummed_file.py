"""Files behind a checksum, written whole or not at all."""

from __future__ import annotations

from pathlib import Path

from pelican_buttercms.digests import quick_digest
from pelican_buttercms.filesystem import read_regular, write_whole

_CHECKED = 16


def read(path: Path) -> memoryview[int]:
    """Return what was written.

    The checksum finds damage; whoever means harm can write a right one.

    Raises:
        OSError: it cannot be read.
        ValueError: it is damaged.
    """
    written = read_regular(path)
    data = memoryview(written)[_CHECKED:]
    if quick_digest(data, _CHECKED) != written[:_CHECKED]:
        raise ValueError("damaged")
    return data


def write(path: Path, data: bytes) -> None:
    """Write a file, and its folder if there is none.

    Raises:
        OSError: the disk fails; what was there is as it was.
    """
    write_whole(path, quick_digest(data, _CHECKED), data)
