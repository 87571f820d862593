"""A database that is of no use is set aside, and nothing else is."""

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

from .stores import (
    ASIDE,
    DE,
    EN,
    MOMENT,
    change,
    contents,
    entry_of,
    fill,
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


def execute(folder, statement):
    """Run a statement as somebody else."""
    with closing(sqlite3.connect(folder / "store" / "cache.db")) as connection:
        connection.execute(statement)
        connection.commit()


def other_tables(folder):
    """A database of another program."""
    (folder / "store" / "cache.db").unlink()
    execute(folder, "CREATE TABLE other (a)")


def planted_setting(folder):
    """A setting that diskcache would believe."""
    execute(folder, "INSERT INTO Settings VALUES ('disk_planted', 1)")


def expiring(folder):
    """An entry that builds would not see any more."""
    execute(folder, "UPDATE Cache SET expire_time = 1 WHERE key = 'schema'")


def broken_header(folder):
    """A version of the file format that SQLite only reads."""
    path = folder / "store" / "cache.db"
    raw = bytearray(path.read_bytes())
    raw[18] = 9
    path.write_bytes(raw)


@pytest.mark.parametrize(
    "damage",
    [
        no_database,
        broken_catalogue,
        strange_scope,
        numeric_catalogue,
        strange_layout,
        pickles,
        other_tables,
        planted_setting,
        expiring,
        broken_header,
    ],
)
def test_what_cannot_be_used_is_set_aside(filled, damage):
    """Every byte is kept beside the store, and the next pull fills a new one."""
    damage(filled)
    before = (filled / "store" / "cache.db").read_bytes()
    (result,) = verify(filled).damages
    assert result.state.startswith("of no use, because ")
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
    assert [step[:28] for step in done[0][1:]] == ["drop the generation 00000002"]
    assert (numbers(filled, EN), numbers(filled, DE)) == ([3, 2, 1], [3, 1])


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
