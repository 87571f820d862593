"""Files that hold what articles and pages are made of, for plugins that open `source_path`.

They lie in the cache and are written only if the code of an active plugin names `source_path`. All
else that has to do with a content's place stays what it is without them: links lead to
`buttercms/posts/<slug>` in the content folder.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
import json
import os
from pathlib import Path
import posixpath
from typing import Any

from pelican_buttercms.content.fields import Component, Fields
from pelican_buttercms.content.naming import name_of
from pelican_buttercms.errors import FileSystemError
from pelican_buttercms.filesystem import SafeFolder, explained, has_bytes, write_whole


class SourceFiles:
    """The files of one build.

    Args:
        folder: where they are, and nothing else.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()
        self._safe = SafeFolder(self._folder)
        self._written: set[Path] = set()

    def write(self, path: str, source: str | Fields, modified: datetime | None) -> str:
        """Write the source of a content, if it is not there; returns its path.

        Args:
            path: of the content, below the content folder.
            source: its HTML, or its fields.
            modified: becomes the file's time.

        Raises:
            FileSystemError: it cannot be written.
        """
        text = source if isinstance(source, str) else json.dumps(source, default=_jsonable)
        data = text.encode("utf-8", "surrogatepass")
        name = f"{path}.{'html' if isinstance(source, str) else 'json'}"
        file = self._safe.find(name)
        if file is None:
            raise FileSystemError(
                f"{name} leads out of {self._folder}, where the sources of posts and pages are"
                " written for other plugins: remove that folder, then build again."
            )
        with explained("The source of a post or a page cannot be written", file):
            if not has_bytes(str(file), data):
                write_whole(file, data)
            if modified:
                os.utime(file, (modified.timestamp(), modified.timestamp()))
        self._written.add(file)
        return str(file)

    def remove_others(self) -> None:
        """Remove the files of what is there no longer."""
        for folder, _, names in os.walk(self._folder):
            for path in {Path(folder, name) for name in names} - self._written:
                with suppress(OSError):
                    path.unlink()


class Place:
    """Stands for `get_relative_source_path` of a content whose file is not in its place.

    Plugins compare the type of a content, so it has Pelican's own class.

    Args:
        content: the article or the page.
        path: its place in the content folder.
    """

    def __init__(self, content: Any, path: str) -> None:
        self._content, self._path = content, path

    def __call__(self, source_path: str | None = None) -> str | None:
        """Return the content's place, or where a link in its text leads."""
        content = self._content
        if not source_path or source_path == content.source_path:
            return self._path
        here = f"{content.relative_dir}/"
        if source_path.startswith(here):
            source_path = posixpath.join(posixpath.dirname(self._path), source_path[len(here) :])
        path: str | None = type(content).get_relative_source_path(content, source_path)
        return path


def _jsonable(value: Any) -> Any:
    if isinstance(value, Fields):
        return {name: value[name] for name in value}
    if isinstance(value, Component):
        return {"type": value.type, "fields": value.fields}
    return list(value) if isinstance(value, tuple) else name_of(value)
