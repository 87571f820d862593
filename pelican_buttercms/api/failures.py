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
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_LIMIT = re.compile(r"\blimit\b.{0,10}\b(over|reached|exceeded)\b", re.IGNORECASE)
"""How the API says that the plan allows no more: the words differ, and the status (403 or 400)."""

_PLAN = (
    "The account's plan allows no more of this kind: delete some, or enlarge the plan. Nothing was"
    " created."
)


def error_of(
    method: str,
    path: str,
    status: int,
    headers: dict[str, str],
    body: bytes,
    *,
    token: str = "",
) -> APIError:
    """Give the error that a status of 300 or more stands for.

    Args:
        method: of the request.
        path: of the request, without its query.
        status: the HTTP status code.
        headers: of the response, names in lower case.
        body: of the response: JSON in one of five shapes, HTML, or nothing.
        token: the variable of the token that it was sent with, and where that was found.
    """
    detail, fields = _read(body)
    said = f' The API says: "{detail}"' if detail else ""
    what = f"{method} {path} was answered with {status}.{said}"
    about: dict[str, Any] = {"status": status, "method": method, "path": path, "detail": detail}
    if status in {401, 403}:
        return AuthenticationError(f"{what} {_about_token(method, status, detail, token)}", **about)
    if status == 404:
        return NotFoundError(f"{what} {_about_name(method)}", **about)
    if status == 429:
        wait = _retry_after(headers.get("retry-after"))
        return QuotaError(f"{what} {_about_quota(wait)}", retry_after=wait, **about)
    if status >= 500:
        return ServerError(f"{what} The API is failing; try again later.", **about)
    return InvalidRequestError(
        f"{what} {_about_request(method, status, detail)}", fields=fields, **about
    )


def token_name(method: str) -> str:
    """Name the variable of the token that a method is sent with."""
    return "BUTTERCMS_READ_TOKEN" if method in _READS else "BUTTERCMS_WRITE_TOKEN"


def _about_token(method: str, status: int, detail: str, token: str) -> str:
    where = "ButterCMS shows it under Settings, API Tokens."
    name = token or token_name(method)
    if status == 401:
        kind = "the account's" if method in _READS else "the account's write token"
        return f"The token in {name} is not {kind}. {where}"
    if method not in _READS and _LIMIT.search(detail):
        return _PLAN
    return f"The token in {name} may not do this, or the account's plan does not allow it. {where}"


def _about_name(method: str) -> str:
    if method in _READS:
        return "Check the name: it is not there, or not published."
    return "It is not there (any more): look at it in the ButterCMS dashboard."


def _about_request(method: str, status: int, detail: str) -> str:
    if method not in _READS and _LIMIT.search(detail):
        return _PLAN
    if status == 409:
        return (
            "It collides with what is there, or with a change that is being made just now. Look at"
            " it in the ButterCMS dashboard, then try again."
        )
    if method not in _READS and status == 400:
        return "Nothing was changed. Mend what it names, then try again."
    return "The request is not what the API takes."


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
    fields = _flat(data)
    spelt = (
        f"{name}: {' '.join(says)}" if name else " ".join(says) for name, says in fields.items()
    )
    return "; ".join(spelt)[:_LONGEST_DETAIL], fields


def _flat(data: dict[str, Any], before: str = "") -> dict[str, list[str]]:
    """Give what is said of each field; of a field inside another by its dotted path."""
    found: dict[str, list[str]] = {}
    for name, value in data.items():
        path = f"{before}.{name}" if before else str(name)
        if isinstance(value, dict):
            found |= _flat(value, path)
        else:
            found[path] = [str(one) for one in (value if isinstance(value, list) else [value])]
    return found


def _join(values: list[Any]) -> str:
    return " ".join(str(value) for value in values)[:_LONGEST_DETAIL]
