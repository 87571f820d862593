"""May a file be written over? When it is an export of the same item that nobody has edited."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path as File

from pelican_buttercms.publish.base_versions import BaseVersions
from pelican_buttercms.publish.export.file_names import SUFFIXES
from pelican_buttercms.publish.export.items import Item
from pelican_buttercms.publish.export.roundtrip import ReadingBack, differences
from pelican_buttercms.publish.write_model import Path, Values, decode_values


@dataclass(frozen=True)
class Existing:
    """The files that are where an item is to be written.

    Attributes:
        stem: their path without the suffix.
        item: what is to be written.
        reading: reads drafts.
        bases: what earlier exports held.
        body: the value that is compared as HTML.
    """

    stem: File
    item: Item
    reading: ReadingBack
    bases: BaseVersions
    body: Path | None

    def edited(self) -> list[File]:
        """Name those that hold something that is nowhere else."""
        return [path for path in self._files() if not self._is_untouched(path)]

    def remove_others(self, kept: File) -> None:
        """Remove earlier exports of the item in another form."""
        for path in self._files():
            if path != kept and self._is_own(path):
                path.unlink()

    def _files(self) -> list[File]:
        paths = [self.stem.with_name(self.stem.name + suffix) for suffix in SUFFIXES]
        return [path for path in paths if path.is_symlink() or path.exists()]

    def _is_own(self, path: File) -> bool:
        draft = self.reading.read(path) if path.is_file() else None
        return draft is not None and draft.raw.id == self.item.target.key.id

    def _is_untouched(self, path: File) -> bool:
        if not path.is_file() or path.is_symlink():
            return False
        draft = self.reading.read(path)
        if draft is None or draft.target != self.item.target:
            return False
        if draft.raw.id != self.item.target.key.id:
            return False
        base = self._base(draft.raw.base)
        if base is None:
            return False
        silent = {path: value for path, value in base.items() if path not in draft.values}
        return not differences(base, silent | draft.values, self.body)

    def _base(self, digest: str) -> Values | None:
        """Give what the file was made from, None where nobody kept it."""
        if digest == self.item.version.digest:
            return self.item.version.values
        data = self.bases.get(digest)
        return None if data is None else decode_values(data)
