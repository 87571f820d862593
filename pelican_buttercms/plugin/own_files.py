"""Files beside the pages that are made in one piece, without a template.

They are planned when all contents are known, so that they are claimed before anything is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pelican.generators import Generator

from pelican_buttercms.filesystem import has_bytes, write_over


class OwnFilesGenerator(Generator):  # type: ignore[misc]
    """Writes them, after the pages.

    Attributes:
        files: what makes each file, by its path in the output folder.
        last: returns what makes more files, once everything else is written; see `search_index`.
        note: is called with each file before it is written.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.files: dict[str, Callable[[], bytes]] = {}
        self.last: Callable[[], dict[str, Callable[[], bytes]]] | None = None
        self.note: Callable[[Path], None] | None = None

    def generate_output(self, writer: Any) -> None:
        """Write each file; one that is there with the same bytes keeps its time."""
        del writer  # Pelican's writer renders templates only
        for path, make in self._in_order():
            write_own_file(Path(self.output_path, path), make(), self.note)

    def _in_order(self) -> Iterator[tuple[str, Callable[[], bytes]]]:
        yield from self.files.items()
        if self.last:
            more = self.last()
            self.files |= more
            yield from more.items()


def write_own_file(target: Path, data: bytes, note: Callable[[Path], None] | None) -> None:
    """Write a file of the output, unless it has these bytes.

    Args:
        target: its path.
        data: its bytes.
        note: is called with the path first.

    Raises:
        FileSystemError: it cannot be written.
    """
    if not has_bytes(str(target), data):
        if note:
            note(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        write_over(str(target), data)
