"""The object storage, reached through fsspec, in which machines share their stores."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
import os
import re
from typing import Any, Final, TypeVar
from uuid import uuid4

from pelican_buttercms.clean_text import clean_line
from pelican_buttercms.errors import SettingsError, StoreError
from pelican_buttercms.filesystem import read_regular

INCOMING: Final = "v1/incoming"
"""Where files lie until all of them has arrived, in storages that show half of one."""

_PACKAGES: Final = {"s3": "s3fs", "s3a": "s3fs", "gs": "gcsfs", "gcs": "gcsfs"} | dict.fromkeys(
    ("az", "abfs", "abfss", "adl"), "adlfs"
)
_WITHOUT_NETWORK: Final = {"file", "local", "memory"}
_MODIFIED: Final = ("LastModified", "mtime", "updated", "last_modified", "created")
_SECRET: Final = re.compile(r"SECRET|KEY|TOKEN|PASS|CREDENTIAL|CONNECTION|SAS", re.IGNORECASE)
_REFUSED: Final = re.compile(
    r"credential|forbidden|denied|permission|unauthori|signature|access ?key|\b40[13]\b", re.I
)
_TRIES: Final = 5
_THREADS: Final = 8

Argument = TypeVar("Argument")
Outcome = TypeVar("Outcome")


class MissingError(StoreError):
    """There is no such object."""


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """An object as a listing shows it.

    Attributes:
        size: its bytes.
        modified: when it was written, by the storage's clock; None when the storage has none.
    """

    size: int
    modified: datetime | None


def in_parallel(
    function: Callable[[Argument], Outcome], arguments: Iterable[Argument]
) -> Iterator[Outcome]:
    """Call a function for each argument in a few threads; gives the results in order.

    Arguments are taken as they are needed, in the thread of the caller. The first failure ends it.
    """
    with ThreadPoolExecutor(_THREADS) as pool:
        waiting: deque[Future[Outcome]] = deque()
        try:
            for argument in arguments:
                waiting.append(pool.submit(function, argument))
                if len(waiting) >= 2 * _THREADS:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def needs_network(url: str) -> bool:
    """Return whether a storage is reached over the network."""
    return url.partition("://")[0] not in _WITHOUT_NETWORK


class ObjectStorage:
    """Named bytes below a URL, for several threads and machines.

    Args:
        url: such as `s3://bucket/folder`; credentials are in the storage's own variables.

    Raises:
        SettingsError: the URL is none, or carries a password.
        StoreError: fsspec or the storage's package is missing; and from every method, when the
            storage fails or refuses. The message has the place, what to do, and no secret.
    """

    def __init__(self, url: str) -> None:
        self.url = _checked(url)
        try:
            import fsspec.asyn  # noqa: PLC0415  (the extra `remote`)
            import fsspec.core  # noqa: PLC0415
            import fsspec.implementations.local  # noqa: PLC0415

            with self._guard("cannot be opened"):
                self._files, root = fsspec.core.url_to_fs(self.url)
        except ImportError as exc:
            raise StoreError(_missing_package(self.url)) from exc
        self._root = str(root).rstrip("/")
        if not self._root:
            raise SettingsError(
                f"{self.url} names no bucket or folder. Share the store in one, such as"
                ' "s3://bucket/folder".'
            )
        # Object stores show an object when it is whole; folders show what is written so far.
        self._is_local = isinstance(self._files, fsspec.implementations.local.LocalFileSystem)
        self._is_folder = not isinstance(self._files, fsspec.asyn.AsyncFileSystem)

    def address(self, name: str) -> str:
        """Return the full URL of a name, for messages."""
        return f"{self.url}/{name}"

    def listing(self, folder: str) -> dict[str, ObjectInfo]:
        """List everything below a folder, by the names in it; a missing folder is empty."""
        path = self._path(folder)
        with self._guard(f"cannot list {folder}"):
            objects = self._find(path)
        entries = {}
        for place, info in objects.items():
            name = str(place).removeprefix("/").removeprefix(f"{path.removeprefix('/')}/")
            if ".." in name.split("/"):
                raise StoreError(
                    f"{self.address(folder)} holds {name!r}, a name that leads elsewhere and that"
                    " pelican-buttercms never writes. Find out who did, and delete it."
                )
            if info.get("type", "file") == "file":
                entries[name] = ObjectInfo(int(info.get("size") or 0), _modified(info))
        return entries

    def read(self, name: str, limit: int) -> bytes:
        """Read an object of at most `limit` bytes.

        Raises:
            MissingError: there is no such object.
            StoreError: it is larger.
        """
        with self._guard(f"cannot read {name}"):
            if self._is_local:  # where a FIFO would wait for ever
                data = read_regular(self._path(name), limit + 1)
            else:
                data = bytes(self._files.cat_file(self._path(name), start=0, end=limit + 1))
        if len(data) > limit:
            raise StoreError(
                f"{self.address(name)} exceeds {limit:,} bytes; pelican-buttercms never writes"
                " objects that large. Find out who did, and delete it."
            )
        return data

    def write(self, name: str, data: bytes) -> None:
        """Write an object; nobody ever sees half of it."""
        path = self._path(name)
        with self._guard(f"cannot write {name}"):
            if not self._is_folder:
                self._files.pipe_file(path, data)
                return
            part = self._path(f"{INCOMING}/{uuid4().hex}")
            self._files.makedirs(part.rpartition("/")[0], exist_ok=True)
            self._files.pipe_file(part, data)
            self._files.makedirs(path.rpartition("/")[0], exist_ok=True)
            self._files.mv(part, path)

    def remove(self, name: str) -> None:
        """Remove an object; another machine may have done it already."""
        with self._guard(f"cannot remove {name}"):
            try:
                self._files.rm_file(self._path(name))
            except FileNotFoundError:
                return

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"

    def _find(self, path: str) -> Mapping[str, Any]:
        self._files.invalidate_cache()
        if not self._is_folder:
            return dict(self._files.find(path, detail=True))
        for _ in range(_TRIES):
            try:
                return dict(self._files.find(path, detail=True, on_error="raise"))
            except FileNotFoundError:  # not there; or a file went while it was listed
                if not self._files.exists(path):
                    return {}
        raise StoreError(f"{self.url} changed again and again while it was listed. Try again.")

    @contextmanager
    def _guard(self, what: str) -> Iterator[None]:
        try:
            yield
        except (StoreError, ImportError):
            raise
        except FileNotFoundError as exc:
            raise MissingError(
                f"The shared store {self.url} {what}: there is no such object, bucket or folder"
                f" ({_error_text(exc)}). Check whether the URL is right; the store on this machine"
                " is as it was."
            ) from exc
        except Exception as exc:  # every storage has errors of its own
            raise StoreError(
                f"The shared store {self.url} {what} ({_error_text(exc)}). {_advice(exc)} The store"
                " on this machine is as it was."
            ) from exc


def _checked(url: str) -> str:
    """Refuse what is no URL; a URL that may carry a secret is not repeated."""
    protocol, _, rest = url.partition("://")
    if not protocol or not rest.strip("/"):
        raise SettingsError(
            'The place of a shared store is a URL such as "s3://bucket/folder": give one to the'
            " command, or set BUTTERCMS_STORE_URL."
        )
    if "@" in rest.partition("/")[0] or "?" in rest:
        raise SettingsError(
            "The URL of the shared store carries a user name, a password or a query. Give them to"
            " the storage's own variables, such as AWS_ACCESS_KEY_ID."
        )
    if protocol in {"http", "https"}:
        raise SettingsError(
            "The URL of the shared store is that of a web server, which takes no files. Give the"
            " storage's own URL, such as \"s3://bucket/folder\"; where it is not Amazon's, set"
            " AWS_ENDPOINT_URL."
        )
    if "::" in url:
        raise SettingsError(
            "The URL of the shared store is a chain (::), which may keep old copies. Give the"
            ' storage\'s own URL, such as "s3://bucket/folder".'
        )
    return url.rstrip("/")


def _missing_package(url: str) -> str:
    protocol = url.partition("://")[0]
    package = _PACKAGES.get(protocol)
    install = 'pip install "pelican-buttercms[remote]"' + (f" {package}" if package else "")
    more = "" if package else ", and the package that fsspec names for that storage"
    return (
        f"The shared store {url} cannot be opened, because a package that speaks {protocol} is"
        f" not installed. Run `{install}`{more if needs_network(url) else ''}."
    )


def _modified(info: Mapping[str, Any]) -> datetime | None:
    value = next((info[name] for name in _MODIFIED if info.get(name)), None)
    try:
        if isinstance(value, str):
            value = datetime.fromisoformat(value)
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    if not isinstance(value, datetime):
        return None
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def _advice(exc: Exception) -> str:
    if isinstance(exc, PermissionError) or _REFUSED.search(f"{type(exc).__name__} {exc}"):
        return (
            "Give this machine credentials that may list, read and write there, in the storage's"
            " own environment variables, such as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
        )
    return "Check whether the URL is right and the storage can be reached, then try again."


def _error_text(exc: BaseException) -> str:
    """Return another library's message, on one line and without what could be a secret."""
    words = " ".join(str(exc).split()) or type(exc).__name__
    for name, value in os.environ.items():
        if len(value) >= 8 and _SECRET.search(name):
            words = words.replace(value, "***")
    words = re.sub(r"(?<=\w)\?[^\s'\"]+", "?***", words)  # a signed URL
    return clean_line(words, 300)
