"""Names of files in the output folder: the path below that folder, in one spelling."""

from __future__ import annotations

import os
from pathlib import Path
import re
from typing import Final

from pelican.utils import sanitised_join

RECORDS: Final = "outputs"
"""The folder beside the store for what is known of output folders."""

_PLAIN: Final = re.compile(r"(?:(?!\.\.?(?:/|$))[^/\\\0]+/)*(?!\.\.?$)[^/\\\0]+")


def is_plain(name: str) -> bool:
    """Return whether a path is in its one spelling already, as nearly all are."""
    return _PLAIN.fullmatch(name) is not None


def is_text(name: str) -> bool:
    """Return whether a name can be written down: a file's may be bytes that are no text."""
    return name.isascii() or name.encode(errors="replace").decode() == name


def path_of(output: str, name: str) -> str:
    """Return the path of a file of an output folder.

    Raises:
        RuntimeError: it would lie outside.
    """
    return f"{output}{os.sep}{name}" if is_plain(name) else str(sanitised_join(output, name))


def name_of(output: str | Path, path: str) -> str:
    """Return the name of a file by its path."""
    start = f"{output}{os.sep}"
    # OUTPUT_PATH is relative unless the settings name it
    whole = path if path.startswith(start) else os.path.join(os.getcwd(), path)  # noqa: PTH109, PTH118
    name = whole.removeprefix(start)
    return name if name != whole and is_plain(name) else os.path.relpath(path, output)
