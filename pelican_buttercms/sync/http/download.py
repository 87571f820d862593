"""The download of a file from an address that a stranger chose; no token is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import httpx

from pelican_buttercms.clean_text import clean_line
from pelican_buttercms.content.media import MEDIA_HOSTS, Media
from pelican_buttercms.errors import RefusedResponseError, ResponseError, TransportError
from pelican_buttercms.sync.http.exchange import (
    HEADERS,
    MOST_REDIRECTS,
    REDIRECTS,
    Bounds,
    as_our_errors,
    exchange,
    read_address,
)
from pelican_buttercms.sync.http.network import NetworkTransport

LARGEST = 25 * 1024 * 1024
"""Bytes of one file."""

LONGEST = 60.0
"""Seconds for one file, redirects not counted."""

FILE_BOUNDS = Bounds(LONGEST, LARGEST)


@dataclass(frozen=True, slots=True)
class Downloaded:
    """The answer of an address.

    Attributes:
        status: the HTTP status code.
        headers: by their names in lower case.
        body: the file; empty unless the status is 200.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


def download(
    transport: httpx.BaseTransport,
    url: str,
    allows: Callable[[httpx.URL], bool],
    *,
    headers: Mapping[str, str] | None = None,
    bounds: Bounds = FILE_BOUNDS,
) -> Downloaded:
    """Return what an address serves, following a few redirects.

    Args:
        transport: where requests go.
        url: the address.
        allows: whether an address may be asked; it judges the first one, and every redirect.
        headers: further headers.
        bounds: of each exchange.

    Raises:
        TransportError: no complete answer came.
        RefusedResponseError: the address, a redirect or the answer is not used.
    """
    what = "it"
    target = read_address(url, what)
    for _ in range(MOST_REDIRECTS + 1):
        if not allows(target):
            place = clean_line(f"{target.scheme}://{target.host}", 100)
            raise RefusedResponseError(f"it leads to {place}, which is not asked.")
        with as_our_errors(what):
            request = httpx.Request("GET", target, headers={**HEADERS, **(headers or {})})
        with exchange(transport, request, bounds, what=what) as answer:
            if answer.status not in REDIRECTS or "location" not in answer.headers:
                body = answer.read() if answer.status == httpx.codes.OK else b""
                return Downloaded(answer.status, answer.headers, body)
            target = read_address(answer.headers["location"], what, target)
    raise RefusedResponseError(f"it was redirected more than {MOST_REDIRECTS} times.")


def in_library(url: httpx.URL) -> bool:
    """Return whether an address is one of the media library, over HTTPS."""
    return url.scheme == "https" and url.host in MEDIA_HOSTS and not url.port and not url.userinfo


class Downloads:
    """Downloads files that a draft or the CMS shows.

    Args:
        emulated: the emulator, where it plays the account and so has its media library; None
            where the library is on the network.
    """

    def __init__(self, emulated: httpx.BaseTransport | None = None) -> None:
        self._emulated = emulated

    def __call__(self, url: str) -> bytes | None:
        """Return the bytes, none if surely nothing is there; None if nobody can say.

        Raises:
            SettingsError: the environment names a proxy or certificates that cannot be used.
        """
        is_library = bool(Media(url).handle)
        allows = in_library if is_library else _same_or_safer(url)
        url = secured(url) if is_library else url
        try:
            if self._emulated is not None and is_library:
                answer = download(self._emulated, url, allows)
            else:
                with NetworkTransport(url) as network:
                    answer = download(network, url, allows)
        except (TransportError, ResponseError):
            return None
        is_gone = answer.status in {httpx.codes.NOT_FOUND, httpx.codes.GONE}
        return answer.body if answer.status == httpx.codes.OK or is_gone else None


def secured(url: str) -> str:
    """Return the address of a library's file over HTTPS, which its hosts all speak."""
    return f"https://{url.removeprefix('http://')}" if url.startswith("http://") else url


def _same_or_safer(url: str) -> Callable[[httpx.URL], bool]:
    """Return a check that allows http only if the first address has it, since a user wrote it."""
    schemes = {"https", "http"} if url.startswith("http://") else {"https"}
    return lambda target: target.scheme in schemes and bool(target.host)
