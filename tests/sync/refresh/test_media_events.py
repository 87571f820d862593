"""Media events: the files are checked for changes, and an outage leaves the events pending."""

from datetime import timedelta
import json

import httpx
import pytest

from pelican_buttercms.sync.http import transport

PNG = b"\x89PNG\r\n"

URL = "https://cdn.buttercms.com/AAA"


@pytest.fixture
def pictured(account, play):
    """An account with a media file, whose file is fetched."""
    account.media("AAA.png", PNG + b"old")
    account.page("news", "home", picture=URL)
    played = play(collections=(), posts=False, media="download", max_age=timedelta(hours=1))
    assert played.plain().media[URL].read() == PNG + b"old"
    account.media("AAA.png", PNG + b"new")
    return played


def answer_media_with(monkeypatch, status):
    """Let the media library answer with a status."""
    handler = httpx.MockTransport(lambda request: httpx.Response(status))
    monkeypatch.setattr(transport, "open_transport", lambda *_, **__: handler)


@pytest.mark.parametrize("status", [500, 503, 429])
def test_media_events_stay_pending_while_the_media_library_fails(
    pictured, make_body, monkeypatch, status
):
    """The next build without an event of its own checks the file again, and then no more."""
    body = json.dumps(make_body("media.updated", media_id=5, id=5, url=URL))
    with monkeypatch.context() as failing:
        answer_media_with(failing, status)
        assert pictured.build(body).media[URL].read() == PNG + b"old"
        assert any("wait for a later build" in line for line in pictured.said)
    assert pictured.plain().media[URL].read() == PNG + b"new"
    assert pictured.calls == []
    pictured.plain()
    assert any("no call made" in line for line in pictured.said)


def test_media_events_of_a_file_that_is_gone_are_settled(pictured, make_body, monkeypatch):
    """A file that is not there is an answer, and no outage."""
    body = json.dumps(make_body("media.deleted", media_id=5, id=5, url=URL))
    with monkeypatch.context() as gone:
        answer_media_with(gone, 404)
        pictured.build(body)
    pictured.plain()
    assert any("no call made" in line for line in pictured.said)


def test_an_outage_of_another_file_leaves_no_media_event_pending(pictured, make_body, monkeypatch):
    """An event that names a file depends on that file alone."""
    other = "https://cdn.buttercms.com/BBB"
    body = json.dumps(make_body("media.updated", media_id=6, id=6, url=other))
    with monkeypatch.context() as failing:
        answer_media_with(failing, 503)
        pictured.build(body)
    pictured.plain()
    assert any("no call made" in line for line in pictured.said)


def test_only_media_events_stay_pending_beside_others(pictured, make_body, monkeypatch):
    """The page of the same delivery is refreshed once."""
    bodies = [
        make_body("media.updated", media_id=5, id=5, url=URL),
        make_body("page.published", "home", page_type="news"),
    ]
    with monkeypatch.context() as failing:
        answer_media_with(failing, 503)
        pictured.build(json.dumps(bodies))
    assert pictured.calls == ["/v2/pages/news/home/"]
    assert pictured.plain().media[URL].read() == PNG + b"new"
    assert pictured.calls == []
