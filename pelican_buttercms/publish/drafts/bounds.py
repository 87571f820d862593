"""Bounds of what a draft or a saved plan may hold, checked before anything works with it."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from pelican_buttercms.content.api_schema import MAX_DEPTH
from pelican_buttercms.filesystem import NotRegularError, read_regular

MAX_DRAFT_BYTES = 5 * 1024 * 1024
MAX_PLAN_BYTES = 200 * 1024 * 1024
MAX_DRAFT_DEPTH = MAX_DEPTH // 2
"""Of lists and mappings in each other; what was published must stay within the bound of a pull."""

_MOST = 2**63  # JSON's readers, the store's among them, take numbers of 64 bits


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


def is_sendable(number: Any) -> bool:
    """Return whether JSON can hold a number so that everybody reads it as written."""
    if isinstance(number, float):
        return math.isfinite(number)
    return isinstance(number, int) and -_MOST <= number < _MOST
