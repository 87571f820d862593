"""The WSGI application that plays an account."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
import gzip
import json
from pathlib import Path
import socket
from threading import RLock
from typing import Any

from werkzeug.wrappers import Request, Response

from pelican_buttercms.emulator import media
from pelican_buttercms.emulator.account import EmulatedAccount
from pelican_buttercms.emulator.control_api import CONTROL, control
from pelican_buttercms.emulator.error_responses import (
    Refusal,
    not_allowed,
    too_large,
    unauthorised,
)
from pelican_buttercms.emulator.faults import Faults
from pelican_buttercms.emulator.quirks import Behaviour
from pelican_buttercms.emulator.reads import ReadHandler
from pelican_buttercms.emulator.routes import Route, find_route, with_behaviour
from pelican_buttercms.emulator.writes import WriteHandler, utc_now

_HEADERS = {
    "Vary": "Origin, Accept-Encoding",
    "Access-Control-Allow-Origin": "*",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Accept-Ranges": "bytes",
    "Age": "0",
    "X-Cache": "MISS, MISS",
    "X-Cache-Hits": "0, 0",
}
_READING = {"GET", "HEAD", "OPTIONS"}
_WORTH_COMPRESSING = 500
_LARGEST = 10 * 1024 * 1024


@dataclass(frozen=True)
class Call:
    """A request to the API that would be billed, without its token."""

    method: str
    path: str
    query: dict[str, str]
    status: int


class Emulator:
    """A WSGI application that plays one account.

    Attributes:
        account: the content, which writes change.
        behaviour: the choices where accounts differ.
        faults: the rules of failures.
        calls: every request to the API, redirects included, in the order of the answers.
        media_calls: every requested media URL; the API does not count those.
    """

    def __init__(
        self,
        account: EmulatedAccount,
        behaviour: Behaviour | None = None,
        *,
        faults: Iterable[str] = (),
        media_url: str | None = None,
        persist: bool = False,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.account = account
        self.behaviour = behaviour or Behaviour.parse(account.config.get("behaviour", {}))
        self.faults = Faults()
        self.faults.add(*account.config.get("faults", ()), *faults)
        self.calls: list[Call] = []
        self.media_calls: list[str] = []
        self._missing: set[str] = set()
        self.writes = WriteHandler(account, self.behaviour, persist=persist, now=now)
        self._media_url = media_url
        self._lock = RLock()

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        if handle := media.asked_for(request):
            self.media_calls.append(request.url)
            return media.serve(self.account, handle, request)(environ, start_response)
        if request.path.startswith(CONTROL):
            return control(self, request)(environ, start_response)
        faults = self.faults.match(request.path)
        try:
            response = self.faults.before(faults) or self._at_the_edge(request)
        except ConnectionRefusedError:
            self._hang_up(environ)
            raise
        query = {n: v for n, v in request.args.items() if n != "auth_token"}
        self.calls.append(Call(request.method, request.path, query, response.status_code))
        return self.faults.after(faults, response)(environ, start_response)

    def settle(self) -> None:
        """Apply every accepted write, deliver every webhook, forget every kept 404."""
        self.writes.settle(self._lock)
        self.invalidate()

    def invalidate(self) -> None:
        """Forget the 404s that the CDN keeps, as it does after a change."""
        self._missing.clear()

    def change(
        self, what: str, status: str = "published", *, locale: str | None = None, **changes: Any
    ) -> None:
        """Change an item as an editor does in the dashboard: at once, with webhooks.

        Args:
            what: `post/<slug>`, `page/<page type>/<slug>` or `item/<collection>/<id>`.
            status: published, draft, scheduled, unpublished or deleted.
            locale: the locale of the version; None means the default one, or a post's own.
            changes: keys of the item in its stored form.

        Raises:
            AccountError: there is no such item, or no such status.
        """
        with self._lock:
            self.writes.change(what, status, changes, locale)

    def _at_the_edge(self, request: Request) -> Response:
        """Answer, or repeat the 404 that this address had before, if the behaviour keeps those."""
        if self.behaviour.cached_404 == "no" or request.method != "GET":
            return self._answer(request)
        if request.full_path in self._missing:
            return self._respond(request, 404, {"detail": "Not found."})
        response = self._answer(request)
        if response.status_code == 404:
            self._missing.add(request.full_path)
        return response

    def _answer(self, request: Request) -> Response:
        match = find_route(request.path.removeprefix("/v2")) if _is_api(request.path) else None
        if match is None:
            return self._respond(request, 404, {"detail": "Not found."})
        route, names = with_behaviour(match[0], self.behaviour), match[1]
        if redirect := self._redirect(request, route):
            return redirect
        try:
            with self._lock:
                self.writes.effects.tick()
                status, body = self._dispatch(request, route, names)
            return self._respond(request, status, body, route)
        except Refusal as refusal:
            response = self._respond(request, refusal.status, refusal.body, route)
            response.headers.update(refusal.headers)
            if refusal.status == 401:
                response.headers["Vary"] = "Origin"
                del response.headers["Age"]
            return response

    def _dispatch(self, request: Request, route: Route, names: tuple[str, ...]) -> tuple[int, Any]:
        writing = request.method not in _READING
        self._authorise(request, writing=writing)
        if request.method not in route.allow.split(", "):
            raise not_allowed(request.method, route.allow)
        if request.method == "OPTIONS":
            return 200, {"name": route.name}
        if writing:
            return self.writes.handle(request, route.name, names)
        return 200, self._read(
            ReadHandler(self.account, self.behaviour, request.args), route, names
        )

    def _read(self, reads: ReadHandler, route: Route, names: tuple[str, ...]) -> Any:
        plural, _, single = route.name.partition("/")
        if plural in self.account.profiles:
            return reads.profile(plural, *names) if single else reads.profiles(plural)
        name = "pages" if route.name == "all_pages" else route.name
        return getattr(reads, name)(*names)

    def _authorise(self, request: Request, *, writing: bool) -> None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        token = token.strip() if scheme == "Token" else ""
        if not writing:
            token = token or request.args.get("auth_token", "")
        if token and self.account.allows(token, write=writing):
            return
        # a read token on a write gets the message for a missing token
        known = writing and self.account.allows(token, write=False)
        raise unauthorised(given=bool(token) and not known)

    def _redirect(self, request: Request, route: Route) -> Response | None:
        """Redirect to the path with its slash; clients that follow turn a POST into a GET."""
        if request.path.endswith("/") or route.slashless:
            return None
        query = f"?{request.query_string.decode()}" if request.query_string else ""
        return Response("", 301, {"Location": f"{request.path}/{query}"})

    def _respond(
        self, request: Request, status: int, body: Any, route: Route | None = None
    ) -> Response:
        text = "" if status == 204 else json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        if self._media_url:
            text = text.replace("https://cdn.buttercms.com/", self._media_url.rstrip("/") + "/")
        data = text.encode()
        largest = self.account.config.get("limits", {}).get("response", _LARGEST)
        if status == 200 and len(data) > largest:
            raise too_large()
        response = Response(data, status, _HEADERS, content_type="application/json")
        if route is not None:
            response.headers["Allow"] = route.allow
        wants_gzip = "gzip" in request.headers.get("Accept-Encoding", "")
        if wants_gzip and len(data) > _WORTH_COMPRESSING:
            response.set_data(gzip.compress(data, 1))
            response.headers["Content-Encoding"] = "gzip"
        return response

    @staticmethod
    def _hang_up(environ: dict[str, Any]) -> None:
        """Close the connection of a server; in process, the error is the refusal."""
        if connection := environ.get("werkzeug.socket"):
            connection.shutdown(socket.SHUT_RDWR)  # closing alone leaves the caller waiting


def _is_api(path: str) -> bool:
    return path.startswith("/v2/")


def create_app(folder: Path | EmulatedAccount, **options: Any) -> Emulator:
    """Build an emulator of an account.

    Args:
        folder: the account's folder, or an account in memory.
        options: `faults`, `media_url`, `persist` and `now` as `Emulator` takes them; anything
            else is a `Behaviour`.

    Raises:
        AccountError: the folder cannot be read, or an option is not known.
    """
    account = folder if isinstance(folder, EmulatedAccount) else EmulatedAccount.load(Path(folder))
    names = ("faults", "media_url", "persist", "now")
    own = {name: options.pop(name) for name in names if name in options}
    behaviour = Behaviour.parse(account.config.get("behaviour", {}), options)
    return Emulator(account, behaviour, **own)
