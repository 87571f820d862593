"""The API's error responses, with bodies as recorded, documented or inferred.

Source: contract, section 3.
"""

from __future__ import annotations

from typing import Any

from pelican_buttercms.emulator.quirks import Behaviour


class Refusal(Exception):  # noqa: N818  (an answer, not a failure of this program)
    """An error response, raised and turned into the answer."""

    def __init__(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body
        self.headers = headers or {}


def not_found(what: str = "Not found.") -> Refusal:
    """Return a 404 with the message of a resource."""
    return Refusal(404, {"detail": what})


def bad_request(detail: str) -> Refusal:
    """Return a 400 for a read."""
    return Refusal(400, {"detail": detail})


def unauthorised(*, given: bool) -> Refusal:
    """Return a 401 for a wrong token, or for a missing one."""
    words = "Invalid token" if given else "Authentication credentials were not provided"
    return Refusal(401, {"detail": f"{words}."}, {"WWW-Authenticate": "Token"})


def not_allowed(method: str, allowed: str) -> Refusal:
    """Return a 405."""
    return Refusal(405, {"detail": f'Method "{method}" not allowed.'}, {"Allow": allowed})


def unknown_locale(behaviour: Behaviour) -> Refusal:
    """Return a 400 for a locale that the account does not have, in either documented shape."""
    words = "Invalid locale parameter"
    return Refusal(400, {behaviour.locale_error: words})


def too_large() -> Refusal:
    """Return the error in place of more than 10 MB; the real one is not known."""
    words = "The response exceeds 10 MB. Ask for fewer items with page_size, or for fewer levels."
    return Refusal(400, {"detail": words})


def invalid_write(behaviour: Behaviour, problems: dict[str, list[str]]) -> Refusal:
    """Return a 400 for a write, in the shape that the behaviour names."""
    texts = [text for texts in problems.values() for text in texts]
    bodies: dict[str, Any] = {
        "fields": problems,
        "array": texts,
        "error": {"error": " ".join(texts)},
        "empty-key": {"": texts},
        "detail": {"detail": " ".join(texts)},
    }
    return Refusal(400, bodies[behaviour.errors])
