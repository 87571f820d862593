"""What becomes of a write?"""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Request

from pelican_buttercms.emulator.account import Account
from pelican_buttercms.emulator.behaviour import Behaviour
from pelican_buttercms.emulator.failures import not_found


class Writes:
    """Accepts writes and lets them take effect."""

    def __init__(self, account: Account, behaviour: Behaviour, *, persist: bool = False) -> None:
        self.account = account
        self.behaviour = behaviour
        self.persist = persist

    def handle(self, request: Request, route: str, names: tuple[str, ...]) -> tuple[int, Any]:
        """Answer a write."""
        raise not_found()

    def settle(self) -> None:
        """Let every accepted write take effect."""
