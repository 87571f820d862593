"""The place that keeps a queue: its state and its items, changed in transactions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

LONGEST_LOG = 200
"""The number of log entries that are kept."""

Result = TypeVar("Result")


@dataclass
class Cursor:
    """A target's place in the queue; all times are in seconds since 1970.

    Attributes:
        done: everything up to this item was delivered.
        attempts: the failed deliveries since the last success.
        since: the time of the first of them.
        not_before: the time of the next attempt.
        owner: who holds the target's claim, or held it last.
        until: when that lease ends.
        fence: the number of the last claim.
    """

    done: int = 0
    attempts: int = 0
    since: float | None = None
    not_before: float = 0.0
    owner: str = ""
    until: float = 0.0
    fence: int = 0


@dataclass
class StoredState:
    """The state of a queue; items have the numbers after `base`, up to `newest`.

    Attributes:
        base: the number of the last item that was delivered to all targets.
        newest: the number of the last item.
        closed: the number of the last item before the window.
        first: when the first item of the window came, None where it is empty.
        last: when its last item came.
        delivered: the time of the last delivery.
        checked: when it was last tried whether the queue can be written to.
        cursors: by target.
        counters: the counters, by name.
    """

    base: int = 0
    newest: int = 0
    closed: int = 0
    first: float | None = None
    last: float | None = None
    delivered: float | None = None
    checked: float | None = None
    cursors: dict[str, Cursor] = field(default_factory=dict)
    counters: dict[str, int] = field(default_factory=dict)

    def count(self, name: str) -> None:
        """Increment a counter."""
        self.counters[name] = self.counters.get(name, 0) + 1


class Transaction(Protocol):
    """One change of a queue; `state` may be changed and is written when the change ends."""

    state: StoredState

    @property
    def now(self) -> float:
        """The time in seconds since 1970."""

    def is_open(self, key: str) -> bool:
        """Return whether the window holds an item of this key."""

    def append(self, key: str, item: bytes) -> None:
        """Write an item into the window, and count it in `state.newest`."""

    def close_window(self) -> None:
        """Forget the keys of the window."""

    def items(self, after: int, upto: int) -> tuple[bytes, ...]:
        """Read the items with the numbers after one, up to another; a lost one is empty."""

    def taken(self, number: int) -> float | None:
        """Return when an item came."""

    def remove(self, after: int, upto: int) -> None:
        """Remove the items with the numbers after one, up to another."""

    def note(self, entry: bytes) -> None:
        """Write an entry to the log, which keeps the newest ones."""

    def log(self) -> list[bytes]:
        """Return the log, the newest entry first."""


class Storage(Protocol):
    """Keeps a queue for several threads and processes, and with Redis for several machines.

    Raises:
        StoreError: from every method, when the disk or Redis cannot be used.
    """

    def run(self, change: Callable[[Transaction], Result]) -> Result:
        """Run a change in a transaction, durable when this returns; perhaps more than once."""

    def close(self) -> None:
        """Close files and connections."""
