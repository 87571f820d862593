"""The worker that starts builds and retries failed ones, with one thread for each target.

An event leaves the queue only after its build was started; a build on this machine has to succeed.
The number of failures and the time of the next attempt are in the queue, so a restarted relay
continues where it was. A relay may die at any moment: its claim expires, and another relay delivers
the events, perhaps for a second time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
import logging
import random
from threading import Event as Flag
from threading import Lock, Thread, current_thread
import uuid

import msgspec

from pelican_buttercms.api.webhook_events.coalesce import merge
from pelican_buttercms.api.webhook_events.event import Event
from pelican_buttercms.errors import StoreError
from pelican_buttercms.store.queue import LONGEST_WAIT, Claim, Queue
from pelican_buttercms.webhooks.config import RelayOptions
from pelican_buttercms.webhooks.targets import BuildTarget, DeliveryResult
from pelican_buttercms.wording import count_noun

logger = logging.getLogger(__name__)

TOO_LONG = 24 * 3600.0
"""Seconds of failing after which a failure is logged as an error."""

_POLL = 1.0
_LAST_WAIT = 15.0


class Worker:
    """The worker of one relay, which delivers the queue's events to its targets.

    Args:
        queue: the queue of events.
        targets: where builds are started.
        options: the windows and pauses.
        jitter: returns a number from 0 to 1, so that many relays do not retry at the same time.
    """

    def __init__(
        self,
        queue: Queue,
        targets: Sequence[BuildTarget],
        options: RelayOptions,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.targets = tuple(targets)
        self._queue = queue
        self._options = options
        self._jitter = jitter
        self._owner = uuid.uuid4().hex
        self._stop = Flag()
        self._lock = Lock()
        self._threads: dict[str, Thread] = {}
        self._poll = max(0.05, min(_POLL, options.quiet))

    def register(self) -> None:
        """Register the targets with the queue."""
        for name in self._queue.register([target.name for target in self.targets]):
            logger.warning("Nothing is delivered to %s any more: it is not configured.", name)

    def ensure_running(self) -> None:
        """Start each thread that is not running, as after a fork."""
        if self._stop.is_set() or all(
            (thread := self._threads.get(target.name)) and thread.is_alive()
            for target in self.targets
        ):
            return
        with self._lock:
            for target in self.targets:
                thread = self._threads.get(target.name)
                if thread is None or not thread.is_alive():
                    name = f"relay-{target.name}"
                    thread = Thread(target=self._run, args=(target,), name=name, daemon=True)
                    self._threads[target.name] = thread
                    thread.start()

    def stop(self) -> None:
        """Finish the deliveries under way; a local command is stopped and run again next time."""
        self._stop.set()
        for thread in list(self._threads.values()):
            if thread is not current_thread():
                thread.join(_LAST_WAIT)

    def deliver_now(self) -> None:
        """Deliver to each target once what is due; for hosts without threads."""
        for target in self.targets:
            self.deliver_due(target)

    def deliver_due(self, target: BuildTarget) -> float:
        """Deliver what is due for a target; returns the seconds until the next check."""
        remaining = self._queue.close_window(self._options.quiet, self._options.longest)
        claim = self._queue.claim(target.name, self._owner, self._options.lease)
        if claim is not None:
            self._deliver(target, claim)
            return 0.0
        return self._poll if remaining is None else min(self._poll, remaining)

    def _run(self, target: BuildTarget) -> None:
        failing = False
        while not self._stop.is_set():
            try:
                pause = self.deliver_due(target)
                failing = False
            except StoreError as exc:
                if not failing:
                    logger.error("%s", exc)  # noqa: TRY400  (the message is for people)
                failing, pause = True, _POLL
            except Exception:  # if the thread ended, its target would get no event any more
                logger.exception("Starting a build at %s failed", target.name)
                pause = _POLL
            self._stop.wait(pause)

    def _deliver(self, target: BuildTarget, claim: Claim) -> None:
        events = merge(map(_decode, claim.items))
        if self._options.skip_drafts and all(e.effect("live") == "nothing" for e in events):
            outcome = DeliveryResult(started=True, note="Only drafts changed: no build was started")
        else:
            with self._renewing(claim):
                outcome = target.start(events, self._stop.is_set)
        if outcome.started:
            held = self._queue.done(claim, f"build:{target.name}:started")
            logger.info("%s: %s (%s)", target.name, outcome.note, _describe(claim, events))
            if not held:
                logger.warning("%s: another relay had taken over these events", target.name)
        else:
            wait = self._pause(claim, outcome)
            result = "postponed" if outcome.postponed else "failed"
            self._queue.failed(claim, wait, f"build:{target.name}:{result}")
            level = logging.ERROR if claim.failing_for > TOO_LONG else logging.WARNING
            logger.log(
                level,
                "%s: %s. Nothing is lost: %s kept, the next try is in %.0f s%s.",
                target.name,
                outcome.note.rstrip("."),
                _describe(claim, events),
                wait,
                f"; it has failed for {claim.failing_for / 3600:.0f} hours"
                if claim.failing_for > TOO_LONG
                else "",
            )
        self._record(target, claim, outcome)

    def _pause(self, claim: Claim, outcome: DeliveryResult) -> float:
        """Return the seconds until the next attempt: exponential backoff with jitter, bounded."""
        most = min(self._options.last_retry, LONGEST_WAIT)
        if outcome.permanent:
            return most
        wait: float = (
            self._options.first_retry * 2 ** min(claim.attempts, 30) * (0.5 + self._jitter())
        )
        return min(most, max(wait, outcome.retry_after or 0.0))

    @contextmanager
    def _renewing(self, claim: Claim) -> Iterator[None]:
        """Renew a lease during a delivery."""
        over = Flag()

        def renew() -> None:
            while not over.wait(self._options.lease / 3):
                with suppress(StoreError):
                    self._queue.renew(claim, self._options.lease)

        thread = Thread(target=renew, name=f"lease-{claim.target}", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _record(self, target: BuildTarget, claim: Claim, outcome: DeliveryResult) -> None:
        entry = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "build": target.name,
            "started": outcome.started,
            "events": len(claim.items),
            "note": outcome.note,
        }
        self._queue.record(msgspec.json.encode(entry))


def _decode(item: bytes) -> Event:
    """Decode a stored event; a damaged one becomes an unknown event, which needs a full pull."""
    try:
        return msgspec.json.decode(item, type=Event)
    except (msgspec.DecodeError, RecursionError):
        return Event(name="unknown")


def _describe(claim: Claim, events: Sequence[Event]) -> str:
    return f"{count_noun(len(claim.items), 'event')} on {count_noun(len(events), 'item')}"
