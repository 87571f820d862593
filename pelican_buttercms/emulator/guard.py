"""The check that web pages of other sites do not reach an emulator on this machine.

Pages of this machine may use the API: a site that is developed on another port does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.wrappers import Request, Response

from pelican_buttercms.emulator.media import CDN_HOSTS
from pelican_buttercms.local_requests import host_name, is_loopback, reason_to_refuse

_EVERYWHERE = {"", "0.0.0.0", "::"}  # noqa: S104  (compared, not listened on)
_BUTTERCMS = {"api.buttercms.com", *CDN_HOSTS}
"""Names that no attacker owns: clients with a fixed address are redirected here by DNS."""

App = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def guarded(app: App, host: str) -> App:
    """Return an application that answers only under the names of an address.

    Args:
        app: the application behind the check.
        host: the address of the server; one of all networks disables the check.
    """
    if host in _EVERYWHERE:
        return app

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        name, origin = environ.get("HTTP_HOST"), environ.get("HTTP_ORIGIN")
        page = None if origin is None else origin.partition("://")[2]
        for what, header, part in (("", name, name), ("pages of ", origin, page)):
            if header is not None and not _is_known(host_name(part or ""), host):
                words = (
                    f"The emulator does not answer to {what}{header!r}. Start it with"
                    " --host 0.0.0.0 if other machines may use it.\n"
                )
                refusal = Response(words, 403, content_type="text/plain; charset=utf-8")
                return refusal(environ, start_response)
        return app(environ, start_response)

    return answer


def is_same_origin(request: Request) -> bool:
    """Return whether a request comes from no page, or from one of this very server."""
    name = host_name(request.environ.get("HTTP_HOST", ""))  # checked before by `guarded`
    return reason_to_refuse(request.environ, {name} if name else ()) is None


def _is_known(name: str | None, host: str) -> bool:
    """Return whether a name is this machine's, the server's address, or ButterCMS's."""
    return name is not None and (name in {host.lower(), *_BUTTERCMS} or is_loopback(name))
