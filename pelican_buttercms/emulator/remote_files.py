"""The files that writes name by their address: checked, or fetched into the media library.

Source: contract, "Write API": a URL that answers 404 is a 400, and so is what is not a URL; any
remote URL as a media value is uploaded. Both happen only if the behaviour says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape, unescape
from http.client import HTTPException
import logging
import mimetypes
from pathlib import PurePosixPath
import re
import secrets
import urllib.error
from urllib.parse import urlsplit
import urllib.request

from pelican_buttercms.emulator.account import EmulatedAccount
from pelican_buttercms.emulator.media import CDN_HOSTS
from pelican_buttercms.emulator.persist import Persistence

logger = logging.getLogger(__name__)

Check = Callable[[object], Iterator[str]]
_TIMEOUT = 5.0
_LARGEST = 25 * 1024 * 1024
_PICTURE = re.compile(r"(<img\b[^>]*?\ssrc\s*=\s*)([\"'])(.*?)\2", re.IGNORECASE | re.DOTALL)
_LIBRARY = "https://cdn.buttercms.com/"


def unchecked(_: object) -> Iterator[str]:
    """Yield no problem with any media value."""
    return iter(())


def media_check(account: EmulatedAccount) -> Check:
    """Return the check of an account's media values, which yields their problems."""

    def check(value: object) -> Iterator[str]:
        if value in (None, ""):
            return
        if not isinstance(value, str) or not value.startswith(("http://", "https://")):
            yield f"{value!r} is not a valid URL."
        elif _is_missing(account, value):
            yield f"{value} answers 404."

    return check


def _is_missing(account: EmulatedAccount, url: str) -> bool:
    if url.startswith(_LIBRARY):
        return account.media(url.rstrip("/").rpartition("/")[2]) is None
    try:
        _fetch(url)
    except urllib.error.HTTPError as exc:
        exc.close()
        return exc.code == 404
    except (OSError, HTTPException, ValueError):
        pass  # only a 404 is documented
    return False


def _fetch(url: str, size: int = 0) -> tuple[bytes, str]:
    """Return the first bytes of a file, and its type."""
    with urllib.request.urlopen(url, timeout=_TIMEOUT) as answer:  # noqa: S310  (http only)
        return answer.read(size), answer.headers.get_content_type()


class MediaLibrary:
    """The media of an account, into which remote files are uploaded."""

    def __init__(self, account: EmulatedAccount, persistence: Persistence) -> None:
        self._account = account
        self._persistence = persistence

    def upload(self, url: str) -> str:
        """Return the library's address of a file; one that cannot be fetched keeps its own."""
        try:
            parts = urlsplit(url)
            if parts.scheme not in {"http", "https"} or parts.hostname in CDN_HOSTS:
                return url
            data, kind = _fetch(url, _LARGEST)
        except (OSError, HTTPException, ValueError) as exc:
            logger.info("The emulator cannot fetch %s: %s", url, exc)
            return url
        suffix = PurePosixPath(parts.path).suffix or mimetypes.guess_extension(kind) or ".bin"
        handle = secrets.token_hex(10)
        self._account.uploads[handle] = (f"{handle}{suffix}", data)
        self._persistence.save_media(f"{handle}{suffix}", data)
        return _LIBRARY + handle

    def upload_pictures(self, html: str) -> str:
        """Upload every picture of HTML, and return the HTML with the new addresses."""

        def replace(tag: re.Match[str]) -> str:
            return f"{tag[1]}{tag[2]}{escape(self.upload(unescape(tag[3])))}{tag[2]}"

        return _PICTURE.sub(replace, html)
