"""The queue on disk: items, cursors and counters in the tables of one SQLite file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
import time
from typing import Any

from pelican_buttercms.store.queue.protocol import (
    LONGEST_LOG,
    LONGEST_WAIT,
    Claim,
    QueueState,
    TargetState,
)
from pelican_buttercms.store.queue.sqlite_file import QueueFile, Run

_COUNT = """INSERT INTO counters VALUES (?, 1)
    ON CONFLICT (name) DO UPDATE SET number = number + 1"""
_FENCED = " WHERE name = ? AND owner = ? AND fence = ?"

_ROUNDING = 1e-3
"""Seconds; the sum of a time and a lease is not exact."""


class DiskQueue:
    """A `Queue` in a local folder; SQLite's locks fail on a network disk.

    Args:
        folder: the folder, which is created if it does not exist.
        now: the clock, in seconds since 1970.

    Raises:
        StoreError: from here and every method, when the disk fails.
    """

    def __init__(self, folder: Path, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._file = QueueFile(folder / "queue.sqlite")
        self._change = self._file.change
        with self._change():
            pass  # so that an unwritable folder is reported at once

    def register(self, targets: Sequence[str]) -> list[str]:
        """See `Queue`."""
        with self._change() as run:
            base = self._state(run)["base"]
            known = [row["name"] for row in run("SELECT name FROM targets")]
            for name in targets:
                run("INSERT OR IGNORE INTO targets (name, done) VALUES (?, ?)", name, base)
            gone = [name for name in known if name not in targets]
            for name in gone:
                run("DELETE FROM targets WHERE name = ?", name)
            self._prune(run)
        return gone

    def add(self, key: str, item: bytes, counter: str, entry: bytes) -> bool:
        """See `Queue`."""
        with self._change() as run:
            now = self._now()
            state = self._state(run)
            again = "SELECT 1 FROM items WHERE key = ? AND number > ?"
            if run(again, key, state["closed"]).fetchone():
                run(_COUNT, "repeated")
                return False
            run("INSERT INTO items (key, taken, item) VALUES (?, ?, ?)", key, now, item)
            run("UPDATE state SET first = coalesce(first, ?), last = ?", now, now)
            run(_COUNT, counter)
            self._note(run, entry)
        return True

    def close_window(self, quiet: float, longest: float) -> float | None:
        """See `Queue`."""
        with self._change() as run:
            now = self._now()
            state = self._state(run)
            if state["first"] is None:
                return None
            first, last = min(state["first"], now), min(state["last"], now)  # a clock set back
            remaining: float = min(last + quiet, first + longest) - now
            if remaining > 0:
                if last < state["last"] or first < state["first"]:
                    run("UPDATE state SET first = ?, last = ?", first, last)
                return remaining
            newest = run("SELECT max(number) AS newest FROM items").fetchone()["newest"]
            run("UPDATE state SET closed = ?, first = NULL, last = NULL", newest)
        return 0.0

    def claim(self, target: str, owner: str, lease: float) -> Claim | None:
        """See `Queue`."""
        with self._change() as run:
            now = self._now()  # read in the transaction, which may have waited for another claim
            row = run("SELECT * FROM targets WHERE name = ?", target).fetchone()
            closed = self._state(run)["closed"]
            if row is None or row["done"] >= closed:
                return None
            if (
                0 < row["until"] - now <= lease + _ROUNDING
                or 0 < row["not_before"] - now <= LONGEST_WAIT
            ):
                return None
            fence = row["fence"] + 1
            held = "UPDATE targets SET owner = ?, until = ?, fence = ? WHERE name = ?"
            run(held, owner, now + lease, fence, target)
            due = "SELECT item FROM items WHERE number > ? AND number <= ? ORDER BY number"
            items = tuple(bytes(item["item"]) for item in run(due, row["done"], closed))
        failing_for = max(0.0, now - row["since"]) if row["since"] is not None else 0.0
        return Claim(target, owner, fence, closed, items, row["attempts"], failing_for)

    def renew(self, claim: Claim, lease: float) -> bool:
        """See `Queue`."""
        with self._change() as run:
            return self._fenced(run, claim, "until = ?", self._now() + lease)

    def done(self, claim: Claim, counter: str) -> bool:
        """See `Queue`."""
        with self._change() as run:
            change = "done = ?, attempts = 0, since = NULL, not_before = 0, until = 0"
            if not self._fenced(run, claim, change, claim.upto):
                return False
            run("UPDATE state SET delivered = ?", self._now())
            run(_COUNT, counter)
            self._prune(run)
        return True

    def failed(self, claim: Claim, wait: float, counter: str) -> bool:
        """See `Queue`."""
        with self._change() as run:
            now = self._now()
            change = "attempts = attempts + 1, since = coalesce(since, ?), not_before = ?, until=0"
            if not self._fenced(run, claim, change, now, now + wait):
                return False
            run(_COUNT, counter)
        return True

    def record(self, entry: bytes) -> None:
        """See `Queue`."""
        with self._change() as run:
            self._note(run, entry)

    def log(self) -> list[bytes]:
        """See `Queue`."""
        with self._change() as run:
            return [
                bytes(row["entry"]) for row in run("SELECT entry FROM log ORDER BY number DESC")
            ]

    def state(self) -> QueueState:
        """See `Queue`."""
        with self._change() as run:
            now = self._now()
            state = self._state(run)
            counted = "SELECT count(*) AS n, min(taken) AS oldest FROM items WHERE number > ?"
            row = run(counted, state["base"]).fetchone()
            opened = run(counted, state["closed"]).fetchone()["n"]
            targets = {
                target["name"]: TargetState(
                    run(counted, target["done"]).fetchone()["n"],
                    target["attempts"],
                    max(0.0, now - target["since"]) if target["since"] is not None else 0.0,
                )
                for target in run("SELECT * FROM targets ORDER BY name").fetchall()
            }
            counters = dict(run("SELECT name, number FROM counters").fetchall())
        oldest = max(0.0, now - row["oldest"]) if row["n"] else None
        return QueueState(row["n"], opened, oldest, state["delivered"], targets, counters)

    def check(self) -> None:
        """See `Queue`."""
        with self._change() as run:
            run("UPDATE state SET checked = ?", self._now())

    def advice(self) -> list[str]:
        """See `Queue`."""
        return []

    def close(self) -> None:
        """See `Queue`."""
        self._file.close()

    @staticmethod
    def _note(run: Run, entry: bytes) -> None:
        run("INSERT INTO log (entry) VALUES (?)", entry)
        run("DELETE FROM log WHERE number <= (SELECT max(number) FROM log) - ?", LONGEST_LOG)

    @staticmethod
    def _state(run: Run) -> Any:
        return run("SELECT * FROM state").fetchone()

    @staticmethod
    def _prune(run: Run) -> None:
        """Remove the items that every target has; without targets, remove nothing."""
        least = run("SELECT min(done) AS least FROM targets").fetchone()["least"]
        if least is not None:
            run("DELETE FROM items WHERE number <= ?", least)
            run("UPDATE state SET base = max(base, ?)", least)

    @staticmethod
    def _fenced(run: Run, claim: Claim, change: str, *values: float) -> bool:
        statement = f"UPDATE targets SET {change}{_FENCED}"  # noqa: S608  (our own words)
        return run(statement, *values, claim.target, claim.owner, claim.fence).rowcount == 1
