"""Reading a body that may be huge, slow, or never end: up to a size, and for a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
import time
from typing import Any

_CHUNK = 8192


class RequestRefusedError(Exception):
    """The request is refused.

    Args:
        status: the HTTP status.
        reason: one word, for the metrics.
        text: one line, for whoever sent it.
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
        most: how many bytes it may have; of a body that declares more, nothing is read.
        seconds: how long all of it may take. A server that blocks inside a read bounds that
            itself; the one of `pelican-buttercms relay` does.
        clock: gives seconds.

    Raises:
        RequestRefusedError: 400, 408, 411 or 413.
    """
    length = _declared(environ)
    if length is not None and length > most:
        raise _too_large(most)
    if length is None and not environ.get("wsgi.input_terminated"):
        raise RequestRefusedError(411, "length", "The body's length is not told.")
    stream = environ["wsgi.input"]
    read: Callable[[int], bytes] = getattr(stream, "read1", None) or stream.read
    body, ends = bytearray(), clock() + seconds
    while length is None or len(body) < length:
        left = (most + 1 if length is None else length) - len(body)
        chunk = _read(read, min(left, _CHUNK), seconds)
        if not chunk:
            break
        body += chunk
        if len(body) > most:
            raise _too_large(most)
        if clock() > ends:
            raise _too_slow(seconds)
    if length is not None and len(body) < length:
        raise RequestRefusedError(400, "cut", "The body was cut off.")
    return bytes(body)


def _declared(environ: Mapping[str, Any]) -> int | None:
    text = environ.get("CONTENT_LENGTH") or ""
    if not text:
        return None
    if not (text.isascii() and text.isdigit()):
        raise RequestRefusedError(400, "length", "The body's length is not a number.")
    return int(text)


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
