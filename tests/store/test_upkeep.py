"""Verify, prune and doctor, on real databases that are damaged in many ways."""

from datetime import UTC, datetime
import random
import shutil
import sqlite3
from threading import Thread

import diskcache
from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.errors import StoreError
from pelican_buttercms.fetch.media import media_urls
from pelican_buttercms.store import Ledger, MediaStore, Scope, Store
from pelican_buttercms.store.database import Database
from pelican_buttercms.store.suspicions import Suspicions
from pelican_buttercms.store.upkeep.checks import prune, verify
from pelican_buttercms.store.upkeep.repair import doctor

EN, DE = Scope("one", "en", "live"), Scope("one", "de", "live")
BOTH = [EN, DE]
MOMENT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ASIDE = "store.damaged-20261121T120000Z"
URL = "https://cdn.buttercms.com/"


def clock():
    """Give the time, always the same."""
    return MOMENT


def record(number, value):
    """Make a post, longer than a page of the database for the greater numbers."""
    text = f"<p>{value} {number}</p>" * number * 40
    return RawRecord(Key("post", "", f"p{number}"), {"slug": f"p{number}", "body": text})


def fill(folder, pulls=3):
    """Store pulls of two locales; every pull changes each post but the first."""
    with Store(folder, clock) as store:
        for pull in range(1, pulls + 1):
            english = [record(n, pull * min(n, 1)) for n in range(6)]
            german = [record(n, -pull * min(n, 1)) for n in range(6)]
            store.commit_together({EN: english, DE: german}, 1)
    return folder


@pytest.fixture
def filled(tmp_path):
    """A cache folder with three pulls of two locales."""
    return fill(tmp_path / "cache")


def change(folder, name, data):
    """Write an entry as damage would, or take it away."""
    database = Database(folder / "store")
    if data is None:
        database.delete(name)
    else:
        database.set(name, data)
    database.close()


def digest_in(folder, scope, number, slug):
    """Name a record's entry."""
    with Store(folder, clock) as store:
        generation = store.generations(scope)[-number]
    return f"record/{generation.manifest[Key('post', '', slug)]}"


def entry_of(folder, scope, number):
    """Name a generation's entry."""
    with Store(folder, clock) as store:
        return f"generation/{store.generations(scope)[-number].id}/{scope}"


def numbers(folder, scope):
    """Give the numbers of a scope's generations, after reading each to its end."""
    with Store(folder, clock) as store:
        generations = store.generations(scope)
        assert all(len(list(store.records(one))) == len(one.manifest) for one in generations)
        return [int(one.id.partition("-")[0]) for one in generations]


def in_use(folder):
    """Give the number of the pull that builds of both locales read."""
    with Store(folder, clock) as store:
        return int(store.in_use(BOTH).partition("-")[0])


def contents(folder):
    """Give every file below a folder."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


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
    assert verify(cache).damages == doctor(cache, MOMENT).steps == []
    assert prune(cache, 1, media_urls).pulls == []
    assert contents(tmp_path) == before
    assert cache.exists() == (folder != "none")


@pytest.mark.parametrize("data", [b"{}", None, 7])
def test_a_damaged_record_is_told_with_what_it_affects(filled, data):
    """One line for a record, with every generation that names it; only these are dropped."""
    change(filled, digest_in(filled, DE, 2, "p3"), data)
    (damage,) = verify(filled).damages
    assert damage.what == "The record post//p3"
    assert damage.state == ("missing" if data is None else "damaged")
    ((use),) = damage.uses
    assert (use.scope, use.number[:8], use.in_use) == (DE, "00000002", False)
    repair = doctor(filled, MOMENT)
    assert "drop the generation 00000002" in repair.steps[0]
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
    assert "read 00000002" in " ".join(repair.steps)
    assert (numbers(filled, EN), numbers(filled, DE)) == ([3, 2, 1], [2, 1])
    assert in_use(filled) == 2
    with Store(filled, clock) as store:
        assert store.latest(EN).id == store.latest(DE).id
    assert verify(filled).damages == []


def test_what_nothing_names_is_removed(filled):
    """Entries of nobody go; what is whole stays."""
    change(filled, "record/none", b"x")
    change(filled, "other", 1)
    assert verify(filled).damages == []
    assert doctor(filled, MOMENT).steps == ["remove 2 entries that nothing whole names"]
    assert numbers(filled, EN) == [3, 2, 1]
    assert doctor(filled, MOMENT).steps == []


def test_when_nothing_is_whole_nothing_is_deleted(filled):
    """A record that all generations need: the store is set aside, with all of its bytes."""
    change(filled, digest_in(filled, EN, 1, "p0"), b"{}")
    before = (filled / "store" / "cache.db").read_bytes()
    assert doctor(filled, MOMENT).pull
    assert (filled / ASIDE / "cache.db").read_bytes() == before
    assert not (filled / "store").exists()
    assert numbers(fill(filled), EN) == [3, 2, 1]


def test_a_pull_heals_what_is_still_the_same(filled):
    """Storing the same content again restores its damaged records, in old generations too."""
    change(filled, digest_in(filled, EN, 1, "p0"), b"{}")
    with Store(filled, clock) as store:
        store.commit_together({EN: [record(0, 0)], DE: []}, 1)
    assert verify(filled).damages == []


@pytest.mark.parametrize("data", [b"{}", None, b"["])
def test_a_damaged_newest_generation_gives_way_to_a_pull(filled, data):
    """Storing a pull drops it: nothing damaged is left in the catalogue."""
    change(filled, entry_of(filled, DE, 3), data)
    with Store(filled, clock) as store:
        with pytest.raises(StoreError, match="`pelican-buttercms doctor`"):
            store.latest_together(BOTH)
        store.commit_together({EN: [], DE: [record(1, 1)]}, 1)
    assert verify(filled).damages == []
    assert (numbers(filled, EN), numbers(filled, DE)) == ([4, 3, 2, 1], [4, 2, 1])


def no_database(folder):
    """A file of something else."""
    (folder / "store" / "cache.db").write_bytes(b"not a database" * 500)


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
    change(filled, "record/none", b"x")
    other = sqlite3.connect(filled / "store" / "cache.db", check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    assert verify(filled).damages == []
    done = []
    thread = Thread(target=lambda: done.append(doctor(filled, MOMENT).steps))
    thread.start()
    thread.join(0.3)
    assert done == []
    other.rollback()
    other.close()
    thread.join()
    assert done == [["remove 1 entry that nothing whole names"]]


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


def test_a_folder_that_cannot_be_read_is_named(tmp_path):
    """What is no matter of damage is not repaired."""
    (tmp_path / "store" / "cache.db").mkdir(parents=True)
    with pytest.raises(StoreError, match="Look whether this user may read"):
        verify(tmp_path)
    with pytest.raises(StoreError, match="Look whether this user may read"):
        doctor(tmp_path, MOMENT)
    assert (tmp_path / "store" / "cache.db").is_dir()


def test_pruning_keeps_the_newest_and_the_one_in_use(filled):
    """Old pulls go with their records, in all locales; a rollback is in use."""
    with Store(filled, clock) as store:
        store.roll_back(BOTH, store.pulls(BOTH)[-1])
    before = (filled / "store" / "cache.db").stat().st_size
    dry = prune(filled, 1, media_urls, dry_run=True)
    assert numbers(filled, EN) == [3, 2, 1]
    done = prune(filled, 1, media_urls)
    assert dry == done
    assert ([one[:8] for one in done.pulls], done.records) == (["00000002"], 10)
    assert done.size > 10_000
    assert before - (filled / "store" / "cache.db").stat().st_size > 8_000
    assert (numbers(filled, EN), numbers(filled, DE)) == ([3, 1], [3, 1])
    assert in_use(filled) == 1
    assert prune(filled, 1, media_urls).size == 0
    assert verify(filled).damages == []


def test_pruning_keeps_what_locales_have_in_common(filled):
    """What builds of two locales read is kept, though one was pulled alone since."""
    with Store(filled, clock) as store:
        for pull in range(3):
            store.commit(EN, [record(1, f"alone {pull}")], 1)
    prune(filled, 1, media_urls)
    assert (numbers(filled, EN), numbers(filled, DE)) == ([6, 3], [3])
    assert in_use(filled) == 3


def test_pruning_removes_files_that_nothing_names(tmp_path):
    """A media file goes with the last record that names it, in any scope."""
    post = RawRecord(Key("post", "", "a"), {"slug": "a", "body": f'<img src="{URL}new">'})
    old = RawRecord(Key("post", "", "a"), {"slug": "a", "body": f'<img src="{URL}old">'})
    with Store(tmp_path, clock) as store:
        store.commit(EN, [old], 1)
        store.commit(EN, [post], 1)
        store.commit(Scope("two", "", "preview"), [RawRecord(post.key, {"x": f"{URL}both"})], 1)
    with MediaStore(tmp_path) as media:
        for name in ("old", "new", "both", "none"):
            media.put(URL + name, b"shared" if name in {"old", "both"} else name.encode(), "", {})
    assert prune(tmp_path, 10, media_urls).files == 1
    done = prune(tmp_path, 1, media_urls)
    assert (len(done.pulls), done.records, done.files) == (1, 1, 0)
    with MediaStore(tmp_path) as media:
        found = {name: media.get(URL + name) for name in ("old", "new", "both", "none")}
        assert {name for name, file in found.items() if file} == {"new", "both"}
        assert found["both"].read() == b"shared"
    assert verify(tmp_path).files == 2


def test_a_damaged_store_is_not_pruned(filled):
    """Nothing is dropped before it is known what is whole."""
    change(filled, entry_of(filled, DE, 2), b"{}")
    before = (filled / "store" / "cache.db").read_bytes()
    with pytest.raises(StoreError, match=r"so nothing was dropped.*`pelican-buttercms doctor`"):
        prune(filled, 1, media_urls)
    no_database(filled)
    with pytest.raises(StoreError, match="its file is no database, so nothing was dropped"):
        prune(filled, 1, media_urls)
    assert len(before) > 4096


def test_media_files_and_the_ledger_are_looked_at_too(filled):
    """Damaged files are dropped to be fetched again; a database of no use is set aside."""
    with MediaStore(filled) as media:
        for name in ("good", "missing", "damaged", "odd"):
            media.put(URL + name, name.encode(), "", {})
        digests = {name: media._database.get(f"url/{URL}{name}") for name in ("missing", "damaged")}
        for name, entry in digests.items():
            digest = entry.partition(b'"digest":"')[2][:64].decode()
            if name == "missing":
                media._database.delete(f"file/{digest}")
            else:
                media._database.set(f"file/{digest}", b"other")
        media._database.set(f"url/{URL}odd", b"{}")
    found = {(damage.what, damage.state) for damage in verify(filled).damages}
    assert found == {
        (f"The media file {URL}missing", "missing"),
        (f"The media file {URL}damaged", "damaged"),
        (f"The media file {URL}odd", "damaged"),
    }
    assert not doctor(filled, MOMENT).pull
    assert (verify(filled).files, verify(filled).damages) == (1, [])
    Ledger(filled, clock).count(5)
    for name in ("media", "ledger"):
        (filled / name / "cache.db").write_bytes(b"x")
    assert len(verify(filled).damages) == 2
    steps = " ".join(doctor(filled, MOMENT).steps)
    assert "media.damaged-" in steps
    assert "count the calls of this month anew" in steps
    assert verify(filled).damages == []
    assert Ledger(filled, clock).this_month() == 0


def test_what_is_held_back_is_no_damage(filled):
    """Suspicions lie beside the counts of calls, and are no numbers."""
    suspicions = Suspicions(filled, clock)
    suspicions.since(Scope("a", "", "live"), [Key("post", "", "gone")])
    suspicions.close()
    Ledger(filled, clock).count(5)
    assert verify(filled).damages == []
    assert Ledger(filled, clock).this_month() == 5


def heal_and_read(folder):
    """Repair a store, read all that it gives, and store a pull in it."""
    layout = verify_or_newer(folder)
    if layout == "newer":
        return
    doctor(folder, MOMENT)
    assert verify(folder).damages == []
    with Store(folder, clock) as store:
        for scope in store.scopes():
            assert store.latest(scope) is not None
            for generation in store.generations(scope):
                assert len(list(store.records(generation))) == len(generation.manifest)
        store.latest_together(BOTH)
        store.commit_together({EN: [record(1, 9)], DE: [record(2, 9)]}, 1)
        assert len(store.latest_together(BOTH)) == 2
    assert verify(folder).damages == []


def verify_or_newer(folder):
    """Look at a store; "newer" when the damage is in the number of its layout."""
    try:
        verify(folder)
    except StoreError as exc:
        return "newer" if "newer version" in str(exc) else str(exc)
    return ""


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """The bytes of a store's database."""
    folder = fill(tmp_path_factory.mktemp("original"))
    return (folder / "store" / "cache.db").read_bytes()


def with_bytes(folder, data):
    """Make a store of these bytes."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "store").mkdir(parents=True)
    (folder / "store" / "cache.db").write_bytes(data)
    return folder


@settings(max_examples=60)
@given(cut=st.floats(0, 1, exclude_max=True))
def test_cut_anywhere(original, tmp_path_factory, cut):
    """After doctor, all that a store gives is whole, wherever its file was cut off."""
    folder = tmp_path_factory.mktemp("cut")
    heal_and_read(with_bytes(folder, original[: int(cut * len(original))]))


@settings(max_examples=150)
@given(
    seed=st.integers(0, 2**32),
    number=st.sampled_from([1, 1, 1, 3, 30]),
    early=st.booleans(),
)
def test_flipped_anywhere(original, tmp_path_factory, seed, number, early):
    """After doctor, all that a store gives is whole, whichever bytes were changed."""
    chance = random.Random(seed)
    data = bytearray(original)
    for _ in range(number):
        place = chance.randrange(8192 if early else len(data))  # the tables' own descriptions
        data[place] ^= 1 << chance.randrange(8)
    heal_and_read(with_bytes(tmp_path_factory.mktemp("flip"), bytes(data)))


@settings(max_examples=40)
@given(page=st.integers(0, 200), fill_with=st.sampled_from([b"\0", b"\xff"]))
def test_a_page_overwritten(original, tmp_path_factory, page, fill_with):
    """After doctor, all that a store gives is whole, whichever page of it was lost."""
    start = page * 4096 % len(original)
    data = original[:start] + fill_with * 4096 + original[start + 4096 :]
    heal_and_read(with_bytes(tmp_path_factory.mktemp("page"), data))
