"""The API client: sends requests, with their bounds, retries, redirects and errors."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
import logging
from threading import Event
from typing import Self, TypeVar

import httpx

from pelican_buttercms._version import __version__
from pelican_buttercms.api import Request, Response
from pelican_buttercms.clean_text import clean_line, hide_secret
from pelican_buttercms.errors import (
    RefusedResponseError,
    ResponseTooLargeError,
    SettingsError,
    UnreachableError,
)
from pelican_buttercms.settings import Token
from pelican_buttercms.sync.call_budget import Meter
from pelican_buttercms.sync.http.auth import check_token, sign
from pelican_buttercms.sync.http.exchange import (
    HEADERS,
    MOST_REDIRECTS,
    REDIRECTS,
    Bounds,
    as_our_errors,
    exchange,
    read_address,
)
from pelican_buttercms.sync.http.retry import Retry
from pelican_buttercms.sync.http.transport import EMULATOR, base_url

MAX_BYTES = 16 * 1024 * 1024
"""The API promises at most 10 MB a response. Source: contract, section 2."""

LONGEST = 120
"""Seconds for one whole exchange."""

_HEADERS = {
    **HEADERS,
    "Accept": "application/json",
    "X-Butter-Client": f"Pelican/{__version__}",
}
_JSON = {"Content-Type": "application/json"}

Result = TypeVar("Result")


class Client:
    """Sends requests: one keep-alive client, a bounded number of requests at once.

    Args:
        api_url: the API's base URL, or `emulator:FOLDER`.
        token: the read token; it is sent in a header, to this host only.
        transport: where requests go.
        meter: counts and bounds the requests that reach the API, retries and redirects
            included.
        concurrency: how many requests run at once.
        retry: the bounds of trying again.
        max_bytes: how large a response's body may be.

    Raises:
        SettingsError: the token or the address holds what none can hold.
    """

    def __init__(
        self,
        api_url: str,
        token: Token,
        *,
        transport: httpx.BaseTransport,
        meter: Meter,
        concurrency: int = 8,
        retry: Retry | None = None,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        _quieten()
        self.meter = meter
        self.transport = transport
        check_token(token)
        self._token = token
        if not api_url.startswith(EMULATOR):
            hide_secret(token.reveal())  # the API may echo it
        self._retry = retry or Retry()
        self._bounds = Bounds(LONGEST, max_bytes, self._retry.clock)
        self._base = _read_base(api_url)
        self.host = self._base.host
        self._closing = Event()
        self._pool = ThreadPoolExecutor(concurrency, thread_name_prefix="buttercms")

    @property
    def calls(self) -> int:
        """The requests that reached the API so far."""
        return self.meter.calls

    def get(self, request: Request, decode: Callable[[Request, Response], Result]) -> Result:
        """Send a request and decode what comes back, trying again where that is worth it.

        Raises:
            APIError: the API answered with an error.
            TransportError: no complete answer came.
            ResponseError: an answer came that is not what the protocol promises.
        """

        def ask() -> Result:
            try:
                return decode(request, self.send(request))
            except MemoryError as exc:
                raise ResponseTooLargeError(
                    f"{describe(request)} was answered with more than fits in memory."
                ) from exc

        return self._retry.call(ask, given_up=self._closing.is_set)

    def start(
        self, request: Request, decode: Callable[[Request, Response], Result]
    ) -> Future[Result]:
        """Do the same beside other requests, within the one bound on how many run at once.

        Nothing that runs in the pool may wait for something else in the pool.
        """
        return self._pool.submit(self.get, request, decode)

    def send(self, request: Request) -> Response:
        """Send a request once, following redirects on the same host."""
        target = self._target(request)
        for _ in range(MOST_REDIRECTS):
            response = self._send(request, target)
            location = redirection(response)
            if location is None:
                return response
            target = self._redirected(request, target, location)
        raise RefusedResponseError(
            f"{describe(request)} was redirected more than {MOST_REDIRECTS} times."
            " Check BUTTERCMS_API_URL."
        )

    def send_once(self, request: Request) -> Response:
        """Send a request once, following no redirect."""
        return self._send(request, self._target(request))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Cancel what has not begun, wait for what has but not for its retries, and hang up."""
        self._closing.set()
        self._pool.shutdown(cancel_futures=True)
        self.transport.close()

    def _target(self, request: Request) -> httpx.URL:
        return read_address(request.target, describe(request), self._base)

    def _send(self, request: Request, target: httpx.URL) -> Response:
        self.meter.reserve()
        what = describe(request)
        try:
            with as_our_errors(what):
                outgoing = httpx.Request(
                    request.method,
                    target,
                    content=request.body,
                    headers=_HEADERS | (_JSON if request.body is not None else {}),
                )
                sign(outgoing, self._token)
            with exchange(
                self.transport, outgoing, self._bounds, what=what, advice=_advice(request)
            ) as answer:
                return Response(
                    answer.status,
                    answer.headers,
                    answer.read(),
                    self._token.origin,
                )
        except UnreachableError:
            self.meter.refund()
            raise

    def _redirected(self, request: Request, target: httpx.URL, location: str) -> httpx.URL:
        url = read_address(location, describe(request), target)
        if origin(url) != origin(self._base):
            raise RefusedResponseError(
                f"{describe(request)} was redirected to another host,"
                f" {clean_line(location, 100)!r}. The token is not sent there: check"
                " BUTTERCMS_API_URL."
            )
        return url


def describe(request: Request) -> str:
    """Return a request's name for messages, without its query, which may be anything."""
    return f"{request.method} {clean_line(request.path, 300)}"


def origin(url: httpx.URL) -> tuple[str, str, int | None]:
    """Return what two addresses of one server share."""
    return url.scheme, url.host, url.port


def redirection(response: Response) -> str | None:
    """Return where a response redirects to, None if it does not."""
    return response.headers.get("location") if response.status in REDIRECTS else None


def _read_base(api_url: str) -> httpx.URL:
    try:
        return read_address(base_url(api_url), "BUTTERCMS_API_URL")
    except RefusedResponseError as exc:
        raise SettingsError(
            "BUTTERCMS_API_URL is not an address that can be asked: check its host and port."
        ) from exc


def _advice(request: Request) -> str:
    hint = "; BUTTERCMS_OFFLINE=1 builds from what is stored" if request.body is None else ""
    return f"Check the network{hint}."


def _quieten() -> None:
    """Keep httpcore's debug log off: it has headers, and so the token."""
    logging.getLogger("httpcore").setLevel(logging.WARNING)
