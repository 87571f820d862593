"""The WSGI application that receives ButterCMS's webhooks.

ButterCMS sends each webhook once and waits 5 s. The answer is sent as soon as the event is durable;
the worker does everything else later.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
import hmac
import logging
import time
from typing import Any

import msgspec
from werkzeug.wrappers import Request, Response

from pelican_buttercms.api.webhook_events.event import Event
from pelican_buttercms.clean_text import clean_line
from pelican_buttercms.errors import StoreError
from pelican_buttercms.local_requests import reason_to_refuse
from pelican_buttercms.store.queue import Queue
from pelican_buttercms.webhooks.config import RelayOptions
from pelican_buttercms.webhooks.dispatcher import Worker
from pelican_buttercms.webhooks.metrics import CONTENT_TYPE, render
from pelican_buttercms.webhooks.request_body import RequestRefusedError, read_body

logger = logging.getLogger(__name__)

_CHECK_EVERY = 5.0
"""Seconds between two writes that check the queue."""

_FAILING_LONG = 600.0
"""Seconds after which a target that fails is told as failing."""

_MOST_REFUSALS = 20
"""Refused requests that are logged in a minute; the others could fill a disk, and are counted."""

_SAFE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class Relay:
    """The relay as a WSGI application.

    Args:
        options: the relay's options.
        queue: where events are kept.
        worker: starts the builds.
        runs: whether the worker runs in this process; a serverless function calls
            `worker.deliver_now` instead.
    """

    def __init__(
        self, options: RelayOptions, queue: Queue, worker: Worker, *, runs: bool = True
    ) -> None:
        self._options = options
        self._queue = queue
        self.worker = worker
        self._runs = runs
        self._secrets = [token.reveal().encode() for token in options.secrets or ()]
        self._refused: Counter[str] = Counter()
        self._minute, self._logged, self._unlogged = 0.0, 0, 0
        self._next_check = 0.0
        self._pages: dict[str, Callable[[Request], Response]] = {
            "/healthz": self._health,
            "/metrics": self._metrics,
            "/log": self._log,
        }

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """Answer one request."""
        if self._runs:
            self.worker.ensure_running()
        try:
            response = self._answer(Request(environ, shallow=True), environ)
        except RequestRefusedError as exc:
            self._log_refusal(exc, environ)
            response = _text(exc.text, exc.status)
            if exc.status == 405:
                response.headers["Allow"] = "POST"
        except StoreError as exc:
            logger.error("%s", exc)  # noqa: TRY400  (the message is for people)
            response = _text("The queue cannot be used.", 503)
        response.headers.extend(_SAFE)
        return response(environ, start_response)

    def _log_refusal(self, refusal: RequestRefusedError, environ: Any) -> None:
        """Log who asked for what and why it was refused; never what was sent in its stead."""
        self._refused[refusal.reason] += 1
        if (now := time.monotonic()) - self._minute > 60.0:
            self._minute, self._logged = now, 0
        if self._logged == _MOST_REFUSALS:
            self._unlogged += 1
            return
        more = f" ({self._unlogged:,} more were refused before)" if self._unlogged else ""
        self._logged, self._unlogged = self._logged + 1, 0
        logger.warning(
            "refused %s %s from %s with %d: %s%s",
            clean_line(environ.get("REQUEST_METHOD", ""), 20),
            clean_line(environ.get("PATH_INFO", ""), 100),
            clean_line(environ.get("REMOTE_ADDR", "an unknown address"), 50),
            refusal.status,
            refusal.text,
            more,
        )

    def close(self) -> None:
        """Stop the worker and close the queue."""
        self.worker.stop()
        self._queue.close()

    def _answer(self, request: Request, environ: Any) -> Response:
        if self._options.secrets is None and (reason := reason_to_refuse(environ)):
            raise RequestRefusedError(403, "host", f"The request is refused: {reason}.")
        if request.path == self._options.path:
            if request.method != "POST":
                raise RequestRefusedError(405, "method", "A webhook is sent by POST.")
            self._check_secret(request)
            return self._receive(request, environ)
        page = self._pages.get(request.path)
        if page is None or request.method not in {"GET", "HEAD"}:
            raise RequestRefusedError(404, "path", "There is nothing here.")
        return page(request)

    def _check_secret(self, request: Request) -> None:
        if self._options.secrets is None:
            return
        sent = request.headers.get(self._options.header, "").encode("latin-1", "replace")
        matches = [hmac.compare_digest(sent, secret) for secret in self._secrets]  # constant time
        if not any(matches):
            text = f"The header {self._options.header} is missing or wrong."
            raise RequestRefusedError(401, "secret", text)

    def _receive(self, request: Request, environ: Any) -> Response:
        kind = request.mimetype
        # a sender with the secret may omit the type; a page of another site could do that, too
        omitted = not kind and self._options.secrets is not None
        if not (kind == "application/json" or kind.endswith("+json") or omitted):
            raise RequestRefusedError(415, "type", "A webhook is application/json.")
        body = read_body(environ, self._options.max_body, self._options.body_time)
        try:
            event = Event.from_body(msgspec.json.decode(body))
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            raise RequestRefusedError(400, "shape", "The body is not JSON.") from None
        except ValueError as exc:
            raise RequestRefusedError(400, "shape", f"The body {exc}.") from None
        added = self._add(event)
        logger.info("%s %s", "received:" if added else "repeated:", event.describe())
        return _json({"taken": True, "repeated": not added}, 202)

    def _add(self, event: Event) -> bool:
        item = msgspec.json.encode(event)
        entry = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "event": event}
        name = event.name if event.action != "unknown" else "unknown"
        return self._queue.add(event.identity(), item, f"event:{name}", msgspec.json.encode(entry))

    def _health(self, request: Request) -> Response:
        del request
        try:
            if time.monotonic() > self._next_check:
                self._queue.check()
                self._next_check = time.monotonic() + _CHECK_EVERY
            state = self._queue.state()
        except StoreError as exc:
            logger.error("%s", exc)  # noqa: TRY400  (the message is for people)
            return _json({"status": "the queue cannot be used"}, 503)
        delivered = state.delivered
        failing = [
            name for name, target in state.targets.items() if target.failing_for > _FAILING_LONG
        ]
        return _json(  # also 200 then: a load balancer that took the relay out would lose webhooks
            {
                "status": "failing" if failing else "ok",
                "failing": failing,
                "waiting": state.waiting,
                "oldest_seconds": None if state.oldest is None else round(state.oldest, 1),
                "last_delivery": None
                if delivered is None
                else datetime.fromtimestamp(delivered, UTC).isoformat(timespec="seconds"),
                "targets": {
                    name: {
                        "waiting": target.waiting,
                        "failed_attempts": target.attempts,
                        "failing_seconds": round(target.failing_for, 1),
                    }
                    for name, target in state.targets.items()
                },
            }
        )

    def _metrics(self, request: Request) -> Response:
        del request
        text = render(self._queue.state(), self._refused)
        return Response(text, content_type=CONTENT_TYPE)

    def _log(self, request: Request) -> Response:
        self._check_secret(request)
        return _json([_decode(entry) for entry in self._queue.log()])


def _decode(entry: bytes) -> Any:
    """Decode an entry of the log; a damaged one is shown as text."""
    try:
        return msgspec.json.decode(entry)
    except (msgspec.DecodeError, RecursionError):
        return {"damaged": entry[:200].decode(errors="replace")}


def _text(text: str, status: int) -> Response:
    return Response(f"{text}\n", status, content_type="text/plain; charset=utf-8")


def _json(value: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value) + b"\n", status, content_type="application/json")
