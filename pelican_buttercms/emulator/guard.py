"""The check of who asks: web pages of elsewhere must not reach a server of this machine.

A browser sends the name that it was given as `Host`, also when that name was made to lead to this
machine (DNS rebinding), and the page's own address as `Origin`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from werkzeug.wrappers import Request, Response

_EVERYWHERE = {"", "0.0.0.0", "::"}  # noqa: S104  (compared, not listened on)
_BUTTERCMS = {
    "api.buttercms.com",
    "cdn.buttercms.com",
    "d2wzhk7xhrnk1x.cloudfront.net",
    "d2devwt40at1e2.cloudfront.net",
}
"""Names that no stranger owns: clients that cannot be given another address are led here."""
_SAME = {None, "same-origin", "none"}

App = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def guarded(app: App, host: str) -> App:
    """Return an application that answers to the names of an address only.

    Args:
        app: is asked what passes.
        host: what the server listens at; an address of all networks lets everybody in.
    """
    if host in _EVERYWHERE:
        return app

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        name, origin = environ.get("HTTP_HOST"), environ.get("HTTP_ORIGIN")
        for what, given, url in (("", name, f"//{name}"), ("pages of ", origin, origin)):
            if given is not None and not _is_known(str(url), host):
                words = (
                    f"The emulator does not answer to {what}{given!r}. Start it with --host 0.0.0.0"
                    " where others than this machine may ask it.\n"
                )
                refusal = Response(words, 403, content_type="text/plain; charset=utf-8")
                return refusal(environ, start_response)
        return app(environ, start_response)

    return answer


def is_same_origin(request: Request) -> bool:
    """Return whether a request comes from no page, or from one of this very server."""
    origin = request.headers.get("Origin")
    same = origin is None or origin == request.host_url.rstrip("/")
    return same and request.headers.get("Sec-Fetch-Site") in _SAME


def _is_known(url: str, host: str) -> bool:
    """Return whether a URL's host is this machine, the one that was named, or ButterCMS's."""
    try:
        name = urlsplit(url).hostname or ""
    except ValueError:
        return False
    return name in {host.lower(), *_BUTTERCMS} or _is_loopback(name)


def _is_loopback(name: str) -> bool:
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
