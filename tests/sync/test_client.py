"""Requests on their way: the token, retries, redirects, bounds."""

import logging
from threading import Lock
import time
import traceback

import httpx
import pytest
from werkzeug.wrappers import Request as WSGIRequest
from werkzeug.wrappers import Response as WSGIResponse

from pelican_buttercms.api import read_requests
from pelican_buttercms.api.responses import decode_listing
from pelican_buttercms.errors import (
    AuthenticationError,
    ButterCMSError,
    NotFoundError,
    QuotaError,
    ResponseError,
    ServerError,
    TransportError,
)

TOKEN = "a-very-secret-token"


def test_the_token_travels_in_the_header_only(connect, account):
    """Neither path nor query nor any other header has it."""
    seen = []

    @WSGIRequest.application
    def app(request):
        seen.append(request)
        return WSGIResponse('{"data":[]}', content_type="application/json")

    connect(app).get(read_requests.posts(page=1), decode_listing)
    (request,) = seen
    assert request.headers["Authorization"] == f"Token {TOKEN}"
    assert TOKEN not in request.url
    assert request.headers["X-Butter-Client"].startswith("Pelican/")
    others = [v for name, v in request.headers.items() if name != "Authorization"]
    assert TOKEN not in " ".join(others)


@pytest.mark.parametrize(
    ("fault", "billed"), [("status=503", 3), ("malformed", 3), ("cut", 3), ("refuse", 1)]
)
def test_a_passing_failure_is_tried_again(connect, account, app, slept, fault, billed):
    """Twice ill, then well: the answer comes, with growing pauses; what arrived is counted."""
    account.post("p")
    emulator = app(faults=[f"{fault}@*#2"])
    client = connect(emulator)
    assert len(client.get(read_requests.posts(), decode_listing).items) == 1
    assert slept == [0.5, 1.0]
    assert client.calls == billed


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("status=500", ServerError),
        ("malformed", ResponseError),
        ("cut", TransportError),
        ("refuse", TransportError),
    ],
)
def test_a_lasting_failure_is_reported_after_a_few_tries(
    connect, account, app, slept, fault, error
):
    """Five tries, then the error that says what happened."""
    account.post("p")
    client = connect(app(faults=[fault]))
    with pytest.raises(error, match="GET posts/"):
        client.get(read_requests.posts(), decode_listing)
    assert len(slept) == 4


@pytest.mark.parametrize(
    ("fault", "error"), [("quota=1209600", QuotaError), ("status=404", NotFoundError)]
)
def test_what_will_not_pass_is_not_tried_again(connect, account, app, slept, fault, error):
    """A spent quota can last for weeks: Retry-After is told, never slept on."""
    account.post("p")
    client = connect(app(faults=[fault]))
    with pytest.raises(error):
        client.get(read_requests.posts(), decode_listing)
    assert client.calls == 1
    assert slept == []


def test_a_wrong_token_is_reported_at_once(connect, account, app):
    """401 is not tried again, and names the variable."""
    account.settings(read_token="other")
    client = connect(app())
    with pytest.raises(AuthenticationError, match="BUTTERCMS_READ_TOKEN"):
        client.get(read_requests.posts(), decode_listing)
    assert client.calls == 1


def test_a_redirect_on_the_host_is_followed_and_billed(connect, account, app):
    """The API redirects a path without its slash, and counts both."""
    account.post("p")
    client = connect(app())
    without_slash = read_requests.Request("GET", "posts", (("page_size", "5"),))
    assert len(client.get(without_slash, decode_listing).items) == 1
    assert client.calls == 2


@pytest.mark.parametrize("status", [400, 401, 404, 429, 302, 200])
def test_a_token_that_the_api_echoes_is_in_no_message(connect, status):
    """Whether it is an error, a redirect or a strange answer."""

    def answer(request):
        echo = request.headers["Authorization"]
        headers = {"Location": f"https://evil.example/{echo}"} if status == 302 else {}
        return httpx.Response(status, json={"detail": f"No: {echo}"}, headers=headers)

    with pytest.raises(ButterCMSError) as caught:
        connect(httpx.MockTransport(answer)).get(read_requests.posts(), decode_listing)
    told = "".join(traceback.format_exception(caught.value))
    assert TOKEN not in f"{told}{getattr(caught.value, 'detail', '')}"


def test_no_cookie_is_kept(connect):
    """Whatever one answer sets, the next request has no more than the first."""
    seen = []

    def answer(request):
        seen.append(dict(request.headers))
        return httpx.Response(200, content=b'{"data":[]}', headers={"Set-Cookie": "a=" + "x" * 999})

    client = connect(httpx.MockTransport(answer))
    for _ in range(3):
        client.get(read_requests.posts(), decode_listing)
    assert seen[0] == seen[2]
    assert "cookie" not in seen[2]


@pytest.mark.parametrize(
    "location",
    ["https://evil.example/v2/posts/", "http://api.example/v2/posts/", "//evil.example/"],
)
def test_a_redirect_elsewhere_never_gets_the_token(connect, location):
    """Another host, or the same one without TLS, is an error; nothing is sent there."""
    asked = []

    def answer(request):
        asked.append(request.url.host)
        return httpx.Response(302, headers={"Location": location})

    client = connect(httpx.MockTransport(answer))
    with pytest.raises(ResponseError, match="redirected to another host"):
        client.send(read_requests.posts())
    assert asked == ["api.example"]


def test_redirects_in_a_circle_end(connect):
    """A server that goes round is told, not followed for ever."""
    loop = httpx.MockTransport(lambda r: httpx.Response(301, headers={"Location": str(r.url)}))
    with pytest.raises(ResponseError, match="redirected more than 3 times"):
        connect(loop).send(read_requests.posts())


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (httpx.ConnectTimeout("x"), "not answered in time"),
        (httpx.ReadTimeout("x"), "not answered in time"),
        (httpx.RemoteProtocolError("x"), "cut off in the middle"),
        (httpx.DecodingError("x"), "damaged body"),
        (httpx.ConnectError("[Errno -2] Name or service not known"), "Name or service not known"),
    ],
)
def test_the_librarys_errors_become_ours(connect, failure, words):
    """Each is told in a sentence with the request; what to do comes next."""

    def fail(request):
        raise failure

    with pytest.raises(TransportError, match=words) as caught:
        connect(httpx.MockTransport(fail)).send(read_requests.posts())
    assert "GET posts/" in str(caught.value)
    assert "BUTTERCMS_OFFLINE" in str(caught.value)


def test_an_answer_beyond_the_bound_is_refused(connect, account, app):
    """A body is read no further than the bound, compressed or not."""
    account.post("p", body="x" * 300_000)
    client = connect(app(), max_bytes=100_000)
    with pytest.raises(ResponseError, match="answered with more than 100,000 bytes"):
        client.send(read_requests.posts())


def test_no_more_requests_run_at_once_than_allowed(connect):
    """One bound for the client, whoever asks."""
    running, most, lock = 0, 0, Lock()

    @WSGIRequest.application
    def app(request):
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.02)
        with lock:
            running -= 1
        return WSGIResponse('{"data":[]}')

    client = connect(app, concurrency=3)
    futures = [client.start(read_requests.posts(page=n), decode_listing) for n in range(1, 20)]
    for future in futures:
        future.result()
    assert most == 3


def test_the_token_is_in_no_log_and_no_traceback(connect, account, app, caplog):
    """At DEBUG of every logger, over successes and failures."""
    caplog.set_level(logging.DEBUG)
    account.post("p")
    emulator = app(faults=["malformed@*#1"])
    client = connect(emulator)
    client.get(read_requests.posts(), decode_listing)
    emulator.faults.add("refuse")
    with pytest.raises(TransportError) as caught:
        client.get(read_requests.posts(), decode_listing)
    told = caplog.text + "".join(traceback.format_exception(caught.value)) + repr(client)
    assert TOKEN not in told
    assert "Trying again" in caplog.text
    assert not [record for record in caplog.records if record.name.startswith("http")]
    assert not [record for record in caplog.records if record.levelno > logging.INFO]


def test_closing_gives_up_what_is_still_tried(connect, account, app, slept):
    """When one request has failed, the others do not go on trying for a minute."""
    account.post("p")
    client = connect(app(faults=["status=503"]))
    client._closing.set()
    with pytest.raises(ServerError):
        client.get(read_requests.posts(), decode_listing)
    assert slept == []
