"""Responses that nobody recorded: other envelopes, wrong shapes, every error body."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
import subprocess
import sys

import pytest

from pelican_buttercms.api import Response
from pelican_buttercms.api.read_requests import Request
from pelican_buttercms.api.responses import (
    decode_collection,
    decode_collections,
    decode_item,
    decode_joined,
    decode_listing,
    raise_for_status,
)
from pelican_buttercms.errors import (
    APIError,
    AuthenticationError,
    InvalidRequestError,
    NotFoundError,
    QuotaError,
    ResponseError,
    ServerError,
)

REQUEST = Request("GET", "posts/", (("page", "1"),))


def answer(body, status=200, **headers):
    """Make a response."""
    return Response(status, headers, body.encode() if isinstance(body, str) else body)


def test_both_paginations_have_their_meta():
    """Page numbers are recorded, offsets documented."""
    listing = decode_listing(
        REQUEST, answer('{"meta":{"count":7,"next_offset":5,"previous_offset":0},"data":[]}')
    )
    assert (listing.count, listing.next_offset) == (7, 5)
    assert decode_listing(REQUEST, answer('{"data":[]}')).count is None


@pytest.mark.parametrize(
    ("decode", "body"),
    [
        (decode_listing, '{"data":{}}'),
        (decode_listing, '{"data":["x"]}'),
        (decode_listing, '{"meta":{"count":"many"},"data":[]}'),
        (decode_listing, "[]"),
        (decode_listing, ""),
        (decode_listing, '{"data":[{"a":'),
        (decode_listing, b'{"data":[{"a":"\xff"}]}'),
        (decode_listing, "<html>"),
        (decode_item, '{"data":[]}'),
        (decode_item, "{}"),
        (decode_collections, '{"data":[]}'),
        (decode_listing, '{"data":' + "[" * 100_000 + "]" * 100_000 + "}"),
    ],
)
def test_what_the_api_does_not_promise_is_refused_with_the_request(decode, body):
    """A wrong shape is told, with where it came from and what was wrong; it is no traceback."""
    with pytest.raises(ResponseError, match=r"GET posts/ was answered with something"):
        decode(REQUEST, answer(body))


def test_several_collections_come_whole_or_not_at_all():
    """A missing collection is not an empty one, and a page of several is not all of them."""
    both = '"data":{"a":[{"x":1}],"b":[]}'
    assert decode_joined(REQUEST, answer(f"{{{both}}}"), "ab") == {"a": [{"x": 1}], "b": []}
    assert decode_joined(REQUEST, answer(f"{{{both}}}"), "abc") is None
    assert decode_joined(REQUEST, answer("{}"), "ab") is None
    more = f'{{"meta":{{"count":9,"next_page":2}},{both}}}'
    assert decode_joined(REQUEST, answer(more), "ab") is None


def test_a_collection_that_is_not_in_its_own_answer_is_refused():
    """`data` is an object by collection key."""
    with pytest.raises(ResponseError, match="the collection 'faqs' is not in it"):
        decode_collection(REQUEST, answer('{"data":{"other":[]}}'), "faqs")


@pytest.mark.parametrize(
    ("status", "body", "error", "detail"),
    [
        (401, '{"detail":"Invalid token."}', AuthenticationError, "Invalid token."),
        (403, '{"error":"Page creation limit is over"}', AuthenticationError, "Page creation"),
        (404, '{"detail":"Not found."}', NotFoundError, "Not found."),
        (400, '{"detail":"Invalid locale parameter"}', InvalidRequestError, "Invalid locale"),
        (400, '["one problem", "another"]', InvalidRequestError, "one problem another"),
        (400, '{"title":["Too long."],"slug":["Taken."]}', InvalidRequestError, "title: Too long."),
        (400, '{"":["Nameless."]}', InvalidRequestError, "Nameless."),
        (400, '"words"', InvalidRequestError, "words"),
        (400, "7", InvalidRequestError, ""),
        (405, '{"detail":"Method \\"DELETE\\" not allowed."}', InvalidRequestError, "Method"),
        (415, '{"detail":"Unsupported media type"}', InvalidRequestError, "Unsupported"),
        (429, '{"detail":"API Calls limit reached."}', QuotaError, "API Calls limit reached."),
        (500, "<html>Application Error</html>", ServerError, ""),
        (503, "", ServerError, ""),
        (301, "", InvalidRequestError, ""),
    ],
)
def test_every_error_body_becomes_the_right_error(status, body, error, detail):
    """Status, method, path and the API's own words, in all their forms."""
    with pytest.raises(APIError) as caught:
        raise_for_status(REQUEST, answer(body, status))
    assert type(caught.value) is error
    assert caught.value.detail.startswith(detail)
    assert (caught.value.status, caught.value.method, caught.value.path) == (
        status,
        "GET",
        "posts/",
    )
    assert f"GET posts/ was answered with {status}" in str(caught.value)


def test_field_errors_are_told_by_field():
    """A write's 400 says which field is wrong."""
    with pytest.raises(InvalidRequestError) as caught:
        raise_for_status(REQUEST, answer('{"title":["A.","B."],"slug":"C."}', 400))
    assert caught.value.fields == {"title": ["A.", "B."], "slug": ["C."]}


def test_retry_after_is_read_in_both_forms():
    """Seconds or a date; nonsense is nothing."""
    soon = format_datetime(datetime.now(UTC) + timedelta(hours=2), usegmt=True)
    for text, low, high in (("1209600", 1209600, 1209600), (soon, 7100, 7200)):
        with pytest.raises(QuotaError) as caught:
            raise_for_status(REQUEST, answer("{}", 429, **{"retry-after": text}))
        assert low <= caught.value.retry_after <= high
    for text in ("soon", "", "-5", "²", "9" * 5000):
        with pytest.raises(QuotaError) as caught:
            raise_for_status(REQUEST, answer("{}", 429, **{"retry-after": text}))
        assert caught.value.retry_after is None


def test_a_quota_error_tells_how_long():
    """In the largest unit that fits."""
    with pytest.raises(QuotaError, match="spent for another 14 days"):
        raise_for_status(REQUEST, answer("{}", 429, **{"retry-after": "1209600"}))


def test_words_of_the_api_are_bounded():
    """An error page of megabytes does not become the message."""
    with pytest.raises(InvalidRequestError) as caught:
        raise_for_status(REQUEST, answer('{"detail":"' + "x" * 100_000 + '"}', 400))
    assert len(str(caught.value)) < 1000


RACE = """
import sys
from threading import Barrier, Thread
sys.setswitchinterval(1e-6)
from pelican_buttercms.api import Response, read_requests
from pelican_buttercms.api.responses import decode_listing
barrier = Barrier(8)
body = b'{"data":[{"a":1}],"meta":{"count":1}}'
def run():
    barrier.wait()
    decode_listing(read_requests.posts(), Response(200, {}, body))
threads = [Thread(target=run) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""


def test_the_first_answers_may_come_at_once():
    """Several threads decode their first answers; msgspec alone would crash at times."""
    for _ in range(12):
        done = subprocess.run(
            [sys.executable, "-c", RACE], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
