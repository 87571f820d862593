import os
import pickle
import sqlite3

import diskcache
import pytest

from pelican_buttercms.errors import StoreError
from pelican_buttercms.store import Store
from pelican_buttercms.store.database import Database
from pelican_buttercms.store.diskcache_disk import PlainDisk


class Bomb:
    """Creates a file when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


@pytest.fixture
def proof(tmp_path):
    """Return the folder that appears when a pickle was loaded."""
    return tmp_path / "unpickled"


@pytest.mark.parametrize("in_file", [False, True])
def test_a_planted_pickle_is_not_opened(tmp_path, clock, live, post, in_file):
    """A pickled value found in the store is an error; what it would do is not done."""
    proof = tmp_path / "unpickled"
    with Store(tmp_path, clock) as store:
        generation, _ = store.commit(live, [post("a")], 1)
        (digest,) = generation.manifest.values()
    settings = {"disk_min_file_size": 0} if in_file else {}
    with diskcache.Cache(str(tmp_path / "store"), **settings) as planted:
        planted.set(f"record/{digest}", Bomb(proof))

    with Store(tmp_path, clock) as store:
        with pytest.raises(StoreError, match=r"could run code.* Delete that folder"):
            list(store.records(store.latest(live)))
        with pytest.raises(StoreError, match="could run code"):
            store.commit(live, [post("a")], 1)
    assert not proof.exists()


@pytest.mark.parametrize("name", ["schema", "catalogue"])
def test_a_planted_pickle_is_not_opened_at_the_start(tmp_path, clock, live, proof, name):
    """Neither is one under the names that every command reads first."""
    Store(tmp_path, clock).close()
    with diskcache.Cache(str(tmp_path / "store")) as planted:
        planted.set(name, Bomb(proof))

    with pytest.raises(StoreError, match="could run code"), Store(tmp_path, clock) as store:
        store.latest(live)
    assert not proof.exists()


def test_a_planted_key_is_not_opened(tmp_path, proof):
    """A pickled key found in the store is an error; what it would do is not done."""
    Database(tmp_path).close()
    con = sqlite3.connect(tmp_path / "cache.db")
    insert = "INSERT INTO Cache(key, raw, store_time, mode, value) VALUES (?, 0, 0, 1, 1)"
    con.execute(insert, (pickle.dumps(Bomb(proof)),))
    con.commit()
    con.close()

    database = Database(tmp_path)
    with pytest.raises(StoreError, match="a key that is not a string"):
        list(database._cache.iterkeys())
    database.close()
    assert not proof.exists()


def test_a_planted_file_name_is_neither_read_nor_deleted(tmp_path):
    """An entry that points to a file elsewhere is an error, and overwriting it spares the file."""
    secret = tmp_path / "secret"
    secret.write_bytes(b"mine")
    database = Database(tmp_path / "store")
    database.set("name", b"value")
    con = sqlite3.connect(tmp_path / "store" / "cache.db")
    con.execute("UPDATE Cache SET mode = 2, filename = ?, value = NULL", (str(secret),))
    con.commit()
    con.close()

    with pytest.raises(StoreError, match="neither bytes nor a number"):
        database.get("name")
    database.set("name", b"new")
    assert database.get("name") == b"new"
    database.close()
    assert secret.read_bytes() == b"mine"


@pytest.mark.parametrize("value", [None, "text", 1.5, {"a": 1}, True])
def test_only_bytes_and_numbers_are_written(tmp_path, value):
    """What diskcache would pickle, or store as text, is refused."""
    disk = PlainDisk(str(tmp_path))

    with pytest.raises(StoreError, match="not as bytes"):
        disk.store(value, False)


@pytest.mark.parametrize("key", [b"key", 1, ("a", 1), None])
def test_only_text_is_a_key(tmp_path, key):
    """A key of any other type is refused instead of pickled."""
    with pytest.raises(StoreError, match="not str"):
        PlainDisk(str(tmp_path)).put(key)
