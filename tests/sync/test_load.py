"""What a build reads from the disk, and what happens where the disk is damaged."""

import sqlite3

import pytest

from pelican_buttercms.errors import (
    DatabaseError,
    StoreError,
)
from pelican_buttercms.settings.locales import Locale
from pelican_buttercms.store import Store
from pelican_buttercms.store.database import Database
from pelican_buttercms.sync import pull
from tests.sync.conftest import calls


@pytest.fixture
def reads(monkeypatch):
    """The digests of the records that a generation was read from the disk with."""
    digests = []
    decoded = Store._decoded

    def noted(self, generation, key, data):
        digests.append(generation.manifest[key])
        return decoded(self, generation, key, data)

    monkeypatch.setattr(Store, "_decoded", noted)
    return digests


@pytest.mark.parametrize("preview", [False, True])
def test_what_was_just_pulled_is_not_read_from_the_disk(read, account, reads, preview):
    """It is at hand, in every locale and mode, and the same as what the next build reads."""
    account.settings(locales=["en", "de"])
    account.translate("posts/p", "de", slug="p-de")
    settings = {"locales": (Locale("en", "en"), Locale("de", "de")), "preview": preview}
    pulled, _ = read(**settings)
    shown = [digest for one in pulled.generations for digest in one.manifest.values()]
    once = {digest for digest in shown if shown.count(digest) == 1}
    assert len(once) == 2
    assert not once.intersection(reads)
    again, _ = read(**settings)
    assert (again.versions, again.live) == (pulled.versions, pulled.live)
    assert once <= set(reads)


def test_much_content_is_not_kept_in_memory_to_be_read(read, reads, monkeypatch):
    """It is read from the disk, as in every other build."""
    monkeypatch.setattr(pull, "MOST_AT_HAND", 100)
    pulled, _ = read()
    assert reads == list(pulled.generation.manifest.values())
    assert [record.key for record in pulled.versions[""]] == list(pulled.generation.manifest)


def test_what_is_damaged_as_soon_as_it_is_pulled_is_not_pulled_again(
    read, monkeypatch, clock, tmp_path
):
    """A disk that fails costs no further calls."""
    read()
    clock.move(hours=1)

    def damaged(self, *_):
        raise StoreError("it is damaged")

    monkeypatch.setattr(Store, "records", damaged)
    with pytest.raises(StoreError, match="it is damaged"):
        read()
    assert calls(tmp_path, clock) == 8


def test_a_store_that_cannot_be_written_is_no_failure_of_the_api(read, monkeypatch, clock):
    """Older content must not hide it: the build stops, and says what is wrong with the disk."""
    read()
    clock.move(hours=1)

    def full(self, *arguments, **options):
        with self._guard():
            raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(Database, "set_many", full)
    monkeypatch.setattr(Database, "set", full)
    with pytest.raises(StoreError, match="whether that disk is full"):
        read()


def test_a_file_that_is_no_database_costs_no_call(read, clock, tmp_path):
    """Nothing could be stored there, and the calls of a pull would be lost."""
    read()
    clock.move(hours=1)
    for path in (tmp_path / "cache/store").glob("cache.db-*"):
        path.unlink()
    (tmp_path / "cache/store/cache.db").write_bytes(b"not a database" * 500)
    with pytest.raises(StoreError, match="`pelican-buttercms doctor --repair` sets it aside"):
        read()
    assert calls(tmp_path, clock) == 4


@pytest.mark.parametrize("method", ["latest_together", "records"])
def test_a_database_that_breaks_while_it_is_read_costs_no_call(
    read, monkeypatch, clock, tmp_path, method
):
    """It is not pulled again into the same file."""
    read()

    def damaged(self, *_):
        raise DatabaseError("its file is damaged")

    monkeypatch.setattr(Store, method, damaged)
    with pytest.raises(DatabaseError, match="its file is damaged"):
        read()
    assert calls(tmp_path, clock) == 4
