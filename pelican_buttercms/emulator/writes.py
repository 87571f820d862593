"""The answers to writes: validation at once, the effect later.

Source: contract, "Write API".
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
import json
from typing import Any

from werkzeug.wrappers import Request

from pelican_buttercms.emulator import dashboard, write_items, write_pages, write_posts
from pelican_buttercms.emulator.account import Account, Data
from pelican_buttercms.emulator.delayed_writes import Effects
from pelican_buttercms.emulator.error_responses import Refusal, bad_request
from pelican_buttercms.emulator.persist import Persistence
from pelican_buttercms.emulator.quirks import Behaviour
from pelican_buttercms.emulator.webhooks import Webhooks
from pelican_buttercms.emulator.write_context import Editing

_DELETE: dict[str, Callable[..., tuple[int, Any]]] = {
    "page": write_pages.delete,
    "content_item": write_items.delete,
}


def utc_now() -> datetime:
    """Return this moment."""
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
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.effects = Effects(behaviour)
        self.webhooks = Webhooks(account, now, behaviour)
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
        locale = request.args.get("locale") or None
        if request.method == "DELETE" and route == "post":
            return write_posts.delete(editing, names[0], locale)
        if request.method == "DELETE":
            return _DELETE[route](editing, *names)
        body = _body(request)
        if request.method == "POST":
            return self._create(route, names, body, locale)
        if route == "post":
            return write_posts.change(editing, names[0], body, locale)
        if route == "page":
            return write_pages.change(editing, names[0], names[1], body, locale)
        replace = request.method == "PUT"
        return write_items.change(editing, names[0], names[1], body, locale, replace=replace)

    def _create(
        self, route: str, names: tuple[str, ...], body: Data, locale: str | None
    ) -> tuple[int, Any]:
        if route == "posts":
            return write_posts.create(self._editing, body, locale)
        if route == "all_pages":
            return write_pages.create(self._editing, body, locale)
        if names:  # the collection's own path, where the behaviour allows it
            fields = body.get("fields")
            body = body | {
                "key": names[0],
                "fields": [fields] if isinstance(fields, dict) else fields,
            }
        return write_items.create(self._editing, body, locale)

    def change(self, what: str, status: str, changes: Data, locale: str | None = None) -> None:
        """Change something as an editor does, without the API."""
        dashboard.change(self._editing, what, status, changes, locale)

    def settle(self, lock: AbstractContextManager[Any]) -> None:
        """Let every accepted write take effect, and deliver every webhook.

        The lock is held for the effects only: the receiver may ask the API at once.
        """
        with lock:
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
