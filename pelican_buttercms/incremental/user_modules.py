"""The user's own modules, and whether they have changed; what is installed has a version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
import sys
import sysconfig
from types import FunctionType, ModuleType
from typing import Any

from pelican_buttercms.digests import quick_digest
from pelican_buttercms.incremental import process_start
from pelican_buttercms.incremental.introspection import UntrackableError

_INSTALLED = tuple({sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib")})


def is_installed(file: str) -> bool:
    """Return whether a file is Python's, or of an installed package."""
    return file.startswith(_INSTALLED)


def users_file(space: Mapping[str, Any]) -> str | None:
    """Return the file of a module, None if it is installed, or no file of Python's."""
    file = space.get("__file__")
    if not isinstance(file, str) or is_installed(file):
        return None
    return file if Path(file).is_file() else None


def space_of(module: str) -> dict[str, Any]:
    """Return the names of a module, none if it is not loaded."""
    found = sys.modules.get(module)
    return {} if found is None else vars(found)


def spaces_of(value: Any) -> Iterator[dict[str, Any]]:
    """Yield the namespaces of the modules that a value is, or is from."""
    if isinstance(value, ModuleType):
        yield vars(value)
        return
    is_made = isinstance(value, FunctionType | type)
    if space := space_of(value.__module__ if is_made else type(value).__module__):
        yield space


def digest_of(file: str) -> str:
    """Return what stands for a file's bytes.

    Raises:
        UntrackableError: it was changed since it was loaded, and nobody knows what was.
    """
    found = Path(file).stat()
    if max(found.st_mtime_ns, found.st_ctime_ns) > process_start.STARTED:
        raise UntrackableError(f"code in {file}, which was saved while this process lives,")
    return quick_digest(Path(file).read_bytes(), 8).hex()
