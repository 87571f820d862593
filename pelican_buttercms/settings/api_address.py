"""The check of BUTTERCMS_API_URL."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from pelican_buttercms.settings.defaults import API_URL

_URL = re.compile(r"[!-\[\]-~]{1,2000}")  # a backslash is a slash to some, and no part of a host
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def find_fault(url: str) -> str | None:
    """Return what is wrong with an API address, None if it will do; never repeats all of it."""
    if not _URL.fullmatch(url):
        return "is not a URL: it holds a space, a line break or a character that is not ASCII"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
        (host or "").encode("ascii").decode("idna")
    except ValueError:
        return "is not a URL"
    is_loopback = parts.scheme == "http" and host in _LOOPBACK
    if not host or not (parts.scheme == "https" or is_loopback):
        given = f"{parts.scheme}://{host}" if host else "what it is set to"
        return (
            f"takes an address such as {API_URL}, http://127.0.0.1:8008/v2/ (http only on this"
            f" machine) or emulator:FOLDER, and {given} is none of these"
        )
    if "@" in parts.netloc or "?" in url or "#" in url:
        return (
            "carries a user name, a query or a fragment: a token belongs into BUTTERCMS_READ_TOKEN"
        )
    return None
