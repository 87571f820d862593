"""Bounds of what a draft or a saved plan may hold, checked before anything works with it."""

from __future__ import annotations

import math
from pathlib import Path
import re
from typing import Any

from pelican_buttercms.content.api_schema import MAX_DEPTH
from pelican_buttercms.filesystem import NotRegularError, read_regular

MAX_DRAFT_BYTES = 5 * 1024 * 1024
MAX_PLAN_BYTES = 200 * 1024 * 1024
MAX_DRAFT_DEPTH = MAX_DEPTH // 2
"""Of lists and mappings in each other; what was published must stay within the bound of a pull."""

_BRACKETS = re.compile(r"\\.|[\[\]]|\n[ \t\r]*\n|\Z", re.DOTALL)
_MAX_BRACKETED = 4_000_000
"""Characters within brackets, counted once for each bracket around them."""

_MAX_INTEGER = 2**63  # JSON's readers, the store's among them, take numbers of 64 bits


class UnreadableError(Exception):
    """A file that is not read at all; the text is the end of a sentence that names it."""


def read_bounded(path: Path, limit: int) -> bytes:
    """Read a regular file that is not larger than a limit.

    Raises:
        UnreadableError: it is larger, or is a pipe, a device or a folder, which may have no end.
        OSError: the system does not let it be read.
    """
    try:
        data = read_regular(path, limit + 1)
    except NotRegularError as exc:
        text = "it is no regular file: name a file that has the text itself."
        raise UnreadableError(text) from exc
    if len(data) > limit:
        raise UnreadableError(
            f"it is larger than {limit // 1024 // 1024} MiB: split it, or put its pictures into"
            " files of their own."
        )
    return data


def check_brackets(text: str) -> None:
    """Check that Markdown leaves few `[` open.

    From each `[`, python-markdown reads to the `]` that closes it, or to the paragraph's end, so
    the time grows with the square of the open ones.

    Raises:
        UnreadableError: parsing would take minutes.
    """
    characters = depth = position = 0
    for match in _BRACKETS.finditer(text):
        characters += depth * (match.start() - position)
        position = match.start()
        match match[0]:
            case "[":
                depth += 1
            case "]":
                depth = max(0, depth - 1)
            case mark if not mark.startswith("\\"):
                depth = 0
        if characters > _MAX_BRACKETED:
            line = text.count("\n", 0, position) + 1
            raise UnreadableError(
                f"up to line {line}, too many [ are not closed, so Markdown would take minutes:"
                " close them, or write \\[."
            )


def is_sendable(number: Any) -> bool:
    """Return whether JSON can hold a number so that everybody reads it as written."""
    if isinstance(number, float):
        return math.isfinite(number)
    return isinstance(number, int) and -_MAX_INTEGER <= number < _MAX_INTEGER
