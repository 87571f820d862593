"""Whatever a library raises while it speaks HTTP becomes one of our errors, at every seam."""

import builtins
from contextlib import closing
import http.client
import inspect
import socket
import ssl
import struct
import zlib

import h11
import httpcore
import httpx
import idna
import pytest

from pelican_buttercms.api import read_requests
from pelican_buttercms.api.responses import decode_listing
from pelican_buttercms.errors import (
    ButterCMSError,
    ResponseError,
    SettingsError,
    TransportError,
    UncertainWriteError,
)
from pelican_buttercms.settings import Token
from pelican_buttercms.store import MediaStore
from pelican_buttercms.sync.call_budget import Meter
from pelican_buttercms.sync.http.download import Downloads
from pelican_buttercms.sync.http.post import deliver
from pelican_buttercms.sync.http.retry import Retry
from pelican_buttercms.sync.http.write_client import Writer
from pelican_buttercms.sync.media_download import fetch_media

from .write_client.samples import CHANGE, CREATE

MEDIA = "https://cdn.buttercms.com/AAA"
SECRET = "s3cret-address"


def _classes():
    """List every exception class that the modules of an exchange make public."""
    modules = (httpx, httpcore, h11, idna, ssl, socket, zlib, struct, http.client)
    found = {
        one
        for module in (*modules, builtins)
        for one in vars(module).values()
        if inspect.isclass(one) and issubclass(one, Exception) and not issubclass(one, Warning)
    } - {h11.ProtocolError, StopIteration}  # a base of others; none leaves a generator
    return sorted(found, key=lambda one: f"{one.__module__}.{one.__qualname__}")


def _make(cls):
    """Make an exception of a class, whatever its arguments are."""
    arguments = (
        (SECRET,),
        (),
        (SECRET, SECRET),
        ("utf-8", b"x", 0, 1, SECRET),
        ("idna", "x", 0, 1, SECRET),
        ("x", 0, 1, SECRET),
        (SECRET, [OSError(SECRET)]),
        (b"x", 3),
    )
    for given in arguments:
        try:
            return cls(*given)
        except (TypeError, ValueError, AttributeError):
            continue
    try:
        return cls(SECRET, request=None, response=None)
    except (TypeError, ValueError, AttributeError):
        return None


CLASSES = [one for one in _classes() if _make(one) is not None]
UNMADE = [one for one in _classes() if _make(one) is None]

NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    ConnectionRefusedError,
)


class Late(httpx.SyncByteStream):
    """A body that fails after its first bytes."""

    def __init__(self, error):
        self._error = error

    def __iter__(self):
        yield b'{"data":'
        raise self._error


def failing(cls, when):
    """Make a transport that fails before, or after the headers of an answer."""

    def answer(request):
        error = _make(cls)
        if when == "before":
            raise error
        return httpx.Response(200, stream=Late(error))

    return httpx.MockTransport(answer)


def test_no_class_is_left_out():
    """All of them can be made here, so that all of them are tried."""
    assert UNMADE == []
    assert len(CLASSES) > 120


def _retry():
    return Retry(attempts=2, sleep=lambda _: None)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("cls", CLASSES, ids=lambda one: f"{one.__module__}.{one.__qualname__}")
def test_every_seam_takes_every_class(cls, when, connect, tmp_path, caplog):
    """Reads, writes that change and create, media files, downloads, deploy hooks."""
    client = connect(failing(cls, when), retry=_retry())
    with pytest.raises((TransportError, ResponseError)) as caught:
        client.get(read_requests.posts(), decode_listing)
    assert isinstance(caught.value.__cause__, cls)
    assert "GET posts/" in str(caught.value)

    meter = Meter()
    with closing(
        Writer(
            "https://api.example/v2/",
            Token("x" * 20),
            transport=failing(cls, when),
            meter=meter,
            retry=_retry(),
        )
    ) as writer:
        with pytest.raises(ButterCMSError):
            writer.send(CHANGE)
        known = when == "before" and issubclass(cls, NEVER_SENT)
        with pytest.raises(TransportError if known else UncertainWriteError):
            writer.send(CREATE)

    with MediaStore(tmp_path) as store:
        fetch_media([MEDIA], store, failing(cls, when))
        assert store.get(MEDIA) is None
        assert store.failure(MEDIA) is not None
    assert [one.levelname for one in caplog.records if "media file" in one.message] == ["WARNING"]

    assert Downloads(failing(cls, when))(MEDIA) is None

    try:
        found = deliver(f"https://hooks.example/{SECRET}", b"", {}, transport=failing(cls, when))
    except (TransportError, SettingsError) as exc:
        told, shows_context = f"{exc}{exc.__cause__}", not exc.__suppress_context__
    else:
        told, shows_context = "", found.status != 200
    assert bool(told) == (when == "before")
    assert (SECRET in told, shows_context) == (False, False)


LOCATIONS = [
    "javascript:alert(1)",
    "http://xn--999999999.com/",
    "https://[::1",
    "https://api.example:99999/",
    "https://api.example:a/",
    "//",
    "https://",
    "\x00",
    "https://" + "a" * 60_000,
    "data:text/html,x",
    "file:///etc/passwd",
    "https://api.example\x7f/",
    "https://ex ample/",
    "https://user:pass@evil.example/",
    "ftp://api.example/v2/posts/",
    "https://api.example.evil.example/",
    "https://api.example:8443/",
    "http://api.example/v2/posts/",
    "\\\\evil.example\\x",
    "https:\\\\evil.example",
    "http://169.254.169.254/latest/meta-data/",
]


@pytest.mark.parametrize("location", LOCATIONS)
def test_a_redirect_to_anything_else_is_our_error(location, connect, tmp_path, caplog):
    """Reads, writes and media; nothing is sent there."""
    asked = []

    def answer(request):
        asked.append(str(request.url.host))
        headers = [(b"Location", location.encode("latin-1", "replace"))]
        return httpx.Response(302, headers=headers)

    transport = httpx.MockTransport(answer)
    with pytest.raises(ResponseError):
        connect(transport, retry=_retry()).get(read_requests.posts(), decode_listing)
    with closing(
        Writer(
            "https://api.example/v2/",
            Token("x" * 20),
            transport=transport,
            meter=Meter(),
            retry=_retry(),
        )
    ) as writer:
        for write in (CREATE, CHANGE):
            with pytest.raises(ResponseError, match="redirected"):
                writer.send(write)
    with MediaStore(tmp_path) as store:
        fetch_media([MEDIA], store, transport)
        assert store.get(MEDIA) is None
    assert Downloads(transport)(MEDIA) is None
    assert set(asked) <= {"api.example", "cdn.buttercms.com"}


ADDRESSES = [
    "http://cdn.buttercms.com/ab\x7fc.png",
    "https://cdn.buttercms.com/" + "a" * 70_000,
    "https://cdn.buttercms.com:99999/x",
    "https://cdn.buttercms.com:8443/x",
    "https://user@cdn.buttercms.com/x",
    "https://cdn.buttercms.com@evil.example/x",
    "https://cdn.buttercms.com\\@evil.example/x",
    "https://cdn.buttercms.com.evil.example/x",
    "ftp://cdn.buttercms.com/x",
    "//cdn.buttercms.com/x",
    "",
    "x",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_that_is_none_is_a_failed_file(address, tmp_path, caplog):
    """One warning, and nothing is asked."""
    asked = []
    transport = httpx.MockTransport(lambda r: asked.append(str(r.url)) or httpx.Response(404))
    with MediaStore(tmp_path) as store:
        fetch_media([address], store, transport)
        assert store.get(address) is None
    assert all(url.startswith("https://cdn.buttercms.com/") for url in asked)
    assert len(caplog.records) == 1
    assert "\x7f" not in caplog.text
