"""Names from strangers that become paths, and texts that become file names."""

from __future__ import annotations

from collections.abc import Callable
import os
from pathlib import Path
import re
from typing import Final

from pelican_buttercms.digests import sha256_hex

LONGEST_NAME: Final = 255
"""Bytes of one component of a path, on every common file system."""

_SAFE: Final = re.compile(
    r"(?![A-Za-z]:)(?:(?!\.\.?(?:/|\Z))[^/\\\x00-\x1f\x7f]+/)*(?!\.\.?\Z)[^/\\\x00-\x1f\x7f]+"
)
_DEVICES: Final = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³]) *(\.|:|\Z)", re.IGNORECASE
)


class UnsafePathError(ValueError):
    """A name that does not lie inside the folder that it is joined to."""


def is_safe_name(name: str) -> bool:
    """Return whether a relative path, by its text, names something below any folder."""
    if os.sep != "/":
        name = name.replace(os.sep, "/")
    return _SAFE.fullmatch(name) is not None


class SafeFolder:
    """A folder to which names from elsewhere are joined.

    Args:
        path: the folder; links on the way to it are followed.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._real = os.path.realpath(path)
        self._inside: dict[str, bool] = {}

    def path_of(self, name: str) -> Path:
        """Return the path of a name from elsewhere.

        Its last component may be a symbolic link: whoever removes it removes the link.

        Raises:
            UnsafePathError: it is empty, absolute, leads out by `..` or through a link, or is the
                folder itself.
        """
        if not is_safe_name(name):
            raise UnsafePathError(f"{name[:200]!r} is no path inside {self.path}")
        parent = os.path.dirname(name)  # noqa: PTH120
        if parent not in self._inside:
            self._inside[parent] = self.holds(self.path / parent)
        if not self._inside[parent]:
            raise UnsafePathError(f"{name[:200]!r} leads out of {self.path} through a link")
        return self.path / name

    def find(self, name: str) -> Path | None:
        """Return the path of a name from elsewhere, None where it is not inside."""
        try:
            return self.path_of(name)
        except UnsafePathError:
            return None

    def holds(self, path: Path) -> bool:
        """Return whether what a path leads to, links followed, lies in the folder."""
        return self._holds(os.path.realpath(path))

    def _holds(self, real: str) -> bool:
        return real == self._real or real.startswith(self._real.rstrip(os.sep) + os.sep)


def is_device(name: str) -> bool:
    """Return whether Windows takes a file's name for a device, whatever its extension."""
    return _DEVICES.match(name) is not None


def distinct_name(text: str, spell: Callable[[str], str], *, longest: int, digits: int = 10) -> str:
    """Return a file name for a text: bounded, the same on every disk, and that of no other text.

    Args:
        text: what the file stands for.
        spell: returns the text as a file name, with what does not fit left out or replaced.
        longest: bytes that the spelling may have; `~` and the digest come on top.
        digits: of the digest, which is added whenever the name is not the text itself, or could
            be that of another text on a disk that folds case.
    """
    name = spell(text)
    cut = name.encode("utf-8", "ignore")[:longest].decode("utf-8", "ignore")
    if cut == text == text.casefold() and not is_device(text):
        return text
    digest = sha256_hex(text.encode("utf-8", "surrogatepass"), digits)
    return f"{cut.rstrip(' .-')}~{digest}"
