"""The site's own files in the place of media addresses: the setting `BUTTERCMS_MEDIA`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pelican.generators import Generator

from pelican_buttercms.content.media_addresses import canonical_address, replace_media
from pelican_buttercms.plugin.body_pictures import add_sizes
from pelican_buttercms.plugin.own_files import write_own_file
from pelican_buttercms.store import MediaFile, Picture

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

        return replace_media(add_sizes(html, self, siteurl), local)

    def picture(self, url: str) -> Picture | None:
        """Return what is known of a picture by its media address; None where nothing is."""
        address = canonical_address(str.strip(url)) if self.files else None
        file = address and self._shown(address[0])
        return file.picture if file and file.picture and file.picture.width else None

    def srcset(self, url: str, siteurl: str, form: str) -> str | None:
        """Return the `srcset` of a downloaded file in a format, "" where none were made.

        None if the file is not downloaded.
        """
        address = canonical_address(str.strip(url)) if self.files else None
        file = address and self._shown(address[0])
        if not file:
            return None
        return ", ".join(
            f"{siteurl}/{FOLDER}/{one.name} {one.picture.width}w"
            for one in file.made
            if one.picture and one.kind == f"image/{form}"
        )

    def _path(self, url: str) -> str | None:
        file = self._shown(url)
        return f"{FOLDER}/{file.name}" if file else None

    def _shown(self, url: str) -> MediaFile | None:
        """Return the file of a page that shows it: it is written, with what was made of it."""
        file = self.files.get(url)
        if file is None:
            return None
        if self.shown:
            self.shown(url)
        for one in (file, *file.made):
            self.used[f"{FOLDER}/{one.name}"] = one
        return file


class MediaGenerator(Generator):  # type: ignore[misc]
    """Writes the media files that the pages written before it show."""

    def generate_output(self, writer: Any) -> None:
        """Write each file once; a file that is there with the same bytes keeps its time."""
        del writer  # Pelican's writer renders templates only
        media = self.context["buttercms"].media
        for path, file in media.used.items():
            write_own_file(Path(self.output_path, path), file.read(), media.note)
