"""Servers of this machine without a secret answer neither to other names nor to other sites."""

from contextlib import contextmanager
import json
import urllib.error
import urllib.request

import pytest

from pelican_buttercms.local_requests import host_name, is_loopback, reason_to_refuse

OWN = "localhost:8000"

ALLOWED = [
    {},
    {"host": "127.0.0.1"},
    {"host": "127.8.9.1:8000"},
    {"host": "[::1]:8000"},
    {"host": "LOCALHOST:8000"},
    {"host": "tunnel.example"},
    {"origin": f"http://{OWN}", "site": "same-origin"},
    {"host": "tunnel.example", "origin": "https://Tunnel.example"},
    {"site": "none", "mode": "navigate"},
]
REFUSED = [
    {"host": ""},
    {"host": "evil.example"},
    {"host": "evil.example:8000"},
    {"host": "localhost.evil.example"},
    {"host": "127.0.0.1.evil.example"},
    {"host": "evil.example@localhost"[::-1]},
    {"host": "[::1"},
    {"host": "10.0.0.1:8000"},
    {"host": "0.0.0.0:8000"},
    {"host": "evil.example", "origin": "http://evil.example"},
    {"origin": "http://evil.example"},
    {"origin": "null"},
    {"origin": ""},
    {"origin": "http://["},
    {"origin": "http://localhost:9999", "site": "same-site"},
    {"site": "cross-site"},
    {"site": "same-site"},
    {"site": "anything"},
    {"site": "cross-site", "mode": "navigate", "method": "POST"},
]
LINKS = [
    {"site": "cross-site", "mode": "navigate"},
    {"site": "same-site", "mode": "navigate", "method": "HEAD"},
]


def environ(headers):
    """Build WSGI's variables of a request."""
    names = {"origin": "HTTP_ORIGIN", "site": "HTTP_SEC_FETCH_SITE", "mode": "HTTP_SEC_FETCH_MODE"}
    given = {names[name]: value for name, value in headers.items() if name in names}
    method = headers.get("method", "GET")
    return {"HTTP_HOST": headers.get("host", OWN), "REQUEST_METHOD": method, **given}


@pytest.mark.parametrize("shows_pages", [False, True])
@pytest.mark.parametrize("headers", ALLOWED)
def test_what_this_machine_asks_is_answered(headers, shows_pages):
    """By every name of it, with and without a browser."""
    reason = reason_to_refuse(environ(headers), {"tunnel.example"}, shows_pages=shows_pages)
    assert reason is None


@pytest.mark.parametrize("shows_pages", [False, True])
@pytest.mark.parametrize("headers", REFUSED)
def test_what_another_site_asks_is_refused(headers, shows_pages):
    """By a name that leads here, by a form, or by a script."""
    assert reason_to_refuse(environ(headers), {"tunnel.example"}, shows_pages=shows_pages)


@pytest.mark.parametrize("headers", LINKS)
def test_a_link_elsewhere_may_lead_to_a_page_and_to_nothing_else(headers):
    """The CMS's dashboard shows a preview in a frame."""
    assert reason_to_refuse(environ(headers), shows_pages=True) is None
    assert reason_to_refuse(environ(headers))


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1.2.3", "::1", "[::1]"])
def test_the_names_of_this_machine_are_known(host):
    """In each of their forms."""
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["", "0.0.0.0", "::", "127.0.0.1.evil.example", "10.0.0.1", "x"])
def test_other_names_are_not_this_machine(host):
    """Not even one that begins alike."""
    assert not is_loopback(host)


def test_a_host_header_that_is_none_has_no_name():
    """It is a stranger's text."""
    assert host_name("[") is None
    assert host_name("") is None
    assert host_name("A.example:1") == "a.example"


def status(url, method, headers):
    """Ask a server, and return the status."""
    request = urllib.request.Request(url, b"{}" if method == "POST" else None, headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status
    except urllib.error.HTTPError as exc:
        with exc:
            return exc.code


FOREIGN = [
    {"Host": "evil.example"},
    {"Origin": "http://evil.example"},
    {"Sec-Fetch-Site": "cross-site"},
]


@contextmanager
def _preview(folder):
    from pelican_buttercms.preview.live_reload import LiveReload
    from pelican_buttercms.preview.server import PreviewServer, listening

    events = []
    pages = LiveReload(on_visible=lambda: events.append("events"))
    server = PreviewServer(pages, lambda *_: None, lambda *_: events.append("webhook"), ())
    (folder / "index.html").write_text("<p>draft</p>")
    server.files = {"index.html": folder / "index.html"}
    with listening(server, "127.0.0.1", 0) as port:
        yield port, events


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize(("path", "method"), [("webhook", "POST"), ("events", "GET")])
def test_another_site_has_a_preview_ask_for_nothing(tmp_path, headers, path, method):
    """Neither by its webhook nor by counting as a page in view: calls are metered."""
    with _preview(tmp_path) as (port, events):
        url = f"http://127.0.0.1:{port}"
        assert status(f"{url}/_buttercms/{path}", method, headers) == 403
        assert events == []
        assert status(f"{url}/_buttercms/webhook", "POST", {}) == 204
        assert events == ["webhook"]
        assert status(f"{url}/", "GET", {"Sec-Fetch-Site": "cross-site"}) == 403
        link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
        assert status(f"{url}/", "GET", link) == 200


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize(("path", "method"), [("", "POST"), ("log", "GET"), ("metrics", "GET")])
def test_another_site_reaches_no_relay_without_a_secret(tmp_path, headers, path, method):
    """It could start builds, and read what was published when."""
    from pelican_buttercms.settings import Environment
    from pelican_buttercms.webhooks.config import RelayOptions
    from pelican_buttercms.webhooks.factory import build_relay
    from pelican_buttercms.webhooks.server import listening

    event = {"data": {"id": "a"}, "webhook": {"event": "post.published"}}
    given = {"run": "true", "queue": str(tmp_path / "queue"), "quiet": "60", "longest": "90"}
    options = RelayOptions.read(Environment({}), given, secret_needed=False)
    app = build_relay(options, runs=False)
    json_type = {"Content-Type": "application/json"}
    with listening(app, "127.0.0.1", 0, 5, 10_000) as port:
        url = f"http://127.0.0.1:{port}/"
        assert status(f"{url}{path}", method, headers | json_type) == 403
        with urllib.request.urlopen(f"{url}healthz", timeout=20) as answer:
            assert json.load(answer)["waiting"] == 0
        request = urllib.request.Request(url, json.dumps(event).encode(), json_type)
        with urllib.request.urlopen(request, timeout=20) as answer:
            assert answer.status == 202
    app.close()
