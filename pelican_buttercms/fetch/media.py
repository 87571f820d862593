"""Which files stand behind the media URLs of a generation? Fetched once, and asked again for news.

The file behind a CDN URL can change without the URL changing, so a stored file is asked for again
with the validators that came with it. Requests to the CDN are not API calls, and carry no token.
Source: contract, "Media".
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
import logging

import httpx

from pelican_buttercms.store import MediaFile, MediaStore

logger = logging.getLogger(__name__)

LARGEST = 25 * 1024 * 1024
TIMEOUT = httpx.Timeout(30, connect=5)


def fetch_media(
    urls: Iterable[str], store: MediaStore, transport: httpx.BaseTransport, concurrency: int = 8
) -> None:
    """Bring the store up to date for these URLs.

    A file that cannot be had is left out, with a warning; its URL then stays the CDN's. One that
    was had before and fails now is served as it was.
    """
    with (
        httpx.Client(transport=transport, timeout=TIMEOUT, follow_redirects=True) as client,
        ThreadPoolExecutor(concurrency) as pool,
    ):
        urls = list(urls)
        # disk is written by this thread alone: diskcache holds a connection per thread
        known = {url: store.get(url) for url in urls}
        for url, answer in zip(
            urls, pool.map(lambda u: _ask(client, u, known[u]), urls), strict=True
        ):
            if answer is not None:
                store.put(url, *answer)


def _ask(
    client: httpx.Client, url: str, known: MediaFile | None
) -> tuple[bytes, str, dict[str, str]] | None:
    """Give (bytes, content type, validators) when there is something new."""
    try:
        with client.stream("GET", url, headers=known.validators if known else {}) as response:
            if response.status_code == httpx.codes.NOT_MODIFIED:
                return None
            response.raise_for_status()
            data = _read(response)
    except (httpx.HTTPError, ValueError) as exc:
        logger.warning(
            "The file %s could not be fetched (%s); %s.",
            url,
            str(exc) or type(exc).__name__,
            "the stored one is used" if known else "its pages load it from the CDN",
        )
        return None
    kind = response.headers.get("content-type", "").partition(";")[0].strip()
    return data, kind, _validators(response)


def _read(response: httpx.Response) -> bytes:
    data = bytearray()
    for chunk in response.iter_bytes():
        data += chunk
        if len(data) > LARGEST:
            raise ValueError(f"it is larger than {LARGEST // 1024 // 1024} MiB")
    return bytes(data)


def _validators(response: httpx.Response) -> dict[str, str]:
    headers = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
    return {ask: response.headers[got] for got, ask in headers.items() if got in response.headers}
