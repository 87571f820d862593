"""The preview's HTTP server: the newest build, with a script that reloads each page.

Drafts are private: the server listens on this machine only. It refuses requests under another
name, and those of scripts and forms of another site.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr
from functools import partial
import io
import logging
import mimetypes
from pathlib import Path
from threading import Thread
from typing import Any

from markupsafe import Markup
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.security import safe_join
from werkzeug.serving import make_server
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from pelican_buttercms.errors import SettingsError
from pelican_buttercms.local_requests import host_name, reason_to_refuse
from pelican_buttercms.preview.live_reload import LiveReload

OWN = "/_buttercms/"

_SCRIPT = """
<script>
(() => {
  const build = "BUILD"; let source;
  const show = text => {
    let box = document.getElementById("buttercms-failed");
    if (!box) {
      box = document.createElement("pre"); box.id = "buttercms-failed"; document.body.append(box);
      box.style = "position:fixed;inset:auto 1rem 1rem;z-index:99999;margin:0;padding:1rem;" +
        "background:#7a0010;color:#fff;white-space:pre-wrap;font:.9rem/1.4 ui-monospace,monospace";
    }
    box.textContent = text;
  };
  const watch = () => {
    if (document.hidden) { source?.close(); source = undefined; return; }
    if (source) return;
    source = new EventSource("/_buttercms/events");
    source.addEventListener("build", e => { if (JSON.parse(e.data) !== build) location.reload(); });
    source.addEventListener("failed", e => show(JSON.parse(e.data)));
  };
  document.addEventListener("visibilitychange", watch);
  addEventListener("pagehide", () => source?.close());
  watch();
})();
</script>
"""

FindUrl = Callable[[list[str], str], str | None]
"""A function that returns the URL of a page for the parts of a path and a locale, or None."""


class PreviewServer:
    """A WSGI application that shows the newest build.

    Args:
        live_reload: the connections of the open pages.
        find_url: finds a page by its slug.
        on_webhook: called when the CMS reports a change.
        hosts: the names that are answered besides those of this machine.
    """

    def __init__(
        self,
        live_reload: LiveReload,
        find_url: FindUrl,
        on_webhook: Callable[[], None],
        hosts: tuple[str, ...],
    ) -> None:
        self._live_reload = live_reload
        self._find_url = find_url
        self._on_webhook = on_webhook
        self._hosts = {host.strip("[]").lower() for host in hosts}
        self.folder: Path | None = None

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
        if request.path == f"{OWN}webhook" and request.method == "POST":
            self._on_webhook()
            return Response(status=204)
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

    def _page(self, request: Request) -> Response:
        file = self._file(request.path)
        if file is not None and file.is_dir():
            return redirect(f"{request.path}/{_query(request)}")
        if file is not None:
            return self._send(file)
        if (url := self._page_url(request)) is not None:
            return redirect(f"/{url}{_query(request)}")
        missing = self.folder / "404.html" if self.folder else None
        if missing is not None and missing.is_file():
            return self._send(missing, status=404)
        page = Markup(
            "<!DOCTYPE html><title>Not here</title><p>There is no page {path} in this build."
            ' <a href="/drafts/">All drafts</a>, <a href="/">the site</a></p>'
        ).format(path=request.path)
        return self._html(str(page), 404)

    def _file(self, path: str) -> Path | None:
        """Find the file that a web server would send for a path, also a folder without slash."""
        if self.folder is None:
            return None
        joined = safe_join(str(self.folder), path.lstrip("/"))
        if joined is None or "\0" in path:
            raise NotFound
        place = Path(joined)
        candidates = (
            [place / "index.html"] if path.endswith("/") else [place, Path(f"{joined}.html")]
        )
        try:
            return next((candidate for candidate in candidates if _is_shown(candidate)), None)
        except OSError:  # a name that no file can have, such as one of 5,000 characters
            return None

    def _page_url(self, request: Request) -> str | None:
        """Find the page for a preview URL of the dashboard, which has another pattern."""
        parts = [part for part in request.path.removesuffix(".html").split("/") if part]
        if slug := request.args.get("slug"):
            parts.append(slug)
        return self._find_url(parts, request.args.get("locale", "")) if parts else None

    def _send(self, file: Path, status: int = 200) -> Response:
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        try:
            data = file.read_bytes()
        except OSError:  # a newer build has just replaced it
            raise NotFound from None
        if kind == "text/html":
            return self._html(data.decode("utf-8", "replace"), status)
        charset = "; charset=utf-8" if kind.startswith("text/") or kind.endswith("xml") else ""
        headers = {"Cache-Control": "no-store"}
        return Response(data, status, headers, content_type=f"{kind}{charset}")

    def _html(self, text: str, status: int) -> Response:
        # at the end: browsers run it there, and no tag has to be searched for
        text += _SCRIPT.replace("BUILD", str(self._live_reload.build))
        headers = {"Cache-Control": "no-store"}
        return Response(text, status, headers, content_type="text/html; charset=utf-8")


def _is_shown(path: Path) -> bool:
    return path.is_file() or (path.is_dir() and (path / "index.html").is_file())


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
