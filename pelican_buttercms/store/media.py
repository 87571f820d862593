"""The fetched media files by their URLs, and the failures, beside the content store.

A URL's file can change, so validators are kept with it, and its name in the site changes with it.
Source: contract, "Media".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
import re
import time
from typing import Annotated, Self

import msgspec
from msgspec import Meta

from pelican_buttercms.digests import sha256_hex
from pelican_buttercms.errors import StoreError
from pelican_buttercms.store.database import Database

MEDIA_TYPES = {
    "application/epub+zip": ".epub",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/zip": ".zip",
    "audio/flac": ".flac",
    "audio/mp4": ".m4a",
    "audio/mpeg": ".mp3",
    "audio/ogg": ".ogg",
    "audio/wav": ".wav",
    "image/avif": ".avif",
    "image/gif": ".gif",
    "image/heic": ".heic",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/svg+xml": ".svg",
    "image/tiff": ".tiff",
    "image/vnd.microsoft.icon": ".ico",
    "image/webp": ".webp",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "video/webm": ".webm",
}
"""The types that a site may serve, and their extensions: none that a browser runs as a page."""

_COLOUR = re.compile(r"(?:#[0-9a-f]{6})?")
_DIGEST = re.compile(r"[0-9a-f]{16,128}")
_LONGEST_STEM = 100
_DIGITS = 16
_GIVEN_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,5}$")
_UNREADABLE = re.compile(r"[^A-Za-z0-9_-]+")
_FIRST_PAUSE = timedelta(minutes=10)
_LONGEST_PAUSE = timedelta(days=1)


class MediaEntry(msgspec.Struct):
    """The entry of a URL, beside `file/<digest>` with the bytes."""

    digest: str
    validators: dict[str, str]
    kind: str = ""

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode from the store.

        Raises:
            ValueError: the bytes are not those of an entry.
        """
        entry = msgspec.json.decode(data, type=cls)
        if not _DIGEST.fullmatch(entry.digest):
            raise ValueError("an entry without a digest")
        return entry


class MediaFailure(msgspec.Struct, frozen=True):
    """A failure to fetch a URL's file, and when it is requested again.

    Attributes:
        reason: for people.
        tries: how often in a row it has failed.
        until: it is not asked for before.
    """

    reason: str
    tries: Annotated[int, Meta(ge=0)]
    until: Annotated[datetime, Meta(tz=True)]


class Picture(msgspec.Struct, frozen=True):
    """What is known of a picture, or of one that was made of it.

    Attributes:
        width: in pixels, as it is shown, as is `height`; 0 when it could not be read.
        colour: its mean colour as `#rrggbb`; "" for one that one can see through.
        kind: the media type of one that was made.
        digest: of the bytes of one that was made.
        problem: why it could not be read.
        made: the smaller ones, in ascending widths.
    """

    width: Annotated[int, Meta(ge=0, le=100_000)] = 0
    height: Annotated[int, Meta(ge=0, le=100_000)] = 0
    colour: str = ""
    kind: str = ""
    digest: str = ""
    problem: str = ""
    made: tuple[Picture, ...] = ()

    @classmethod
    def decode(cls, data: bytes) -> Self | None:
        """Decode from the store; None if it is not as `MediaStore.put_picture` stores one."""
        try:
            whole = msgspec.json.decode(data, type=cls)
        except ValueError:
            return None
        are_named = all(one.width and _DIGEST.fullmatch(one.digest) for one in whole.made)
        kinds = {one.kind for one in whole.made}
        is_sound = _COLOUR.fullmatch(whole.colour) and are_named and kinds <= MEDIA_TYPES.keys()
        return whole if is_sound else None


@dataclass(frozen=True)
class MediaFile:
    """One file.

    Attributes:
        name: a file name that is unique to the URL and the bytes, with the extension of its type.
        validators: request headers that ask for a newer version only.
        digest: of its bytes.
        read: returns the bytes.
        kind: its media type.
        picture: what is known of it as a picture, None if it was not looked at.
        made: the smaller pictures that were made of it.
    """

    name: str
    validators: dict[str, str]
    digest: str
    read: Callable[[], bytes]
    kind: str = ""
    picture: Picture | None = None
    made: tuple[MediaFile, ...] = ()

    @property
    def version(self) -> str:
        """What tells it, with all that pages show of it, from an earlier one."""
        return repr((self.digest, self.name, self.picture))


class MediaStore:
    """The fetched media files of one folder.

    Args:
        folder: the store's folder.

    Raises:
        StoreError: from here and every method, when the disk fails or a file is damaged.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "media"
        self._database = Database(self._folder)

    def get(self, url: str, recipe: str = "") -> MediaFile | None:
        """Return the stored file of a URL, None if there is none that a site may serve.

        With a `recipe`, the pictures that were made by it come along.
        """
        data = self._database.get(f"url/{url}")
        if data is None:
            return None
        try:
            entry = MediaEntry.decode(data)
        except ValueError as exc:
            raise self._unusable(url, "damaged") from exc
        if entry.kind not in MEDIA_TYPES:
            return None  # an earlier version stored it as the server called it
        read = partial(self._read, url, entry.digest)
        name = site_name(url, entry.kind, entry.digest)
        data = self._database.get(f"picture/{entry.digest}/{recipe}") if recipe else None
        picture = Picture.decode(data) if data else None  # None: made, perhaps again
        made = tuple(self._made(url, one) for one in picture.made) if picture else ()
        return MediaFile(name, entry.validators, entry.digest, read, entry.kind, picture, made)

    def _made(self, url: str, picture: Picture) -> MediaFile:
        name = site_name(url, picture.kind, picture.digest)
        read = partial(self._read, url, picture.digest)
        return MediaFile(name, {}, picture.digest, read, picture.kind, picture)

    def put(self, url: str, data: bytes, kind: str, validators: dict[str, str]) -> None:
        """Store a URL's file.

        Args:
            url: the media URL.
            data: the file.
            kind: its media type, one of `MEDIA_TYPES`.
            validators: request headers that ask for a newer version only.

        Raises:
            ValueError: no site may serve a file of that type.
        """
        if kind not in MEDIA_TYPES:
            raise ValueError(f"no site may serve a file of type {kind!r}")
        digest = sha256_hex(data)
        entry = MediaEntry(digest, validators, kind)
        with self._database.transaction():
            self._database.set(f"file/{digest}", data)
            self._database.set(f"url/{url}", msgspec.json.encode(entry))
            self._database.delete(f"failure/{url}")

    def put_picture(
        self, digest: str, recipe: str, picture: Picture, made: Sequence[tuple[Picture, bytes]]
    ) -> None:
        """Store what is known of a file as a picture, and the smaller ones, in one transaction."""
        with self._database.transaction():
            stored = []
            for one, data in made:
                name = sha256_hex(data)
                self._database.set(f"file/{name}", data)
                stored.append(msgspec.structs.replace(one, digest=name))
            picture = msgspec.structs.replace(picture, made=tuple(stored))
            self._database.set(f"picture/{digest}/{recipe}", msgspec.json.encode(picture))

    def failure(self, url: str) -> MediaFailure | None:
        """Return why a URL's file could not be fetched the last time, None if it was not tried."""
        data = self._database.get(f"failure/{url}")
        try:
            return None if data is None else msgspec.json.decode(data, type=MediaFailure)
        except ValueError:
            return None  # then it is asked for again

    def note_failure(self, url: str, reason: str, now: datetime) -> MediaFailure:
        """Write that a URL's file could not be fetched; it is asked for less often each time."""
        last = self.failure(url)
        tries = min(last.tries if last else 0, 30) + 1
        pause = min(_FIRST_PAUSE * 2 ** (tries - 1), _LONGEST_PAUSE)
        failure = MediaFailure(reason, tries, now + pause)
        self._database.set(f"failure/{url}", msgspec.json.encode(failure))
        return failure

    def forget_failures(self) -> None:
        """Delete all failures, so that the next build asks for those files again."""
        with self._database.transaction():
            for name in self._database.names("failure/", time.time() + 1):
                self._database.delete(name)

    def note_success(self, url: str) -> None:
        """Delete the failure of a URL."""
        self._database.delete(f"failure/{url}")

    def _read(self, url: str, digest: str) -> bytes:
        try:
            data = self._database.get(f"file/{digest}")
        finally:
            self._database.close()  # files are read after the store was closed
        if data is None or sha256_hex(data) != digest:
            raise self._unusable(url, "missing" if data is None else "damaged")
        return data

    def _unusable(self, url: str, state: str) -> StoreError:
        return StoreError(
            f"The file of {url} is {state} in {self._folder}. Run `pelican-buttercms doctor"
            " --repair`; the next build with the network fetches it again, or makes it again."
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database; a file that is read later opens it again."""
        self._database.close()


def site_name(url: str, kind: str, digest: str) -> str:
    """Return the name of a file in the site, which that of a file with other bytes never has.

    Args:
        url: the media URL; the name begins with its handle, for people.
        kind: its media type, which the extension follows from.
        digest: of the file's bytes.
    """
    end = url.split("//", 1)[-1].partition("?")[0].rstrip("/").rpartition("/")[2]
    # servers may go by any extension of a name, and Windows by what stands before the first
    stem = _UNREADABLE.sub("-", _GIVEN_EXTENSION.sub("", end)).strip("-")[:_LONGEST_STEM]
    return f"{stem or 'file'}-{digest[:_DIGITS]}{MEDIA_TYPES[kind]}"
