"""What does each write answer? Validation at once, the effect later.

Source: contract, "Write API".
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
import json
from typing import Any

from werkzeug.wrappers import Request

from pelican_buttercms.emulator import write_items, write_pages, write_posts
from pelican_buttercms.emulator.account import Account, Data
from pelican_buttercms.emulator.behaviour import Behaviour
from pelican_buttercms.emulator.editing import Editing
from pelican_buttercms.emulator.effects import Effects
from pelican_buttercms.emulator.failures import Refusal, bad_request
from pelican_buttercms.emulator.persist import Persistence
from pelican_buttercms.emulator.webhooks import Webhooks


def _utc() -> datetime:
    return datetime.now(UTC)


class Writes:
    """Accepts writes and lets them take effect.

    Args:
        account: is changed.
        behaviour: the sides it takes.
        persist: whether changes are written back to the account's folder.
        now: the clock.
    """

    def __init__(
        self,
        account: Account,
        behaviour: Behaviour,
        *,
        persist: bool = False,
        now: Callable[[], datetime] = _utc,
    ) -> None:
        self.effects = Effects(behaviour)
        self.webhooks = Webhooks(account, now)
        self._editing = Editing(
            account,
            behaviour,
            self.effects,
            self.webhooks,
            Persistence(account, on=persist),
            now,
        )

    def handle(self, request: Request, route: str, names: tuple[str, ...]) -> tuple[int, Any]:
        """Answer a write whose route allows its method."""
        editing = self._editing
        if request.method == "DELETE":
            if route == "post":
                return write_posts.delete(editing, names[0])
            return write_items.delete(editing, names[0], names[1])
        body, locale = _body(request), request.args.get("locale")
        if not names:
            return self._create(route, body, locale)
        if route == "post":
            return write_posts.change(editing, names[0], body)
        if route == "page":
            return write_pages.change(editing, names[0], names[1], body, locale)
        replace = request.method == "PUT"
        return write_items.change(editing, names[0], names[1], body, locale, replace=replace)

    def _create(self, route: str, body: Data, locale: str | None) -> tuple[int, Any]:
        if route == "posts":
            return write_posts.create(self._editing, body)
        if route == "all_pages":
            return write_pages.create(self._editing, body, locale)
        return write_items.create(self._editing, body)

    def settle(self) -> None:
        """Let every accepted write take effect, and deliver every webhook."""
        self.effects.settle()
        self.webhooks.settle()


def _body(request: Request) -> Data:
    if request.mimetype != "application/json":
        words = f'Unsupported media type "{request.content_type or ""}" in request.'
        raise Refusal(415, {"detail": words})
    try:
        body = json.loads(request.get_data())
    except ValueError as exc:
        raise bad_request(f"JSON parse error - {exc}") from None
    if not isinstance(body, dict):
        raise bad_request("Invalid data. Expected a dictionary.")
    return body
