"""Who may ask an emulator that runs as a server: no web page of elsewhere."""

import http.client
import json
import re
import signal
import socket
import subprocess
import sys

import pytest
from werkzeug.test import Client

from pelican_buttercms.emulator import create_app
from pelican_buttercms.emulator.server import serving

PATHS = ["/v2/posts/", "/_media/AAA", "/_emulator/calls", "/_emulator/settle", "/anything"]
STRANGE = [
    *("attacker.example", "attacker.example:8008", "127.0.0.1.attacker.example", "localhost.evil"),
    *("192.168.1.5", "buttercms.com.evil", "[::ffff:1.2.3.4]:8008", "", "[", "evil/@localhost"),
]
OWN = [
    *("localhost", "LOCALHOST:1", "127.0.0.1:8008", "127.1.2.3", "[::1]:8008"),
    *("api.buttercms.com", "cdn.buttercms.com"),
]


def ask(url, path, method="GET", **headers):
    """Send a request with these headers as they are; returns status and body."""
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=10)
    connection.putrequest(method, path, skip_host="Host" in headers)
    for name, value in {"Authorization": "Token x", **headers}.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


@pytest.fixture
def url(account):
    """A server on a port of this machine."""
    account.post("p")
    with serving(create_app(account.folder)) as address:
        yield address


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("host", STRANGE)
def test_a_name_that_was_made_to_lead_here_is_not_answered(url, path, host):
    """DNS rebinding: the browser sends the attacker's name as Host."""
    status, text = ask(url, path, Host=host)
    assert status == 403
    assert "--host" in text
    assert "ada-lane" not in text


@pytest.mark.parametrize("host", OWN)
def test_the_names_of_this_machine_are_answered(url, host):
    """And ButterCMS's own, where a client that has no other was led here."""
    assert ask(url, "/v2/posts/", Host=host)[0] != 403


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
@pytest.mark.parametrize("origin", ["https://attacker.example", "http://localhost.evil", "null"])
def test_pages_of_elsewhere_are_not_answered(url, path, method, origin):
    """Whatever the API's `Access-Control-Allow-Origin` would allow them."""
    assert ask(url, path, method, Origin=origin, Content_Length="0")[0] == 403


def test_a_page_of_this_machine_may_ask_the_api(url):
    """A site that is developed on another port."""
    assert ask(url, "/v2/posts/", Origin="http://localhost:3000")[0] == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://localhost:3000"},
        {"Origin": "http://127.0.0.1"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
)
@pytest.mark.parametrize(
    ("method", "what"),
    [("GET", "calls"), ("POST", "faults"), ("POST", "settle"), ("POST", "reset"), ("GET", "x")],
)
def test_only_its_own_pages_steer_it(url, method, what, headers):
    """Not even those of another port of this machine; a program that is no browser may."""
    path = f"/_emulator/{what}"
    status, text = ask(url, path, method, **headers, Content_Length="0")
    assert (status, list(json.loads(text))) == (403, ["detail"])
    for own in ({}, {"Origin": url}, {"Sec_Fetch_Site": "same-origin"}, {"Sec_Fetch_Site": "none"}):
        assert ask(url, path, method, **own, Content_Length="0")[0] != 403


def test_an_address_that_is_named_is_answered_beside_the_own_ones(account):
    """`--host` with a name lets in those who know it; all networks let in everybody."""
    account.post("p")
    app = create_app(account.folder)
    with serving(app, "localhost") as url:
        assert ask(url, "/v2/posts/", Host="127.0.0.1")[0] == 200
        assert ask(url, "/v2/posts/", Host="other.example")[0] == 403
    with serving(app, "0.0.0.0") as url:
        here = url.replace("0.0.0.0", "127.0.0.1")
        assert ask(here, "/v2/posts/", Host="other.example")[0] == 200
        assert ask(here, "/v2/posts/", Origin="https://other.example")[0] == 200
        assert ask(here, "/_emulator/calls", Origin="https://other.example")[0] == 403


def test_inside_a_program_any_name_is_answered(account):
    """There is no browser between a build and the emulator that it plays."""
    account.post("p")
    client = Client(create_app(account.folder))
    answer = client.get("/v2/posts/?auth_token=x", base_url="http://emulator/")
    assert answer.status_code == 200


def test_the_command_looks_too(account):
    """By default at the names of this machine only."""
    account.post("p")
    command = [sys.executable, "-m", "pelican_buttercms", "emulate", str(account.folder)]
    process = subprocess.Popen([*command, "--port", "0"], stdout=subprocess.PIPE, text=True)
    try:
        address = re.search(r"http://[^/]+", process.stdout.readline())[0]
        assert ask(address, "/v2/posts/")[0] == 200
        assert ask(address, "/v2/posts/", Host="attacker.example")[0] == 403
        assert ask(address, "/v2/posts/", Origin="http://attacker.example")[0] == 403
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
        process.kill()


@pytest.mark.skipif(not socket.has_ipv6, reason="there is no IPv6")
def test_an_ipv6_address_is_spelt_as_a_url_has_it(account):
    """In brackets."""
    account.post("p")
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no ::1")
    with serving(create_app(account.folder), "::1") as url:
        assert url.startswith("http://[::1]:")
        assert ask(url, "/v2/posts/")[0] == 200
