"""Records that are written while their pull is under way, and what becomes of them."""

import sqlite3
import subprocess
import sys
import time

import pytest

from pelican_buttercms.content import Key
from pelican_buttercms.content.media_addresses import media_urls
from pelican_buttercms.store import Scope, Store, staging
from pelican_buttercms.store.maintenance.prune import prune
from pelican_buttercms.store.maintenance.verify import verify
from pelican_buttercms.store.record_encoding import encode

DE = Scope("fingerprint", "de", "live")


@pytest.fixture(autouse=True)
def eager(monkeypatch):
    """Write every record at once, in a transaction of its own."""
    monkeypatch.setattr(staging, "BATCH_BYTES", 1)


@pytest.fixture
def posts(post):
    """Three posts, as they come packed."""
    return [encode(post(slug, body=f"<p>{slug}</p>" * 500)) for slug in "abc"]


def begin(store, records):
    """Begin a pull, and wait until it has written these records."""
    with store.stage() as begun:
        for record in records:
            begun.put([record])
        wait(lambda: len(begun.stored) == len(records))
    return begun


def wait(condition):
    """Wait for another thread."""
    ends = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.005)


def rows(folder):
    """Return when each entry of the database was written, by name."""
    connection = sqlite3.connect(folder / "store" / "cache.db")
    result = dict(connection.execute("SELECT key, store_time FROM Cache"))
    connection.close()
    return result


def names(folder, kind):
    """Return the names of the entries of a kind."""
    return {name for name in rows(folder) if name.startswith(f"{kind}/")}


def test_nothing_is_seen_of_what_is_written_ahead(tmp_path, store, live, post, posts):
    """No generation, no damage; then all of it at once, and no note is left."""
    before, _ = store.commit(live, [post("old")], 1)
    begun = begin(store, posts)
    assert len(names(tmp_path, "record")) == 4
    assert store.generations(live) == [before]
    assert verify(tmp_path).damages == []
    written = rows(tmp_path)
    ((after, _),) = store.commit_together({live: posts}, 1, staged=begun)
    assert [raw.key.id for raw in store.records(after)] == ["a", "b", "c"]
    assert not names(tmp_path, "ahead")
    assert rows(tmp_path).items() >= {(n, t) for n, t in written.items() if "record/" in n}


KILLED = """
import os, sys, time
from datetime import UTC, datetime
from pathlib import Path
from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.store import Store, staging
from pelican_buttercms.store.record_encoding import encode
staging.BATCH_BYTES = 1
store = Store(Path(sys.argv[1]), lambda: datetime(2026, 11, 21, tzinfo=UTC))
with store.stage() as begun:
    for slug in "ab":
        body = f"<p>{slug}</p>" * 500
        begun.put([encode(RawRecord(Key("post", "", slug), {"slug": slug, "body": body}))])
    while len(begun.stored) < 2:
        time.sleep(0.005)
    os._exit(9)
"""


def test_a_pull_takes_up_what_a_killed_one_has_written(tmp_path, store, live, post, posts):
    """The generations are as they were, and what is the same is not written again."""
    before, _ = store.commit(live, [post("old")], 1)
    command = [sys.executable, "-c", KILLED, str(tmp_path)]
    assert subprocess.run(command, check=False, timeout=60).returncode == 9
    assert store.generations(live) == [before]
    assert verify(tmp_path).damages == []
    written = {name: at for name, at in rows(tmp_path).items() if name.startswith("record/")}
    assert len(written) == 3
    begun = begin(store, posts)
    assert begun.written == {posts[2].digest}
    ((after, _),) = store.commit_together({live: posts}, 1, staged=begun)
    assert len(list(store.records(after))) == 3
    assert rows(tmp_path).items() >= written.items()


def test_what_a_failed_pull_wrote_is_removed_in_the_end(tmp_path, store, live, posts, monkeypatch):
    """After a while, by the next generation of any scope; not what one names."""
    begin(store, posts)
    store.commit_together({live: posts[:1]}, 1)
    assert len(names(tmp_path, "record")) == 3
    monkeypatch.setattr(staging, "ABANDONED_AFTER", -60)
    store.commit_together({DE: posts[1:2]}, 1)
    assert names(tmp_path, "record") == {f"record/{element.digest}" for element in posts[:2]}
    assert not names(tmp_path, "ahead")


def test_what_a_pull_did_not_need_goes_with_it(tmp_path, store, live, posts):
    """An item that changed while a listing was read; what an older generation names stays."""
    store.commit_together({live: posts[:1]}, 1)
    begun = begin(store, posts)
    store.commit_together({live: posts[1:2]}, 1, staged=begun)
    assert names(tmp_path, "record") == {f"record/{element.digest}" for element in posts[:2]}


def test_pruning_beside_a_pull_takes_nothing_from_it(tmp_path, clock, live, post, posts):
    """What was removed before the end is written again: the generation is whole."""
    with Store(tmp_path, clock) as store:
        store.commit(live, [post("old")], 1)
        begun = begin(store, posts)
        assert prune(tmp_path, 1, media_urls).records == 3
        assert len(names(tmp_path, "record")) == 1
        ((after, _),) = store.commit_together({live: posts}, 1, staged=begun)
        assert len(list(store.records(after))) == 3
    assert verify(tmp_path).damages == []


def test_what_was_damaged_is_healed_ahead(store, live, posts):
    """A record that is not what its digest says is written again."""
    store.commit_together({live: posts}, 1)
    store._database.set(f"record/{posts[0].digest}", b"{}")
    begun = begin(store, posts)
    assert begun.written == {posts[0].digest}
    assert len(list(store.records(store.latest(live)))) == 3


def test_a_pull_waits_for_nobody_before_its_end(tmp_path, store, live, posts):
    """While another process writes nothing is written ahead, and nothing is lost."""
    store.commit_together({live: []}, 1)
    other = sqlite3.connect(tmp_path / "store" / "cache.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    started = time.monotonic()
    with store.stage() as begun:
        begun.put(posts[:1])
        wait(begun._waiting.empty)
    assert time.monotonic() - started < 10
    assert not begun.stored
    other.close()
    ((after, _),) = store.commit_together({live: posts}, 1, staged=begun)
    assert len(list(store.records(after))) == 3


def test_a_pull_that_fails_closes_what_it_opened(store, posts):
    """Nothing waits for the rest, and no thread is left."""
    begun = store.stage()

    def fail():
        with begun:
            begun.put(posts)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert not begun._thread.is_alive()


def test_a_change_is_stored_beside_a_running_pull(tmp_path, store, live, post, posts):
    """A change is stored while a pull writes ahead: both are whole."""
    store.commit(live, [post("old")], 1)
    begun = begin(store, posts)
    store.apply_changes({live: {Key("post", "", "old"): None, Key("post", "", "x"): post("x")}})
    assert len(names(tmp_path, "record")) == 5
    ((after, _),) = store.commit_together({live: posts}, 1, staged=begun)
    assert len(list(store.records(after))) == 3
    assert verify(tmp_path).damages == []
