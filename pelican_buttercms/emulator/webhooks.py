"""The webhooks of an account: one POST for each event and subscription.

Source: contract, "Webhooks": 5 s, no retry, no signature, ids but no content.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from http.client import HTTPException
import json
import logging
from queue import Queue
from threading import Lock, Thread
from typing import Any
import urllib.error
import urllib.request
from zlib import crc32

from pelican_buttercms.emulator.account import Data, EmulatedAccount
from pelican_buttercms.emulator.quirks import Behaviour

logger = logging.getLogger(__name__)

_TIMEOUT = 5.0
_EDITOR = "Emulator"


class Webhooks:
    """The queue of an account's events, delivered in order by one thread.

    Attributes:
        delivered: the bodies that were answered with 2xx.
        failures: the errors of the others.
    """

    def __init__(
        self,
        account: EmulatedAccount,
        now: Callable[[], datetime],
        behaviour: Behaviour | None = None,
    ) -> None:
        self._account = account
        self._behaviour = behaviour or Behaviour()
        self._now = now
        self._queue: Queue[tuple[str, dict[str, str], Data]] = Queue()
        self._lock = Lock()
        self._thread: Thread | None = None
        self.delivered: list[Data] = []
        self.failures: list[str] = []

    @staticmethod
    def number(slug: str) -> int:
        """Return the number of an item, which is computed from its name here."""
        return crc32(slug.encode()) % 1_000_000

    def post(self, what: str, group: Data, locale: str) -> None:
        """Send a post's event: published, draft, or delete, also for unpublishing.

        Args:
            what: the event's last part.
            group: the post and its translations.
            locale: the locale of the changed one; in another locale than the account's own the
                event has another name, as the behaviour says.
        """
        account = self._account
        own = (
            group
            if locale == account.locale_of(group)
            else group.get("locales", {}).get(locale, {})
        )
        slug = own.get("slug", group["slug"])
        data = {"id": slug, "_id": group.get("_id", self.number(group["slug"]))}
        events = self._behaviour.post_locale_events
        if locale == account.default_locale or events in {"plain", "both"}:
            self._send(f"post.{what}", data)
        if locale != account.default_locale and events in {"own", "both"}:
            self._send(f"post.localization.{what}", data | {"locale": locale})

    def page(self, what: str, page: Data, locale: str | None) -> None:
        """Send a page's event in a locale: published, draft, unpublished or delete.

        A scheduled page is sent as a draft, with the date.
        """
        own = page if locale is None else page.get("locales", {}).get(locale, {})
        own = own | own.get("draft", {}) if what == "draft" else own
        status = {"unpublished": "draft", "delete": "deleted"}.get(what, what)
        data = {
            "id": page["slug"],
            "buttercms_id": self.number(f"{page.get('page_type')}/{page['slug']}"),
            "page_type": page.get("page_type") or "*",
            "editor": _EDITOR,
            "name": page.get("name", page["slug"]),
            "timestamp": self._timestamp(),
            "locale": locale,
            "status": status,
            "updated": own.get("updated"),
            "published": own.get("published"),
            "scheduled": own.get("scheduled"),
        }
        self._send(f"page.{what}", data)

    def item(self, what: str, key: str, item: Data, locale: str | None) -> None:
        """Send an item's event: published, draft, delete, or unpublished."""
        number = item["meta"]["id"]
        status = {"delete": "deleted", "published": "published"}.get(what, "draft")
        fields = item if locale is None else item | item.get("locales", {}).get(locale, {})
        label = next((v for k, v in fields.items() if k != "status" and isinstance(v, str)), None)
        data = {
            "id": key,
            "itemid": f"/v2/content/?keys={key}[_id={number}]",
            "label": label or str(number),
            "editor": _EDITOR,
            "timestamp": self._timestamp(),
            "locale": locale,
            "status": status,
        }
        self._send(f"collectionitem.{what}", data)

    def settle(self) -> None:
        """Wait until every event is delivered or has failed."""
        self._queue.join()

    def _send(self, event: str, data: Data) -> None:
        kind = event.partition(".")[0]
        for hook in self._account.config.get("webhooks", ()):
            wanted = hook.get("events", ("*.all",))
            names = (event, f"{kind}.all", f"{kind}.*")
            name = next((name for name in names if name in wanted), None)
            name = name or (f"{kind}.all" if "*.all" in wanted else None)
            if name is not None:  # the event gets the name of a subscription to all events
                body = {"data": data, "webhook": {"event": name, "target": hook["url"]}}
                self._queue.put((hook["url"], dict(hook.get("headers", {})), body))
                self._start()

    def _start(self) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = Thread(target=self._deliver_all, daemon=True)
                self._thread.start()

    def _deliver_all(self) -> None:
        while True:
            url, headers, body = self._queue.get()
            try:
                _post(url, headers, body)
                self.delivered.append(body)
            except (OSError, ValueError, HTTPException) as exc:
                self.failures.append(f"{url}: {exc}")
                logger.warning("The webhook to %s failed: %s", url, exc)
            finally:
                self._queue.task_done()

    def _timestamp(self) -> str:
        return f"{self._now().astimezone(UTC):%Y-%m-%dT%H:%M:%S}"  # without a zone, as documented


def _post(url: str, headers: dict[str, str], body: Any) -> None:
    if not url.startswith(("http://", "https://")):
        raise ValueError("a webhook goes to http:// or https://")
    request = urllib.request.Request(  # noqa: S310  (the scheme was checked)
        url,
        json.dumps(body).encode(),
        {"Content-Type": "application/json", **headers},
        method="POST",
    )
    with urllib.request.urlopen(request, timeout=_TIMEOUT) as answer:  # noqa: S310
        answer.read()
