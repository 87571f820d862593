"""Pauses that an API asks for, a quota that is spent, and an API that fails now and then."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from pelican_buttercms.api import read_requests
from pelican_buttercms.api.error_mapping import read_retry_after
from pelican_buttercms.api.responses import decode_listing
from pelican_buttercms.errors import QuotaError, ThrottledError
from pelican_buttercms.settings import Token
from pelican_buttercms.sync.call_budget import Meter
from pelican_buttercms.sync.http.retry import Retry
from pelican_buttercms.sync.http.write_client import Accepted, Writer
from pelican_buttercms.sync.progress import Progress
from pelican_buttercms.sync.pull import pull
from pelican_buttercms.sync.pull_spec import PullSpec

from .write_client.samples import CHANGE, CREATE

SPENT = '{"detail":"API Calls limit reached."}'
THROTTLED = '{"detail":"Request was throttled."}'


def in_seconds(seconds):
    """Write a moment as HTTP does."""
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


def refusing(body, retry_after=None, times=1):
    """Make a transport that refuses so often, then answers; gives it and the requests.

    `retry_after` is the header's text, or a number of seconds that becomes a date.
    """
    seen = []

    def answer(request):
        seen.append(request)
        if len(seen) > times:
            return httpx.Response(200, content=b'{"data":[]}')
        told = in_seconds(retry_after) if isinstance(retry_after, int) else retry_after
        headers = {} if told is None else {"Retry-After": told}
        return httpx.Response(429, content=body, headers=headers)

    return httpx.MockTransport(answer), seen


@pytest.mark.parametrize(
    ("body", "retry_after", "pause"),
    [
        (THROTTLED, "1", 1),
        (THROTTLED, "0", 0),
        (THROTTLED, 30, 20),
        (THROTTLED, -30, 0),
        (THROTTLED, None, 0),
        ('{"detail":"Request was throttled. Expected available in 3 seconds."}', None, 3),
        (SPENT, "5", 5),
        ("<html>Too many requests</html>", None, 0),
        ("", "soon", 0),
    ],
)
def test_a_short_pause_is_made(connect, slept, body, retry_after, pause):
    """As long as the API asks for, and a little more, so that not all come back at once."""
    transport, seen = refusing(body, retry_after)
    connect(transport).get(read_requests.posts(), decode_listing)
    assert len(seen) == 2
    assert pause <= slept[0] < pause + 12


@pytest.mark.parametrize(
    ("body", "retry_after", "told"),
    [
        (SPENT, None, "calls of this month are spent."),
        (SPENT, "1209600", "calls of this month are spent for another 14 days."),
        (SPENT, "600", "calls of this month are spent for another 10 minutes."),
        (THROTTLED, "90", "takes no more requests for another 90 seconds."),
        (THROTTLED, "300", "takes no more requests for another 5 minutes."),
        ("", "7200", "calls of this month are spent for another 2 hours."),
        ("", 10 * 24 * 3600, "calls of this month are spent for another 10 days."),
        ("", "9999999999", "calls of this month are spent for another"),
    ],
)
def test_a_long_pause_is_a_quota(connect, slept, body, retry_after, told):
    """Nobody waits for it; how long it lasts is told in a unit that fits."""
    transport, seen = refusing(body, retry_after)
    with pytest.raises(QuotaError) as caught:
        connect(transport).get(read_requests.posts(), decode_listing)
    assert not isinstance(caught.value, ThrottledError)
    assert told in str(caught.value)
    assert (len(seen), slept) == (1, [])


def test_pauses_end_with_the_total_time(connect, slept):
    """The error then says that it is no quota."""
    transport, seen = refusing(THROTTLED, "25", times=99)
    with pytest.raises(ThrottledError, match="no more requests for another 25 seconds"):
        connect(transport).get(read_requests.posts(), decode_listing)
    assert (len(seen), sum(slept) <= 60) == (3, True)


@pytest.mark.parametrize("write", [CREATE, CHANGE])
def test_a_write_that_is_throttled_is_sent_again(slept, write):
    """It was refused, so that it was not done."""
    transport, seen = refusing(THROTTLED, "1")
    writer = Writer(
        "https://api.example/v2/",
        Token("x" * 20),
        transport=transport,
        meter=Meter(),
        retry=Retry(sleep=slept.append),
    )
    assert writer.send(write) == Accepted()
    assert len(seen) == 2


@pytest.mark.parametrize(
    "value",
    [
        *("", "soon", "-1", "1.5", "NaN", "9" * 40, "\u0663", "Wed, 99 Jan 2020 00:00:00 GMT"),
        *("Wed, 01 Jan 99999 00:00:00 GMT", "Wed, 01 Jan 2020 00:00:00 +99999999"),
        *("Wed, 01 Jan 2020", "0" * 5000, "1, 2"),
    ],
)
def test_a_header_that_is_none_says_nothing(value):
    """Nor does it raise."""
    assert read_retry_after(value) in {None, 0}


@pytest.mark.parametrize("fault", ["status=503%3", "cut%3", "malformed%3", "quota=1%3"])
def test_a_whole_first_pull_succeeds_though_every_third_answer_fails(
    connect, account, app, store, scope, slept, fault
):
    """Whichever requests they hit, eight of which run at once; again and again."""
    for number in range(30):
        account.post(f"post-{number}")
    for page_type in ("a", "b", "c", "d"):
        account.page(page_type, "home", headline=page_type)
    account.collection("people", {"id": 1, "name": "Ada"})
    wanted = PullSpec(page_types=("a", "b", "c", "d"), collections=("people",))
    for _ in range(20):
        client = connect(app(faults=[fault]), retry=Retry(sleep=slept.append))
        result = pull(client, store, [scope], wanted, Progress())
        assert len(result.generations[0].manifest) >= 36
    assert len(slept) > 20
