"""Scopes that are pulled together are stored and read together."""

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
