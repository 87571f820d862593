"""Writes that are refused: by the account, for the token, for a redirect, by a bound."""

from contextlib import closing

import httpx
import pytest
from werkzeug.wrappers import Response

from pelican_buttercms.api import write_requests
from pelican_buttercms.errors import (
    AuthenticationError,
    CallLimitError,
    InvalidRequestError,
    QuotaError,
    RefusedResponseError,
    SettingsError,
)
from pelican_buttercms.settings import Token
from pelican_buttercms.settings.limits import Limits
from pelican_buttercms.sync.call_budget import Meter
from pelican_buttercms.sync.http.write_client import Writer

from .samples import ALL, CHANGE, CREATE, TOKEN, served


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    ("fault", "error"), [("quota=100000", QuotaError), ("status=409", InvalidRequestError)]
)
def test_what_will_not_pass_is_reported_at_once(writing, blog, slept, method, fault, error):
    """A spent quota and a collision, without another try."""
    emulator = blog(faults=[fault])
    with pytest.raises(error):
        writing(emulator).send(ALL[method])
    assert len(emulator.calls) == 1
    assert slept == []


def test_a_wrong_token_is_reported_by_its_variable(writing, blog):
    """The read token cannot write."""
    for token in ("read", "other"):
        transport = httpx.WSGITransport(blog())
        writer = Writer("https://x.example/v2/", Token(token), transport=transport, meter=Meter())
        with (
            closing(writer),
            pytest.raises(AuthenticationError, match="BUTTERCMS_WRITE_TOKEN") as told,
        ):
            writer.send(CHANGE)
        assert told.value.status == 401


def test_a_token_that_cannot_be_sent_is_reported_by_its_variable():
    """And is not repeated."""
    with pytest.raises(SettingsError, match="BUTTERCMS_WRITE_TOKEN") as told:
        Writer(
            "https://x/", Token("two words", "BUTTERCMS_WRITE_TOKEN"), transport=None, meter=Meter()
        )
    assert "two words" not in str(told.value)


def test_a_full_plan_is_reported(writing, blog, account):
    """403 with the API's words, and not the token's fault."""
    account.settings(write_token=TOKEN, limits={"posts": 1})
    with pytest.raises(AuthenticationError, match="plan allows no more"):
        writing(blog()).send(CREATE)


@pytest.mark.parametrize("shape", ["fields", "array", "error", "empty-key", "detail"])
def test_a_refusal_is_reported_in_every_shape(writing, blog, shape):
    """With what the API says of each field, where it says so."""
    writer = writing(blog(errors=shape))
    taken = write_requests.create_post({"title": "T", "slug": "hello", "status": "draft"})
    with pytest.raises(InvalidRequestError, match="slug already exists") as told:
        writer.send(taken)
    assert bool(told.value.fields) == (shape in {"fields", "empty-key"})


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_no_write_follows_a_redirect(writing, slept, method):
    """On the same host its body would be lost; elsewhere the token would be, too."""
    seen, redirects = [], []

    def answer(request):
        seen.append((request.host, request.headers.get("Authorization"), request.method))
        status, where = redirects[-1]
        return Response("", status, {"Location": where})

    with served(answer) as url:
        port = url.rpartition(":")[2]
        places = (f"{url}/v2/elsewhere/", f"http://localhost:{port}/v2/", "/v2/posts/")
        for status in (301, 302, 303, 307, 308):
            redirects.append((status, places[status % 3]))
            with pytest.raises(RefusedResponseError, match="was redirected") as told:
                writing(url).send(ALL[method])
            assert TOKEN not in str(told.value)
    assert seen == [(f"127.0.0.1:{port}", f"Token {TOKEN}", method)] * 5
    assert slept == []


def test_writes_are_bounded(writing, blog):
    """BUTTERCMS_MAX_CALLS counts them like reads, and stops before the call."""
    emulator = blog()
    writer = writing(emulator, meter=Meter(limits=Limits(pull=1)))
    writer.send(CHANGE)
    with pytest.raises(CallLimitError):
        writer.send(CREATE)
    assert len(emulator.calls) == 1
