"""The record of an output folder: how the last build has left each file, beside the store.

There is one file for each site and output folder, and one more for each of its sub-sites.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import msgspec

from pelican_buttercms.digests import sha256_hex
from pelican_buttercms.filesystem import SafeFolder, explained, is_safe_name
from pelican_buttercms.incremental import checksummed_file
from pelican_buttercms.incremental.output.file_state import FileState

SUFFIX: Final = ".files"
_FORMAT: Final = 1


class OutputRecord(msgspec.Struct, array_like=True):
    """How a build has left an output folder.

    Attributes:
        output: the folder.
        content: the folder of the site's own content, by which two sites are told apart that are
            built into one output folder.
        files: how each file was left, by path in the folder.
        format: of this record.
    """

    output: str
    content: str
    files: dict[str, FileState]
    format: int = _FORMAT


def path_of(records: Path, output: Path, main: Path, content: Path) -> Path:
    """Return the path of the record of an output folder.

    Args:
        records: the folder of all records.
        output: the output folder, of the site or of a sub-site.
        main: that of the whole site.
        content: the folder of its content.
    """
    names = [main, content] if output == main else [main, content, output]
    return records / f"{'-'.join(map(_short, names))}{SUFFIX}"


def _short(folder: Path) -> str:
    return sha256_hex(str(folder).encode(errors="surrogateescape"), 16)


def load(path: Path) -> OutputRecord:
    """Read a record; one that is damaged, or of another version, knows of nothing."""
    try:
        found = msgspec.msgpack.decode(checksummed_file.read(path), type=OutputRecord)
    except (OSError, ValueError, RecursionError):
        return OutputRecord("", "", {})
    if found.format != _FORMAT:
        return OutputRecord("", "", {})
    found.files = {name: state for name, state in found.files.items() if is_safe_name(name)}
    return found


def save(path: Path, output: Path, content: Path, files: Mapping[str, FileState]) -> None:
    """Write a record, whole or not at all."""
    found = OutputRecord(str(output), str(content), dict(sorted(files.items())))
    with explained("What is known of the files of this build cannot be kept", path):
        checksummed_file.write(path, msgspec.msgpack.encode(found))


def of_subsites(path: Path) -> list[Path]:
    """Return the records of all sub-sites that a site has ever had."""
    return sorted(path.parent.glob(f"{path.stem}-*{SUFFIX}"))


def of_other_sites(path: Path) -> Iterator[tuple[Path, OutputRecord]]:
    """Yield the records of other sites, and their sub-sites, that share a site's output folder."""
    output, content, *_ = path.stem.split("-")
    for other in sorted(path.parent.glob(f"{output}-*{SUFFIX}")):
        if other.stem.split("-")[1] != content:
            yield other, load(other)


def folder_inside(record: OutputRecord, main: Path) -> Path | None:
    """Return the output folder that a record names, which may come from anywhere.

    Returns:
        None where it is not inside the site's.
    """
    folder = Path(record.output)
    if not record.output or not folder.is_relative_to(main):
        return None
    return SafeFolder(main).find(folder.relative_to(main).as_posix())


def remove(path: Path) -> None:
    """Remove a record, and whatever else is remembered of its output folder."""
    for one in path.parent.glob(f"{path.stem}.*"):
        one.unlink(missing_ok=True)
