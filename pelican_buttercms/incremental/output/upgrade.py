"""What earlier versions remembered of an output folder: it is read once, and removed."""

from __future__ import annotations

from contextlib import suppress
import json
from pathlib import Path

from pelican_buttercms.digests import sha256_hex
from pelican_buttercms.filesystem import SafeFolder, read_regular
from pelican_buttercms.incremental.output.file_state import BEGUN, FileState

_UNKNOWN = -1
_SUFFIXES = (".json", ".pages", ".started", ".still")


def _old(record: Path, output: Path) -> Path:
    name = sha256_hex(str(output).encode(errors="surrogateescape"), 16)
    return record.with_name(f"{name}.json")


def left(record: Path, output: Path) -> dict[str, FileState]:
    """Return the pages of the CMS's content that an earlier version has left."""
    found: dict[str, FileState] = {}
    with suppress(OSError, ValueError, TypeError, AttributeError, KeyError, RecursionError):
        folder = SafeFolder(output)
        for name, size in json.loads(read_regular(_old(record, output)))["files"].items():
            path = folder.find(name)
            with suppress(OSError):
                if path is not None and size in {_UNKNOWN, path.lstat().st_size}:
                    found[name] = BEGUN
    return found


def remove(record: Path, output: Path) -> None:
    """Remove what an earlier version has left beside the record."""
    old = _old(record, output)
    for suffix in _SUFFIXES:
        with suppress(OSError):
            old.with_suffix(suffix).unlink(missing_ok=True)
