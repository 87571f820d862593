"""The preview's HTTP server: the newest build, with a script that reloads each page.

Drafts are private: the server listens on this machine only. It refuses requests under another
name, and those of scripts and forms of another site.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr
from difflib import get_close_matches
from functools import partial
from http import HTTPStatus
import io
import json
import logging
import mimetypes
from pathlib import Path
from threading import Thread
from typing import Any, Literal
from urllib.parse import quote

from markupsafe import Markup
from werkzeug.exceptions import HTTPException, NotFound, RequestEntityTooLarge
from werkzeug.serving import make_server
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from pelican_buttercms.errors import SettingsError
from pelican_buttercms.local_requests import host_name, reason_to_refuse
from pelican_buttercms.preview.frozen_files import Files
from pelican_buttercms.preview.live_reload import LiveReload

OWN = "/_buttercms/"

_SCRIPT = (Path(__file__).parent / "client.js").read_text(encoding="utf-8")
_MOST_POSTED = 1024 * 1024
_MOST_NEAR = 5
_LONGEST_PATH = 200

Posted = Literal["webhook", "as-of"]
_POSTED: dict[str, Posted] = {f"{OWN}webhook": "webhook", f"{OWN}as-of": "as-of"}

FindUrl = Callable[[list[str], str], str | None]
"""A function that returns the URL of a page for the parts of a path and a locale, or None."""


class PreviewServer:
    """A WSGI application that shows the newest build.

    Args:
        live_reload: the connections of the open pages.
        find_url: finds a page by its slug.
        on_posted: called with what was posted: "webhook" or "as-of", and the body.
        hosts: the names that are answered besides those of this machine.
        describe: returns what the bar shows of a page, by the name of its file.
        record: returns the text of a stored record by locale and key, None if there is none.
        explain: returns why there is no page at a path, a line each.

    Attributes:
        files: the files of the newest build; empty before the first.
    """

    def __init__(
        self,
        live_reload: LiveReload,
        find_url: FindUrl,
        on_posted: Callable[[Posted, bytes], None],
        hosts: tuple[str, ...],
        *,
        describe: Callable[[str], dict[str, Any]] = lambda _: {},
        record: Callable[[str, str], str | None] = lambda *_: None,
        explain: Callable[[str], list[str]] = lambda _: [],
    ) -> None:
        self._live_reload = live_reload
        self._find_url = find_url
        self._on_posted = on_posted
        self._describe, self._record, self._explain = describe, record, explain
        self._hosts = {host.strip("[]").lower() for host in hosts}
        self.files: Files = {}

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """Answer one request."""
        request = Request(environ)
        try:
            response: Any = self._answer(request)
        except HTTPException as exc:
            response = exc
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        own = request.path.startswith(OWN)
        reason = reason_to_refuse(request.environ, self._hosts, shows_pages=not own)
        if reason:
            return self._refused(request, reason)
        if request.method == "POST" and (kind := _POSTED.get(request.path)):
            self._on_posted(kind, _body(request))
            return Response(status=204)
        if request.path == f"{OWN}record":
            return self._show_record(request)
        if request.path == f"{OWN}events":
            headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
            return Response(
                self._live_reload.connect(), headers=headers, content_type="text/event-stream"
            )
        if request.method not in {"GET", "HEAD"}:
            return Response("The preview only shows pages.\n", 405)
        return self._page(request)

    def _refused(self, request: Request, reason: str) -> Response:
        name = host_name(request.host)
        advice = f" Allow that name with --allow-host {name}." if name else ""
        text = f"This preview does not answer: {reason}.{advice}\n"
        return Response(text, 403, content_type="text/plain; charset=utf-8")

    def _show_record(self, request: Request) -> Response:
        key, locale = request.args.get("key", ""), request.args.get("locale", "")
        text = self._record(locale, key)
        page = Markup(
            '<!DOCTYPE html><meta name="viewport" content="width=device-width">'
            "<title>{key}</title><h1>{key}</h1><p><a href='/drafts/'>All drafts</a></p>"
            '<pre style="white-space:pre-wrap;overflow-wrap:anywhere">{text}</pre>'
        ).format(key=key, text="This record is not stored." if text is None else text)
        return self._html(str(page), 404 if text is None else 200, "")

    def _page(self, request: Request) -> Response:
        path = request.path.lstrip("/")
        if (name := self._name(path)) is not None:
            return self._send(name)
        if f"{path}/index.html" in self.files:
            return redirect(f"/{path}/{_query(request)}")
        if (url := self._page_url(request)) is not None:
            return redirect(f"/{url}{_query(request)}")
        if "404.html" in self.files:
            return self._send("404.html", 404, missing=path)
        page = Markup(
            "<!DOCTYPE html><title>Not here</title><p>There is no page {path} in this build."
            ' <a href="/drafts/">All drafts</a>, <a href="/">the site</a></p>'
        ).format(path=request.path)
        return self._html(str(page), 404, path)

    def _name(self, path: str) -> str | None:
        """Return the name of the file that a web server would send for a path."""
        names = [f"{path}index.html"] if not path or path.endswith("/") else [path, f"{path}.html"]
        return next((name for name in names if name in self.files), None)

    def _page_url(self, request: Request) -> str | None:
        """Find the page for a preview URL of the dashboard, which has another pattern."""
        parts = [part for part in request.path.removesuffix(".html").split("/") if part]
        if slug := request.args.get("slug"):
            parts.append(slug)
        return self._find_url(parts, request.args.get("locale", "")) if parts else None

    def _send(self, name: str, status: int = 200, missing: str | None = None) -> Response:
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        try:
            data = self.files[name].read_bytes()
        except (OSError, KeyError):  # newer builds have just replaced it
            raise NotFound from None
        if kind == "text/html":
            return self._html(data.decode("utf-8", "replace"), status, missing or name)
        charset = "; charset=utf-8" if kind.startswith("text/") or kind.endswith("xml") else ""
        headers = {"Cache-Control": "no-store"}
        return Response(data, status, headers, content_type=f"{kind}{charset}")

    def _html(self, text: str, status: int, name: str) -> Response:
        about: dict[str, Any] = {"build": str(self._live_reload.build), "state": "preview"}
        about |= {"asOf": "", "facts": [], "why": [], "links": [["Drafts", "/drafts/"]]}
        about |= self._describe(name)
        if status == HTTPStatus.NOT_FOUND:
            about["state"] = "not found"
            about["links"] = [*self._near(name), *about["links"]]
            if mimetypes.guess_type(name)[0] in {None, "text/html"}:  # no picture of a page
                about["why"] = self._explain(name)
        # at the end: browsers run it there, and no tag has to be searched for
        start = Markup('<script data-about="{}">').format(json.dumps(about))
        text = f"{text}\n{start}\n{_SCRIPT}</script>\n"
        headers = {"Cache-Control": "no-store"}
        return Response(text, status, headers, content_type="text/html; charset=utf-8")

    def _near(self, path: str) -> list[list[str]]:
        """Return the pages whose addresses are most like one that does not exist."""
        pages = [name.removesuffix("index.html") for name in self.files if name.endswith(".html")]
        near = get_close_matches(path[:_LONGEST_PATH], pages, _MOST_NEAR)
        return [[f"/{name}", f"/{quote(name)}"] for name in near]


def _body(request: Request) -> bytes:
    """Return what was posted; nothing of what is too large, which asks for everything."""
    request.max_content_length = _MOST_POSTED
    try:
        return request.get_data()
    except RequestEntityTooLarge:
        return b""


def _query(request: Request) -> str:
    return f"?{request.query_string.decode('latin-1')}" if request.query_string else ""


@contextmanager
def listening(app: PreviewServer, host: str, port: int) -> Iterator[int]:
    """Serve the application in a thread, and yield the port.

    Raises:
        SettingsError: the port is taken.
    """
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # no line for each request
    try:
        with redirect_stderr(io.StringIO()):  # werkzeug prints an error and exits
            server = make_server(host, port, app, threaded=True)
    except (OSError, SystemExit) as exc:
        raise SettingsError(
            f"The preview cannot listen at {host}:{port}: is something else there? Choose another"
            " port with --port."
        ) from exc
    server.daemon_threads = True  # type: ignore[attr-defined]  # open pages hold connections
    thread = Thread(target=partial(server.serve_forever, poll_interval=0.1), daemon=True)
    thread.start()
    try:
        yield int(server.server_port)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
