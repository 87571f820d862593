"""The sending of writes: to one host, and never a second time where that could harm.

The only place that takes the write token. Source: contract, "Write API".
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
from pelican_buttercms.sync.http.auth import Secret
from pelican_buttercms.sync.http.client import Client, describe, redirection
from pelican_buttercms.sync.http.retry import TEMPORARY, Retry
from pelican_buttercms.sync.http.transport import open_transport

if TYPE_CHECKING:
    import httpx

_PAGE_TYPE = re.compile(r"page[-_ ]?type", re.IGNORECASE)
_MOST_WARNINGS = 20
_PICKER = re.compile(r"picker|component", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The API took a write; it shows some time later, or never.

    Attributes:
        warnings: what the API says of it.
    """

    warnings: tuple[str, ...] = ()


class Writer:
    """Sends writes, one after the other.

    Args:
        api_url: the API's base URL, or `emulator:FOLDER`.
        token: the write token; it is sent in a header, to this host only.
        transport: where requests go; the one that reads use, so that an emulator is the same.
        meter: counts and bounds the requests that reach the API.
        retry: the bounds of trying again.

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
        """Send a write, spelt as this account takes it.

        A change and a deletion are tried again, since a repeat is harmless. What creates something
        is not: once it may have arrived, somebody has to look.

        Raises:
            UncertainWriteError: something may have been created, or renamed: look for it.
            InvalidRequestError: the API refuses it, and says why; nothing was changed.
            APIError: it answered with another error.
            TransportError: it was not reached.
            ResponseError: it answered with something else, or redirected: no write is sent on.
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
                spelling = next((one for one in others if one not in tried), None)
            else:
                self._spelling = spelling
                return accepted
        raise refusals[0]

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def _deliver(self, request: Request) -> Accepted:
        if request.method == "POST":
            return self._create(request)
        return self._retry.call(_Repeated(request, self._exchange))

    def _create(self, request: Request) -> Accepted:
        """Send what creates something; only a refusal for the moment is tried again."""
        return self._retry.call(lambda: self._create_once(request), passing=(ThrottledError,))

    def _create_once(self, request: Request) -> Accepted:
        try:
            return self._exchange(request)
        except (TransportError, ServerError, ResponseError) as exc:
            if isinstance(exc, (UnreachableError, _RedirectedWriteError)):
                raise
            raise UncertainWriteError(
                f"It is not certain whether {request.method} {request.path} arrived, and it was not"
                f" sent again, since that could make a second one: {exc}"
            ) from exc

    def _exchange(self, request: Request) -> Accepted:
        """Send a request once."""
        response = self._client.send_once(request)
        location = redirection(response)
        if location is not None:
            raise _RedirectedWriteError(
                f"{describe(request)} was redirected ({response.status}) to"
                f" {clean_line(location, 100)!r}. A"
                " write is not sent on: its body would be lost on the way, and the token is for one"
                " host only. Nothing was changed. Check BUTTERCMS_API_URL."
            )
        raise_for_status(request, response)
        return _read(request, response)


class _RedirectedWriteError(RefusedResponseError):
    """A redirect instead of an answer: the write was not done."""


class _Repeated:
    """A change or deletion that may be sent several times."""

    def __init__(self, request: Request, exchange: Callable[[Request], Accepted]) -> None:
        self._request = request
        self._exchange = exchange
        self._may_have_arrived = False

    def __call__(self) -> Accepted:
        """Send it once; what an earlier try has deleted is not missing."""
        try:
            return self._exchange(self._request)
        except NotFoundError as exc:
            if not self._may_have_arrived:
                raise
            if self._request.method == "DELETE":
                return Accepted()
            raise UncertainWriteError(  # what an earlier try has renamed is found elsewhere
                f"It is not certain whether an earlier try arrived: {exc}"
            ) from exc
        except TEMPORARY as exc:
            self._may_have_arrived |= not isinstance(exc, (ThrottledError, UnreachableError))
            raise


@contextmanager
def open_writing(source: Source) -> Iterator[tuple[Client, Writer]]:
    """Give a client and a writer for one account: one transport, one count of calls.

    Raises:
        SettingsError: there is no write token, or nothing may be sent.
    """
    options, environment = source.options, source.environment
    if options.offline:
        raise SettingsError(
            "BUTTERCMS_OFFLINE is set, so nothing can be published. Unset it, in the settings file"
            " or in the environment, and publish again."
        )
    token = environment.write_token() or (Token("emulated") if options.emulated else None)
    if token is None:
        raise SettingsError(
            f"There is no write token: {WRITE_TOKEN_NAME} is neither in"
            f" {' nor in '.join(environment.looked_in)}. ButterCMS shows it under Settings, API"
            f" Tokens, where the plan has it; put it into a .env file: {WRITE_TOKEN_NAME}=…"
        )
    transport = open_transport(options.api_url, persist=True)
    with (
        source.connect(transport) as client,
        closing(Writer(options.api_url, token, transport=transport, meter=client.meter)) as writer,
    ):
        yield client, writer


def _others(write: Write, tried: WriteDialect, exc: InvalidRequestError) -> Iterator[WriteDialect]:
    """Give the other spellings of what the API complains of; a refused write has done nothing."""
    if exc.status != 400:
        return
    if write.names_a_page_type and _PAGE_TYPE.search(exc.detail):
        yield WriteDialect(
            "page-type" if tried.page_type == "page_type" else "page_type", tried.picker
        )
    named = {name for path in exc.fields for name in path.split(".")}
    if write.picking and (write.picking & named or _PICKER.search(exc.detail)):
        yield WriteDialect(tried.page_type, "key" if tried.picker == "type" else "type")


def _read(request: Request, response: Response) -> Accepted:
    """Read what the API says of a write that it took: `{"status": "pending"}`, or nothing."""
    if not response.body.strip():
        return Accepted()
    try:
        data: Any = msgspec.json.decode(response.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, MemoryError) as exc:
        raise ResponseError(_strange(request, response)) from exc
    if not isinstance(data, dict):
        raise ResponseError(_strange(request, response))
    told = data.get("warnings") or data.get("warning") or ()
    warnings = told if isinstance(told, list) else [told] if told else ()
    return Accepted(tuple(clean_line(one) for one in warnings[:_MOST_WARNINGS]))


def _strange(request: Request, response: Response) -> str:
    return (
        f"{request.method} {request.path} was answered with {response.status} and something that is"
        " not what the API promises. Look whether it was done."
    )
