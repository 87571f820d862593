"""Files that writes name, fetched from where they are into the media library.

Source: contract, "Write API": any remote URL as a media value is uploaded.
"""

from __future__ import annotations

from http.client import HTTPException
import logging
import mimetypes
from pathlib import PurePosixPath
import re
import secrets
import urllib.error
from urllib.parse import urlsplit
import urllib.request

from pelican_buttercms.emulator.account import Account
from pelican_buttercms.emulator.persist import Persistence

logger = logging.getLogger(__name__)

_TIMEOUT = 5.0
_LARGEST = 25 * 1024 * 1024
_LIBRARY = "https://cdn.buttercms.com/"
_HOSTS = frozenset(
    {"cdn.buttercms.com", "d2wzhk7xhrnk1x.cloudfront.net", "d2devwt40at1e2.cloudfront.net"}
)
_SOURCE = re.compile(r"(<img\b[^>]*?\bsrc\s*=\s*)([\"'])(.*?)\2", re.IGNORECASE | re.DOTALL)


class Library:
    """Takes files into an account's media."""

    def __init__(self, account: Account, persistence: Persistence) -> None:
        self._account = account
        self._persistence = persistence

    def take(self, url: str) -> str:
        """Return the address in the library of a file; what cannot be fetched stays where it is."""
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or parts.hostname in _HOSTS:
            return url
        try:
            with urllib.request.urlopen(url, timeout=_TIMEOUT) as answer:  # noqa: S310  (http only)
                data, kind = answer.read(_LARGEST), answer.headers.get_content_type()
        except (OSError, HTTPException, ValueError) as exc:
            logger.info("The emulator cannot fetch %s: %s", url, exc)
            return url
        ending = PurePosixPath(parts.path).suffix or mimetypes.guess_extension(kind) or ".bin"
        handle = secrets.token_hex(10)
        self._account.uploads[handle] = (f"{handle}{ending}", data)
        self._persistence.save_media(f"{handle}{ending}", data)
        return _LIBRARY + handle

    def take_pictures(self, html: str) -> str:
        """Take in every picture that HTML shows."""

        def taken(found: re.Match[str]) -> str:
            return f"{found[1]}{found[2]}{self.take(found[3])}{found[2]}"

        return _SOURCE.sub(taken, html)
