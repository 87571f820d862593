"""Starting builds, and starting them again: a thread for each target, one queue between them.

An event leaves the queue only after its build was started (where the build runs on this machine:
has ended well). How often that failed and when the next try is due lie in the queue, so that a
relay that was restarted goes on as it would have. In between anything may die: the claim on it ends
by itself, and whoever looks next delivers it, perhaps for a second time.
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
from pelican_buttercms.webhooks.targets import Outcome, Target

logger = logging.getLogger(__name__)

TOO_LONG = 24 * 3600.0
"""Seconds of failing after which it is an error, and not a passing trouble."""

_POLL = 1.0
_LAST_WAIT = 15.0


class Worker:
    """Starts the builds.

    Args:
        queue: where the events are.
        targets: where builds are started.
        options: the windows and pauses.
        jitter: gives a number from 0 to 1, so that many relays do not try at one time.
    """

    def __init__(
        self,
        queue: Queue,
        targets: Sequence[Target],
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

    def ensure(self) -> None:
        """Run; a thread that ended or was left behind by a fork is started anew."""
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
        """End after the deliveries under way; a local command is ended and run again next time."""
        self._stop.set()
        for thread in list(self._threads.values()):
            if thread is not current_thread():
                thread.join(_LAST_WAIT)

    def deliver_now(self) -> None:
        """Close the window if it is due, and deliver what is, once; for hosts without threads."""
        for target in self.targets:
            self.turn(target)

    def turn(self, target: Target) -> float:
        """Look once, and deliver what is due; gives the seconds until it is worth another look."""
        left = self._queue.close_window(self._options.quiet, self._options.longest)
        claim = self._queue.claim(target.name, self._owner, self._options.lease)
        if claim is not None:
            self._deliver(target, claim)
            return 0.0
        return self._poll if left is None else min(self._poll, left)

    def _run(self, target: Target) -> None:
        failing = False
        while not self._stop.is_set():
            try:
                pause = self.turn(target)
                failing = False
            except StoreError as exc:
                if not failing:
                    logger.error("%s", exc)  # noqa: TRY400  (the message is for people)
                failing, pause = True, _POLL
            except Exception:  # a thread that ends silently would keep every event for ever
                logger.exception("Starting a build at %s failed", target.name)
                pause = _POLL
            self._stop.wait(pause)

    def _deliver(self, target: Target, claim: Claim) -> None:
        events = merge(map(_decode, claim.items))
        if self._options.skip_drafts and all(e.effect("live") == "nothing" for e in events):
            outcome = Outcome(started=True, note="Only drafts changed: no build was started")
        else:
            with self._kept(claim):
                outcome = target.start(events, self._stop.is_set)
        if outcome.started:
            mine = self._queue.done(claim, f"build:{target.name}:started")
            logger.info("%s: %s (%s)", target.name, outcome.note, _told(claim, events))
            if not mine:
                logger.warning("%s: another relay had taken this over by then", target.name)
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
                _told(claim, events),
                wait,
                f"; it has failed for {claim.failing_for / 3600:.0f} hours"
                if claim.failing_for > TOO_LONG
                else "",
            )
        self._record(target, claim, outcome)

    def _pause(self, claim: Claim, outcome: Outcome) -> float:
        """Return how long to wait: longer each time, with jitter, and never beyond the bound."""
        most = min(self._options.last_retry, LONGEST_WAIT)
        if outcome.permanent:
            return most
        wait: float = (
            self._options.first_retry * 2 ** min(claim.attempts, 30) * (0.5 + self._jitter())
        )
        return min(most, max(wait, outcome.retry_after or 0.0))

    @contextmanager
    def _kept(self, claim: Claim) -> Iterator[None]:
        """Renew the lease while something is delivered."""
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

    def _record(self, target: Target, claim: Claim, outcome: Outcome) -> None:
        entry = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "build": target.name,
            "started": outcome.started,
            "events": len(claim.items),
            "note": outcome.note,
        }
        self._queue.record(msgspec.json.encode(entry))


def _decode(item: bytes) -> Event:
    """Read what was stored; what cannot be read asks for a full pull."""
    try:
        return msgspec.json.decode(item, type=Event)
    except msgspec.DecodeError:
        return Event(name="unknown")


def _told(claim: Claim, events: Sequence[Event]) -> str:
    number, items = len(claim.items), len(events)
    return f"{number} event{_s(number)} on {items} item{_s(items)}"


def _s(number: int) -> str:
    return "" if number == 1 else "s"
