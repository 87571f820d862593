"""What does an error of the API mean? Every error body of the contract becomes one of our errors.

Source: contract, section 3.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
import re
from typing import Any

import msgspec

from pelican_buttercms.errors import (
    APIError,
    AuthenticationError,
    InvalidRequestError,
    NotFoundError,
    QuotaError,
    ServerError,
)

_LONGEST_DETAIL = 500

_SECONDS = re.compile(r"\s*[0-9]{1,10}\s*")


def error_of(method: str, path: str, status: int, headers: dict[str, str], body: bytes) -> APIError:
    """Give the error that a status of 300 or more stands for.

    Args:
        method: of the request.
        path: of the request, without its query.
        status: the HTTP status code.
        headers: of the response, names in lower case.
        body: of the response: JSON in one of five shapes, HTML, or nothing.
    """
    detail, fields = _read(body)
    said = f' The API says: "{detail}"' if detail else ""
    what = f"{method} {path} was answered with {status}.{said}"
    about: dict[str, Any] = {"status": status, "method": method, "path": path, "detail": detail}
    if status in {401, 403}:
        return AuthenticationError(f"{what} {_about_token(status)}", **about)
    if status == 404:
        return NotFoundError(f"{what} Check the name: it is not there, or not published.", **about)
    if status == 429:
        wait = _retry_after(headers.get("retry-after"))
        return QuotaError(f"{what} {_about_quota(wait)}", retry_after=wait, **about)
    if status >= 500:
        return ServerError(f"{what} The API is failing; try again later.", **about)
    return InvalidRequestError(
        f"{what} The request is not what the API takes.", fields=fields, **about
    )


def _about_token(status: int) -> str:
    where = "ButterCMS shows it under Settings, API Tokens."
    if status == 401:
        return f"The token in BUTTERCMS_READ_TOKEN is not the account's. {where}"
    return (
        "The token in BUTTERCMS_READ_TOKEN may not do this, or the account's plan does not"
        f" allow it. {where}"
    )


def _about_quota(wait: int | None) -> str:
    until = f" for another {max(1, wait // 3600)} hours" if wait else ""
    return f"The account's API calls of this month are spent{until}."


def _retry_after(value: str | None) -> int | None:
    """Read seconds or a date; nobody sleeps on it, since it can be weeks."""
    if value is None:
        return None
    if _SECONDS.fullmatch(value):
        return int(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0, round((moment - datetime.now(UTC)).total_seconds()))


def _read(body: bytes) -> tuple[str, dict[str, list[str]]]:
    """Give the API's words, and what it says of each field."""
    try:
        data = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        return "", {}  # a page of HTML from a proxy, or nothing
    if isinstance(data, str):
        return data[:_LONGEST_DETAIL], {}
    if isinstance(data, list):
        return _join(data), {}
    if not isinstance(data, dict):
        return "", {}
    for key in ("detail", "error"):
        if isinstance(data.get(key), str):
            return data[key][:_LONGEST_DETAIL], {}
    fields = {str(name): _as_list(value) for name, value in data.items()}
    spelt = (
        f"{name}: {' '.join(says)}" if name else " ".join(says) for name, says in fields.items()
    )
    return "; ".join(spelt)[:_LONGEST_DETAIL], fields


def _as_list(value: Any) -> list[str]:
    return [str(entry) for entry in value] if isinstance(value, list) else [str(value)]


def _join(values: list[Any]) -> str:
    return " ".join(str(value) for value in values)[:_LONGEST_DETAIL]
