"""The store: commits, rollbacks, and what is read back."""

from datetime import UTC, datetime
import random

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs
import pytest

from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.errors import StoreError
from pelican_buttercms.store import MediaStore, Scope, Store
from pelican_buttercms.store.batch_cache import BatchCache
from pelican_buttercms.store.commit import Committer
from pelican_buttercms.store.database import Database
from pelican_buttercms.store.record_encoding import encode
from tests.strategies import JSON


def test_a_pull_is_read_back(tmp_path, clock, live, post):
    """What was committed is read back, by another process as well, in the order of keys."""
    with Store(tmp_path, clock) as store:
        generation, changes = store.commit(
            live, [post("b", body="<p>ä</p>"), post("a", n=1.5)], 7, ["posts"]
        )

    with Store(tmp_path, clock) as store:
        assert store.latest(live) == generation
        assert list(store.records(generation)) == [post("a", n=1.5), post("b", body="<p>ä</p>")]
    assert (generation.scope, generation.calls, generation.wanted) == (live, 7, ("posts",))
    assert generation.pulled_at == clock.moment
    assert changes.counts() == {"post": {"new": 2, "updated": 0, "deleted": 0, "unchanged": 0}}


@pytest.mark.parametrize("at_hand", ["none", "some", "all"])
def test_records_of_the_same_bytes_are_each_read(store, live, at_hand):
    """A tag and a category of one name are two records, whether the bytes are at hand or stored."""
    content = {"slug": "cups", "name": "Cups"}
    same = [RawRecord(Key(kind, "", "cups"), content) for kind in ("category", "tag")]
    same.append(RawRecord(Key("tag", "", "mugs"), {"slug": "mugs", "name": "Mugs"}))
    generation, _ = store.commit(live, same, 1)
    encoded = {one.digest: one.data for one in map(encode, same)}
    if at_hand == "some":
        encoded.popitem()
    known = None if at_hand == "none" else encoded
    read = {raw.key: raw.data for raw in store.records(generation, known)}
    assert read == {raw.key: raw.data for raw in same}
    assert not known


def test_an_empty_store(store, live):
    """A store into which nothing was pulled says so, without an error."""
    assert (store.latest(live), store.generations(live)) == (None, [])
    assert store.scopes() == []


def test_changes_since_the_last_pull(store, live, post):
    """A pull says what is new, updated, deleted and unchanged since the one before."""
    store.commit(live, [post("a"), post("b"), post("c")], 1)
    _, changes = store.commit(live, [post("b", title="New"), post("c"), post("d")], 1)

    assert changes.new == (Key("post", "", "d"),)
    assert changes.updated == (Key("post", "", "b"),)
    assert changes.deleted == (Key("post", "", "a"),)
    assert changes.unchanged == (Key("post", "", "c"),)


def test_a_pull_that_changes_nothing(store, live, post, clock):
    """A pull that changed nothing is a generation too, so that its age counts from then."""
    first, _ = store.commit(live, [post("a", x=1, y=2)], 1)
    clock.move(hours=1)
    second, changes = store.commit(
        live, [RawRecord(Key("post", "", "a"), {"y": 2, "x": 1, "slug": "a"})], 1
    )

    assert second.manifest == first.manifest
    assert (changes.new, changes.updated, len(changes.unchanged)) == ((), (), 1)
    assert store.latest(live).pulled_at == clock.moment
    assert store.generations(live) == [second, first]


def test_the_last_record_of_a_key_counts(store, live, post):
    """When a key comes twice, the last record is kept and the other is not."""
    generation, _ = store.commit(live, [post("a", n=1), post("b"), post("a", n=2)], 1)

    assert list(store.records(generation)) == [post("a", n=2), post("b")]
    assert len(_record_names(store)) == 2


def test_scopes_never_mix(store, post):
    """Accounts, locales and modes each have content of their own; drafts stay in preview."""
    scopes = [
        Scope("one", "", "live"),
        Scope("one", "", "preview"),
        Scope("one", "de", "live"),
        Scope("two/x", "", "live"),
    ]
    for number, scope in enumerate(scopes):
        store.commit(scope, [post("same"), post("own", n=number)], 1)

    for number, scope in enumerate(scopes):
        result = [structs.replace(raw, locale="") for raw in store.records(store.latest(scope))]
        assert result == [post("own", n=number), post("same")]
        assert {raw.locale for raw in store.records(store.latest(scope))} == {scope.locale}
        assert len(store.generations(scope)) == 1
    assert store.scopes() == sorted(scopes)
    assert sorted({scope.account for scope in store.scopes()}) == ["one", "two/x"]


def test_records_are_stored_once(store, live, post):
    """Generations and scopes share the records that are the same."""
    store.commit(live, [post("a"), post("b")], 1)
    store.commit(live, [post("a"), post("b", n=1)], 1)
    store.commit(Scope("other", "", "live"), [post("a")], 1)

    assert len(_record_names(store)) == 3


def test_ids_sort_by_pull_whatever_the_clock_does(store, live, post, clock):
    """Ids are unique and sort by pull, though the clock stands still or jumps back."""
    ids = []
    for hours in (0, 0, 5, -9, 0):
        clock.move(hours=hours)
        ids.append(store.commit(live, [post("a")], 1)[0].id)

    assert ids == sorted(set(ids))
    assert [g.id for g in store.generations(live)] == ids[::-1]
    assert store.latest(live).id == ids[-1]


def test_old_generations_are_dropped_with_their_records(tmp_path, clock, live, post):
    """Generations beyond `keep` go, with the records that no kept one of any scope names."""
    other = Scope("other", "", "live")
    with Store(tmp_path, clock, keep=2) as store:
        store.commit(other, [post("shared")], 1)
        for number in range(4):
            store.commit(live, [post("shared"), post("n", n=number)], 1)
        kept = store.generations(live)

        assert [next(store.records(g)).data["n"] for g in kept] == [3, 2]
        assert list(store.records(store.latest(other))) == [post("shared")]
        assert len(_record_names(store)) == 3
        store.commit(live, [], 1)
        store.commit(live, [], 1)
        assert list(store.records(store.latest(other))) == [post("shared")]
        assert len(_record_names(store)) == 1


def test_ten_generations_are_kept(store, live, post):
    """Ten generations are kept when nothing else is said."""
    for number in range(12):
        store.commit(live, [post("a", n=number)], 1)

    assert len(store.generations(live)) == 10


def test_a_pull_that_fails_leaves_the_last_generation(store, live, post):
    """An error while records arrive leaves everything as it was."""
    generation, _ = store.commit(live, [post("a")], 1)

    def records():
        yield post("b")
        raise RuntimeError("cut off")

    with pytest.raises(RuntimeError, match="cut off"):
        store.commit(live, records(), 1)

    assert store.generations(live) == [generation]
    assert len(_record_names(store)) == 1


def test_a_failure_at_the_end_leaves_the_last_generation(store, live, post, monkeypatch):
    """An error after all records were written rolls them back, and the store goes on working."""
    generation, _ = store.commit(live, [post("a")], 1)
    monkeypatch.setattr(Committer, "_prune", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        store.commit(live, [post("b")], 1)
    monkeypatch.undo()

    assert store.generations(live) == [generation]
    assert len(_record_names(store)) == 1
    assert store.commit(live, [post("b")], 1)[1].new == (Key("post", "", "b"),)


@pytest.mark.parametrize("damage", [b'{"slug":"a","title":"Bad"}', b"", None])
def test_a_damaged_record_is_named_and_refilled(store, live, post, damage):
    """A record that is missing or not what its digest says is named; the next pull heals it."""
    generation, _ = store.commit(live, [post("a", title="Good"), post("b")], 1)
    (name,) = [f"record/{d}" for k, d in generation.manifest.items() if k.id == "a"]
    if damage is None:
        store._database.delete(name)
    else:
        store._database.set(name, damage)

    with pytest.raises(StoreError, match=r"posts/a of the generation .*`pelican-buttercms pull`"):
        list(store.records(generation))

    healed, _ = store.commit(live, [post("a", title="Good"), post("b")], 1)
    assert len(list(store.records(healed))) == 2


def test_a_damaged_generation_does_not_stop_pruning(tmp_path, clock, live, post):
    """A damaged generation is none when old ones are dropped, and then goes like the others."""
    with Store(tmp_path, clock, keep=2) as store:
        numbers = [store.commit(live, [post("a", n=n)], 1)[0].id for n in range(2)]
        name = f"generation/{numbers[0]}/{live}"
        assert store._database.get(name)
        store._database.set(name, b"{}")
        for n in range(2, 5):
            store.commit(live, [post("a", n=n)], 1)

        assert store._database.get(name) is None
        assert [next(store.records(g)).data["n"] for g in store.generations(live)] == [4, 3]


@pytest.mark.parametrize("damage", [b"{}", None])
def test_a_damaged_generation_is_named_and_refilled(store, live, post, damage):
    """A manifest that is missing or damaged is named; the next pull goes on without it."""
    generation, _ = store.commit(live, [post("a")], 1)
    name = f"generation/{generation.id}/{live}"
    if damage is None:
        store._database.delete(name)
    else:
        store._database.set(name, damage)

    with pytest.raises(StoreError, match=rf"{generation.id} is (missing|damaged).*`pelican-b"):
        store.latest(live)

    healed, changes = store.commit(live, [post("a")], 1)
    assert store.latest(live) == healed
    assert changes.new == (Key("post", "", "a"),)


def test_a_damaged_table_of_contents_is_named(store, live):
    """A table of contents that cannot be read is an error that says what to do."""
    store._database.set("catalogue", b"[")

    with pytest.raises(StoreError, match=r"table of contents .* damaged.* Move that folder away"):
        store.latest(live)


def test_a_newer_store_is_left_alone(tmp_path, clock, live, post):
    """A store that a newer version wrote is an error that names both ways out."""
    with Store(tmp_path, clock) as store:
        store.commit(live, [post("a")], 1)
    database = Database(tmp_path / "store")
    database.set("schema", 3)
    database.close()

    with pytest.raises(StoreError, match=r"newer version .*its layout is 3.* Upgrade"):
        Store(tmp_path, clock)


def test_what_json_cannot_hold_is_named(store, live, post):
    """A record that cannot be encoded is an error that names it, and nothing is stored."""
    with pytest.raises(StoreError, match="posts/bad cannot be stored"):
        store.commit(live, [post("good"), post("bad", title="\ud800")], 1)

    assert store.latest(live) is None


def test_big_records(store, live, post):
    """A record of several megabytes is kept like any other, without a file of its own."""
    body = random.Random(1).randbytes(2_000_000).hex()
    generation, _ = store.commit(live, [post("big", body=body)], 1)

    assert next(store.records(generation)).data["body"] == body
    assert not list(store._folder.rglob("*.val"))


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(st.sampled_from("abc"), JSON, max_size=3))
def test_any_json_is_read_back(tmp_path_factory, data):
    """Whatever JSON an editor's fields hold is read back as it was, with the same digest."""
    folder = tmp_path_factory.mktemp("any")
    record = RawRecord(Key("page", "*", "x"), data)
    scope = Scope("f", "", "live")
    with Store(folder, lambda: datetime.now(UTC)) as store:
        generation, _ = store.commit(scope, [record], 1)
        (restored,) = store.records(generation)
        assert restored == record
        assert store.commit(scope, [restored], 1)[0].manifest == generation.manifest


def _record_names(store):
    return [name for name in store._database._cache.iterkeys() if name.startswith("record/")]


def test_a_diskcache_without_private_names_does_the_same(tmp_path, clock, monkeypatch):
    """Without `_sql` everything is read and written entry by entry."""
    posts = [RawRecord(Key("post", "", f"p{n}"), {"slug": f"p{n}"}) for n in range(3)]
    scope = Scope("fingerprint", "", "live")
    monkeypatch.setattr(BatchCache, "_run", None)
    with Store(tmp_path, clock) as store, store.stage() as staged:
        staged.put([encode(item) for item in posts])
        store.commit(scope, posts[:2], 1)
        generation, changes = store.commit(scope, posts, 1)
        assert [key.id for key in changes.new] == ["p2"]
        assert [item.key for item in store.records(generation)] == [item.key for item in posts]
    with MediaStore(tmp_path) as media:
        media.note_failure("https://cdn.buttercms.com/a", "gone", clock())
        media.forget_failures()
        assert media.failure("https://cdn.buttercms.com/a") is None
    monkeypatch.undo()
    with Store(tmp_path, clock) as store:
        assert len(list(store.records(store.latest(scope)))) == 3
