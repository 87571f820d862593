"""Checks of requests to servers that only this machine may reach.

Such a server trusts its clients, and any web page in a browser on this machine can reach it: under
its own name that resolves to 127.0.0.1 (DNS rebinding), or by a form or `fetch` to localhost.
Browsers reveal both in the headers Host, Origin and Sec-Fetch-Site.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
"""The host names of a server on this machine."""


def is_loopback(host: str) -> bool:
    """Return whether a server that listens at a host can be reached only from this machine."""
    name = host.strip("[]").lower()
    if name in LOOPBACK:
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def host_name(host: str) -> str | None:
    """Return the name in a Host header, lower-case and without the port; None if it is invalid."""
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def reason_to_refuse(
    environ: Mapping[str, Any], hosts: Collection[str] = (), *, shows_pages: bool = False
) -> str | None:
    """Return why a request is refused, in a few words; None if it may be answered.

    Args:
        environ: WSGI's.
        hosts: further names that the server answers to, lower-case.
        shows_pages: whether a link on another site may lead here, to read only.
    """
    host = environ.get("HTTP_HOST", "")
    name = host_name(host)
    if name is None or not (name in hosts or is_loopback(name)):
        return "its Host is the name of another server"
    origin = environ.get("HTTP_ORIGIN")
    if origin is not None and _authority(origin) != host.lower():
        return "it comes from the page of another site"
    if environ.get("HTTP_SEC_FETCH_SITE", "none") in {"none", "same-origin"}:
        return None
    follows_link = environ.get("HTTP_SEC_FETCH_MODE") == "navigate" and environ.get(
        "REQUEST_METHOD"
    ) in {"GET", "HEAD"}
    if shows_pages and follows_link:
        return None
    return "it comes from the page of another site"


def _authority(origin: str) -> str | None:
    """Return the host and port of an origin as a Host header has them."""
    try:
        return urlsplit(origin).netloc.lower() or None
    except ValueError:
        return None
