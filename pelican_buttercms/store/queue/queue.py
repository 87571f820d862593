"""The rules of a queue, on disk and in Redis, for one process or many.

Items have increasing numbers. The *window* holds the newest ones until nothing came for a while;
closing it makes them due. Each target has a cursor: everything before it was delivered. A target's
*claim* covers everything that is due after its cursor, so items of a failed delivery are delivered
together with later ones. A claim is a lease with a fencing number: when its owner dies, another
takes over, and late calls of the dead owner have no effect. An item is removed when it lies before
every cursor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pelican_buttercms.store.queue.storage import Cursor, Storage, Transaction

LONGEST_WAIT = 3600.0
"""Seconds; a pause that ends later than this was written by a wrong clock and is ignored."""

_ROUNDING = 1e-3
"""Seconds; the sum of a time and a lease is not exact, and Redis keeps milliseconds."""


@dataclass(frozen=True)
class Claim:
    """The items that one owner may deliver to one target until the lease expires.

    Attributes:
        target: the target's name.
        owner: the owner's id.
        fence: the fencing number, which increases with every claim on the target.
        upto: the number of the last item.
        items: the items in the order of their arrival.
        attempts: the failed deliveries to this target since the last success.
        failing_for: the seconds since the first of them.
    """

    target: str
    owner: str
    fence: int
    upto: int
    items: tuple[bytes, ...] = field(repr=False)
    attempts: int
    failing_for: float


@dataclass(frozen=True)
class TargetState:
    """The state of a target; `attempts` and `failing_for` count from the last success."""

    waiting: int
    attempts: int
    failing_for: float


@dataclass(frozen=True)
class QueueState:
    """The state of a queue.

    Attributes:
        waiting: the number of items that were not delivered to every target.
        open: the number of them that are still in the window.
        oldest: the age of the oldest of them in seconds, None without any.
        delivered: the time of the last delivery in seconds since 1970, None if never.
        targets: the state of each target, by name.
        counters: the counters, by name.
    """

    waiting: int
    open: int
    oldest: float | None
    delivered: float | None
    targets: dict[str, TargetState]
    counters: dict[str, int]


class Queue:
    """A durable queue for several threads and processes, and with Redis for several machines.

    Args:
        storage: keeps it.

    Raises:
        StoreError: from every method, when the disk or Redis cannot be used.
    """

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._targets: tuple[str, ...] = ()

    def register(self, targets: Sequence[str]) -> list[str]:
        """Set the targets, and return the names of earlier ones that are no longer among them.

        A new target gets the items that still wait for others.
        """
        self._targets = tuple(targets)
        return self._storage.run(self._register)

    def _register(self, change: Transaction) -> list[str]:
        state = change.state
        before = state.cursors
        state.cursors = {name: before.get(name, Cursor(state.base)) for name in self._targets}
        _prune(change)
        return [name for name in before if name not in state.cursors]

    def add(self, key: str, item: bytes, counter: str, entry: bytes) -> bool:
        """Add an item; it is durable when this returns.

        Args:
            key: the identity of the item, for deduplication.
            item: the item.
            counter: the name of the counter to increment.
            entry: the entry for the log.

        Returns:
            False when the open window already holds that key, so that the item was not added.
        """

        def run(change: Transaction) -> bool:
            state = change.state
            if change.is_open(key):
                state.count("repeated")
                return False
            change.append(key, item)
            state.first = change.now if state.first is None else state.first
            state.last = change.now
            state.count(counter)
            change.note(entry)
            return True

        return self._storage.run(run)

    def close_window(self, quiet: float, longest: float) -> float | None:
        """Close the window when nothing came for `quiet` seconds, or when it is `longest` old.

        Returns:
            The seconds until it will be closed, 0 when it was closed now, None when it is empty.
        """

        def run(change: Transaction) -> float | None:
            state, now = change.state, change.now
            if state.first is None:
                return None
            # a clock may have been set back
            state.first, state.last = min(state.first, now), min(state.last or now, now)
            remaining = min(state.last + quiet, state.first + longest) - now
            if remaining > 0:
                return remaining
            state.closed, state.first, state.last = state.newest, None, None
            change.close_window()
            return 0.0

        return self._storage.run(run)

    def claim(self, target: str, owner: str, lease: float) -> Claim | None:
        """Lease the due items of a target; None when there are none or another owner holds them."""

        def run(change: Transaction) -> Claim | None:
            state, now = change.state, change.now
            if not state.cursors:  # Redis may have lost everything
                self._register(change)
            cursor = state.cursors.get(target)
            if cursor is None or cursor.done >= state.closed:
                return None
            if (
                0 < cursor.until - now <= lease + _ROUNDING
                or 0 < cursor.not_before - now <= LONGEST_WAIT
            ):
                return None
            cursor.owner, cursor.until = owner, now + lease
            cursor.fence += 1
            items = change.items(cursor.done, state.closed)
            failing_for = _age(cursor.since, now)
            return Claim(
                target, owner, cursor.fence, state.closed, items, cursor.attempts, failing_for
            )

        return self._storage.run(run)

    def renew(self, claim: Claim, lease: float) -> bool:
        """Extend the lease of a claim; False when another owner has it now."""

        def run(change: Transaction) -> bool:
            cursor = _held(change, claim)
            if cursor:
                cursor.until = change.now + lease
            return cursor is not None

        return self._storage.run(run)

    def done(self, claim: Claim, counter: str) -> bool:
        """Record that a claim was delivered; False when another owner has it now."""

        def run(change: Transaction) -> bool:
            cursor = _held(change, claim)
            if cursor:
                cursor.done, cursor.attempts, cursor.since = claim.upto, 0, None
                cursor.not_before = cursor.until = 0.0
                change.state.delivered = change.now
                change.state.count(counter)
                _prune(change)
            return cursor is not None

        return self._storage.run(run)

    def failed(self, claim: Claim, wait: float, counter: str) -> bool:
        """Release a claim, which is due again after `wait` seconds; False as in `done`."""

        def run(change: Transaction) -> bool:
            cursor = _held(change, claim)
            if cursor:
                cursor.attempts += 1
                cursor.since = change.now if cursor.since is None else cursor.since
                cursor.not_before, cursor.until = change.now + wait, 0.0
                change.state.count(counter)
            return cursor is not None

        return self._storage.run(run)

    def record(self, entry: bytes) -> None:
        """Write an entry to the log, which keeps the newest ones."""
        self._storage.run(lambda change: change.note(entry))

    def log(self) -> list[bytes]:
        """Return the log, the newest entry first."""
        return self._storage.run(lambda change: change.log())

    def state(self) -> QueueState:
        """Return the state of the queue."""
        return self._storage.run(_describe)

    def check(self) -> None:
        """Check that the queue can be written to."""

        def run(change: Transaction) -> None:
            change.state.checked = change.now

        self._storage.run(run)

    def close(self) -> None:
        """Close files and connections."""
        self._storage.close()


def _held(change: Transaction, claim: Claim) -> Cursor | None:
    """Return the cursor of a claim, None when another owner has it now."""
    cursor = change.state.cursors.get(claim.target)
    if cursor is None or (cursor.owner, cursor.fence) != (claim.owner, claim.fence):
        return None
    return cursor


def _prune(change: Transaction) -> None:
    """Remove the items that every target has; without targets, remove nothing."""
    state = change.state
    least = min((cursor.done for cursor in state.cursors.values()), default=0)
    if least > state.base:
        change.remove(state.base, least)
        state.base = least


def _describe(change: Transaction) -> QueueState:
    state, now = change.state, change.now
    waiting = state.newest - state.base
    targets = {
        name: TargetState(state.newest - cursor.done, cursor.attempts, _age(cursor.since, now))
        for name, cursor in sorted(state.cursors.items())
    }
    oldest = _age(change.taken(state.base + 1), now) if waiting else None
    opened = state.newest - state.closed
    return QueueState(waiting, opened, oldest, state.delivered, targets, state.counters)


def _age(moment: float | None, now: float) -> float:
    return 0.0 if moment is None else max(0.0, now - moment)
