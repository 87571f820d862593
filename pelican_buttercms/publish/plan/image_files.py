"""Is the file there that a draft shows, and does the CMS have it already? Compared byte by byte.

The API takes no uploads: it fetches a file from the URL that it is given, and keeps a copy under a
URL of its own. So whether a picture changed can only be told from the files themselves.
Source: contract, "Write API".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
import hashlib

from pelican_buttercms.content.media import Media
from pelican_buttercms.filesystem import read_regular
from pelican_buttercms.publish.drafts.raw_draft import LocalFile

Download = Callable[[str], bytes | None]


class Pictures:
    """Files by URL.

    Args:
        download: gives what a URL serves, None when it serves nothing.
    """

    def __init__(self, download: Download) -> None:
        self._download = download
        self._files: dict[str, LocalFile] = {}
        self._digests: dict[str, str | None] = {}

    def add(self, files: Mapping[str, LocalFile]) -> None:
        """Learn which local files drafts show, by the URLs where they are or will be public."""
        self._files |= files

    def same(self, one: str, other: str) -> bool:
        """Say whether two URLs give the same file, one of them from the CMS's library."""
        if one == other:
            return True
        in_library = [bool(Media(url).handle) for url in (one, other)]
        if in_library.count(True) != 1 or not all(map(_is_url, (one, other))):
            return False  # two files of the library are two files, whatever is in them
        digest = self._digest(one)
        return digest is not None and digest == self._digest(other)

    def problem(self, url: str) -> str | None:
        """Say why the CMS could not fetch a file, None when it can."""
        local = self._files.get(url)
        served = self._served(url)
        if local is None:
            return None if served else f"nothing is at {url}"
        if served is None:
            return (
                f"{local.link} is not public yet: nothing is at {url}, from where the CMS would"
                " fetch it. Deploy the site first, or set BUTTERCMS_FILES_URL to where the content"
                " folder's files are public"
            )
        if served != _digest_of(read_regular(local.path)):
            return (
                f"{local.link} is not public as it is here: {url} serves another file. Deploy the"
                " site first"
            )
        return None

    def _digest(self, url: str) -> str | None:
        local = self._files.get(url)
        return _digest_of(read_regular(local.path)) if local else self._served(url)

    def _served(self, url: str) -> str | None:
        if url not in self._digests:
            data = self._download(url)
            self._digests[url] = None if data is None else _digest_of(data)
        return self._digests[url]


def _is_url(text: str) -> bool:
    return text.startswith(("https://", "http://")) and not any(c.isspace() for c in text)


def _digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
