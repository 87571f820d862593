"""What arrives of a write, and what its success tells."""

import json

import httpx
import pytest
from werkzeug.wrappers import Response

from pelican_buttercms.api import write_requests
from pelican_buttercms.emulator.server import serving
from pelican_buttercms.sync.call_budget import Meter
from pelican_buttercms.sync.http.write_client import Accepted

from .samples import ALL, CHANGE, CREATE, DELETE, TOKEN, served


def test_writes_arrive_with_the_write_token_in_the_header(writing):
    """JSON in the body, the token nowhere but in its header."""
    seen = []

    def answer(request):
        seen.append((request, request.get_data()))
        return Response('{"status":"pending"}', 202, content_type="application/json")

    with served(answer) as url:
        writer = writing(url)
        for write in ALL.values():
            assert writer.send(write) == Accepted()
    for (request, data), write in zip(seen, ALL.values(), strict=True):
        assert request.headers["Authorization"] == f"Token {TOKEN}"
        assert TOKEN not in request.url + data.decode()
        assert (json.loads(data) if data else None) == write.body
        assert request.headers.get("Content-Type") == ("application/json" if data else None)


def test_an_account_is_written_over_real_http(writing, blog):
    """202 and 204 are success, and the ledger counts each."""
    emulator = blog()
    with serving(emulator) as url:
        writer = writing(url, meter=(meter := Meter()))
        line = {"": {"line": "New"}}
        page = write_requests.change_page("news", "home", line, status="draft")
        for write in (CREATE, CHANGE, page):
            writer.send(write)
        assert emulator.account.posts["hello"]["title"] == "Changed"
        assert emulator.account.pages["news"]["home"]["draft"]["fields"] == {"line": "New"}
        writer.send(DELETE)
    assert set(emulator.account.posts) == {"new"}
    assert meter.calls == len(emulator.calls) == 4


@pytest.mark.parametrize(
    ("body", "warnings"),
    [
        (b'{"status":"pending","warnings":["a","b"]}', ("a", "b")),
        (b'{"status":"pending","warning":"a"}', ("a",)),
        (b'{"status":"pending","warnings":null}', ()),
        (b"", ()),
    ],
)
@pytest.mark.parametrize("status", [200, 201, 202])
def test_warnings_are_given(writing, body, warnings, status):
    """Whichever success it is."""
    answer = httpx.MockTransport(lambda _: httpx.Response(status, content=body))
    assert writing(answer).send(CHANGE).warnings == warnings


def test_ignored_scheduling_is_a_warning(writing, blog):
    """As the API tells it of a post."""
    write = write_requests.change_post("hello", {"scheduled": "2030-01-01", "status": "draft"})
    assert "scheduling is not possible" in writing(blog()).send(write).warnings[0]
