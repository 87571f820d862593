"""How is a build started elsewhere? One POST, to an address that may itself be the secret.

So no error and no log line here has more of an address than its host, no redirect is followed, and
a token goes to the one address that it is for.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
import logging
import re
import time
from typing import Protocol
from urllib.parse import urlsplit

import httpx

from pelican_buttercms._version import __version__
from pelican_buttercms.clean_text import clean_line
from pelican_buttercms.errors import SettingsError, TransportError
from pelican_buttercms.fetch.transport import proxy_for

LONGEST = 10.0
"""Seconds for a whole answer."""

_TIMEOUT = httpx.Timeout(LONGEST, connect=5.0)
_MOST_READ = 2000
_HEADER_SAFE = re.compile(r"[\x21-\x7e]+")


class Secret(Protocol):
    """Something that holds a token and does not print it."""

    def reveal(self) -> str:
        """Give the token's text."""


@dataclass(frozen=True)
class Answer:
    """What came back.

    Attributes:
        status: the HTTP status.
        retry_after: seconds until another try is welcome, None when that was not said.
        limited: it was refused because there were too many requests.
        detail: the first words of the body, in one line.
    """

    status: int
    retry_after: float | None
    limited: bool
    detail: str


def deliver(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    token: Secret | None = None,
    transport: httpx.BaseTransport | None = None,
) -> Answer:
    """POST once.

    Args:
        url: where to.
        body: JSON, or nothing.
        headers: further headers.
        token: sent as a bearer token.
        transport: where requests go; tests replace it.

    Raises:
        TransportError: no answer came; it may have arrived all the same.
        SettingsError: the address or the token holds what none can hold.
    """
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it would log the whole address
    host = urlsplit(url).hostname or "that address"
    sent = {
        "User-Agent": f"pelican-buttercms/{__version__}",
        "Accept-Encoding": "identity",  # a small answer may not unpack to a large one
        **headers,
    }
    if token is not None:
        sent["Authorization"] = f"Bearer {_safe(token)}"
    transport = transport or httpx.HTTPTransport(retries=0, proxy=proxy_for(url))
    try:
        with (
            httpx.Client(transport=transport, timeout=_TIMEOUT, follow_redirects=False) as client,
            client.stream("POST", url, content=body, headers=sent) as answer,
        ):
            return Answer(answer.status_code, *_read_headers(answer.headers), _read(answer))
    except httpx.TimeoutException:
        raise TransportError(f"{host} did not answer within {LONGEST:.0f} s") from None
    except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError):
        raise SettingsError(f"the address at {host} is not a URL that can be asked") from None
    except (httpx.HTTPError, OSError) as exc:
        what = type(exc).__name__
        raise TransportError(f"{host} could not be reached ({what})") from None


def _safe(token: Secret) -> str:
    """Give the token's text; httpx would quote one that cannot be sent in its error."""
    text = token.reveal()
    if not _HEADER_SAFE.fullmatch(text):
        raise SettingsError(
            "the token holds a space, a line break or another character that no token has"
        )
    return text


def _read(answer: httpx.Response) -> str:
    """Read the first words of an answer, which is never trusted to end."""
    body, ends = bytearray(), time.monotonic() + LONGEST
    with suppress(httpx.HTTPError, OSError):  # the status has come, and that is what counts
        for chunk in answer.iter_bytes():
            body += chunk
            if len(body) >= _MOST_READ or time.monotonic() > ends:
                break
    return clean_line(body[:_MOST_READ].decode(errors="replace"), 299)


def _read_headers(headers: httpx.Headers) -> tuple[float | None, bool]:
    """Read when another try is welcome, and whether there were too many.

    GitHub refuses with 403, too, when a limit is reached, and then says one of these.
    """
    spent = headers.get("x-ratelimit-remaining") == "0"
    if (told := headers.get("retry-after", "").strip()) != "":
        return _seconds(told), True
    reset = headers.get("x-ratelimit-reset", "")
    if spent and reset.isdigit():
        return max(0.0, float(reset) - time.time()), True
    return None, spent


def _seconds(told: str) -> float | None:
    """Read a Retry-After header: seconds, or a date."""
    if told.isdigit():
        return float(told)
    try:
        date = parsedate_to_datetime(told)
    except ValueError:
        return None
    date = date if date.tzinfo else date.replace(tzinfo=UTC)
    return max(0.0, (date - datetime.now(UTC)).total_seconds())
