"""What does this URL serve? A picture that a draft shows, asked for without any token."""

from __future__ import annotations

import httpx

from pelican_buttercms.fetch.media import LARGEST, TIMEOUT
from pelican_buttercms.fetch.transport import proxy_for


def download(url: str) -> bytes | None:
    """Give the bytes behind a URL; None when nothing is there, or too much, or nobody answers."""
    try:
        with (
            httpx.Client(proxy=proxy_for(url), timeout=TIMEOUT, follow_redirects=True) as client,
            client.stream("GET", url) as response,
        ):
            if not response.is_success:
                return None
            data = bytearray()
            for chunk in response.iter_bytes():
                data += chunk
                if len(data) > LARGEST:
                    return None
            return bytes(data)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        return None
