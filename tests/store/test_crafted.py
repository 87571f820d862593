"""Entries whose digests fit and whose content does not: a store may be restored from elsewhere."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.content.media_addresses import media_urls
from pelican_buttercms.digests import sha256_hex
from pelican_buttercms.errors import StoreError
from pelican_buttercms.store import MediaStore, Scope, Store
from pelican_buttercms.store.held_deletions import HeldDeletions
from pelican_buttercms.store.maintenance.prune import prune
from pelican_buttercms.store.maintenance.repair import doctor
from pelican_buttercms.store.maintenance.verify import verify
from pelican_buttercms.store.record_encoding import generation_name, record_name

URL = "https://cdn.buttercms.com/a"


def craft_generation(store, scope, /, **changes):
    """Replace parts of the newest generation, with the digest that fits."""
    index = store._index()
    branch = index.branch(scope)
    name = generation_name(branch.latest, str(scope))
    data = msgspec.json.encode(msgspec.json.decode(store._database.get(name)) | changes)
    branch.generations[branch.latest] = sha256_hex(data)
    store._database.set(name, data)
    store._database.set("catalogue", index.encode())


@pytest.mark.parametrize(
    "changes",
    [
        {"records": {"nonsense": "0" * 64}},
        {"records": 5},
        {"id": "00000009-20261121T120000Z"},
        {"scope": "other//live"},
        {"scope": "a/b/c/d"},
        {"pulled_at": "9999-12-31T23:59:59-23:00"},
        {"pulled_at": "soon"},
        {"cause": "evil"},
    ],
)
def test_a_generation_that_is_none_is_damaged(tmp_path, clock, live, post, changes):
    """For builds, for `verify` and for the next pull alike."""
    with Store(tmp_path, clock) as store:
        store.commit(live, [post("a")], 1)
        craft_generation(store, live, **changes)
    with Store(tmp_path, clock) as store:
        with pytest.raises(StoreError, match=r"damaged.*doctor"):
            store.latest(live)
        assert verify(tmp_path).damages
        store.commit(live, [post("b")], 1)
        assert [item.key.id for item in store.records(store.latest(live))] == ["b"]
    assert verify(tmp_path).damages == []


@pytest.mark.parametrize("data", [b"[", b"[1]", b"5", b'{"a":' + b"[" * 100_000, b"\xff"])
def test_a_record_that_is_none_is_damaged(tmp_path, clock, live, post, data):
    """For builds, for `verify`, for `prune` and for `doctor` alike."""
    with Store(tmp_path, clock) as store:
        generation, _ = store.commit(live, [post("a")], 1)
        digest = sha256_hex(data)
        store._database.set(record_name(digest), data)
        craft_generation(store, live, records={key.stored: digest for key in generation.manifest})
    with Store(tmp_path, clock) as store, pytest.raises(StoreError, match=r"posts/a.*damaged"):
        list(store.records(store.latest(live)))
    (damage,) = verify(tmp_path).damages
    assert (damage.what, damage.state) == ("The record posts/a", "damaged")
    with pytest.raises(StoreError, match="so nothing was dropped"):
        prune(tmp_path, 1, media_urls)
    assert doctor(tmp_path, datetime(2026, 11, 21, tzinfo=UTC)).pull
    assert verify(tmp_path).damages == []


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59.999999Z", "2999-01-01T00:00:00Z"])
def test_a_moment_far_ahead_stops_no_pull(tmp_path, clock, live, post, moment):
    """What is pulled later still counts more."""
    with Store(tmp_path, clock) as store:
        store.commit(live, [post("a")], 1)
        craft_generation(store, live, pulled_at=moment, observed_at=moment)
        store.commit_together({live: [post("b")]}, 1, asked_at=store.next_moment([live]))
        assert [item.key.id for item in store.records(store.latest(live))] == ["b"]
        assert store.latest(live).pulled_at <= clock.moment


def test_a_snapshot_of_the_future_is_as_old_as_its_import(tmp_path, clock, live, post):
    """Otherwise nothing would ever be pulled again."""
    with Store(tmp_path, clock) as store:
        future = clock.moment + timedelta(days=1000)
        ((generation, _),) = store.commit_together({live: [post("a")]}, 0, pulled_at=future)
        assert generation.pulled_at == clock.moment
        assert store.next_moment([live]) - clock.moment < timedelta(seconds=1)


@pytest.mark.parametrize("note", [b"\xff\xfe", 7, b"record"])
def test_a_damaged_note_of_staged_records_stops_no_pull(tmp_path, clock, live, post, note):
    """It is removed with the next pull."""
    with Store(tmp_path, clock) as store:
        store._database.set("ahead/x-0", note)
        with store._database.transaction():
            store._database._cache._sql("UPDATE Cache SET store_time = 0 WHERE key = 'ahead/x-0'")
        store.commit(live, [post("a")], 1)
        assert store._database.names("ahead/", 2**40) == []


@pytest.mark.parametrize("until", ["2026-11-21T00:00:00", "soon", 5])
def test_a_failure_without_a_time_zone_is_none(tmp_path, clock, until):
    """The file is asked for again, and nothing compares moments of two kinds."""
    with MediaStore(tmp_path) as media:
        data = {"reason": "x", "tries": 1, "until": until}
        media._database.set(f"failure/{URL}", msgspec.json.encode(data))
        assert media.failure(URL) is None
        assert media.note_failure(URL, "x", clock()).tries == 1


def test_a_held_deletion_without_a_time_zone_is_new(tmp_path, clock, live):
    """It begins to count now."""
    held = HeldDeletions(tmp_path, clock)
    held.since(live, [Key("post", "", "a")])
    name = f"held/{live}"
    data = msgspec.json.decode(held._database.get(name)) | {"since": "2026-11-21T00:00:00"}
    held._database.set(name, msgspec.json.encode(data))
    assert held.since(live, [Key("post", "", "a")]) == clock.moment
    held.close()


def test_pruning_keeps_what_is_known_of_files_that_failed(tmp_path, clock):
    """Otherwise the next build would ask for each of them at once."""
    post = RawRecord(Key("post", "", "a"), {"slug": "a", "body": f'<img src="{URL}">'})
    with Store(tmp_path, clock) as store:
        store.commit(Scope("one", "", "live"), [post], 1)
    with MediaStore(tmp_path) as media:
        media.note_failure(URL, "gone", clock())
        media.note_failure(f"{URL}/old", "gone", clock())
    prune(tmp_path, 1, media_urls)
    with MediaStore(tmp_path) as media:
        assert media.failure(URL) is not None
        assert media.failure(f"{URL}/old") is None
