"""The last check that no draft reached the output of a live build, when all is written.

Nothing that is not published enters a live scope, so this finds nothing, unless another plugin or
a mistake of ours put something there.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pelican_buttercms.content.records import Page, Post
from pelican_buttercms.errors import ContentError
from pelican_buttercms.incremental.output.removal import remove_file


@dataclass
class LeakCheck:
    """Remembers every file that shows something unpublished."""

    leaked_files: dict[str, str] = field(default_factory=dict)

    def look(self, path: str, context: dict[str, Any]) -> None:
        """Check what a page that was just written shows."""
        for name in ("article", "page"):
            content = context.get(name)
            record = getattr(content, "butter", None)
            if _is_unpublished(record) or getattr(content, "preview_state", None):
                self.leaked_files[path] = str(getattr(record, "key", content))

    def report(self) -> None:
        """Remove the files that show a draft, and raise an error if there are any.

        Raises:
            ContentError: naming every file and item.
        """
        if not self.leaked_files:
            return
        for path in self.leaked_files:
            with suppress(FileNotFoundError):
                remove_file(Path(path))
        leaked = sorted(self.leaked_files.items())
        names = "; ".join(f"{path} showed {key}" for path, key in leaked)
        raise ContentError(
            f"A live build wrote what is not published: {names}. These files were removed again,"
            " but lists and feeds may name them: do not deploy this output. Look for a plugin that"
            " changes ButterCMS's content."
        )


def _is_unpublished(record: Any) -> bool:
    return isinstance(record, Post | Page) and bool(record.status) and record.status != "published"
