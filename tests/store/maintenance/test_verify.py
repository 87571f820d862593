"""Verify and doctor, on real databases whose records and generations are damaged."""

import pytest

from pelican_buttercms.content import Key
from pelican_buttercms.content.media_addresses import media_urls
from pelican_buttercms.errors import StoreError
from pelican_buttercms.store import CallLog, MediaStore, Scope, Store
from pelican_buttercms.store.held_deletions import HeldDeletions
from pelican_buttercms.store.maintenance.prune import prune
from pelican_buttercms.store.maintenance.repair import doctor
from pelican_buttercms.store.maintenance.verify import Health, verify

from .stores import (
    ASIDE,
    BOTH,
    DE,
    EN,
    MOMENT,
    URL,
    change,
    clock,
    contents,
    digest_in,
    entry_of,
    fill,
    in_use,
    numbers,
    read_entry,
    record,
)


def test_what_is_whole_is_left_alone(filled):
    """Looking changes no byte, finds nothing, and there is nothing to repair."""
    before = contents(filled)
    health = verify(filled)
    assert (health.generations, health.damages) == (6, [])
    assert health.records == 1 + 2 * 3 * 5
    assert doctor(filled, MOMENT).steps == []
    assert contents(filled) == before


@pytest.mark.parametrize("folder", ["none", "empty", "zero"])
def test_looking_at_nothing_makes_nothing(tmp_path, folder):
    """A missing or empty folder, and a database without a byte, are nothing and stay so."""
    cache = tmp_path / "cache"
    if folder != "none":
        (cache / "store").mkdir(parents=True)
    if folder == "zero":
        (cache / "store" / "cache.db").touch()
    before = contents(tmp_path)
    assert verify(cache) == Health()
    assert (Health().generations, Health().records, Health().files) == (0, 0, 0)
    assert doctor(cache, MOMENT).steps == []
    assert prune(cache, 1, media_urls).pulls == []
    assert contents(tmp_path) == before
    assert cache.exists() == (folder != "none")


@pytest.mark.parametrize("data", [b"{}", None, 7])
def test_a_damaged_record_is_told_with_what_it_affects(filled, data):
    """One line for a record, with every generation that names it; only these are dropped."""
    change(filled, digest_in(filled, DE, 2, "p3"), data)
    (damage,) = verify(filled).damages
    assert damage.what == "The record posts/p3"
    assert damage.state == ("missing" if data is None else "damaged")
    (use,) = damage.uses
    assert (use.scope, use.number[:8], use.in_use) == (DE, "00000002", False)
    repair = doctor(filled, MOMENT)
    dropped = f"drop the generation {use.number} of account one, live, locale de"
    assert repair.steps == [
        f"copy {filled / 'store'} to {ASIDE}",
        f"{dropped}, because the record posts/p3 is {damage.state}",
    ]
    assert not repair.pull
    assert verify(filled).damages == []
    assert (numbers(filled, EN), numbers(filled, DE)) == ([3, 2, 1], [3, 1])
    assert in_use(filled) == 3


@pytest.mark.parametrize("what", ["record", "generation"])
def test_locales_stay_together(filled, what):
    """When the newest is damaged in one locale, builds of all read the one before."""
    name = digest_in(filled, DE, 3, "p3") if what == "record" else entry_of(filled, DE, 3)
    change(filled, name, b"{}")
    dry = doctor(filled, MOMENT, dry_run=True)
    assert len(verify(filled).damages) == 1
    repair = doctor(filled, MOMENT)
    assert dry == repair
    assert repair.pull
    assert (numbers(filled, EN), numbers(filled, DE)) == ([3, 2, 1], [2, 1])
    assert in_use(filled) == 2
    with Store(filled, clock) as store:
        assert {item.id for item in store.latest_together(BOTH)} == {store.latest(DE).id}
    assert verify(filled).damages == []


def test_what_is_dropped_stays_in_a_copy(filled):
    """Content that ButterCMS may no longer have is in the store that is set aside."""
    change(filled, digest_in(filled, EN, 2, "p3"), b"{}")
    with Store(filled, clock) as store:
        old = {raw.key.id: raw for raw in store.records(store.generations(DE)[1])}
        only_there = digest_in(filled, EN, 2, "p4")
    doctor(filled, MOMENT)
    assert read_entry(filled / "store", only_there) is None
    (filled / "copy").mkdir()
    (filled / ASIDE).rename(filled / "copy" / "store")
    assert len(verify(filled / "copy").damages) == 1
    assert read_entry(filled / "copy" / "store", only_there)
    with Store(filled / "copy", clock) as store:
        assert {raw.key.id: raw for raw in store.records(store.generations(DE)[1])} == old


def test_what_nothing_names_is_no_damage(filled):
    """Entries that no generation names are left to `prune`."""
    change(filled, "record/none", b"x")
    change(filled, "other", 1)
    assert verify(filled).damages == doctor(filled, MOMENT).steps == []
    assert prune(filled, 10, media_urls).records == 1
    assert numbers(filled, EN) == [3, 2, 1]
    assert prune(filled, 10, media_urls).size == 0


def test_when_nothing_is_whole_the_next_pull_begins_anew(filled):
    """A record that all generations need: all of them go, and later pulls are numbered above."""
    change(filled, digest_in(filled, EN, 1, "p0"), b"{}")
    dry = doctor(filled, MOMENT, dry_run=True)
    assert len(verify(filled).damages) == 1
    repair = doctor(filled, MOMENT)
    assert dry == repair
    assert repair.pull
    assert len(repair.steps) == 7
    assert (verify(filled).generations, verify(filled).damages) == (0, [])
    with Store(filled, clock) as store:
        assert store.latest_together(BOTH) is None
    assert numbers(fill(filled), EN) == [6, 5, 4]


def test_a_pull_heals_what_is_still_the_same(filled):
    """Storing the same content again restores its damaged records, in old generations too."""
    change(filled, digest_in(filled, EN, 1, "p0"), b"{}")
    with Store(filled, clock) as store:
        store.commit_together({EN: [record(0, 0)], DE: []}, 1)
    assert verify(filled).damages == []


@pytest.mark.parametrize("data", [b"{}", None, b"["])
def test_a_damaged_newest_generation_gives_way_to_a_pull(filled, data):
    """Storing a pull drops it: nothing damaged is left in the index."""
    change(filled, entry_of(filled, DE, 3), data)
    with Store(filled, clock) as store:
        with pytest.raises(StoreError, match="`pelican-buttercms doctor --repair`"):
            store.latest_together(BOTH)
        store.commit_together({EN: [], DE: [record(1, 1)]}, 1)
    assert verify(filled).damages == []
    assert (numbers(filled, EN), numbers(filled, DE)) == ([4, 3, 2, 1], [4, 2, 1])


def test_media_files_and_the_ledger_are_looked_at_too(filled):
    """Damaged files are dropped to be fetched again; a database of no use is set aside."""
    with MediaStore(filled) as media:
        for name in ("good", "missing", "damaged", "odd"):
            media.put(URL + name, name.encode(), "image/png", {})
        digests = {name: media._database.get(f"url/{URL}{name}") for name in ("missing", "damaged")}
        for name, entry in digests.items():
            digest = entry.partition(b'"digest":"')[2][:64].decode()
            if name == "missing":
                media._database.delete(f"file/{digest}")
            else:
                media._database.set(f"file/{digest}", b"other")
        media._database.set(f"url/{URL}odd", b"{}")
    result = {(damage.what, damage.state) for damage in verify(filled).damages}
    assert result == {
        (f"The media file {URL}missing", "missing"),
        (f"The media file {URL}damaged", "damaged"),
        (f"The media file {URL}odd", "damaged"),
    }
    assert not doctor(filled, MOMENT).pull
    assert (verify(filled).files, verify(filled).damages) == (1, [])
    CallLog(filled, clock).count(5)
    for name in ("media", "ledger"):
        (filled / name / "cache.db").write_bytes(b"x")
    assert len(verify(filled).damages) == 2
    steps = " ".join(doctor(filled, MOMENT).steps)
    assert "media.damaged-" in steps
    assert "count the calls of this month anew" in steps
    assert verify(filled).damages == []
    assert CallLog(filled, clock).this_month() == 0


def test_what_is_held_back_is_no_damage(filled):
    """Held deletions lie beside the counts of calls, and are no numbers."""
    held_deletions = HeldDeletions(filled, clock)
    held_deletions.since(Scope("a", "", "live"), [Key("post", "", "gone")])
    held_deletions.close()
    CallLog(filled, clock).count(5)
    assert verify(filled).damages == []
    assert CallLog(filled, clock).this_month() == 5
