"""The token's header, which is added as the request leaves, and is nowhere else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pelican_buttercms.errors import SettingsError
from pelican_buttercms.settings import Token

if TYPE_CHECKING:
    import httpx

_HEADER_SAFE = re.compile(r"[\x21-\x7e]+")


def is_header_safe(text: str) -> bool:
    """Return whether a token can be sent; the HTTP library would quote others in its error."""
    return _HEADER_SAFE.fullmatch(text) is not None


def check_token(token: Token) -> None:
    """Check that a token can be sent.

    Raises:
        SettingsError: it cannot; names the variable that it is in.
    """
    if not is_header_safe(token.reveal()):
        raise SettingsError(
            f"The token in {token.origin} holds a space, a line break or another character that no"
            " token has: something was copied along with it. Copy it again from ButterCMS, under"
            " Settings, API Tokens."
        )


def sign(request: httpx.Request, token: Token) -> None:
    """Add the token's header to a request."""
    request.headers["Authorization"] = f"Token {token.reveal()}"
