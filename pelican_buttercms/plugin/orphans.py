"""The pages that the CMS's content was written to: those that no build writes again are removed.

Pelican never removes a page, unless it wipes the whole folder (DELETE_OUTPUT_DIRECTORY). So these
pages are kept on a list, beside the store and one for each output folder. Nobody else's file is
ever on it, and what somebody has changed since is left.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress
import logging
from pathlib import Path
from typing import Any

import msgspec

from pelican_buttercms.digests import sha256_hex
from pelican_buttercms.filesystem import SafeFolder, explained, read_regular, write_whole
from pelican_buttercms.incremental.output_paths import RECORDS, Seen, is_plain, name_of, seen
from pelican_buttercms.incremental.removal import remove_stale

logger = logging.getLogger(__name__)

_OWNERS = ("article", "page", "category", "tag", "author")
_FORMAT = 2
_UNKNOWN = -1
"""The size of a page that a build has begun, and was ended before it knew."""


class _List(msgspec.Struct):
    format: int
    output: str
    files: dict[str, int]


class Orphans:
    """The pages of one output folder.

    Args:
        cache: the folder of the store.
        output: the output folder.
    """

    def __init__(self, cache: Path, output: Path) -> None:
        name = sha256_hex(str(output).encode(errors="surrogateescape"), 16)
        self._list = cache / RECORDS / f"{name}.json"
        self._output = output
        self._before = self._kept = self._read()
        self._seen: dict[str, Seen] = {}
        self._written: set[str] = set()
        self._ours: set[str] = set()

    def expect(self, paths: Iterable[str]) -> None:
        """Put on the list what is about to be written: a build that is killed leaves it behind."""
        expected = set(paths)
        self._write(dict.fromkeys(self._before.keys() | expected, _UNKNOWN))
        folder = SafeFolder(self._output)
        for name in self._before.keys() - expected:
            with suppress(OSError):
                if path := folder.find(name):
                    self._seen[name] = seen(path)

    def wrote(self, path: str, context: dict[str, Any]) -> None:
        """Note a page that was written, by whomever."""
        name = context.get("output_file") or ""
        if not is_plain(name):
            name = name_of(self._output, path)
        self._written.add(name)
        if any(hasattr(context.get(owner), "butter") for owner in _OWNERS):
            self._ours.add(name)

    def remove(self, others: Collection[str] = ()) -> None:
        """Remove what was on the list and was not written again, by whomever.

        Others write without telling: a copied file, a redirect, a sub-site may have the place now.

        Args:
            others: files that the sub-sites of this build have, and those that are copied.
        """
        kept = {*others, *(str(self._output / name) for name in self._written)}
        stale = sorted(self._before.keys() - self._written)
        gone = remove_stale(self._output, stale, self._is_untouched, kept)
        if gone:
            logger.info("Removed pages of what is no longer in ButterCMS: %s", ", ".join(gone))
        self._write(dict.fromkeys(self._ours, _UNKNOWN) | self._warn(stale, kept))

    def end(self) -> None:
        """Note how every page was left, after other plugins have had their say."""
        noted = dict(self._kept)
        for name in self._ours:
            with suppress(OSError):
                noted[name] = (self._output / name).lstat().st_size
        self._write(noted)

    def _is_untouched(self, name: str, path: Path) -> bool:
        """Return whether a page is as it was left, and nobody has written it during this build."""
        now = seen(path)
        size = self._before[name]
        return path.is_file() and self._seen.get(name) == now and size in {_UNKNOWN, now[1]}

    def _warn(self, stale: Iterable[str], kept: Collection[str]) -> dict[str, int]:
        """Warn of pages that somebody has changed since, and keep them on the list."""
        changed, folder = {}, SafeFolder(self._output)
        for name in stale:
            path = folder.find(name)
            with suppress(OSError):
                if path and str(path) not in kept and self._seen.get(name) == seen(path):
                    changed[name] = self._before[name]
        if changed:
            logger.warning(
                "No longer in ButterCMS, but changed by something else since they were written, and"
                " so left in the output: %s. Delete them by hand.",
                ", ".join(changed),
            )
        return changed

    def _read(self) -> dict[str, int]:
        try:
            found = msgspec.json.decode(read_regular(self._list), type=_List)
        except (OSError, ValueError):
            return {}  # none yet, or damaged: then nothing is removed
        return found.files if found.format == _FORMAT else {}

    def _write(self, files: dict[str, int]) -> None:
        if files == self._kept:
            return
        self._kept = files
        data = msgspec.json.encode(_List(_FORMAT, str(self._output), dict(sorted(files.items()))))
        with explained("The list of the pages of ButterCMS cannot be written", self._list):
            write_whole(self._list, data)
