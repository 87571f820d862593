"""The site's own files in the place of media addresses: the setting `BUTTERCMS_MEDIA`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pelican.generators import Generator

from pelican_buttercms.content.media_addresses import canonical_address, replace_media
from pelican_buttercms.plugin.own_files import write_own_file
from pelican_buttercms.store import MediaFile

FOLDER = "media"


class LocalMedia:
    """The downloaded media of a run; only what a page really shows is written.

    Without downloads it holds nothing, and every URL stays what it is. If set, `note` is called
    with each file before it is written, and `shown` with each URL that a page shows.
    """

    def __init__(self, files: Mapping[str, MediaFile | None]) -> None:
        self.files = {url: file for url, file in files.items() if file is not None}
        self.used: dict[str, MediaFile] = {}
        self.note: Callable[[Path], None] | None = None
        self.shown: Callable[[str], None] | None = None

    def path(self, url: str) -> str | None:
        """Return the site-relative path of a media address's file, None when it is not downloaded.

        The fragment of the address is kept.
        """
        address = canonical_address(str.strip(url)) if self.files else None
        path = address and self._path(address[0])
        return path + address[1] if address and path else None

    def localise(self, html: str, siteurl: str) -> str:
        """Replace every media address in a text or in HTML by that of the site's own file."""
        if not self.files:
            return html

        def local(url: str) -> str | None:
            path = self._path(url)
            return f"{siteurl}/{path}" if path else None

        return replace_media(html, local)

    def _path(self, url: str) -> str | None:
        file = self.files.get(url)
        if file is None:
            return None
        if self.shown:
            self.shown(url)
        path = f"{FOLDER}/{file.name}"
        self.used[path] = file
        return path


class MediaGenerator(Generator):  # type: ignore[misc]
    """Writes the media files that the pages written before it show."""

    def generate_output(self, writer: Any) -> None:
        """Write each file once; a file that is there with the same bytes keeps its time."""
        del writer  # Pelican's writer renders templates only
        media = self.context["buttercms"].media
        for path, file in media.used.items():
            write_own_file(Path(self.output_path, path), file.read(), media.note)
