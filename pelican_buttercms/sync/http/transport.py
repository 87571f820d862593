"""The transport of requests: the network, or an emulated account in this process."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

EMULATOR = "emulator:"
EMULATED_URL = "http://emulator/v2/"


def open_transport(api_url: str, *, persist: bool = False) -> httpx.BaseTransport:
    """Return the transport for an API address; tests replace it and nothing else.

    Args:
        api_url: `https://…/v2/`, or `emulator:FOLDER`.
        persist: whether what is written to the emulator is kept in its folder.

    Raises:
        AccountError: the emulator's folder is not an account.
        SettingsError: the environment names a proxy or certificates that cannot be used.
    """
    # httpx takes long to import, and most rebuilds at a desk ask for nothing
    if not api_url.startswith(EMULATOR):
        from pelican_buttercms.sync.http.network import NetworkTransport  # noqa: PLC0415

        return NetworkTransport(api_url)
    import httpx  # noqa: PLC0415

    from pelican_buttercms.emulator import create_app  # noqa: PLC0415  (real builds need none)

    app = create_app(Path(api_url.removeprefix(EMULATOR)), persist=persist)

    def answer(environ: dict[str, Any], start_response: Any) -> Any:
        # httpx gives the path as text; WSGI has its bytes, each as one character (PEP 3333)
        environ["PATH_INFO"] = environ["PATH_INFO"].encode().decode("latin-1")
        return app(environ, start_response)

    return httpx.WSGITransport(answer)


def base_url(api_url: str) -> str:
    """Return the address that requests are made against."""
    return EMULATED_URL if api_url.startswith(EMULATOR) else api_url
