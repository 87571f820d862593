"""What does this URL serve? A picture that a draft or the CMS shows; no token is sent for it."""

from __future__ import annotations

import httpx

from pelican_buttercms.content.media import Media
from pelican_buttercms.fetch.media import LARGEST, TIMEOUT
from pelican_buttercms.fetch.transport import proxy_for


class Downloads:
    """Fetches files.

    Args:
        emulated: the emulator, where it plays the account and so has its media library; None
            where the library is on the network.
    """

    def __init__(self, emulated: httpx.BaseTransport | None = None) -> None:
        self._emulated = emulated

    def __call__(self, url: str) -> bytes | None:
        """Give the bytes; None when nothing is there, or too much, or nobody answers."""
        try:
            with self._client(url) as client, client.stream("GET", url) as response:
                return _read(response) if response.is_success else None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError):
            return None

    def _client(self, url: str) -> httpx.Client:
        if self._emulated is not None and Media(url).handle:
            return httpx.Client(transport=self._emulated, timeout=TIMEOUT)
        return httpx.Client(proxy=proxy_for(url), timeout=TIMEOUT, follow_redirects=True)


def _read(response: httpx.Response) -> bytes | None:
    data = bytearray()
    for chunk in response.iter_bytes():
        data += chunk
        if len(data) > LARGEST:
            return None
    return bytes(data)
