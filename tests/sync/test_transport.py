"""The way over a real socket, and the one into an account that is played in this process."""

from contextlib import contextmanager
import gzip
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
import logging
import socket
import traceback

import httpx
import pytest

from pelican_buttercms.api import read_requests
from pelican_buttercms.api.responses import decode_listing
from pelican_buttercms.errors import AccountError, SettingsError, TransportError
from pelican_buttercms.settings import Token
from pelican_buttercms.sync.call_budget import Meter
from pelican_buttercms.sync.http.client import Client
from pelican_buttercms.sync.http.download import Downloads
from pelican_buttercms.sync.http.network import find_proxy
from pelican_buttercms.sync.http.post import deliver
from pelican_buttercms.sync.http.retry import Retry
from pelican_buttercms.sync.http.transport import open_transport
from tests.servers import running

TOKEN = "a-very-secret-token"


@contextmanager
def answering(body, **headers):
    """Serve one answer over a real socket; gives the base URL and the headers that came."""
    seen = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            seen.append(self.headers)  # their repr tells nothing
            self.send_response(200)
            for name, value in ({"Content-Length": str(len(body))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
            self.close_connection = int(headers.get("Content-Length", 0)) > len(body)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    with running(server) as url:
        yield f"{url}/v2/", seen


def connected(url, token=TOKEN):
    """Make a client over the real transport, without pauses between tries."""
    retry = Retry(sleep=lambda seconds: None)
    found = Token(token, "BUTTERCMS_READ_TOKEN")
    return Client(url, found, transport=open_transport(url), meter=Meter(), retry=retry)


def with_locals(error):
    """Tell an error as an error tracker does: with the local variables of every frame."""
    return "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())


def test_a_compressed_answer_is_read_over_a_real_socket():
    """Compression is asked for and undone, and the token arrives as the API wants it."""
    body = gzip.compress(b'{"data":[{"slug":"p"}]}')
    with (
        answering(body, **{"Content-Encoding": "gzip"}) as (url, seen),
        connected(url) as client,
    ):
        assert client.get(read_requests.tags(), decode_listing).items == [{"slug": "p"}]
    assert "gzip" in seen[0]["Accept-Encoding"]
    assert seen[0]["Authorization"] == f"Token {TOKEN}"


def test_an_answer_that_is_cut_off_is_no_answer():
    """Fewer bytes than were promised: nothing of them is used."""
    with (
        answering(b'{"data":[]}', **{"Content-Length": "999"}) as (url, _),
        connected(url) as client,
        pytest.raises(TransportError, match="cut off in the middle") as caught,
    ):
        client.get(read_requests.tags(), decode_listing)
    assert client.calls == 5
    assert TOKEN not in with_locals(caught.value)


def test_the_token_is_in_no_variable_of_a_failed_request():
    """Tools that show the variables of each frame do not show it either."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with (
        connected(f"http://127.0.0.1:{port}/v2/") as client,
        pytest.raises(TransportError) as caught,
    ):
        client.get(read_requests.tags(), decode_listing)
    assert TOKEN not in with_locals(caught.value)


def test_no_log_has_the_token_even_when_the_library_is_made_to_talk(caplog):
    """Somebody who turns every logger to its lowest level sees URLs, and never the header."""
    with answering(b'{"data":[]}') as (url, _), connected(url) as client:
        for name in ("httpx", "httpcore", "httpcore.http11", "httpcore.connection"):
            caplog.set_level(logging.DEBUG, logger=name)
        client.get(read_requests.tags(), decode_listing)
    assert any(record.name.startswith("httpcore") for record in caplog.records)
    assert TOKEN not in caplog.text


@pytest.mark.parametrize("added", ["\n", "\nsecond-line", "\x00", " and", "é", "\u200b"])
def test_a_token_that_cannot_be_sent_is_refused_without_being_shown(added):
    """Something was copied along; httpx would quote the whole header in its error."""
    with pytest.raises(SettingsError, match="BUTTERCMS_READ_TOKEN") as caught:
        connected("http://127.0.0.1:9/v2/", TOKEN + added)
    assert TOKEN not in "".join(traceback.format_exception(caught.value))


def test_an_account_is_played_in_this_process(account):
    """`emulator:FOLDER` needs no port."""
    account.post("p")
    with connected(f"emulator:{account.folder}") as client:
        assert [p["slug"] for p in client.get(read_requests.posts(), decode_listing).items] == ["p"]


def test_a_folder_that_is_no_account_is_reported(tmp_path):
    """A mistyped folder is an error before the first request."""
    with pytest.raises(AccountError, match="nothing-here"):
        open_transport(f"emulator:{tmp_path / 'nothing-here'}")
    (tmp_path / "hello.md").touch()
    with pytest.raises(AccountError, match=r"no account\.json"):
        open_transport(f"emulator:{tmp_path}")


def test_a_proxy_of_the_environment_is_used_and_bypassed_as_it_says(monkeypatch):
    """HTTPS_PROXY, ALL_PROXY and NO_PROXY hold, as for every other program."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    api = "https://api.buttercms.com/v2/"
    assert find_proxy(api) is None
    monkeypatch.setenv("all_proxy", "http://all.example:1")
    assert find_proxy(api)[1] == "http://all.example:1"
    monkeypatch.setenv("https_proxy", "http://tls.example:2")
    assert find_proxy(api)[1] == "http://tls.example:2"
    assert find_proxy("https://127.0.0.1:8008/v2/") is None
    monkeypatch.setenv("no_proxy", "buttercms.com")
    assert find_proxy(api) is None


def test_a_request_goes_through_the_proxy(monkeypatch):
    """The real transport asks the proxy, which sees the whole address."""
    with answering(b'{"data":[]}') as (proxy, seen):
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.setenv("http_proxy", proxy.removesuffix("v2/"))
        with connected("http://api.invalid/v2/") as client:
            assert client.get(read_requests.posts(), decode_listing).items == []
    assert seen[0]["Host"] == "api.invalid"


PROXY_VARIABLES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")
WRONG_PROXIES = [
    "socks5://127.0.0.1:1",
    "socks5h://127.0.0.1",
    "not a url",
    "http://[::1",
    "http://user:s3cret@pro xy:1",
    "ftp://proxy.example",
    "http://",
    "://",
    "http://proxy.example:port",
    "http://proxy.example:99999",
    "http://xn--999999999.com",
    "http://\x7f",
    "http://" + "a" * 70_000,
    "file:///etc/passwd",
]


@pytest.fixture
def no_proxy(monkeypatch):
    """An environment that names no proxy and no certificates."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.mark.parametrize("variable", PROXY_VARIABLES)
@pytest.mark.parametrize("value", WRONG_PROXIES)
def test_a_proxy_that_cannot_be_used_is_a_mistake_of_the_settings(no_proxy, variable, value):
    """The variable is named, and what it holds is not: a password may be in it."""
    no_proxy.setenv(variable, value)
    for open_it in (
        lambda: open_transport("https://api.buttercms.com/v2/"),
        lambda: Downloads()("https://files.example/a.png"),
        lambda: deliver("https://hooks.example/x", b"", {}),
    ):
        with pytest.raises(SettingsError, match=variable) as caught:
            open_it()
        assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    "value", ["proxy.example:3128", "http://user:pass@proxy.example", "https://proxy.example:1"]
)
def test_proxies_are_taken_as_other_programs_take_them(no_proxy, value):
    """With a password, over TLS, and without the scheme."""
    no_proxy.setenv("HTTPS_PROXY", value)
    open_transport("https://api.buttercms.com/v2/").close()


@pytest.mark.parametrize("value", ["*", "", ",,,", "[::1", ".", "a b", "*.buttercms.com:x", "/8"])
def test_no_value_of_no_proxy_is_a_traceback(no_proxy, value):
    """It is a list of hosts, and whatever else it is names none."""
    no_proxy.setenv("HTTPS_PROXY", "http://proxy.example:1")
    no_proxy.setenv("NO_PROXY", value)
    open_transport("https://api.buttercms.com/v2/").close()


def test_certificates_that_are_not_there_are_a_mistake_of_the_settings(no_proxy, tmp_path):
    """The variable is named."""
    (tmp_path / "empty.pem").touch()
    for path in (tmp_path / "nothing.pem", tmp_path / "empty.pem", tmp_path):
        no_proxy.setenv("SSL_CERT_FILE", str(path))
        with pytest.raises(SettingsError, match="SSL_CERT_FILE"):
            open_transport("https://api.buttercms.com/v2/")


@pytest.mark.parametrize(
    "url", ["https://xn--999999999.com/v2/", "https://a b/", "https://x:99999/", "https://[::1/"]
)
def test_an_address_that_cannot_be_asked_is_a_mistake_of_the_settings(url):
    """Should one pass the settings, it is refused here."""
    with pytest.raises(SettingsError, match="BUTTERCMS_API_URL"):
        Client(url, Token(TOKEN), transport=httpx.MockTransport(lambda _: None), meter=Meter())
