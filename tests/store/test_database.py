import sqlite3
from threading import Thread

import pytest

from pelican_buttercms.errors import StoreError
from pelican_buttercms.store.database import Database


@pytest.fixture
def database(tmp_path):
    """Give an open database that waits for nobody."""
    database = Database(tmp_path, timeout=0.05)
    yield database
    database.close()


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

    with pytest.raises(StoreError, match=r"not a database.* move that folder away") as caught:
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

    with pytest.raises(StoreError, match="move that folder away"):
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
