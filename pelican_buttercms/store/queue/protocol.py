"""What a queue promises: the same on disk and in Redis, to one process or to many.

Items have rising numbers. The *window* holds the newest, until nothing came for a while; closing it
makes them due. Each target has a cursor: what lies before it was delivered. A target's *claim* is
on everything that is due beyond its cursor, so what could not be delivered goes along with what
came later, in one delivery. A claim is a lease with a fence: when its holder dies, another takes
over, and what the dead one might still say does not count. An item leaves when it lies before
every cursor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

LONGEST_LOG = 200
"""Entries of the log that are kept."""

LONGEST_WAIT = 3600.0
"""Seconds; a time to wait for that is farther away was written by a clock that went wrong."""


@dataclass(frozen=True)
class Claim:
    """What one holder may deliver to one target, until the lease ends.

    Attributes:
        target: the target's name.
        owner: who holds it.
        fence: rises with every claim on the target.
        upto: the number of the last item.
        items: the items, in the order in which they came.
        attempts: how often delivering to this target has failed since the last success.
        failing_for: for how many seconds.
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
    """How a target stands; `attempts` and `failing_for` are those since the last success."""

    waiting: int
    attempts: int
    failing_for: float


@dataclass(frozen=True)
class QueueState:
    """How a queue stands.

    Attributes:
        waiting: items that were not delivered to every target.
        open: those of them that are still in the window.
        oldest: the age of the oldest of them in seconds, None without any.
        delivered: when something was last delivered, in seconds since 1970, None if never.
        targets: by name.
        counters: what was counted, by name.
    """

    waiting: int
    open: int
    oldest: float | None
    delivered: float | None
    targets: dict[str, TargetState]
    counters: dict[str, int]


class Queue(Protocol):
    """A durable queue for several threads, processes, and in Redis machines.

    Raises:
        StoreError: from every method, when the disk or Redis cannot be used.
    """

    def register(self, targets: Sequence[str]) -> list[str]:
        """Deliver to these targets from now on; names those that are forgotten by that.

        A new target gets what still waits for others.
        """

    def add(self, key: str, item: bytes, counter: str, entry: bytes) -> bool:
        """Take an item; it is durable when this returns.

        Args:
            key: what two deliveries of one item have in common.
            item: the item.
            counter: what is counted up by it.
            entry: what the log has of it.

        Returns:
            False when the open window already holds that key: the item is not taken again.
        """

    def close_window(self, quiet: float, longest: float) -> float | None:
        """Close the window when nothing came for `quiet` seconds, or it is `longest` old.

        Returns:
            the seconds until it will be closed, 0 when it was closed now, None when it is empty.
        """

    def claim(self, target: str, owner: str, lease: float) -> Claim | None:
        """Lease what is due for a target; None when nothing is, or another holds it."""

    def renew(self, claim: Claim, lease: float) -> bool:
        """Hold a claim for longer; False when it is another's now."""

    def done(self, claim: Claim, counter: str) -> bool:
        """Note that a claim was delivered; False when it is another's now."""

    def failed(self, claim: Claim, wait: float, counter: str) -> bool:
        """Return a claim back, to be tried again after `wait` seconds; False as in `done`."""

    def record(self, entry: bytes) -> None:
        """Write to the log, of which the newest entries are kept."""

    def log(self) -> list[bytes]:
        """Return the log, the newest entry first."""

    def state(self) -> QueueState:
        """Return how the queue stands."""

    def check(self) -> None:
        """Write something durably, to find out whether that is possible."""

    def advice(self) -> list[str]:
        """Return what about its configuration could lose items."""

    def close(self) -> None:
        """Let go of files and connections."""
