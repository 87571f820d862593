from contextlib import closing
from datetime import UTC, datetime
import sqlite3
import subprocess
import sys
from threading import Thread
import time

import pytest

from pelican_buttercms.errors import StoreError
from pelican_buttercms.store import Store
from pelican_buttercms.store.batch_cache import BATCH, batches
from pelican_buttercms.store.database import Database


@pytest.fixture
def database(tmp_path):
    """Yield an open database that waits for nobody."""
    database = Database(tmp_path, timeout=0.05)
    yield database
    database.close()


def page_size(folder):
    """Return the page size of the database in a folder."""
    with closing(sqlite3.connect(folder / "cache.db")) as connection:
        return connection.execute("PRAGMA page_size").fetchone()[0]


def test_a_database_is_made_with_the_pages_that_are_asked_for(tmp_path):
    """They stay what they were made as; what is not SQLite's usual can be read as any."""
    for asked in (16384, None):
        with closing(Database(tmp_path / "a", page_size=asked)) as database:
            database.set("a", database.get("a") or b"1" * 20_000)
            assert database.get("a") == b"1" * 20_000
        assert page_size(tmp_path / "a") == 16384
    for asked in (None, 16384):
        with closing(Database(tmp_path / "b", page_size=asked)) as database:
            database.set("b", b"1")
        assert page_size(tmp_path / "b") == 4096
    with closing(sqlite3.connect(tmp_path / "a" / "cache.db")) as connection:
        assert connection.execute("PRAGMA auto_vacuum").fetchone() == (1,)


def test_a_store_has_room_for_posts_in_a_page(tmp_path):
    """Posts of 5 kB would each take more than one of SQLite's usual pages."""
    with Store(tmp_path, lambda: datetime.now(UTC)):
        assert page_size(tmp_path / "store") == 16384


def test_where_no_database_can_be_begun_diskcache_says_why(tmp_path):
    """A file in the place of the folder is reported as always."""
    (tmp_path / "a").write_text("x")
    with pytest.raises(StoreError, match="cannot be used"):
        Database(tmp_path / "a", page_size=16384)


def test_several_processes_begin_the_same_database(tmp_path):
    """Whoever comes first makes it; all can use it, and its pages are those asked for."""
    script = (
        "import sys, pathlib\n"
        "from pelican_buttercms.store.database import Database\n"
        "sys.stdin.readline()\n"
        "database = Database(pathlib.Path(sys.argv[1]), page_size=16384)\n"
        "database.set(sys.argv[2], b'1')\n"
    )
    for number in range(5):
        folder = tmp_path / str(number)
        started = [
            subprocess.Popen([sys.executable, "-c", script, folder, name], stdin=subprocess.PIPE)
            for name in ("a", "b", "c")
        ]
        for process in started:
            process.stdin.write(b"go\n")
            process.stdin.close()
        assert [process.wait() for process in started] == [0, 0, 0]
        with closing(Database(folder)) as database:
            assert [database.get(name) for name in ("a", "b", "c")] == [b"1", b"1", b"1"]
        assert page_size(folder) == 16384


def test_nothing_is_evicted(database):
    """The database drops nothing by itself, however much is in it."""
    assert database._cache.eviction_policy == "none"
    assert database._cache.cull_limit == 0


def test_a_transaction_is_all_or_nothing(database):
    """An error inside a transaction undoes its writes."""
    with pytest.raises(ZeroDivisionError), database.transaction():
        _write_and_fail(database)
    with database.transaction():
        database.set("b", b"2")

    assert (database.get("a"), database.get("b")) == (None, b"2")


def _write_and_fail(database):
    database.set("a", b"1")
    raise ZeroDivisionError


def test_a_locked_database(tmp_path, database):
    """A database that another process keeps locked is named, with what to do."""
    other = sqlite3.connect(tmp_path / "cache.db")
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(StoreError, match=r"database is locked.* Another process") as caught:
        database.set("a", b"1")
    with pytest.raises(StoreError, match=r"Another process"), database.transaction():
        pass
    other.close()
    assert str(tmp_path) in str(caught.value)
    database.set("a", b"1")


def test_a_full_disk(database):
    """A full disk is named, nothing is half-written, and writing works once there is room."""
    database.set("a", b"1")
    pages = database._cache._sql("PRAGMA page_count").fetchone()[0]
    database._cache._sql(f"PRAGMA max_page_count = {pages + 2}")

    with pytest.raises(StoreError, match=r"disk is full.* disk is full or failing"):
        _write_all(database)

    assert (database.get("a"), database.get("b")) == (b"1", None)
    _write_all(database)


def _write_all(database):
    with database.transaction():
        database.set("b", b"2")
        database.set("c", bytes(1_000_000))


def test_a_read_only_database(database):
    """A database that may not be written is named, and not waited for."""
    database._cache._sql("PRAGMA query_only = 1")

    with pytest.raises(StoreError, match=r"readonly.* the right to write"), database.transaction():
        database.set("a", b"1")


def test_a_file_that_is_no_database(tmp_path):
    """A file that is no database is named, with what to do."""
    (tmp_path / "cache.db").write_bytes(b"not a database" * 100)

    with pytest.raises(
        StoreError, match=r"not a database.*`pelican-buttercms doctor --repair` sets it aside"
    ) as caught:
        Database(tmp_path)
    assert str(tmp_path) in str(caught.value)


def test_a_damaged_database(tmp_path):
    """A database whose pages were overwritten is an error of ours."""
    database = Database(tmp_path)
    database.set("a", bytes(200_000))
    database.close()
    path = tmp_path / "cache.db"
    raw = bytearray(path.read_bytes())
    raw[4096 : len(raw) - 4096] = b"\xff" * (len(raw) - 8192)
    path.write_bytes(raw)

    with pytest.raises(StoreError, match="malformed"):
        Database(tmp_path).get("a")


def test_a_folder_that_cannot_be_made(tmp_path):
    """A folder that is a file is named."""
    (tmp_path / "file").write_text("x", encoding="utf-8")

    with pytest.raises(StoreError, match="file/store"):
        Database(tmp_path / "file" / "store")


def test_settings_in_the_database_that_diskcache_chokes_on(tmp_path):
    """Settings planted in the database are an error of ours, not a crash."""
    Database(tmp_path).close()
    con = sqlite3.connect(tmp_path / "cache.db")
    con.execute("INSERT INTO Settings VALUES ('disk_planted', 1)")
    con.commit()
    con.close()

    with pytest.raises(StoreError, match="doctor --repair` sets it aside"):
        Database(tmp_path)


def test_bytes_and_numbers_are_not_confused(database):
    """An entry of the other type is an error that names it."""
    database.set("bytes", b"1")
    database.set("number", 1)

    assert (database.get("bytes"), database.get_number("number")) == (b"1", 1)
    with pytest.raises(StoreError, match="holds number in a wrong form"):
        database.get("number")
    with pytest.raises(StoreError, match="holds bytes in a wrong form"):
        database.get_number("bytes")


def test_readers_do_not_wait_for_a_writer(database):
    """Another thread reads what was there while a transaction is under way."""
    database.set("a", b"old")
    seen = []

    def read():
        seen.append(database.get("a"))
        database.close()

    with database.transaction():
        database.set("a", b"new")
        reader = Thread(target=read)
        reader.start()
        reader.join()

    assert (seen, database.get("a")) == ([b"old"], b"new")


def test_many_are_read_and_written_at_once(database):
    """Many entries are written and read like one by one; what was there is replaced."""
    many = {f"k{number}": b"%d" % number for number in range(BATCH)}
    with database.transaction():
        database.set("k1", b"old")
        database.set("k2", 2)
        database.set_many(many)
        database.set_many({})
    assert database.get_many([*many, "none"][1:]) == {k: v for k, v in many.items() if k != "k0"}
    assert database.get("k1") == b"1"
    assert database._cache.check() == []  # the counts of entries, too

    database.set("k1", 1)
    with pytest.raises(StoreError, match="k1 in a wrong form"):
        database.get_many(many)


def test_batches():
    """Everything comes once and in order, a few at a time."""
    result = list(batches(range(2 * BATCH + 1)))
    assert [len(batch) for batch in result] == [BATCH, BATCH, 1]
    assert [number for batch in result for number in batch] == list(range(2 * BATCH + 1))


def test_one_is_added_below_a_bound(database):
    """A number grows up to its bound; what is not a number is left as it is."""
    assert not database.add("a", 1, 2)
    database.set("a", 0)
    assert [database.add("a", 1, 2) for _ in range(3)] == [True, True, False]
    assert database.get_number("a") == 2
    assert [database.add("a", n, 5) for n in (4, 3)] == [False, True]
    database.set("a", b"1")
    assert not database.add("a", 1, 2)


def test_names(database):
    """Names are found by how they begin and when they were written, and by themselves."""
    for name in ("a/1", "a/2", "a0", "b/1"):
        database.set(name, b"")
    assert database.names("a/", time.time() + 9) == ["a/1", "a/2"]
    assert database.names("a/", time.time() - 9) == []
    assert database.has_all(["a0"])
    assert not database.has_all(["a0", "a1"])


def test_threads_share_a_connection(database):
    """Several threads add to one number, though somebody closes the connection meanwhile."""
    database.set("a", 0)
    threads = [
        Thread(target=lambda: [database.add("a", 1, 1000) for _ in range(20)]) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    database.close()
    for thread in threads:
        thread.join()
    assert database.get_number("a") == 80


def test_a_process_that_is_forked_opens_its_own_connection(database):
    """SQLite survives no fork, so that a child uses none of its parent's connections."""
    database.set("a", 0)
    database.add("a", 1, 9)
    inherited = database._shared._connection
    database._shared._process -= 1  # as it is seen by a child
    assert database.add("a", 1, 9)
    assert database._shared._connection is not inherited
    inherited.close()


def test_an_addition_waits_for_nobody_for_ever(tmp_path, database):
    """A database that stays locked is named, as with every other write."""
    database.set("a", 0)
    other = sqlite3.connect(tmp_path / "cache.db")
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="Another process"):
        database.add("a", 1, 9)
    other.close()
    assert database.add("a", 1, 9)
