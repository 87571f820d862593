"""The check for a file behind a media value, made only where the behaviour says so.

Source: contract, "Write API": a URL that answers 404 is a 400, and so is what is not a URL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http.client import HTTPException
import urllib.error
import urllib.request

from pelican_buttercms.emulator.account import Account

Check = Callable[[object], Iterator[str]]
_TIMEOUT = 5.0
_LIBRARY = "https://cdn.buttercms.com/"


def unchecked(_: object) -> Iterator[str]:
    """Find nothing wrong with any media value."""
    return iter(())


def media_check(account: Account) -> Check:
    """Return the check of an account's media values; it yields what is wrong with one."""

    def check(value: object) -> Iterator[str]:
        if value in (None, ""):
            return
        if not isinstance(value, str) or not value.startswith(("http://", "https://")):
            yield f"{value!r} is not a valid URL."
        elif _is_missing(account, value):
            yield f"{value} answers 404."

    return check


def _is_missing(account: Account, url: str) -> bool:
    if url.startswith(_LIBRARY):
        return account.media(url.rstrip("/").rpartition("/")[2]) is None
    try:
        with urllib.request.urlopen(url, timeout=_TIMEOUT):  # noqa: S310  (looked at before)
            return False
    except urllib.error.HTTPError as exc:
        exc.close()
        return exc.code == 404
    except (OSError, HTTPException, ValueError):
        return False  # only a 404 is documented
