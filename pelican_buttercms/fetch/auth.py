"""How does a token travel? In a header that is made as the request leaves, and nowhere else."""

from __future__ import annotations

from collections.abc import Generator
import re
from typing import Protocol

import httpx

from pelican_buttercms.errors import SettingsError

_HEADER_SAFE = re.compile(r"[\x21-\x7e]+")


class Secret(Protocol):
    """Something that holds a token and does not print it.

    Attributes:
        origin: the variable that it is in and where that was found, for messages.
    """

    origin: str

    def reveal(self) -> str:
        """Give the token's text."""


class TokenAuth(httpx.Auth):
    """Adds the token as a request leaves, so that no variable of ours or of httpx's holds it.

    Raises:
        SettingsError: the token cannot be sent; httpx would quote it in its own error.
    """

    def __init__(self, token: Secret) -> None:
        if not _HEADER_SAFE.fullmatch(token.reveal()):
            raise SettingsError(
                f"The token in {token.origin} holds a space, a line break or another character"
                " that no token has: something was copied along with it. Copy it again from"
                " ButterCMS, under Settings, API Tokens."
            )
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the header."""
        request.headers["Authorization"] = f"Token {self._token.reveal()}"
        yield request
