"""Reading of request bodies, bounded in size and in time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
import sys
import time
from typing import Any

_CHUNK = 8192
_LONGEST_NUMBER = 18


class RequestRefusedError(Exception):
    """A request that is refused.

    Args:
        status: the HTTP status.
        reason: one word, for the metrics.
        text: one line, for the sender.
    """

    def __init__(self, status: int, reason: str, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.reason = reason
        self.text = text


def read_body(
    environ: Mapping[str, Any],
    most: int,
    seconds: float,
    clock: Callable[[], float] = time.monotonic,
) -> bytes:
    """Read a request's body.

    Args:
        environ: WSGI's.
        most: the bytes that it may have; if it declares more, nothing is read.
        seconds: how long all of it may take. A server that blocks inside a read has to bound that
            itself, as the one of `pelican-buttercms relay` does.
        clock: returns seconds.

    Raises:
        RequestRefusedError: 400, 408, 411 or 413.
    """
    length = _content_length(environ)
    if length is not None and length > most:
        raise _too_large(most)
    if length is None and not environ.get("wsgi.input_terminated"):
        raise RequestRefusedError(411, "length", "The request has no Content-Length.")
    stream = environ["wsgi.input"]
    read: Callable[[int], bytes] = getattr(stream, "read1", None) or stream.read
    body, deadline = bytearray(), clock() + seconds
    while length is None or len(body) < length:
        left = (most + 1 if length is None else length) - len(body)
        chunk = _read(read, min(left, _CHUNK), seconds)
        if not chunk:
            break
        body += chunk
        if len(body) > most:
            raise _too_large(most)
        if clock() > deadline:
            raise _too_slow(seconds)
    if length is not None and len(body) < length:
        raise RequestRefusedError(400, "cut", "The body was cut off.")
    return bytes(body)


def _content_length(environ: Mapping[str, Any]) -> int | None:
    text = environ.get("CONTENT_LENGTH") or ""
    if not text:
        return None
    if not (text.isascii() and text.isdigit()):
        raise RequestRefusedError(400, "length", "The body's length is not a number.")
    return int(text) if len(text) <= _LONGEST_NUMBER else sys.maxsize  # int() refuses 5,000 digits


def _read(read: Callable[[int], bytes], size: int, seconds: float) -> bytes:
    try:
        return read(size) or b""
    except TimeoutError:
        raise _too_slow(seconds) from None
    except (OSError, ValueError):
        raise RequestRefusedError(400, "cut", "The body could not be read.") from None


def _too_large(most: int) -> RequestRefusedError:
    return RequestRefusedError(413, "large", f"The body is larger than {most} bytes.")


def _too_slow(seconds: float) -> RequestRefusedError:
    return RequestRefusedError(408, "slow", f"The body took longer than {seconds:g} s.")
