"""The token's header, which is added as the request leaves, and is nowhere else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from pelican_buttercms.errors import SettingsError

if TYPE_CHECKING:
    import httpx

_HEADER_SAFE = re.compile(r"[\x21-\x7e]+")


class Revealable(Protocol):
    """An object that holds a token and does not print it."""

    def reveal(self) -> str:
        """Return the token's text."""


class Secret(Revealable, Protocol):
    """A token of the API.

    Attributes:
        origin: the variable that it is in and where that was found, for messages.
    """

    origin: str


def is_header_safe(text: str) -> bool:
    """Return whether a token can be sent; the HTTP library would quote others in its error."""
    return _HEADER_SAFE.fullmatch(text) is not None


class TokenAuth:
    """Adds the token as a request leaves, so that no variable of ours holds it.

    Raises:
        SettingsError: the token cannot be sent.
    """

    def __init__(self, token: Secret) -> None:
        if not is_header_safe(token.reveal()):
            raise SettingsError(
                f"The token in {token.origin} holds a space, a line break or another character"
                " that no token has: something was copied along with it. Copy it again from"
                " ButterCMS, under Settings, API Tokens."
            )
        self._token = token

    def sign(self, request: httpx.Request) -> None:
        """Add the header."""
        request.headers["Authorization"] = f"Token {self._token.reveal()}"
