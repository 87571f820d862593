"""The output folders of one build of a site and of its sub-sites."""

from __future__ import annotations

from dataclasses import dataclass, field
import logging
from pathlib import Path

from pelican_buttercms.errors import FileSystemError
from pelican_buttercms.filesystem import SafeFolder, explained, printable
from pelican_buttercms.incremental.output import record
from pelican_buttercms.incremental.output.cleaning import CleanedOutput
from pelican_buttercms.incremental.output.name_list import PREVIEW_HEAD, PREVIEW_LIST, NameList
from pelican_buttercms.incremental.output.removal import remove_stale

logger = logging.getLogger(__name__)


@dataclass
class SiteOutput:
    """The output folders of one build of a site and of its sub-sites.

    Attributes:
        folder: the output folder of the main site.
        content: the folder of the site's content.
        records: the folder for what is remembered of output folders.
        is_preview: whether nothing that this build writes may stay: the next one that is no
            preview removes it first.
        current: the records of this build.
        written: the paths of the files of sub-sites.
        cleaned: what was kept of the main site's folder, if it was emptied.
    """

    folder: Path
    content: Path
    records: Path
    is_preview: bool = False
    current: set[Path] = field(default_factory=set)
    written: set[str] = field(default_factory=set)
    cleaned: CleanedOutput | None = None

    def begin(self) -> None:
        """Drop the build before."""
        self.current.clear()
        self.written.clear()
        self.cleaned = None

    def record_of(self, output: Path) -> Path:
        """Return the path of the record of an output folder, which is kept for the next build."""
        return record.path_of(self.records, output, self.folder, self.content)

    @property
    def preview_list(self) -> NameList:
        """The list of what previews have written and what must not stay."""
        return NameList(self.folder / PREVIEW_LIST, PREVIEW_HEAD)

    def remove_preview(self) -> None:
        """Remove what a preview has written to the output folder, and at last its list.

        Raises:
            FileSystemError: drafts would stay in the output.
        """
        listed = self.preview_list
        if self.is_preview or not listed.exists:
            return
        folder = SafeFolder(self.folder)
        with explained("The list of what a preview has written cannot be used", listed.path):
            names = dict.fromkeys(listed.names())
            remove_stale(self.folder, names, lambda _, path: path.is_file())
            there = [name for name in names if (path := folder.find(name)) and path.is_file()]
            if there:
                raise FileSystemError(
                    f"What a preview has written to {self.folder} cannot be removed:"
                    f" {', '.join(map(printable, there[:5]))}. It shows drafts: give this user the"
                    " right to remove it, or empty the folder by hand."
                )
            listed.remove()
        logger.info("Removed what a preview build had written to %s.", self.folder)
