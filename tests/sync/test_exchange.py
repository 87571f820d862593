"""The bounds of an exchange, over a real socket and against a server that keeps to no rule."""

from collections.abc import Callable, Iterable
import gzip
from itertools import chain, repeat
import resource
import tracemalloc
import zlib

import httpx
import pytest

from pelican_buttercms.errors import (
    ButterCMSError,
    RefusedResponseError,
    ResponseTooLargeError,
    TransportError,
)
from pelican_buttercms.sync.http.download import Downloads, download
from pelican_buttercms.sync.http.exchange import Bounds, exchange
from pelican_buttercms.sync.http.network import NetworkTransport
from pelican_buttercms.sync.http.post import deliver

from .hostile import Clock, answering

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
SIZE = 100_000


def ask(url, clock=None, *, seconds=120.0, headers=None, size=SIZE):
    """Ask a server once; gives the body."""
    bounds = Bounds(seconds, size, clock) if clock else Bounds(seconds, size)
    request = httpx.Request("GET", url, headers=headers or {"Accept-Encoding": "gzip"})
    with (
        NetworkTransport(url) as transport,
        exchange(transport, request, bounds, what="GET x/") as answer,
    ):
        return answer.read()


def bomb(length=64 * 1024 * 1024):
    """Compress many zeros."""
    return gzip.compress(bytes(length), 9)


def answer(body, *headers):
    """Put an answer together."""
    lines = [*headers, b"Content-Length: %d" % len(body)]
    return OK + b"\r\n".join(lines) + b"\r\n\r\n" + body


DRIPS = {
    "status line": (b"HTTP/1.1 2", b"0"),
    "header": (OK + b"X-A: ", b"a"),
    "headers": (OK, b"X-A: b\r\n"),
    "informational": (b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    "body": (OK + b"Content-Length: 900000\r\n\r\n", b" "),
    "body without length": (OK + b"\r\n", b" "),
    "chunks": (CHUNKED, b"1\r\na\r\n"),
    "chunk size": (CHUNKED, b"0"),
    "chunk extension": (CHUNKED + b"1;a=", b"b"),
    "trailers": (CHUNKED + b"0\r\n", b"X-A: b\r\n"),
    "gzip header": (
        OK + b"Content-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x08\x00\x00\x00\x00\x00\x03",
        b"name",
    ),
    "empty gzip members": (OK + b"Content-Encoding: gzip\r\n\r\n", gzip.compress(b"")),
}


@pytest.mark.parametrize("where", DRIPS)
def test_a_drip_anywhere_ends_with_the_total_time(where):
    """Each byte comes in time, and the whole does not: the bound is around the whole."""
    clock = Clock()
    start, piece = DRIPS[where]
    with (
        answering(lambda: chain([start], clock.drip(piece))) as url,
        pytest.raises(TransportError, match="not complete after 120 s"),
    ):
        ask(url, clock, size=10**9)
    assert clock() >= 120


FLOODS: dict[str, tuple[bytes, bytes]] = {
    name: (start, piece * (20_000 // len(piece))) for name, (start, piece) in DRIPS.items()
}


@pytest.mark.parametrize("where", FLOODS)
def test_a_flood_anywhere_ends_with_the_bound(where):
    """As fast as it comes; the time is not what ends it."""
    start, piece = FLOODS[where]
    with (
        answering(lambda: chain([start], repeat(piece, 20_000))) as url,
        pytest.raises((TransportError, RefusedResponseError), match="GET x/"),
    ):
        ask(url, lambda: 0.0)


def _deflate(data):
    return zlib.compress(data, 9)


ENCODINGS: dict[str, tuple[Iterable[bytes], Callable[[bytes], bytes]]] = {
    "gzip": ([b"Content-Encoding: gzip"], bytes),
    "gzip twice": ([b"Content-Encoding: gzip, gzip"], lambda data: gzip.compress(data, 9)),
    "gzip in two lines": ([b"Content-Encoding: gzip", b"Content-Encoding: gzip"], gzip.compress),
    "x-gzip": ([b"Content-Encoding: X-GZip"], bytes),
    "deflate": ([b"Content-Encoding: deflate"], lambda _: _deflate(bytes(10**7))),
    "br": ([b"Content-Encoding: br"], bytes),
    "zstd": ([b"Content-Encoding: zstd"], bytes),
    "identity and gzip": ([b"Content-Encoding: identity, gzip"], bytes),
    "unknown": ([b"Content-Encoding: \x1b[2J"], bytes),
}


@pytest.mark.parametrize("name", ENCODINGS)
def test_no_bomb_is_unpacked(name):
    """In whatever it is wrapped, only so much of it becomes bytes as the bound allows."""
    headers, wrap = ENCODINGS[name]
    packed = wrap(bomb())
    tracemalloc.start()
    try:
        with (
            answering(lambda: [answer(packed, *headers)]) as url,
            pytest.raises(RefusedResponseError) as caught,
        ):
            ask(url)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 20 * SIZE
    assert "\x1b" not in str(caught.value)


def test_a_size_that_is_announced_allocates_nothing():
    """Whatever Content-Length says."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    big = OK + b"Content-Length: 99999999999\r\n\r\n"
    with answering(lambda: [big, b"x"]) as url, pytest.raises(TransportError):
        ask(url)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000


@pytest.mark.parametrize(
    "body",
    [
        gzip.compress(b"x" * 100)[:-4],
        gzip.compress(b"x" * 100)[:5],
        b"no gzip at all",
        gzip.compress(b"x") + b"more",
    ],
    ids=["no end", "no header", "no gzip", "more"],
)
def test_a_damaged_compressed_body_is_no_answer(body):
    """Nothing of it is used."""
    with (
        answering(lambda: [answer(body, b"Content-Encoding: gzip")]) as url,
        pytest.raises(TransportError, match="damaged body"),
    ):
        ask(url)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (gzip.compress(b"a") + gzip.compress(b"b"), b"ab"),
        (b"", b""),
        (gzip.compress(bytes(SIZE)), bytes(SIZE)),
    ],
    ids=["two members", "none", "up to the bound"],
)
def test_compressed_bodies_are_read(body, expected):
    """Of several members, of none, and up to the bound."""
    with answering(lambda: [answer(body, b"Content-Encoding: gzip")]) as url:
        assert ask(url) == expected


@pytest.mark.parametrize("headers", [[], [b"Content-Encoding: gzip"]], ids=["plain", "gzip"])
def test_a_large_body_up_to_the_bound_is_read(headers):
    """Its bytes are counted once, although they pass the network and the decoder."""
    size = 4 * 1024 * 1024
    body = bytes(range(256)) * (size // 256)
    sent = gzip.compress(body, 0) if headers else body
    with answering(lambda: [answer(sent, *headers)]) as url:
        assert ask(url, size=size) == body
        with pytest.raises(ResponseTooLargeError):
            ask(url, size=size - 1)


ODD = {
    "nothing": b"",
    "no HTTP": b"\x00\xff\xfe garbage\r\n\r\n",
    "another protocol": b"SSH-2.0-OpenSSH_9.6\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "no status": b"HTTP/1.1\r\n\r\n",
    "a strange status": b"HTTP/1.1 2000 OK\r\n\r\n",
    "a switch": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    "two lengths": OK + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
    "a length below nothing": OK + b"Content-Length: -5\r\n\r\nhello",
    "a length of letters": OK + b"Content-Length: abc\r\n\r\nhello",
    "a length that is too long": OK + b"Content-Length: 9999\r\n\r\nhello",
    "a chunk of letters": CHUNKED + b"zz\r\nhello\r\n",
    "a chunk below nothing": CHUNKED + b"-1\r\nhello\r\n",
    "a chunk that is too large": CHUNKED + b"ffffffffffffffff\r\nhello",
    "a huge chunk size": CHUNKED + b"f" * 5000 + b"\r\nhello",
    "an unknown transfer": OK + b"Transfer-Encoding: gzip, chunked\r\n\r\nhello",
    "a header without a name": OK + b": a\r\nContent-Length: 0\r\n\r\n",
    "a folded header": b"HTTP/1.1 200 OK\r\n X: a\r\n\r\n",
    "a null byte in a header": OK + b"X: a\x00b\r\nContent-Length: 0\r\n\r\n",
    "too many headers": OK + b"".join(b"X-%d: a\r\n" % n for n in range(500)) + b"\r\n",
    "too large headers": OK + b"X: " + b"a" * 90_000 + b"\r\nContent-Length: 0\r\n\r\n",
}


@pytest.mark.parametrize("name", ODD)
def test_what_is_not_http_is_our_error(name):
    """One sentence, and nothing of another library's."""
    with answering(lambda: [ODD[name]]) as url, pytest.raises(ButterCMSError, match="GET x/"):
        ask(url)


@pytest.mark.parametrize("name", ODD)
def test_what_is_not_http_is_no_file_and_no_started_build(name):
    """So it is for files and for deploy hooks, whose status counts alone."""
    with answering(lambda: [ODD[name]]) as url:
        with NetworkTransport(url) as transport, pytest.raises(ButterCMSError):
            download(transport, url, lambda _: True)
        assert Downloads()(url) is None
        try:
            told = str(deliver(url, b"", {}).status)
        except TransportError as exc:
            told = str(exc)
    assert told == "200" or told.startswith("127.0.0.1 ")


def test_writing_is_bounded_as_well():
    """A server that takes nothing in does not hold a write for ever."""
    clock = Clock()

    def body():
        for _ in range(200):
            clock.seconds += 1
            yield b"x" * 1000

    with (
        answering(lambda: clock.drip(b"", 0)) as url,
        NetworkTransport(url) as transport,
        pytest.raises(TransportError, match="not complete after 60 s"),
        exchange(
            transport,
            httpx.Request("POST", url, content=body()),
            Bounds(60, SIZE, clock),
            what="POST x/",
        ),
    ):
        pass


def test_memory_that_is_short_is_our_error():
    """As after a bomb that fits the bound but not the machine."""

    class Short(httpx.SyncByteStream):
        def __iter__(self):
            raise MemoryError

    transport = httpx.MockTransport(lambda _: httpx.Response(200, stream=Short()))
    request = httpx.Request("GET", "https://x/")
    with (
        pytest.raises(ResponseTooLargeError, match="fits in memory"),
        exchange(transport, request, Bounds(1, 1), what="GET x/") as found,
    ):
        found.read()
