"""How is a file kept that has to be as it was written? Whole or not at all, behind its checksum."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

_CHECKED = 16


def read(path: Path) -> memoryview[int]:
    """Give what was written.

    Raises:
        OSError: it cannot be read.
        ValueError: it is damaged.
    """
    written = path.read_bytes()
    data = memoryview(written)[_CHECKED:]
    if _checksum(data) != written[:_CHECKED]:
        raise ValueError("damaged")
    return data


def write(path: Path, data: bytes) -> None:
    """Write a file, and its folder if there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(f".{os.getpid()}")
    with aside.open("wb") as file:
        file.write(_checksum(data))
        file.write(data)
    aside.replace(path)


def _checksum(data: bytes | memoryview[int]) -> bytes:
    return hashlib.blake2b(data, digest_size=_CHECKED).digest()
