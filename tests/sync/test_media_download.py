"""The files behind media URLs."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.content.media_addresses import media_urls
from pelican_buttercms.store import MediaStore
from pelican_buttercms.sync import media_download as fetching
from pelican_buttercms.sync.http.download import LARGEST
from pelican_buttercms.sync.media_download import fetch_media

PNG = b"\x89PNG\r\n\x1a\n"
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
    """The second time the CDN answers 304; a file that changed comes again, under another name."""
    account.media("AAA.png", PNG + b"first")
    emulator = app()
    fetch_media([ONE], media, httpx.WSGITransport(emulator))
    file = media.get(ONE)
    assert (file.name[:4], file.name[-4:], file.read()) == ("AAA-", ".png", PNG + b"first")
    assert "If-None-Match" in file.validators
    fetch_media([ONE], media, httpx.WSGITransport(emulator))
    assert media.get(ONE).name == file.name
    account.media("AAA.png", PNG + b"second")
    fetch_media([ONE], media, httpx.WSGITransport(emulator))
    assert media.get(ONE).read() == PNG + b"second"
    assert media.get(ONE).name != file.name
    assert len(emulator.media_calls) == 3
    assert emulator.calls == []


def test_the_cdn_gets_no_token_and_is_asked_over_https(media):
    """Media are public; an old address with http is asked all the same, safely."""
    seen = []

    def answer(request):
        seen.append(request)
        return httpx.Response(200, content=PNG)

    plain = ONE.replace("https", "http")
    fetch_media([ONE, plain], media, httpx.MockTransport(answer))
    assert {str(one.url) for one in seen} == {ONE}
    assert not any("authorization" in one.headers for one in seen)
    assert media.get(plain).read() == PNG


@pytest.mark.parametrize(
    ("response", "why"),
    [
        (httpx.Response(404), "404"),
        (httpx.Response(200, content=PNG + b"x" * LARGEST), "more than 25 MiB"),
        (httpx.Response(200, content=b"<html><script>"), "no type"),
        (httpx.ConnectError("refused"), "refused"),
    ],
    ids=["missing", "too large", "a page", "unreachable"],
)
def test_a_file_that_cannot_be_had_is_reported_and_stays_at_the_cdn(media, caplog, response, why):
    """A stored one is kept; without one the URL stays what it is."""

    def answer(request):
        if isinstance(response, Exception):
            raise response
        return response

    fetch_media([ONE], media, httpx.MockTransport(answer))
    assert media.get(ONE) is None
    assert "pages load it from the CDN" in caplog.text
    assert why in caplog.text
    media.put(ONE, b"old", "image/png", {})
    fetch_media([ONE], media, httpx.MockTransport(answer))
    assert media.get(ONE).read() == b"old"
    assert "the stored one is used" in caplog.text


def test_all_failures_are_one_warning(media, caplog):
    """However many files there are."""
    urls = [f"{ONE}{number}" for number in range(40)]
    media.put(urls[0], b"old", "image/png", {})
    fetch_media(urls, media, httpx.MockTransport(lambda _: httpx.Response(404)))
    (warning,) = caplog.messages
    assert warning.startswith("40 media files could not be fetched; 1 stored ones are used")
    assert "and 37 more" in warning
    assert len(warning) < 1000


def test_a_failure_is_not_asked_for_on_every_build(media, caplog, forget_warnings):
    """Only when some time has passed, or when somebody asks; the warning stays."""
    asked = []
    transport = httpx.MockTransport(lambda r: asked.append(r) or httpx.Response(404))
    now = datetime(2026, 5, 17, 12, tzinfo=UTC)

    def build(moment, **options):
        caplog.clear()
        forget_warnings()  # each build is a process of its own
        fetch_media([ONE], media, transport, now=lambda: moment, **options)
        assert len(caplog.messages) == 1
        return len(asked)

    assert build(now, again=False) == 1
    assert build(now + timedelta(minutes=9), again=False) == 1
    assert "asked again after 2026-05-17 12:10 UTC" in caplog.text
    assert build(now + timedelta(minutes=11), again=False) == 2
    assert build(now + timedelta(minutes=25), again=False) == 2
    assert build(now + timedelta(minutes=25), again=True) == 3


def test_one_build_has_bounds_and_the_next_goes_on(media, caplog, monkeypatch):
    """On files, bytes and time; what is left out is told."""
    urls = [f"{ONE}{number}" for number in range(10)]
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=PNG))

    def missing():
        return [url for url in urls if media.get(url) is None]

    monkeypatch.setattr(fetching, "MOST_FILES", 4)
    fetch_media(urls, media, transport, 2)
    assert len(missing()) == 6
    assert "6 media files were not asked for" in caplog.text
    monkeypatch.setattr(fetching, "MOST_BYTES", 2 * len(PNG))
    fetch_media(missing(), media, transport, 2)
    assert len(missing()) == 3
    seconds = iter(range(0, 10**6, 1000))
    fetch_media(missing(), media, transport, 2, clock=lambda: next(seconds))
    assert len(missing()) == 2
    fetch_media(missing(), media, transport, 2)
    assert missing() == []


@pytest.mark.parametrize(
    ("location", "is_followed"),
    [
        ("https://d2wzhk7xhrnk1x.cloudfront.net/AAA_a.png", True),
        ("/other", True),
        ("http://cdn.buttercms.com/other", False),
        ("https://127.0.0.1/latest/meta-data/", False),
        ("https://evil.example/AAA", False),
        ("https://cdn.buttercms.com:8443/x", False),
    ],
)
def test_a_redirect_stays_in_the_library(media, location, is_followed):
    """Its three hosts, over HTTPS; nothing else is asked, so that nothing inside is published."""
    asked = []

    def answer(request):
        asked.append(str(request.url))
        if str(request.url) == ONE:
            return httpx.Response(302, headers={"Location": location})
        return httpx.Response(200, content=PNG)

    fetch_media([ONE], media, httpx.MockTransport(answer))
    assert len(asked) == 1 + is_followed
    assert (media.get(ONE) is not None) == is_followed


def test_redirects_in_a_circle_end(media, caplog):
    """After a few."""
    loop = httpx.MockTransport(lambda r: httpx.Response(302, headers={"Location": str(r.url)}))
    fetch_media([ONE], media, loop)
    assert "redirected more than 3 times" in caplog.text


@pytest.mark.parametrize("etag", ["a\nb", "x" * 5000, "é", "", " "])
def test_validators_that_could_not_be_sent_are_not_kept(media, etag):
    """The file is fetched anew then."""
    headers = [(b"ETag", etag.encode())]
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=PNG, headers=headers))
    fetch_media([ONE], media, transport)
    assert media.get(ONE).validators == {}
