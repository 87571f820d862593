"""The check before a file is overwritten: it must be an unedited export of the same item."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pelican_buttercms.publish.base_versions import BaseVersions
from pelican_buttercms.publish.export.file_names import SUFFIXES
from pelican_buttercms.publish.export.items import ExportItem
from pelican_buttercms.publish.export.roundtrip import RoundtripReader, differences
from pelican_buttercms.publish.resolved_draft import Draft
from pelican_buttercms.publish.write_model import FieldPath, Values, decode_values


@dataclass(frozen=True)
class ExistingFiles:
    """The existing files of an item.

    Attributes:
        stem: their path without the suffix.
        item: the item to be written.
        roundtrip: reads drafts.
        bases: stores what earlier exports held.
        body: the path of the value that is compared as HTML.
    """

    stem: Path
    item: ExportItem
    roundtrip: RoundtripReader
    bases: BaseVersions
    body: FieldPath | None

    def edited(self) -> list[Path]:
        """Return the files with edits, or of anything else."""
        return [path for path in files_of(self.stem) if not self._is_untouched(path)]

    def remove_others(self, kept: Path) -> None:
        """Remove earlier exports of the item in another format."""
        for path in files_of(self.stem):
            if path != kept and self._is_own(path):
                path.unlink()

    def _is_own(self, path: Path) -> bool:
        draft = self.roundtrip.read(path) if path.is_file() else None
        return draft is not None and draft.target == self.item.target

    def _is_untouched(self, path: Path) -> bool:
        if not path.is_file() or path.is_symlink():
            return False
        draft = self.roundtrip.read(path)
        if draft is None or draft.target != self.item.target:
            return False
        if draft.raw.id != self.item.target.key.id:
            return False
        values = self.item.version.values
        return self._is_same(draft, values) or self._is_same(draft, self._base(draft.raw.base))

    def _is_same(self, draft: Draft, values: Values | None) -> bool:
        """Return whether a draft says nothing else than these values."""
        if values is None:
            return False
        unnamed = {path: value for path, value in values.items() if path not in draft.values}
        return not differences(values, unnamed | draft.values, self.body, draft.is_same_link)

    def _base(self, digest: str) -> Values | None:
        """Return the values that the file was exported with, None if they are not stored."""
        if digest == self.item.version.digest:
            return self.item.version.values
        data = self.bases.get(digest)
        return None if data is None else decode_values(data)


def files_of(stem: Path) -> list[Path]:
    """Return the files that exports have at a path without its suffix."""
    paths = [stem.with_name(stem.name + suffix) for suffix in SUFFIXES]
    return [path for path in paths if path.is_symlink() or path.exists()]
