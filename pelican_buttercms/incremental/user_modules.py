"""Which modules are the user's own, and have they changed? What is installed has a version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
import hashlib
from pathlib import Path
import sys
import sysconfig
from types import FunctionType, ModuleType
from typing import Any

from pelican_buttercms.incremental import process_start
from pelican_buttercms.incremental.fingerprint import UntrackableError

_INSTALLED = tuple({sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib")})


def is_installed(file: str) -> bool:
    """Say whether a file is Python's, or of an installed package."""
    return file.startswith(_INSTALLED)


def users_file(space: Mapping[str, Any]) -> str | None:
    """Give the file of a module, None if it is installed, or no file of Python's."""
    file = space.get("__file__")
    if not isinstance(file, str) or is_installed(file):
        return None
    return file if Path(file).is_file() else None


def space_of(module: str) -> dict[str, Any]:
    """Give the names of a module, none if it is not loaded."""
    found = sys.modules.get(module)
    return {} if found is None else vars(found)


def spaces_of(value: Any) -> Iterator[dict[str, Any]]:
    """Give the names of the modules that a value is, or is from."""
    if isinstance(value, ModuleType):
        yield vars(value)
        return
    is_made = isinstance(value, FunctionType | type)
    if space := space_of(value.__module__ if is_made else type(value).__module__):
        yield space


def digest_of(file: str) -> str:
    """Give what stands for a file's bytes.

    Raises:
        UntrackableError: it was changed since it was loaded, and nobody knows what was.
    """
    found = Path(file).stat()
    if max(found.st_mtime_ns, found.st_ctime_ns) > process_start.STARTED:
        raise UntrackableError(f"code in {file}, which was saved while this process lives,")
    return hashlib.blake2b(Path(file).read_bytes(), digest_size=8).hexdigest()
