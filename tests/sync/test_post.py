"""What leaves when a build is started elsewhere, and what is made of the answer."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
import logging
import time

import httpx
import pytest

from pelican_buttercms.errors import SettingsError, TransportError
from pelican_buttercms.settings import Token
from pelican_buttercms.sync.http.post import deliver

SECRET = "https://hooks.example/build/s3cret?key=s3cret"


def ask(answer, token=None, url=SECRET):
    """Deliver to a far end that answers so; gives the answer and the requests."""
    seen = []

    def handle(request):
        seen.append(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    found = deliver(
        url, b'{"a":1}', {"X-A": "b"}, token=token, transport=httpx.MockTransport(handle)
    )
    return found, seen


def test_one_post_with_the_token_in_a_header():
    """The body and the headers are what was given."""
    found, (request,) = ask(httpx.Response(204), Token("tok"))
    assert (found.status, found.retry_after, found.limited) == (204, None, False)
    assert request.method == "POST"
    assert request.content == b'{"a":1}'
    assert request.headers["Authorization"] == "Bearer tok"
    assert request.headers["X-A"] == "b"
    assert request.headers["User-Agent"].startswith("pelican-buttercms/")


def test_no_redirect_is_followed():
    """A token goes to the one address that it is for."""
    moved = httpx.Response(307, headers={"Location": "https://elsewhere.example/"})
    found, seen = ask(moved, Token("tok"))
    assert found.status == 307
    assert len(seen) == 1


@pytest.mark.parametrize(
    ("told", "least", "most"),
    [
        (lambda: {"Retry-After": "30"}, 30, 30),
        (lambda: {"Retry-After": _date_in(600)}, 400, 600),
        (lambda: {"Retry-After": "Wed, 01 Jan 2020 00:00:00 -0000"}, 0, 0),
        (
            lambda: {
                "X-RateLimit-Remaining": "0",
                "X-RateLimit-Reset": str(int(time.time()) + 600),
            },
            400,
            600,
        ),
    ],
)
def test_it_is_read_when_another_try_is_welcome(told, least, most):
    """As seconds or a date, or as GitHub tells it."""
    found, _ = ask(httpx.Response(403, headers=told()))
    assert found.limited
    assert least <= found.retry_after <= most


def _date_in(seconds):
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), True)


@pytest.mark.parametrize("headers", [{}, {"Retry-After": "soon"}, {"X-RateLimit-Remaining": "7"}])
def test_an_answer_need_not_say_when(headers):
    """Or may say it so that nobody understands."""
    assert ask(httpx.Response(500, headers=headers))[0].retry_after is None


def test_an_endless_answer_is_read_in_part():
    """Its first words, in one line."""

    def endless():
        while True:
            yield b"all is\n well " * 100

    found, _ = ask(httpx.Response(200, content=endless()))
    assert found.detail.startswith("all is well all is")
    assert len(found.detail) <= 300


@pytest.mark.parametrize(
    "error",
    [
        httpx.ConnectError(f"cannot reach {SECRET}"),
        httpx.ReadTimeout(f"too slow: {SECRET}"),
        httpx.RemoteProtocolError(SECRET),
        OSError(SECRET),
    ],
)
def test_a_failure_names_the_host_and_no_more(error, caplog):
    """The address itself may be the secret."""
    with caplog.at_level(logging.DEBUG), pytest.raises(TransportError) as found:
        ask(error)
    assert "hooks.example" in str(found.value)
    assert "s3cret" not in f"{found.value} {found.value.__cause__} {caplog.text}"


def test_nothing_of_the_address_is_logged(caplog):
    """Not by httpx either, which logs every address at INFO."""
    with caplog.at_level(logging.INFO):
        ask(httpx.Response(200))
    assert "s3cret" not in caplog.text


def test_a_token_that_cannot_be_sent_is_not_quoted():
    """Nor is an address that cannot be asked."""
    with pytest.raises(SettingsError, match="line break") as found:
        ask(httpx.Response(200), Token("sec\nret"))
    assert "sec" not in str(found.value).replace("second", "")
    with pytest.raises(SettingsError) as found:
        deliver("https://hooks.example:port/s3cret", b"", {})
    assert "s3cret" not in str(found.value)
