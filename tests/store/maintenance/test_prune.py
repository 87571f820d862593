"""Tests of pruning: pulls, files and records."""

import pytest

from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.content.media_addresses import media_urls
from pelican_buttercms.errors import StoreError
from pelican_buttercms.store import MediaStore, Scope, Store
from pelican_buttercms.store.maintenance.prune import prune
from pelican_buttercms.store.maintenance.verify import verify

from .stores import BOTH, DE, EN, URL, change, clock, entry_of, in_use, no_database, numbers, record


def test_pruning_keeps_the_newest_and_the_one_in_use(filled):
    """Old pulls go with their records, in all locales; a rollback is in use."""
    with Store(filled, clock) as store:
        store.roll_back(BOTH, store.pulls(BOTH)[-1])
    before = (filled / "store" / "cache.db").stat().st_size
    dry = prune(filled, 1, media_urls, dry_run=True)
    assert numbers(filled, EN) == [3, 2, 1]
    done = prune(filled, 1, media_urls)
    assert dry == done
    assert ([item[:8] for item in done.pulls], done.records) == (["00000002"], 10)
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


def test_what_some_locales_have_in_common_stays(tmp_path):
    """Builds of two locales of three still read their newest pull, whatever was pulled apart."""
    french = Scope("one", "fr", "live")
    with Store(tmp_path, clock) as store:
        for scopes in ([EN, DE, french], BOTH, [EN], [DE], [french]):
            store.commit_together({scope: [record(1, len(scopes))] for scope in scopes}, 1)
    assert prune(tmp_path, 1, media_urls).pulls == []
    with Store(tmp_path, clock, keep=1) as store:
        for _ in range(3):
            store.commit(EN, [record(1, 1)], 1)
            store.commit(DE, [record(1, 1)], 1)
        assert store.in_use(BOTH).startswith("00000002")
        assert store.in_use([EN, DE, french]).startswith("00000001")
    assert (numbers(tmp_path, EN), numbers(tmp_path, DE)) == ([10, 2, 1], [11, 2, 1])
    assert verify(tmp_path).damages == []


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
            media.put(
                URL + name, b"shared" if name in {"old", "both"} else name.encode(), "image/png", {}
            )
    assert prune(tmp_path, 10, media_urls).files == 1
    done = prune(tmp_path, 1, media_urls)
    assert (len(done.pulls), done.records, done.files) == (1, 1, 0)
    with MediaStore(tmp_path) as media:
        result = {name: media.get(URL + name) for name in ("old", "new", "both", "none")}
        assert {name for name, file in result.items() if file} == {"new", "both"}
        assert result["both"].read() == b"shared"
    assert verify(tmp_path).files == 2


def test_a_damaged_store_is_not_pruned(filled):
    """Nothing is dropped before it is known what is whole."""
    change(filled, entry_of(filled, DE, 2), b"{}")
    before = (filled / "store" / "cache.db").read_bytes()
    with pytest.raises(
        StoreError, match=r"so nothing was dropped.*`pelican-buttercms doctor --repair`"
    ):
        prune(filled, 1, media_urls)
    no_database(filled)
    with pytest.raises(StoreError, match="its file is no database, so nothing was dropped"):
        prune(filled, 1, media_urls)
    assert len(before) > 4096
