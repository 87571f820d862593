"""Scopes: whose content it is, in which locale, live or preview."""

from __future__ import annotations

from dataclasses import dataclass
import re
from typing import Literal, cast, get_args
from urllib.parse import quote, unquote

_SELECTION = re.compile(r"[0-9a-f]{16}", re.ASCII)

Mode = Literal["live", "preview"]


@dataclass(frozen=True, order=True, slots=True)
class Scope:
    """Content that is pulled together, and never mixed with other content.

    Attributes:
        account: the fingerprint of account and environment, never the token.
        locale: the locale's API slug; "" is the account's default locale.
        mode: "preview" holds drafts as well; it cannot reach a live build.
        selection: a digest of the settings by which listings are filtered, limited or sorted; ""
            where all are taken whole. A site with other filters has content of its own.
    """

    account: str
    locale: str
    mode: Mode
    selection: str = ""

    def __str__(self) -> str:
        parts = (quote(self.account, safe=""), quote(self.locale, safe=""), self.mode)
        return "/".join((*parts, quote(self.selection, safe="")) if self.selection else parts)

    @classmethod
    def parse(cls, text: str) -> Scope:
        """Read a scope back from its text.

        Raises:
            ValueError: the text is not the text of a scope.
        """
        parts = text.split("/")
        digest = parts[3:]
        is_known = len(parts) >= 3 and parts[2] in get_args(Mode)
        if not is_known or digest[1:] or not all(map(_SELECTION.fullmatch, digest)):
            raise ValueError(f"{text!r} is not the text of a scope")
        account, locale, mode, *selection = map(unquote, parts)
        return cls(account, locale, cast("Mode", mode), *selection)
