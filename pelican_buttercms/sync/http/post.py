"""The POST that starts a build elsewhere; its address may itself be the secret.

So no error and no log line shows more of an address than its host, no redirect is followed, and a
token is sent to the one address that it is for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
import re
import time
from urllib.parse import urlsplit

import httpx

from pelican_buttercms.api.error_mapping import read_retry_after
from pelican_buttercms.clean_text import clean_line
from pelican_buttercms.errors import (
    RefusedResponseError,
    SettingsError,
    TransportError,
)
from pelican_buttercms.settings import Token
from pelican_buttercms.sync.http.auth import is_header_safe
from pelican_buttercms.sync.http.exchange import (
    USER_AGENT,
    Bounds,
    Exchange,
    as_our_errors,
    exchange,
)
from pelican_buttercms.sync.http.network import NetworkTransport

LONGEST = 10.0
"""Seconds for a whole answer."""

_MOST_READ = 2000
_LONGEST_DETAIL = 299
_SECONDS = re.compile(r"[0-9]{1,12}")
_SECRET_PART = re.compile(r"[^/?&=]{6,}")


@dataclass(frozen=True)
class Answer:
    """The answer to a POST.

    Attributes:
        status: the HTTP status.
        retry_after: seconds until another try is welcome; None if the answer names none.
        limited: whether it was refused because of too many requests.
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
    token: Token | None = None,
    transport: httpx.BaseTransport | None = None,
) -> Answer:
    """Send one POST.

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
    sent = {
        "User-Agent": USER_AGENT,
        "Accept-Encoding": "identity",  # a small answer may not unpack to a large one
        **headers,
    }
    if token is not None:
        sent["Authorization"] = f"Bearer {_safe(token)}"
    host = "that address"
    try:
        host = clean_line(urlsplit(url).hostname or host, 100)
        with as_our_errors(host):
            request = httpx.Request("POST", url, content=body, headers=sent)
        used = transport or NetworkTransport(url)
        try:
            with exchange(used, request, Bounds(LONGEST, _MOST_READ), what=host) as answer:
                return _read(answer, _secrets(url, token))
        finally:
            used.close()
    except (RefusedResponseError, ValueError) as exc:
        if isinstance(exc, RefusedResponseError) and exc.__cause__ is None:
            raise TransportError(f"{host} answered with more than is read") from None
        raise SettingsError(f"the address at {host} is not a URL that can be asked") from None
    except TransportError as exc:  # whose words may have the address
        if isinstance(exc.__cause__, (httpx.TimeoutException, TimeoutError)) or not exc.__cause__:
            raise TransportError(f"{host} did not answer within {LONGEST:.0f} s") from None
        what = type(exc.__cause__).__name__
        raise TransportError(f"{host} could not be reached ({what})") from None


def _safe(token: Token) -> str:
    """Return the token's text; httpx would quote one that cannot be sent in its error."""
    text = token.reveal()
    if not is_header_safe(text):
        raise SettingsError(
            "the token holds a space, a line break or another character that no token has"
        )
    return text


def _secrets(url: str, token: Token | None) -> list[str]:
    """Return what an answer may echo and nobody may print: the token, and parts of the address."""
    parts = urlsplit(url)
    parts_of_address = _SECRET_PART.findall(f"{parts.path}?{parts.query}")
    return sorted({*parts_of_address, *([token.reveal()] if token else [])}, key=len, reverse=True)


def _read(answer: Exchange, secrets: list[str]) -> Answer:
    """Return the status and what the headers say; of the body only the beginning is read."""
    text = answer.read_some(_MOST_READ).decode(errors="replace")
    detail = clean_line(text, _LONGEST_DETAIL, secrets=secrets)
    return Answer(answer.status, *_read_headers(answer.headers), detail)


def _read_headers(headers: Mapping[str, str]) -> tuple[float | None, bool]:
    """Read when another try is welcome, and whether there were too many.

    GitHub refuses with 403, too, when a limit is reached, and then says one of these.
    """
    spent = headers.get("x-ratelimit-remaining") == "0"
    if (asked := headers.get("retry-after", "").strip()) != "":
        return read_retry_after(asked), True
    reset = headers.get("x-ratelimit-reset", "")
    if spent and _SECONDS.fullmatch(reset):
        return max(0.0, float(reset) - time.time()), True
    return None, spent
