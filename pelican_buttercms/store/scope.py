"""Scopes: whose content it is, in which locale, live or preview."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast, get_args
from urllib.parse import quote, unquote

Mode = Literal["live", "preview"]


@dataclass(frozen=True, order=True, slots=True)
class Scope:
    """Content that is pulled together, and never mixed with other content.

    Attributes:
        account: the fingerprint of account and environment, never the token.
        locale: the locale's API slug; "" is the account's default locale.
        mode: "preview" holds drafts as well; it cannot reach a live build.
    """

    account: str
    locale: str
    mode: Mode

    def __str__(self) -> str:
        return f"{quote(self.account, safe='')}/{quote(self.locale, safe='')}/{self.mode}"

    @classmethod
    def parse(cls, text: str) -> Scope:
        """Read a scope back from its text.

        Raises:
            ValueError: the text is not the text of a scope.
        """
        account, locale, mode = text.split("/")
        if mode not in get_args(Mode):
            raise ValueError(f"{text!r} is not the text of a scope")
        return cls(unquote(account), unquote(locale), cast("Mode", mode))
