"""Where do requests go: over the network, or to an account that is played in this process?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

if TYPE_CHECKING:
    import httpx

EMULATOR = "emulator:"
EMULATED_URL = "http://emulator/v2/"


def open_transport(api_url: str, *, persist: bool = False) -> httpx.BaseTransport:
    """Give the transport for an API address; tests replace it and nothing else.

    Args:
        api_url: `https://…/v2/`, or `emulator:FOLDER`.
        persist: whether what is written to the emulator is kept in its folder.

    Raises:
        AccountError: the emulator's folder is not an account.
    """
    import httpx  # noqa: PLC0415  (see `Source.connect`)

    if not api_url.startswith(EMULATOR):
        return httpx.HTTPTransport(retries=0, proxy=proxy_for(api_url))
    from pelican_buttercms.emulator import create_app  # noqa: PLC0415  (real builds need none)

    app = create_app(Path(api_url.removeprefix(EMULATOR)), persist=persist)

    def answer(environ: dict[str, Any], start_response: Any) -> Any:
        # httpx gives the path as text; WSGI has its bytes, each as one character (PEP 3333)
        environ["PATH_INFO"] = environ["PATH_INFO"].encode().decode("latin-1")
        return app(environ, start_response)

    return httpx.WSGITransport(answer)


def proxy_for(url: str) -> str | None:
    """Give the proxy that HTTPS_PROXY and the like name for an address, None without one.

    httpx looks at those variables only where it makes the transport itself.
    """
    parts = urlsplit(url)
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    here = parts.hostname in {"localhost", "127.0.0.1", "::1"}  # an emulator of this machine
    return None if proxy is None or here or proxy_bypass(parts.netloc) else proxy


def base_url(api_url: str) -> str:
    """Give the address that requests are made against."""
    return EMULATED_URL if api_url.startswith(EMULATOR) else api_url
