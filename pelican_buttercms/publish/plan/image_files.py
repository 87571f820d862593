"""The comparison of local image files with those that the CMS has or could fetch.

The API takes no uploads. It fetches a file from a URL and keeps a copy under a URL of its own, so
only the bytes show whether a picture changed.
Source: contract, "Write API".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pelican_buttercms.content.media import Media
from pelican_buttercms.digests import sha256_hex
from pelican_buttercms.filesystem import read_regular
from pelican_buttercms.publish.drafts.raw_draft import LocalFile

Download = Callable[[str], bytes | None]


class ImageFiles:
    """Compares files by their URLs.

    Args:
        download: returns what a URL serves, None if it serves nothing.
    """

    def __init__(self, download: Download) -> None:
        self._download = download
        self._files: dict[str, LocalFile] = {}
        self._digests: dict[str, str | None] = {}

    def add(self, files: Mapping[str, LocalFile]) -> None:
        """Add the local files of drafts, by the URLs where they are or will be public."""
        self._files |= files

    def is_same_file(self, first: str, second: str) -> bool:
        """Return whether two URLs serve the same file, one of them from the CMS's library."""
        if first == second:
            return True
        in_library = [bool(Media(url).handle) for url in (first, second)]
        if in_library.count(True) != 1 or not all(map(_is_url, (first, second))):
            return False  # two entries of the library are two files, even with equal bytes
        digest = self._digest(first)
        return digest is not None and digest == self._digest(second)

    def problem(self, url: str) -> str | None:
        """Return why the CMS cannot fetch a file, None if it can."""
        local = self._files.get(url)
        served = self._served(url)
        if local is None:
            return None if served else f"nothing is at {url}"
        if served is None:
            return (
                f"{local.link} is not public yet: the CMS would fetch it from {url}, and nothing is"
                " there. Deploy the site first, or set BUTTERCMS_FILES_URL to where the content"
                " folder's files are public"
            )
        if served != sha256_hex(read_regular(local.path)):
            return f"{local.link} differs from the public file at {url}. Deploy the site first"
        return None

    def _digest(self, url: str) -> str | None:
        local = self._files.get(url)
        return sha256_hex(read_regular(local.path)) if local else self._served(url)

    def _served(self, url: str) -> str | None:
        if url not in self._digests:
            data = self._download(url)
            self._digests[url] = None if data is None else sha256_hex(data)
        return self._digests[url]


def _is_url(text: str) -> bool:
    return text.startswith(("https://", "http://")) and not any(c.isspace() for c in text)
