"""The guarantees of a queue, on disk and in Redis, for one process or many.

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
from typing import Protocol

LONGEST_LOG = 200
"""The number of log entries that are kept."""

LONGEST_WAIT = 3600.0
"""Seconds; a pause that ends later than this was written by a wrong clock and is ignored."""


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


class Queue(Protocol):
    """A durable queue for several threads and processes, and with Redis for several machines.

    Raises:
        StoreError: from every method, when the disk or Redis cannot be used.
    """

    def register(self, targets: Sequence[str]) -> list[str]:
        """Set the targets, and return the names of earlier ones that are no longer among them.

        A new target gets the items that still wait for others.
        """

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

    def close_window(self, quiet: float, longest: float) -> float | None:
        """Close the window when nothing came for `quiet` seconds, or when it is `longest` old.

        Returns:
            The seconds until it will be closed, 0 when it was closed now, None when it is empty.
        """

    def claim(self, target: str, owner: str, lease: float) -> Claim | None:
        """Lease the due items of a target; None when there are none or another owner holds them."""

    def renew(self, claim: Claim, lease: float) -> bool:
        """Extend the lease of a claim; False when another owner has it now."""

    def done(self, claim: Claim, counter: str) -> bool:
        """Record that a claim was delivered; False when another owner has it now."""

    def failed(self, claim: Claim, wait: float, counter: str) -> bool:
        """Release a claim, which is due again after `wait` seconds; False as in `done`."""

    def record(self, entry: bytes) -> None:
        """Write an entry to the log, which keeps the newest ones."""

    def log(self) -> list[bytes]:
        """Return the log, the newest entry first."""

    def state(self) -> QueueState:
        """Return the state of the queue."""

    def check(self) -> None:
        """Check that the queue can be written to."""

    def advice(self) -> list[str]:
        """Return warnings about a configuration that could lose items."""

    def close(self) -> None:
        """Close files and connections."""
