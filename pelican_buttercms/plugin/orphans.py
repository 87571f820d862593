"""Which pages of the output belong to nothing any more? What vanished from the CMS goes.

Pelican never removes a page, unless it wipes the whole folder (DELETE_OUTPUT_DIRECTORY). So the
pages that the CMS's content was written to are kept on a list, beside the store and one for each
output folder; those that a later build does not write again are removed. Nobody else's file is
ever on it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress
import hashlib
import logging
import os
from pathlib import Path
from typing import Any

import msgspec

from pelican_buttercms.plugin.paths import RECORDS, Seen, is_plain, name_of, seen

logger = logging.getLogger(__name__)

_OWNERS = ("article", "page", "category", "tag", "author")


class _List(msgspec.Struct):
    output: str
    files: list[str]


class Orphans:
    """The pages of one output folder.

    Args:
        cache: the folder of the store.
        output: the output folder.
    """

    def __init__(self, cache: Path, output: Path) -> None:
        name = hashlib.sha256(str(output).encode()).hexdigest()[:16]
        self._list = cache / RECORDS / f"{name}.json"
        self._output = output
        self._before = self._kept = self._read()
        self._seen: dict[str, Seen] = {}
        self._written: set[str] = set()
        self._ours: set[str] = set()

    def expect(self, paths: Iterable[str]) -> None:
        """Put on the list what is about to be written: a build that is killed leaves it behind."""
        expected = set(paths)
        self._write(self._before | expected)
        for name in self._before - expected:
            with suppress(OSError):
                self._seen[name] = seen(self._output / name)

    def wrote(self, path: str, context: dict[str, Any]) -> None:
        """A page was written, by whomever."""
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
        inside = self._output.resolve()
        gone = []
        for name in sorted(self._before - self._written):
            path = self._output / name
            if not path.is_file() or not path.resolve().is_relative_to(inside):
                continue
            if str(path) not in others and self._seen.get(name) == seen(path):
                path.unlink()
                gone.append(name)
        if gone:
            logger.info("Removed pages of what is no longer in ButterCMS: %s", ", ".join(gone))
        self._write(set(self._ours))

    def _read(self) -> set[str]:
        try:
            return set(msgspec.json.decode(self._list.read_bytes(), type=_List).files)
        except (OSError, msgspec.DecodeError):
            return set()  # none yet, or damaged: then nothing is removed

    def _write(self, names: set[str]) -> None:
        if names == self._kept:
            return
        self._kept = names
        self._list.parent.mkdir(parents=True, exist_ok=True)
        data = msgspec.json.encode(_List(str(self._output), sorted(names)))
        aside = self._list.with_suffix(f".{os.getpid()}")
        aside.write_bytes(data)
        aside.replace(self._list)
