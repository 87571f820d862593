"""The answers to writes: validation at once, effects later.

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
from pelican_buttercms.emulator.account import Data, EmulatedAccount
from pelican_buttercms.emulator.delayed_writes import DelayedWrites
from pelican_buttercms.emulator.error_responses import Refusal, bad_request
from pelican_buttercms.emulator.persist import Persistence
from pelican_buttercms.emulator.quirks import Behaviour
from pelican_buttercms.emulator.webhooks import Webhooks
from pelican_buttercms.emulator.write_context import WriteContext

_DELETE: dict[str, Callable[..., tuple[int, Any]]] = {
    "page": write_pages.delete,
    "content_item": write_items.delete,
}


def utc_now() -> datetime:
    """Return the current time."""
    return datetime.now(UTC)


class WriteHandler:
    """The handler of all write requests.

    Args:
        account: the account to change.
        behaviour: the choices where accounts differ.
        persist: whether changes are written back to the account's folder.
        now: the clock.
    """

    def __init__(
        self,
        account: EmulatedAccount,
        behaviour: Behaviour,
        *,
        persist: bool = False,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.effects = DelayedWrites(behaviour)
        self.webhooks = Webhooks(account, now, behaviour)
        self._context = WriteContext(
            account,
            behaviour,
            self.effects,
            self.webhooks,
            Persistence(account, on=persist),
            now,
        )

    def handle(self, request: Request, route: str, names: tuple[str, ...]) -> tuple[int, Any]:
        """Answer a write whose route allows its method."""
        context = self._context
        locale = request.args.get("locale") or None
        if request.method == "DELETE" and route == "post":
            return write_posts.delete(context, names[0], locale)
        if request.method == "DELETE":
            return _DELETE[route](context, *names)
        body = _body(request)
        if request.method == "POST":
            return self._create(route, names, body, locale)
        if route == "post":
            return write_posts.change(context, names[0], body, locale)
        if route == "page":
            return write_pages.change(context, names[0], names[1], body, locale)
        replace = request.method == "PUT"
        return write_items.change(context, names[0], names[1], body, locale, replace=replace)

    def _create(
        self, route: str, names: tuple[str, ...], body: Data, locale: str | None
    ) -> tuple[int, Any]:
        if route == "posts":
            return write_posts.create(self._context, body, locale)
        if route == "all_pages":
            return write_pages.create(self._context, body, locale)
        if names:  # the collection's own path, if the behaviour allows it
            fields = body.get("fields")
            body = body | {
                "key": names[0],
                "fields": [fields] if isinstance(fields, dict) else fields,
            }
        return write_items.create(self._context, body, locale)

    def change(self, what: str, status: str, changes: Data, locale: str | None = None) -> None:
        """Change an item as an editor does, without the API."""
        dashboard.change(self._context, what, status, changes, locale)

    def settle(self, lock: AbstractContextManager[Any]) -> None:
        """Apply every accepted write, and deliver every webhook.

        The lock is held for the writes only: a receiver may use the API at once.
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
