"""One HTTP exchange, with a bound on its time, its size and its headers, and one seam for errors.

Every request of this package goes through `exchange()`. The bounds hold while bytes arrive: a read
waits no longer than is left of the total time, and a body is never decompressed beyond its bound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
import time
from typing import cast
import zlib

import httpx

from pelican_buttercms._version import __version__
from pelican_buttercms.clean_text import clean_line
from pelican_buttercms.errors import (
    ButterCMSError,
    RefusedResponseError,
    ResponseTooLargeError,
    TransportError,
    UnreachableError,
)

USER_AGENT = f"pelican-buttercms/{__version__}"
HEADERS = {"Accept-Encoding": "gzip", "User-Agent": USER_AGENT}
"""The one encoding that is asked for and accepted, since it can be decoded within a bound."""

MOST_REDIRECTS = 3
REDIRECTS = frozenset({301, 302, 303, 307, 308})

_MOST_HEADERS = 200
_LARGEST_HEADERS = 64 * 1024
_OVERHEAD = 1024 * 1024
"""Bytes beside the body: headers, informational responses, chunk sizes, trailers."""

_GZIP = 16 + zlib.MAX_WBITS
_DAMAGED = (httpx.DecodingError, zlib.error)
_NOT_AN_ADDRESS = (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError)

_NO_CONNECTION = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_UNREACHABLE = (*_NO_CONNECTION, ConnectionRefusedError)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The bounds of one exchange.

    Attributes:
        seconds: for all of it, from connecting to the last byte.
        size: the most bytes of the decoded body.
        clock: measures the time.
    """

    seconds: float
    size: int
    clock: Callable[[], float] = time.monotonic


class Limit:
    """The time and size that are left while an exchange runs."""

    def __init__(self, bounds: Bounds, what: str) -> None:
        self.bounds = bounds
        self._what = what
        self._ends = bounds.clock() + bounds.seconds
        self._left = bounds.size + _OVERHEAD

    def timeout(self, seconds: float | None) -> float:
        """Return how long the next step may take: at most `seconds`, and what is left.

        Raises:
            TransportError: nothing is left.
        """
        left = self._ends - self.bounds.clock()
        if left <= 0:
            raise TransportError(
                f"{self._what} was not complete after {self.bounds.seconds:.0f} s."
            )
        return left if seconds is None else min(seconds, left)

    def count(self, number: int) -> None:
        """Count bytes that have arrived.

        Raises:
            ResponseTooLargeError: they are too many.
        """
        self._left -= number
        if self._left < 0:
            self.refuse_size()

    def refuse_size(self) -> None:
        """Raise the error of an answer that is too large."""
        raise ResponseTooLargeError(
            f"{self._what} was answered with more than {_spell_size(self.bounds.size)}."
            " Nothing of it was used."
        )


_CURRENT: ContextVar[Limit | None] = ContextVar("exchange", default=None)


def current_limit() -> Limit | None:
    """Return the limit of the exchange that runs in this thread; the network goes by it."""
    return _CURRENT.get()


@contextmanager
def exchange(
    transport: httpx.BaseTransport,
    request: httpx.Request,
    bounds: Bounds,
    *,
    what: str,
    advice: str = "",
) -> Iterator[Exchange]:
    """Send a request and yield the answer, whose body is yet to be read.

    Args:
        transport: where the request goes.
        request: what is sent.
        bounds: of the whole exchange.
        what: the request, for messages; the first words of a sentence.
        advice: the last sentence of a message about the network.

    Raises:
        TransportError: no complete answer came.
        RefusedResponseError: the answer is not used.
    """
    limit = Limit(bounds, what)
    token = _CURRENT.set(limit)
    try:
        with as_our_errors(what, advice, is_sending=True):
            answer = Exchange(transport.handle_request(request), limit, what, advice)
            _check_headers(answer, what)
        try:
            yield answer
        finally:
            answer.close()
    finally:
        _CURRENT.reset(token)


class Exchange:
    """An answer whose status and headers are here.

    Attributes:
        status: the HTTP status code.
        headers: by their names in lower case.
    """

    def __init__(self, response: httpx.Response, limit: Limit, what: str, advice: str) -> None:
        self.status = response.status_code
        self.headers: Mapping[str, str] = {
            name.lower(): value for name, value in response.headers.items()
        }
        self.raw_headers = response.headers.raw
        self._response = response
        self._limit = limit
        self._what = what
        self._advice = advice

    def read(self) -> bytes:
        """Return the decoded body.

        Raises:
            TransportError: it did not arrive whole or in time.
            ResponseTooLargeError: it is larger than the bound.
            RefusedResponseError: it is encoded as nobody asked for.
        """
        body = bytearray()
        with as_our_errors(self._what, self._advice):
            for part in self._decoded(self._limit.bounds.size + 1):
                body += part
                if len(body) > self._limit.bounds.size:
                    self._limit.refuse_size()
            return bytes(body)

    def read_some(self, most: int) -> bytes:
        """Return the beginning of the body, as far as it arrives whole."""
        body = bytearray()
        with suppress(ButterCMSError), as_our_errors(self._what):
            for part in self._decoded(most):
                body += part
                if len(body) >= most:
                    break
        return bytes(body[:most])

    def close(self) -> None:
        """Hang up, or keep the connection for the next request if all was read."""
        with suppress(Exception):  # what was read is whole, and nothing else is wanted
            self._response.close()

    def _decoded(self, most: int) -> Iterator[bytes]:
        """Yield the body's parts, each at most `most` bytes."""
        encoding = self.headers.get("content-encoding", "").strip().lower()
        if encoding in {"", "identity"}:
            yield from self._raw()
        elif encoding in {"gzip", "x-gzip"}:
            yield from _decompress(self._raw(), most)
        else:
            raise RefusedResponseError(
                f"{self._what} was answered in the encoding {clean_line(encoding, 60)!r}, which was"
                " not asked for. Nothing of it was used."
            )

    def _raw(self) -> Iterator[bytes]:
        for part in cast("Iterable[bytes]", self._response.stream):
            self._limit.timeout(None)  # the network has counted the bytes
            yield part


def _decompress(parts: Iterable[bytes], most: int) -> Iterator[bytes]:
    """Yield the decompressed body, in parts of at most `most` bytes."""
    decoder = zlib.decompressobj(_GZIP)
    began = False
    for part in parts:
        rest = part
        while rest:
            if decoder.eof:  # a file of several members
                decoder = zlib.decompressobj(_GZIP)
            began = True
            yield decoder.decompress(rest, most)
            rest = decoder.unused_data if decoder.eof else decoder.unconsumed_tail
    if began and not decoder.eof:
        raise zlib.error("the compressed body ends too early")


def _check_headers(answer: Exchange, what: str) -> None:
    size = sum(len(name) + len(value) for name, value in answer.raw_headers)
    if len(answer.raw_headers) > _MOST_HEADERS or size > _LARGEST_HEADERS:
        answer.close()
        raise RefusedResponseError(f"{what} was answered with too many headers. It was not used.")


@contextmanager
def as_our_errors(what: str, advice: str = "", *, is_sending: bool = False) -> Iterator[None]:
    """Convert whatever the HTTP libraries raise into this package's errors.

    They have no common base: addresses, proxies, certificates, host names, the operating system and
    the protocol each bring classes of their own, so that all of `Exception` is taken.

    Args:
        what: the request, for messages; the first words of a sentence.
        advice: the last sentence of a message about the network.
        is_sending: whether nothing was sent yet when it begins.
    """
    try:
        yield
    except ButterCMSError:
        raise
    except MemoryError as exc:
        raise ResponseTooLargeError(f"{what} was answered with more than fits in memory.") from exc
    except _NOT_AN_ADDRESS as exc:
        raise RefusedResponseError(
            f"{what} has an address that cannot be asked ({_reason(exc)})."
        ) from exc
    except Exception as exc:
        error = UnreachableError if is_sending and isinstance(exc, _UNREACHABLE) else TransportError
        raise error(f"{what} {_describe(exc)}. {advice}".rstrip()) from exc


def _describe(exc: Exception) -> str:
    if isinstance(exc, (httpx.TimeoutException, TimeoutError)):
        return "was not answered in time"
    if isinstance(exc, _DAMAGED):
        return "was answered with a damaged body"
    if isinstance(exc, httpx.RemoteProtocolError):
        return f"was cut off in the middle, or its answer is not HTTP ({_reason(exc)})"
    return f"failed ({_reason(exc)})"


def _reason(exc: Exception) -> str:
    return clean_line(str(exc), 200) or type(exc).__name__


def _spell_size(size: int) -> str:
    return f"{size // 1024**2} MiB" if size >= 1024**2 else f"{size:,} bytes"


def read_address(text: str, what: str, base: httpx.URL | None = None) -> httpx.URL:
    """Return an address, or the one that a redirect from `base` leads to.

    Raises:
        RefusedResponseError: it is not an address.
    """
    try:
        url = base.join(text) if base else httpx.URL(text)
        # httpx looks at an international name no sooner, quotes spaces, and takes any port
        if "%" in url.host or not 0 < (url.port or 1) < 2**16:
            raise ValueError("a host or port that no server has")  # noqa: TRY301
    except Exception as exc:
        raise RefusedResponseError(
            f"{what} leads to something that is not an address ({clean_line(text, 60)!r})."
        ) from exc
    return url
