"""What other processes do to a store, and what happens to ones that are killed."""

import signal
import subprocess
import sys

import pytest

from pelican_buttercms.store import Store

PROGRAM = """
import os, signal, sys, time
from datetime import UTC, datetime
from pathlib import Path
from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.store import Scope, Store
from pelican_buttercms.store.database import Database

folder, writes, name = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
plain_set, plain_set_many, done = Database.set, Database.set_many, []

def count_or_die(key):
    if writes and len(done) == writes:
        os.kill(os.getpid(), signal.SIGKILL)
    done.append(key)

def set_or_die(self, key, value):
    count_or_die(key)
    plain_set(self, key, value)

def set_many_or_die(self, entries):
    for key, value in entries.items():
        count_or_die(key)
        plain_set_many(self, {key: value})

def records():
    for n in range(200):
        body = name * 300
        yield RawRecord(Key("post", "", f"post-{n:03d}"), {"slug": f"post-{n:03d}", "body": body})

Database.set, Database.set_many = set_or_die, set_many_or_die
scope = Scope("fingerprint", "", "live")
with Store(folder, lambda: datetime.now(UTC)) as store:
    for _ in range(1 if writes else 5):
        store.commit(scope, records(), 1)
print(len(done))
"""


def _start(tmp_path, writes, name):
    command = [sys.executable, "-c", PROGRAM, str(tmp_path), str(writes), name]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("writes", [1, 100, 200, 202])
def test_a_killed_commit_leaves_the_last_generation(tmp_path, clock, live, post, writes):
    """Killed at any write, a pull leaves the generation before it whole, and the store usable."""
    with Store(tmp_path, clock) as store:
        before, _ = store.commit(live, [post("a"), post("b")], 1)

    with _start(tmp_path, writes, "new") as process:
        process.communicate()
    assert process.returncode == -signal.SIGKILL

    with Store(tmp_path, clock) as store:
        assert store.generations(live) == [before]
        assert list(store.records(store.latest(live))) == [post("a"), post("b")]
        after, _ = store.commit(live, [post("c")], 1)
        assert store.latest(live) == after
        names = [n for n in store._database._cache.iterkeys() if n.startswith("record/")]
        assert len(names) == 3


def test_two_processes_commit_at_once(tmp_path, clock, live):
    """Two pulls at once both count, in an order, and the store holds whole generations only."""
    processes = [_start(tmp_path, 0, name) for name in ("one", "two")]
    for process in processes:
        process.communicate()
    assert [process.returncode for process in processes] == [0, 0]

    with Store(tmp_path, clock) as store:
        generations = store.generations(live)
        contents = [{r.data["body"] for r in store.records(g)} for g in generations]
    assert len({g.id for g in generations}) == 10
    assert all(len(bodies) == 1 for bodies in contents)
    assert {body for bodies in contents for body in bodies} == {"one" * 300, "two" * 300}


def test_a_reader_keeps_its_generation(tmp_path, clock, live, post):
    """A build reads the generation it began with, though another pull is stored meanwhile."""
    with Store(tmp_path, clock) as builder, Store(tmp_path, clock) as puller:
        puller.commit(live, [post("a"), post("b")], 1)
        reading = builder.records(builder.latest(live))
        first = next(reading)
        puller.commit(live, [post("c")], 1)

        assert [first, *reading] == [post("a"), post("b")]
