"""The files behind media URLs."""

import httpx
import pytest

from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.content.media_addresses import media_urls
from pelican_buttercms.fetch.media import LARGEST, fetch_media
from pelican_buttercms.store import MediaStore

ONE = "https://cdn.buttercms.com/AAA"


@pytest.fixture
def media(tmp_path):
    """A store of files."""
    with MediaStore(tmp_path / "cache") as opened:
        yield opened


def test_media_are_found_in_fields_and_inside_html():
    """Both legacy hosts count; the same URL once."""
    legacy = "https://d2wzhk7xhrnk1x.cloudfront.net/BBB_a.jpg"
    html = f'<img src="{ONE}" srcset="{ONE} 1x"><a href=\'{legacy}\'>x</a>'
    record = RawRecord(Key("post", "", "p"), {"body": html, "image": {"url": ONE, "alt": ""}})
    assert media_urls([record]) == [ONE, legacy]


def test_a_file_is_fetched_once_and_then_only_asked_about(media, account, app):
    """The second time the CDN answers 304; a file that changed comes again under its name."""
    account.media("AAA.png", b"first")
    emulator = app()
    transport = httpx.WSGITransport(emulator)
    fetch_media([ONE], media, transport)
    file = media.get(ONE)
    assert (file.name, file.read()) == ("AAA.png", b"first")
    assert "If-None-Match" in file.validators
    fetch_media([ONE], media, httpx.WSGITransport(emulator))
    assert media.get(ONE).read() == b"first"
    account.media("AAA.png", b"second")
    fetch_media([ONE], media, httpx.WSGITransport(emulator))
    assert media.get(ONE).read() == b"second"
    assert len(emulator.media_calls) == 3
    assert emulator.calls == []


def test_the_cdn_never_gets_the_token(media):
    """Media are public; requests for them carry no secret."""
    seen = []

    def answer(request):
        seen.append(request)
        return httpx.Response(200, content=b"x", headers={"Content-Type": "image/png"})

    fetch_media([ONE], media, httpx.MockTransport(answer))
    assert "authorization" not in seen[0].headers


@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(404),
        httpx.Response(200, content=b"x" * (LARGEST + 1)),
        httpx.ConnectError("refused"),
    ],
    ids=["missing", "too large", "unreachable"],
)
def test_a_file_that_cannot_be_had_is_told_and_stays_at_the_cdn(media, caplog, response):
    """A stored one is kept; without one the URL stays what it is."""

    def answer(request):
        if isinstance(response, Exception):
            raise response
        return response

    fetch_media([ONE], media, httpx.MockTransport(answer))
    assert media.get(ONE) is None
    assert "its pages load it from the CDN" in caplog.text
    media.put(ONE, b"old", "image/png", {})
    fetch_media([ONE], media, httpx.MockTransport(answer))
    assert media.get(ONE).read() == b"old"
    assert "the stored one is used" in caplog.text
