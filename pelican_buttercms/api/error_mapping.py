"""The mapping of the API's error responses to exceptions.

Source: contract, section 3.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import islice
import math
import re
from typing import Any

import msgspec

from pelican_buttercms.clean_text import clean_line
from pelican_buttercms.errors import (
    APIError,
    AuthenticationError,
    InvalidRequestError,
    NotFoundError,
    QuotaError,
    ResponseTooLargeError,
    ServerError,
    ThrottledError,
)
from pelican_buttercms.wording import count_noun

LONGEST_PAUSE = 60
"""Seconds: who has to be left alone for longer has spent a quota, and is not waited for."""

_LONGEST_DETAIL = 500
_MOST_FIELDS = 100
_LONGEST_FIELD = 200
_DEEPEST = 10
_HOUR = 60 * 60

_SECONDS = re.compile(r"\s*[0-9]{1,10}\s*")
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_LIMIT = re.compile(r"\blimit\b.{0,10}\b(over|reached|exceeded)\b", re.IGNORECASE)
"""How the API says that the plan allows no more: the words differ, and the status (403 or 400)."""

_PLAN = (
    "The account's plan allows no more of this kind: delete some, or enlarge the plan. Nothing was"
    " created."
)

_SPENT = re.compile(r"\b(limit|quota)\b.{0,20}\b(reached|over|exceeded|spent)\b", re.IGNORECASE)
"""How the API says that the calls of the month are spent."""

_AVAILABLE = re.compile(r"available in (\d{1,6}) seconds?", re.IGNORECASE)
_TOO_LARGE = re.compile(
    r"\b(too (large|big)|larger than|10 ?MB|(size|response).{0,20}\b(limit|exceed\w*|maximum))\b",
    re.IGNORECASE,
)
"""How the API may say that a response would pass its 10 MB. Source: contract, section 2."""


def error_of(
    method: str,
    path: str,
    status: int,
    headers: dict[str, str],
    body: bytes,
    *,
    token: str = "",
) -> APIError | ResponseTooLargeError:
    """Return the error that a status of 300 or more stands for.

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
    what = f"{method} {clean_line(path)} was answered with {status}.{said}"
    about: dict[str, Any] = {"status": status, "method": method, "path": path, "detail": detail}
    if method in _READS and (status == 413 or (status >= 400 and _TOO_LARGE.search(detail))):
        return ResponseTooLargeError(f"{what} Nothing of it was used.")
    if status in {401, 403}:
        return AuthenticationError(f"{what} {_about_token(method, status, detail, token)}", **about)
    if status == 404:
        return NotFoundError(f"{what} {_about_name(method)}", **about)
    if status == 429:
        return _too_many(what, headers, about)
    if status >= 500:
        return ServerError(f"{what} The API is failing; try again later.", **about)
    return InvalidRequestError(
        f"{what} {_about_request(method, status, detail)}", fields=fields, **about
    )


def token_name(method: str) -> str:
    """Return the name of the variable of the token that a method is sent with."""
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


def _too_many(what: str, headers: dict[str, str], about: dict[str, Any]) -> QuotaError:
    """Return the error of a pause or of a spent quota, by its length or by the API's words."""
    wait = read_retry_after(headers.get("retry-after"))
    is_spent = _SPENT.search(about["detail"]) is not None
    if wait is None and (found := _AVAILABLE.search(about["detail"])):
        wait = int(found[1])
    until = f" for another {_spell(wait)}" if wait is not None else ""
    if (wait is None and not is_spent) or (wait is not None and wait <= LONGEST_PAUSE):
        again = " Wait, then try again."
        return ThrottledError(
            f"{what} The API takes no more requests{until or ' for the moment'}.{again}",
            retry_after=wait,
            **about,
        )
    reason = "The account's API calls of this month are spent"
    if not is_spent and wait is not None and wait < _HOUR:
        reason = "The API takes no more requests"
    return QuotaError(f"{what} {reason}{until}.", retry_after=wait, **about)


def _spell(seconds: int) -> str:
    """Return a time in the largest unit of which there are at least two."""
    for unit, length in (("day", 24 * _HOUR), ("hour", _HOUR), ("minute", 60)):
        if seconds >= 2 * length:
            return f"{-(-seconds // length):,} {unit}s"
    return count_noun(seconds, "second")


def read_retry_after(value: str | None) -> int | None:
    """Return the seconds of a Retry-After header, which has a number or a date, or None."""
    if value is None:
        return None
    if _SECONDS.fullmatch(value):
        return int(value)
    try:
        moment = parsedate_to_datetime(value)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max(0, math.ceil((moment - datetime.now(UTC)).total_seconds()))
    except (ValueError, OverflowError, TypeError):
        return None


def _read(body: bytes) -> tuple[str, dict[str, list[str]]]:
    """Return the API's words, and what it says of each field; cleaned, since they are printed."""
    try:
        data = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, MemoryError):
        return "", {}  # a page of HTML from a proxy, or nothing

    def plain(value: Any) -> str:
        return clean_line(_text(value), _LONGEST_DETAIL)

    if isinstance(data, str):
        return plain(data), {}
    if isinstance(data, list):
        return clean_line(" ".join(map(plain, data[:_MOST_FIELDS])), _LONGEST_DETAIL), {}
    if not isinstance(data, dict):
        return "", {}
    for key in ("detail", "error"):
        if isinstance(data.get(key), str):
            return plain(data[key]), {}
    fields = {
        clean_line(name, _LONGEST_FIELD): [plain(one) for one in says[:_MOST_FIELDS]]
        for name, says in islice(_flat(data), _MOST_FIELDS)
    }
    spelt = (
        f"{name}: {' '.join(says)}" if name else " ".join(says) for name, says in fields.items()
    )
    return clean_line("; ".join(spelt), _LONGEST_DETAIL), fields


def _text(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _flat(
    data: dict[str, Any], before: str = "", depth: int = 0
) -> Iterator[tuple[str, list[Any]]]:
    """Yield what is said of each field; of a field inside another by its dotted path."""
    for name, value in data.items():
        path = f"{before}.{name}" if before else str(name)
        if isinstance(value, dict) and depth < _DEEPEST:
            yield from _flat(value, path, depth + 1)
        else:
            yield path, value if isinstance(value, list) else [value]
