"""`verify` and `doctor` find whatever keeps a build from its store; then the next build works."""

import os
import shutil
import sqlite3
import stat

import pytest

from pelican_buttercms.errors import StoreError
from pelican_buttercms.store.database import Database
from pelican_buttercms.store.maintenance.raw_sqlite import RawDatabase
from pelican_buttercms.store.maintenance.repair import doctor
from pelican_buttercms.store.maintenance.verify import CALL_LOG, MEDIA, STORE, WEBHOOKS, verify
from pelican_buttercms.store.shape import ATTACHED, find_foreign_object, find_irregular_file

from .stores import EN, MOMENT, fill, numbers

FOLDERS = (STORE, MEDIA, CALL_LOG, WEBHOOKS)

STATEMENTS = {
    "a trigger": "CREATE TRIGGER evil AFTER INSERT ON Cache BEGIN DELETE FROM Cache; END",
    "a trigger of another name": "CREATE TRIGGER t BEFORE UPDATE ON Settings BEGIN SELECT 1; END",
    "a view": "CREATE VIEW evil AS SELECT * FROM Cache",
    "a virtual table": "CREATE VIRTUAL TABLE evil USING fts5(x)",
    "a journal mode": "INSERT OR REPLACE INTO Settings"
    " VALUES ('sqlite_journal_mode', 'delete; drop table Cache')",
    "an eviction policy": "INSERT OR REPLACE INTO Settings VALUES ('eviction_policy', 'whatever')",
    "a type": "INSERT OR REPLACE INTO Settings VALUES ('cull_limit', 'x')",
    "an unknown setting": "INSERT INTO Settings VALUES ('sqlite_writable_schema', 1)",
    "a column": "ALTER TABLE Cache ADD COLUMN evil",
    "no settings": "DROP TABLE Settings",
}

PLACES = {
    "a FIFO": os.mkfifo,
    "a folder": lambda path: path.mkdir(),
    "a device": lambda path: path.symlink_to("/dev/null"),
}


def made(folder, name):
    """Create a database of each kind, filled."""
    fill(folder)
    if name != STORE:
        database = Database(folder / name)
        database.set("calls/2026-11", 1)
        database.close()
    return folder / name / "cache.db"


def works_again(folder, name):
    """Check that a look finds damage, that the doctor mends it, and that a build can go on."""
    health = verify(folder)
    assert [damage.what for damage in health.damages] == [f"The database in {folder / name}"]
    assert doctor(folder, MOMENT, dry_run=True).steps
    steps = doctor(folder, MOMENT).steps
    assert steps[0].startswith(f"set {folder / name} aside as {name}.damaged-"), steps
    assert any(folder.glob(f"{name}.damaged-*"))
    assert verify(folder).damages == []
    assert doctor(folder, MOMENT).steps == []
    fill(folder, 1)
    assert numbers(folder, EN)
    Database(folder / name).close()


@pytest.mark.parametrize("name", FOLDERS)
@pytest.mark.parametrize("what", STATEMENTS)
def test_what_diskcache_would_believe_is_found(tmp_path, name, what):
    """Settings rows, triggers, views, columns: in each of the databases."""
    file = made(tmp_path, name)
    connection = sqlite3.connect(file)
    connection.execute(STATEMENTS[what])
    connection.commit()
    connection.close()
    works_again(tmp_path, name)


@pytest.mark.parametrize("name", FOLDERS)
@pytest.mark.parametrize("ending", ["", "-wal"])
@pytest.mark.parametrize("what", PLACES)
def test_what_lies_in_the_place_of_a_file_is_found(tmp_path, name, ending, what):
    """Nothing waits for a FIFO, neither a build nor a look."""
    file = made(tmp_path, name)
    place = file.with_name(f"cache.db{ending}")
    place.unlink(missing_ok=True)
    PLACES[what](place)
    with pytest.raises(StoreError, match="`pelican-buttercms doctor --repair`"):
        Database(tmp_path / name)
    works_again(tmp_path, name)


@pytest.mark.parametrize("what", ["a FIFO", "a file"])
def test_what_lies_in_the_place_of_the_folder_is_found(tmp_path, what):
    """It is set aside like a damaged database."""
    os.mkfifo(tmp_path / STORE) if what == "a FIFO" else (tmp_path / STORE).write_text("x")
    with pytest.raises(StoreError, match="is no folder"):
        Database(tmp_path / STORE)
    works_again(tmp_path, STORE)


@pytest.mark.parametrize("what", ["a trigger", "a view", "a journal mode", "an unknown setting"])
def test_what_is_not_ours_keeps_a_build_out(tmp_path, what):
    """It would run with the next write, or be run; the message names the doctor."""
    file = made(tmp_path, STORE)
    connection = sqlite3.connect(file)
    connection.execute(STATEMENTS[what])
    connection.commit()
    connection.close()
    before = file.read_bytes()
    with pytest.raises(StoreError, match=r"doctor"):
        fill(tmp_path, 1)
    assert file.read_bytes() == before


def test_what_a_build_makes_is_ours(tmp_path):
    """With the diskcache that is installed."""
    Database(tmp_path / "new").close()
    assert find_irregular_file(tmp_path / "new") == ""
    with RawDatabase(tmp_path / "new") as raw:
        objects = raw._ask("SELECT type, name, sql FROM sqlite_master")
        raw.check()
        assert not raw.is_empty()
    assert find_foreign_object(objects) == ""
    assert sum(kind == "trigger" for kind, _, _ in objects) == 5
    assert ATTACHED[0] == ""
    assert stat.S_ISDIR((tmp_path / "new").stat().st_mode)
    shutil.rmtree(tmp_path / "new")
    assert find_irregular_file(tmp_path / "new") == ""
