"""The media files that were fetched, by URL, beside the content store.

Source: contract, "Media": a URL's file can change, so validators are kept with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
import mimetypes
from pathlib import Path
import re
from typing import Self

import msgspec

from pelican_buttercms.errors import StoreError
from pelican_buttercms.filesystem import distinct_name
from pelican_buttercms.store.closing import Closing
from pelican_buttercms.store.database import Database
from pelican_buttercms.store.entries import digest_of

_USUAL = "https://cdn.buttercms.com/"
_LONGEST = 100
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,16}")
_EXTENSIONS = {"image/jpeg": ".jpg", "image/webp": ".webp", "image/avif": ".avif"}


class Entry(msgspec.Struct):
    """What is kept of a URL, beside `file/<digest>` with the bytes."""

    name: str
    digest: str
    validators: dict[str, str]

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode from the store.

        Raises:
            ValueError: the bytes are not those of an entry.
        """
        return msgspec.json.decode(data, type=cls)


@dataclass(frozen=True)
class MediaFile:
    """One file.

    Attributes:
        name: a file name that is unique to the URL, with the extension of its type.
        validators: request headers that ask for a newer version only.
        digest: what stands for its bytes.
        read: gives the bytes.
    """

    name: str
    validators: dict[str, str]
    digest: str
    read: Callable[[], bytes]


class MediaStore(Closing):
    """The fetched media files of one folder.

    Args:
        folder: the store's folder.

    Raises:
        StoreError: from here and every method, when the disk fails or a file is damaged.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "media"
        self._database = Database(self._folder)

    def get(self, url: str) -> MediaFile | None:
        """Give the stored file of a URL, None when there is none."""
        found = self._database.get(f"url/{url}")
        if found is None:
            return None
        try:
            entry = Entry.decode(found)
        except ValueError as exc:
            raise self._unusable(url, "damaged") from exc
        read = partial(self._read, url, entry.digest)
        # the store may come from anywhere: nothing of its names but a plain extension is used
        extension = "".join(_EXTENSION.findall(entry.name)[-1:])
        return MediaFile(_stem(url) + extension, entry.validators, entry.digest, read)

    def put(self, url: str, data: bytes, kind: str, validators: dict[str, str]) -> None:
        """Store a URL's file.

        Args:
            url: the media URL.
            data: the file.
            kind: its media type, such as `image/jpeg`.
            validators: request headers that ask for a newer version only.
        """
        digest = digest_of(data)
        entry = Entry(file_name(url, kind), digest, validators)
        with self._database.transaction():
            self._database.set(f"file/{digest}", data)
            self._database.set(f"url/{url}", msgspec.json.encode(entry))

    def _read(self, url: str, digest: str) -> bytes:
        try:
            data = self._database.get(f"file/{digest}")
        finally:
            self._database.close()  # files are read after the store was closed
        if data is None or digest_of(data) != digest:
            raise self._unusable(url, "missing" if data is None else "damaged")
        return data

    def _unusable(self, url: str, state: str) -> StoreError:
        return StoreError(
            f"The file of {url} is {state} in {self._folder}. Delete that folder; the next build"
            " with the network fetches the files again."
        )

    def close(self) -> None:
        """Close the database; a file that is read later opens it again."""
        self._database.close()


def file_name(url: str, kind: str) -> str:
    """Return the name of a URL's file, which is that of no other URL, whatever the disk.

    Args:
        url: the media URL.
        kind: its media type, which the extension follows from.
    """
    return _stem(url) + (_EXTENSIONS.get(kind) or mimetypes.guess_extension(kind) or "")


def _stem(url: str) -> str:
    """Return the handle where that is the whole URL, else its end and a digest."""
    return distinct_name(url.removeprefix(_USUAL), _spelt, longest=_LONGEST, digits=16)


def _spelt(text: str) -> str:
    end = text.split("//", 1)[-1].partition("?")[0].rstrip("/").rpartition("/")[2]
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", end)  # the extension follows from the type
    return re.sub(r"[^A-Za-z0-9_-]+", "-", stem).strip("-") or "file"
