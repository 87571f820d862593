"""Scopes that are pulled together are stored and read together."""

from datetime import timedelta

import pytest

from pelican_buttercms.errors import StoreError
from pelican_buttercms.store import Scope, Store

EN, DE = Scope("one", "en", "live"), Scope("one", "de", "live")


def test_what_was_pulled_apart_is_no_site(store, post):
    """Only scopes of one pull are given together; the newest that has all of them."""
    assert store.latest_together([EN, DE]) is None
    store.commit(EN, [post("a")], 1)
    store.commit(DE, [post("a")], 1)
    assert store.latest_together([EN, DE]) is None
    both = store.commit_together({EN: [post("a", n=1)], DE: [post("a", n=2)]}, 3)
    store.commit(EN, [post("a", n=3)], 1)
    assert store.latest_together([EN, DE]) == [generation for generation, _ in both]
    assert store.latest_together([EN])[0].id > both[0][0].id


def test_each_scope_tells_its_own_changes(store, post):
    """One pull, one list of changes for each scope."""
    store.commit_together({EN: [post("a")], DE: []}, 1)
    (_, english), (_, german) = store.commit_together({EN: [post("a")], DE: [post("a")]}, 1)
    assert (len(english.unchanged), len(german.new)) == (1, 1)


def test_old_generations_of_all_scopes_are_dropped(tmp_path, clock, post):
    """Each scope keeps as many; what none of them names any more is gone."""
    with Store(tmp_path, clock, keep=2) as store:
        for number in range(4):
            store.commit_together({EN: [post("a", n=number)], DE: [post("a", n=-number)]}, 1)
        assert len(store.generations(EN)) == len(store.generations(DE)) == 2
        for scope in (EN, DE):
            for generation in store.generations(scope):
                assert len(list(store.records(generation))) == 1


def test_a_store_of_the_first_layout_is_filled_anew(tmp_path, clock, live, post):
    """Its generations lie under other names; a pull brings everything again."""
    with Store(tmp_path, clock) as store:
        store.commit(live, [post("a")], 1)
        store._database.set("schema", 1)
    with Store(tmp_path, clock) as store:
        assert store.latest(live) is None
        store.commit(live, [post("a")], 1)
        assert store.latest(live) is not None


def test_rolling_back_and_forth(store, post):
    """Builds read the chosen pull until the next one is stored; all scopes move together."""
    first = store.commit_together({EN: [post("a", n=1)], DE: [post("a", n=2)]}, 1)
    second = store.commit_together({EN: [post("a", n=3)], DE: [post("a", n=4)]}, 1)
    assert not store.is_pinned([EN, DE])
    assert store.roll_back([EN, DE], first[0][0].id) == [generation for generation, _ in first]
    assert store.latest_together([EN, DE]) == [generation for generation, _ in first]
    assert store.latest(EN) == first[0][0]
    assert store.is_pinned([EN, DE])
    store.roll_back([EN, DE], second[0][0].id)
    assert store.latest_together([EN, DE]) == [generation for generation, _ in second]
    assert not store.is_pinned([EN, DE])
    store.roll_back([EN, DE], first[0][0].id)
    third = store.commit_together({EN: [], DE: []}, 1)
    assert not store.is_pinned([EN, DE])
    assert store.latest(EN) == third[0][0]


def test_there_is_no_way_back_to_what_is_not_there_or_damaged(store, post):
    """Nothing changes then; what there is, is named."""
    (generation, _), _ = store.commit_together({EN: [post("a", n=1)], DE: []}, 1)
    store.commit(EN, [post("a", n=2)], 1)
    with pytest.raises(StoreError, match=f"There are: .*{generation.id}"):
        store.roll_back([EN, DE], "99")
    store._database.delete(f"record/{next(iter(generation.manifest.values()))}")
    with pytest.raises(StoreError, match="is missing in the store"):
        store.roll_back([EN, DE], generation.id)
    assert not store.is_pinned([EN, DE])


def test_what_comes_from_elsewhere_keeps_its_age(store, post, clock):
    """Content is as old as it is, not as old as its copy."""
    moment = clock.moment - timedelta(days=3)
    ((generation, _),) = store.commit_together({EN: [post("a")]}, 0, pulled_at=moment)
    assert generation.pulled_at == moment
    assert store.latest(EN).pulled_at == moment
