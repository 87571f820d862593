"""A database that is of no use is set aside, with all that is whole in it kept."""

from contextlib import closing
import sqlite3
from threading import Thread

import diskcache
import pytest

from pelican_buttercms.content.media_addresses import media_urls
from pelican_buttercms.errors import StoreError
from pelican_buttercms.store.maintenance.prune import prune
from pelican_buttercms.store.maintenance.repair import doctor
from pelican_buttercms.store.maintenance.verify import verify
from pelican_buttercms.store.schema_version import PAGE_SIZE

from .stores import (
    ASIDE,
    DE,
    EN,
    MOMENT,
    change,
    contents,
    entry_of,
    fill,
    in_use,
    no_database,
    numbers,
)


def broken_catalogue(folder):
    """A table of contents that is cut off."""
    change(folder, "catalogue", b"[")


def strange_scope(folder):
    """A table of contents with a scope that is none."""
    change(folder, "catalogue", b'{"pulls":1,"scopes":{"nonsense":{}}}')


def numeric_catalogue(folder):
    """A table of contents that is a number."""
    change(folder, "catalogue", 5)


def strange_layout(folder):
    """A layout that is no number."""
    change(folder, "schema", b"2")


def pickles(folder):
    """An entry that would run code."""
    with diskcache.Cache(str(folder / "store")) as planted:
        planted.set("planted", {"a": 1})


def other_tables(folder):
    """A database of another program."""
    path = folder / "store" / "cache.db"
    path.unlink()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE other (a)")
    connection.close()


@pytest.mark.parametrize(
    "damage",
    [
        no_database,
        broken_catalogue,
        strange_scope,
        numeric_catalogue,
        pickles,
        other_tables,
    ],
)
def test_what_cannot_be_used_is_set_aside(filled, damage):
    """Every byte is kept beside the store, and the next pull fills a new one."""
    damage(filled)
    before = (filled / "store" / "cache.db").read_bytes()
    (found,) = verify(filled).damages
    assert found.state.startswith("of no use, because ")
    assert (filled / "store" / "cache.db").read_bytes() == before
    dry = doctor(filled, MOMENT, dry_run=True)
    assert (filled / "store" / "cache.db").read_bytes() == before
    repair = doctor(filled, MOMENT)
    assert dry == repair
    assert repair.pull
    assert f"aside as {ASIDE}" in repair.steps[0]
    assert (filled / ASIDE / "cache.db").read_bytes() == before
    assert [path.name for path in filled.iterdir()] == [ASIDE]
    assert numbers(fill(filled), EN) == [3, 2, 1]
    damage(filled)
    doctor(filled, MOMENT)
    assert (filled / f"{ASIDE}-2").is_dir()


@pytest.mark.parametrize("damage", ["settings", "layout", "expiry", "version"])
def test_what_is_whole_in_a_damaged_database_goes_into_the_new_one(filled, damage):
    """Where the damage is beside the content, no generation is lost."""
    path = filled / "store" / "cache.db"
    if damage == "layout":
        strange_layout(filled)
    elif damage == "version":
        raw = bytearray(path.read_bytes())
        raw[18] = 9
        path.write_bytes(raw)
    else:
        statement = {
            "settings": "INSERT INTO Settings VALUES ('disk_planted', 1)",
            "expiry": "UPDATE Cache SET expire_time = 1 WHERE key = 'schema'",
        }[damage]
        connection = sqlite3.connect(path)
        connection.execute(statement)
        connection.commit()
        connection.close()
    assert "with 6 whole generations" in doctor(filled, MOMENT).steps[-1]
    assert verify(filled).damages == []
    with closing(sqlite3.connect(path)) as connection:  # it is made as any store
        assert connection.execute("PRAGMA page_size").fetchone() == (PAGE_SIZE,)
    assert (numbers(filled, EN), numbers(filled, DE)) == ([3, 2, 1], [3, 2, 1])
    assert in_use(filled) == 3
    assert sorted(path.name for path in filled.iterdir()) == ["store", ASIDE]


def test_a_newer_store_is_not_touched(filled):
    """Neither looking nor repairing changes it, and both say why."""
    change(filled, "schema", 3)
    change(filled, "catalogue", 5)
    before = contents(filled)
    for act in (
        lambda: verify(filled),
        lambda: doctor(filled, MOMENT),
        lambda: prune(filled, 1, media_urls),
    ):
        with pytest.raises(StoreError, match="written by a newer version"):
            act()
    assert contents(filled) == before


def test_a_locked_store_is_not_taken_for_a_damaged_one(filled):
    """While another process writes, looking reads what was there, and repairing waits."""
    change(filled, entry_of(filled, DE, 2), b"{}")
    other = sqlite3.connect(filled / "store" / "cache.db", check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    assert len(verify(filled).damages) == 1
    done = []
    thread = Thread(target=lambda: done.append(doctor(filled, MOMENT).steps))
    thread.start()
    thread.join(0.3)
    assert done == []
    other.rollback()
    other.close()
    thread.join()
    assert "with 5 whole generations" in done[0][1]


def test_a_database_that_is_being_made_is_not_taken_for_a_damaged_one(tmp_path):
    """What another process has only begun to make is nothing yet."""
    (tmp_path / "store").mkdir()
    connection = sqlite3.connect(tmp_path / "store" / "cache.db")
    connection.execute("PRAGMA journal_mode = WAL")
    for _ in range(2):
        assert verify(tmp_path).damages == []
        assert doctor(tmp_path, MOMENT).steps == []
        assert prune(tmp_path, 1, media_urls).pulls == []
        connection.execute("CREATE TABLE IF NOT EXISTS Settings (key TEXT NOT NULL UNIQUE, value)")
    connection.close()
    assert numbers(fill(tmp_path), EN) == [3, 2, 1]
