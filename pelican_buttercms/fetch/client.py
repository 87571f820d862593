"""How does a request become a response? All sending, with its bounds and errors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
import logging
from threading import Event
from typing import TypeVar

import httpx

from pelican_buttercms._version import __version__
from pelican_buttercms.api import Request, Response
from pelican_buttercms.errors import RefusedResponseError, ResponseTooLargeError, TransportError
from pelican_buttercms.fetch.auth import Secret, TokenAuth
from pelican_buttercms.fetch.meter import Meter
from pelican_buttercms.fetch.retry import Retry
from pelican_buttercms.fetch.transport import base_url
from pelican_buttercms.store.closing import Closing

MAX_BYTES = 32 * 1024 * 1024
"""The API promises at most 10 MB a response. Source: contract, section 2."""

LONGEST = 120
"""Seconds for one whole answer; the read time-out alone begins anew with every byte."""

_TIMEOUT = httpx.Timeout(20.0, connect=5.0)
_MOST_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_JSON = {"Content-Type": "application/json"}

# No connection was made: the API saw nothing, and bills nothing.
_NEVER_ARRIVED = (httpx.ConnectError, httpx.ConnectTimeout, ConnectionRefusedError)

Result = TypeVar("Result")


class Client(Closing):
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
        SettingsError: the token holds what no token holds.
    """

    def __init__(
        self,
        api_url: str,
        token: Secret,
        *,
        transport: httpx.BaseTransport,
        meter: Meter,
        concurrency: int = 8,
        retry: Retry | None = None,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        _quieten()
        self.meter = meter
        self._origin_of_token = token.origin
        self.transport = transport
        self._retry = retry or Retry()
        self._max_bytes = max_bytes
        url = httpx.URL(base_url(api_url))
        self._origin = (url.scheme, url.host, url.port)
        self.host = url.host
        self._closing = Event()
        self._http = httpx.Client(
            base_url=base_url(api_url),
            transport=transport,
            timeout=_TIMEOUT,
            auth=TokenAuth(token),
            headers={
                "Accept": "application/json",
                "User-Agent": f"pelican-buttercms/{__version__}",
                "X-Butter-Client": f"Pelican/{__version__}",
            },
        )
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
        return self._retry.call(
            lambda: decode(request, self.send(request)), given_up=self._closing.is_set
        )

    def start(
        self, request: Request, decode: Callable[[Request, Response], Result]
    ) -> Future[Result]:
        """Do the same beside other requests, within the one bound on how many run at once.

        Nothing that runs in the pool may wait for something else in the pool.
        """
        return self._pool.submit(self.get, request, decode)

    def send(self, request: Request) -> Response:
        """Send a request once, following redirects on the same host."""
        target = self._http.base_url.join(request.target)
        for _ in range(_MOST_REDIRECTS):
            response = self._send(request, target)
            location = redirection(response)
            if location is None:
                return response
            target = self._redirected(request, target, location)
        raise RefusedResponseError(
            f"{request.method} {request.path} was redirected more than {_MOST_REDIRECTS} times."
            " Check BUTTERCMS_API_URL."
        )

    def send_once(self, request: Request) -> Response:
        """Send a request once, following no redirect."""
        return self._send(request, self._http.base_url.join(request.target))

    def close(self) -> None:
        """Cancel what has not begun, wait for what has but not for its retries, and hang up."""
        self._closing.set()
        self._pool.shutdown(cancel_futures=True)
        self._http.close()

    def _send(self, request: Request, target: httpx.URL) -> Response:
        self.meter.reserve()
        try:
            with (
                _our_errors(request),
                self._http.stream(
                    request.method,
                    target,
                    content=request.body,
                    headers=_JSON if request.body is not None else None,
                ) as answer,
            ):
                names = {name.lower(): value for name, value in answer.headers.items()}
                body = self._read(request, answer)
                return Response(answer.status_code, names, body, self._origin_of_token)
        except TransportError as exc:
            if never_arrived(exc):
                self.meter.refund()
            raise

    def _read(self, request: Request, answer: httpx.Response) -> bytes:
        """Read the body up to the bounds: neither a bomb nor a slow drip may stop the build."""
        parts: list[bytes] = []
        size = 0
        ends = self._retry.clock() + LONGEST
        for chunk in answer.iter_bytes():
            if self._retry.clock() > ends:
                raise TransportError(_failed(request, f"was not complete after {LONGEST} s"))
            parts.append(chunk)
            size += len(chunk)
            if size > self._max_bytes:
                most = self._max_bytes // 1024 // 1024
                raise ResponseTooLargeError(
                    f"{request.method} {request.path} was answered with more than {most} MiB,"
                    " and the API promises at most 10 MB. Nothing of it was used."
                )
        return b"".join(parts)

    def _redirected(self, request: Request, target: httpx.URL, location: str) -> httpx.URL:
        url = target.join(location)
        if (url.scheme, url.host, url.port) != self._origin:
            raise RefusedResponseError(
                f"{request.method} {request.path} was redirected to another host, {url.host}. The"
                " token is not sent there: check BUTTERCMS_API_URL."
            )
        return url


def never_arrived(exc: BaseException) -> bool:
    """Say whether it is certain that the API saw nothing of a request that failed so."""
    return isinstance(exc.__cause__, _NEVER_ARRIVED)


def redirection(response: Response) -> str | None:
    """Give where a response redirects to, None when it does not."""
    return response.headers.get("location") if response.status in _REDIRECTS else None


@contextmanager
def _our_errors(request: Request) -> Iterator[None]:
    """Turn httpx's errors into ours; without the URL, whose query may be anything."""
    try:
        yield
    except httpx.TimeoutException as exc:
        raise TransportError(_failed(request, "was not answered in time")) from exc
    except httpx.DecodingError as exc:
        raise TransportError(_failed(request, "was answered with a damaged body")) from exc
    except httpx.RemoteProtocolError as exc:
        raise TransportError(_failed(request, "was cut off in the middle")) from exc
    except (httpx.HTTPError, OSError) as exc:
        raise TransportError(_failed(request, f"failed ({exc})")) from exc


def _failed(request: Request, what: str) -> str:
    hint = "; BUTTERCMS_OFFLINE=1 builds from what is stored" if request.body is None else ""
    return f"{request.method} {request.path} {what}. Check the network{hint}."


def _quieten() -> None:
    """Keep httpx from logging every URL at INFO, which `pelican --verbose` would show.

    Its debug log has headers, and so the token: it is never on.
    """
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
