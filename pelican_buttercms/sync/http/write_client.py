"""The client for writes, which goes to one host and repeats only what is harmless to repeat.

The only place that uses the write token. Source: contract, "Write API".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
import re
from typing import TYPE_CHECKING, Any

import msgspec

from pelican_buttercms.api import Request, Response, Write, WriteDialect
from pelican_buttercms.api.responses import raise_for_status
from pelican_buttercms.clean_text import clean_line
from pelican_buttercms.errors import (
    InvalidRequestError,
    NotFoundError,
    RefusedResponseError,
    ResponseError,
    ServerError,
    SettingsError,
    ThrottledError,
    TransportError,
    UncertainWriteError,
    UnreachableError,
)
from pelican_buttercms.settings import Token
from pelican_buttercms.settings.environment import WRITE_TOKEN_NAME
from pelican_buttercms.sync.account import Source
from pelican_buttercms.sync.call_budget import Meter
from pelican_buttercms.sync.http.client import Client, describe, redirection
from pelican_buttercms.sync.http.retry import TEMPORARY, Retry
from pelican_buttercms.sync.http.transport import open_transport

if TYPE_CHECKING:
    import httpx

_PAGE_TYPE = re.compile(r"page[-_ ]?type", re.IGNORECASE)
_MAX_WARNINGS = 20
_PICKER = re.compile(r"picker|component", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The answer to an accepted write, which shows some time later, or never.

    Attributes:
        warnings: the API's warnings.
    """

    warnings: tuple[str, ...] = ()


class Writer:
    """Sends writes, one after the other.

    Args:
        api_url: the API's base URL, or `emulator:FOLDER`.
        token: the write token; it is sent in a header, to this host only.
        transport: the transport that reads use as well, so that both reach the same emulator.
        meter: counts and limits the requests that reach the API.
        retry: the limits of retries.

    Raises:
        SettingsError: the token contains impossible characters.
    """

    def __init__(
        self,
        api_url: str,
        token: Token,
        *,
        transport: httpx.BaseTransport,
        meter: Meter,
        retry: Retry | None = None,
    ) -> None:
        self._retry = retry or Retry()
        self._spelling = WriteDialect()
        self._client = Client(
            api_url,
            token,
            transport=transport,
            meter=meter,
            retry=self._retry,
            concurrency=1,
        )

    def send(self, write: Write) -> Accepted:
        """Send a write in the dialect of this account.

        Changes and deletions are retried, as a repeat is harmless. A creation is not: once it may
        have arrived, its result has to be looked up.

        Raises:
            UncertainWriteError: something may have been created or renamed: look it up.
            InvalidRequestError: the API refused the write; nothing was changed.
            APIError: the API answered with another error.
            TransportError: the API was not reached.
            ResponseError: the answer is malformed, or a redirect: writes follow none.
        """
        refusals: list[InvalidRequestError] = []
        spelling: WriteDialect | None = self._spelling
        tried: set[WriteDialect] = set()
        while spelling is not None:
            try:
                accepted = self._deliver(write.request(spelling))
            except InvalidRequestError as exc:
                refusals.append(exc)
                tried.add(spelling)
                others = _others(write, spelling, exc)
                spelling = next((other for other in others if other not in tried), None)
            else:
                self._spelling = spelling
                return accepted
        raise refusals[0]

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def _deliver(self, request: Request) -> Accepted:
        if request.method == "POST":
            return self._create(request)
        return self._retry.call(_RepeatableWrite(request, self._exchange))

    def _create(self, request: Request) -> Accepted:
        """Send a creation; only throttling is retried."""
        return self._retry.call(lambda: self._create_once(request), passing=(ThrottledError,))

    def _create_once(self, request: Request) -> Accepted:
        try:
            return self._exchange(request)
        except (TransportError, ServerError, ResponseError) as exc:
            if isinstance(exc, (UnreachableError, _RedirectedWriteError)):
                raise
            raise UncertainWriteError(
                f"It is not certain whether {request.method} {request.path} arrived. It was not"
                f" sent again, as that could create a second item: {exc}"
            ) from exc

    def _exchange(self, request: Request) -> Accepted:
        """Send a request once."""
        response = self._client.send_once(request)
        location = redirection(response)
        if location is not None:
            raise _RedirectedWriteError(
                f"{describe(request)} was redirected ({response.status}) to"
                f" {clean_line(location, 100)!r}. "
                " Writes follow no redirect: the body would be lost, and the token is for one host"
                " only. Nothing was changed. Check BUTTERCMS_API_URL."
            )
        raise_for_status(request, response)
        return _read(request, response)


class _RedirectedWriteError(RefusedResponseError):
    """A redirect instead of an answer: nothing was written."""


class _RepeatableWrite:
    """A change or deletion, which may be sent several times."""

    def __init__(self, request: Request, exchange: Callable[[Request], Accepted]) -> None:
        self._request = request
        self._exchange = exchange
        self._may_have_arrived = False

    def __call__(self) -> Accepted:
        """Send the write once; what an earlier try has deleted counts as deleted."""
        try:
            return self._exchange(self._request)
        except NotFoundError as exc:
            if not self._may_have_arrived:
                raise
            if self._request.method == "DELETE":
                return Accepted()
            raise UncertainWriteError(  # an earlier try may have renamed it
                f"It is not certain whether an earlier try arrived: {exc}"
            ) from exc
        except TEMPORARY as exc:
            self._may_have_arrived |= not isinstance(exc, (ThrottledError, UnreachableError))
            raise


@contextmanager
def open_writing(source: Source) -> Iterator[tuple[Client, Writer]]:
    """Open a client and a writer for one account, which share a transport and a call count.

    Raises:
        SettingsError: there is no write token, or the site is offline.
    """
    options, environment = source.options, source.environment
    if options.offline:
        raise SettingsError(
            "BUTTERCMS_OFFLINE is set, so nothing can be published. Unset it in the settings file"
            " or the environment, and publish again."
        )
    token = environment.write_token() or (Token("emulated") if options.emulated else None)
    if token is None:
        raise SettingsError(
            f"There is no write token: {WRITE_TOKEN_NAME} is neither in"
            f" {' nor in '.join(environment.looked_in)}. ButterCMS shows it under Settings, API"
            f" Tokens, if the plan includes it. Put it {environment.place_for(WRITE_TOKEN_NAME)}."
        )
    transport = open_transport(options.api_url, persist=True)
    with (
        source.connect(transport) as client,
        closing(Writer(options.api_url, token, transport=transport, meter=client.meter)) as writer,
    ):
        yield client, writer


def _others(write: Write, tried: WriteDialect, exc: InvalidRequestError) -> Iterator[WriteDialect]:
    """Yield other dialects for what the API complains of; a refused write changed nothing."""
    if exc.status != 400:
        return
    if write.names_a_page_type and _PAGE_TYPE.search(exc.detail):
        yield WriteDialect(
            "page-type" if tried.page_type == "page_type" else "page_type", tried.picker
        )
    names = {name for path in exc.fields for name in path.split(".")}
    if write.picking and (write.picking & names or _PICKER.search(exc.detail)):
        yield WriteDialect(tried.page_type, "key" if tried.picker == "type" else "type")


def _read(request: Request, response: Response) -> Accepted:
    """Read the answer to an accepted write: `{"status": "pending"}`, or nothing."""
    if not response.body.strip():
        return Accepted()
    try:
        data: Any = msgspec.json.decode(response.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, MemoryError) as exc:
        raise ResponseError(_malformed(request, response)) from exc
    if not isinstance(data, dict):
        raise ResponseError(_malformed(request, response))
    value = data.get("warnings") or data.get("warning") or ()
    warnings = value if isinstance(value, list) else [value] if value else ()
    return Accepted(tuple(clean_line(warning) for warning in warnings[:_MAX_WARNINGS]))


def _malformed(request: Request, response: Response) -> str:
    return (
        f"{request.method} {request.path} was answered with {response.status} and an unexpected"
        " body. Check whether the write was done."
    )
