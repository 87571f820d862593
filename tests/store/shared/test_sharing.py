"""Pushes and pulls against folders, memory and a real S3 protocol server on loopback."""

from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest

from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.errors import NoContentError, StoreError

from .machines import BOTH, DE, DRAFTS, EN, page, pull_files, records, versions


def test_what_is_pushed_is_pulled_elsewhere(url, machine, clock):
    """Another machine has the same records, the same age and what was wanted."""
    machine_a, machine_b = machine(url), machine(url)
    machine_a.fill()
    clock.move(days=3)
    pushed = machine_a.push()
    assert (pushed.done, pushed.records, pushed.skipped) == (True, 22, 0)
    pulled = machine_b.pull()
    assert (pulled.done, pulled.records, pulled.bytes) == (True, 22, pushed.bytes)
    assert machine_b.content() == machine_a.content()
    assert machine_b.store.latest_together(BOTH)[0].calls == 0
    assert clock() - machine_b.content()[0][1] == timedelta(days=3)
    assert not machine_b.pull().done
    assert len(machine_b.store.generations(EN)) == 1


def test_what_a_pull_left_out_is_known_elsewhere(url, machine, clock):
    """By its status; that of the newest full pull, without what was asked for alone since."""
    machine_a, machine_b = machine(url), machine(url)
    keys = [Key("page", "*", name) for name in ("x", "y")]
    machine_a.store.commit_together(versions(), 9, ["posts"], left_out=dict.fromkeys(keys, "draft"))
    machine_a.push()
    machine_b.pull()
    assert machine_b.store.latest(DE).left_out == dict.fromkeys(keys, "draft")
    clock.move(minutes=5)
    machine_a.store.apply_changes({EN: {keys[0]: page("x")}, DE: {}})
    machine_a.push()
    machine_b.pull()
    assert machine_b.store.latest(DE).left_out == {keys[1]: "draft"}
    clock.move(minutes=5)
    machine_b.store.commit_together(versions(1), 9, ["posts"])
    machine_b.push()
    machine_a.pull()
    assert machine_a.store.latest(EN).left_out == {}


def test_only_what_is_new_travels(url, machine, clock):
    """The same again uploads nothing, one changed record one record and one pull's file."""
    machine_a, machine_b = machine(url), machine(url)
    machine_a.fill()
    machine_a.push()
    machine_b.pull()
    before = (records(machine_a.remote), pull_files(machine_a.remote))
    assert not machine_a.push().done
    assert (records(machine_a.remote), pull_files(machine_a.remote)) == before
    clock.move(minutes=5)
    contents = versions()
    contents[DE][0] = page("a", n="changed")
    machine_a.store.commit_together(contents, 9, ["posts"])
    pushed = machine_a.push()
    assert (pushed.records, pushed.skipped) == (1, 21)
    assert len(records(machine_a.remote) - before[0]) == 1
    assert len(pull_files(machine_a.remote)) == 2
    pulled = machine_b.pull()
    assert (pulled.records, pulled.bytes, pulled.skipped) == (1, pushed.bytes, 21)
    assert machine_b.content() == machine_a.content()


def test_newer_content_is_never_replaced_by_older(url, machine, clock):
    """Neither by a push nor by a pull; only who forces it takes what is shared."""
    old, new = machine(url), machine(url)
    old.fill(1)
    old.push()
    clock.move(hours=1)
    new.fill(2)
    kept = new.content()
    assert not new.pull().done
    assert new.content() == kept
    assert new.push().done
    assert not old.push().done
    assert new.store.roll_back(BOTH, new.store.pulls(BOTH)[0])
    assert old.pull().done
    clock.move(hours=1)
    old.fill(3)
    assert not old.pull().done
    assert old.pull(force=True).done
    assert old.content() == kept


def test_who_has_newer_content_keeps_it_when_the_shared_one_does_not_fit(url, machine, clock):
    """A newer shared pull without all locales is no reason to take an older one."""
    machine_a, part = machine(url), machine(url, [EN])
    machine_a.fill(1)
    kept = machine_a.content()
    clock.move(hours=1)
    part.fill(2)
    part.push()
    assert not machine_a.pull().done
    assert machine_a.content() == kept


def test_what_was_pulled_meanwhile_is_kept(url, machine, clock):
    """A pull that is stored while the shared records arrive is newer, and stays."""
    machine_a, machine_b = machine(url), machine(url)
    machine_a.fill(1)
    machine_a.push()
    plain = machine_a.remote.read

    def read(name, limit):
        if name.endswith(".json") and not machine_b.store.pulls(BOTH):
            clock.move(minutes=1)
            machine_b.fill(2)
        return plain(name, limit)

    machine_b.remote.read = read
    assert not machine_b.pull().done
    assert len(machine_b.store.pulls(BOTH)) == 1


def test_a_pull_heals_a_damaged_store(url, machine):
    """What is damaged here is no content: the shared records take its place."""
    machine_a, machine_b = machine(url), machine(url)
    machine_a.fill()
    machine_a.push()
    machine_b.pull()
    before = machine_b.content()
    english, _ = machine_b.store.latest_together(BOTH)
    machine_b.store._database.set(f"generation/{english.id}/{EN}", b"{}")
    machine_b.store._database.set(f"record/{english.manifest[Key('page', '*', 'p3')]}", b"{}")
    assert machine_b.pull().records == 1
    assert machine_b.content() == before


def test_who_rolled_back_keeps_what_was_chosen(url, machine, clock):
    """A pull of what is here already, though builds read an older one, changes nothing."""
    machine_a = machine(url)
    machine_a.fill(1)
    chosen = machine_a.content()
    clock.move(hours=1)
    machine_a.fill(2)
    machine_a.push()
    machine_a.store.roll_back(BOTH, machine_a.store.pulls(BOTH)[1])
    assert not machine_a.pull().done
    assert machine_a.content() == chosen


def test_live_and_preview_never_mix(url, machine, clock):
    """Each has pulls of its own; a draft that lies among what is live is refused."""
    live, drafts = machine(url), machine(url, DRAFTS)
    with pytest.raises(NoContentError, match="holds no preview content"):
        drafts.push()
    contents = versions(scopes=DRAFTS)
    for scope in DRAFTS:
        contents[scope].append(RawRecord(Key("post", "", "d"), {"slug": "d", "status": "draft"}))
    drafts.store.commit_together(contents, 9, ["posts"])
    assert drafts.push().done
    with pytest.raises(NoContentError, match="has no live content of this account"):
        live.pull()
    assert pull_files(live.remote, "live") == []
    other = machine(url, DRAFTS)
    assert other.pull().done
    assert other.content() == drafts.content()
    (name,) = pull_files(live.remote, "preview")
    stolen = live.remote.read(f"v1/pulls/{EN.account}/preview/{name}", 10**6)
    live.remote.write(f"v1/pulls/{EN.account}/live/{name}", stolen)
    with pytest.raises(StoreError, match="posts/d, it holds a draft"):
        live.pull()
    assert live.content() is None


def test_a_pull_without_all_locales_or_wishes_is_passed_over(url, machine, clock):
    """The newest that has all that the settings name is taken, though a newer one has less."""
    whole, part, third = machine(url), machine(url, [EN]), machine(url)
    whole.wanted = third.wanted = ("posts",)
    whole.fill(1)
    whole.push()
    clock.move(hours=1)
    part.fill(2)
    part.push()
    assert third.pull().done
    assert third.content() == whole.content()
    third.wanted = ("collection faqs", "posts")
    with pytest.raises(NoContentError, match="none of its 2 live pulls"):
        third.pull(force=True)


def test_two_pushes_at_once_give_one_of_them_whole(url, machine, clock):
    """Neither harms the other: the newer one is pulled, whole."""
    machine_a, machine_b, machine_c = machine(url), machine(url), machine(url)
    machine_a.fill(1)
    clock.move(seconds=1)
    machine_b.fill(2)
    start, failures = Barrier(2), []

    def run(each):
        try:
            start.wait()
            each.push()
        except StoreError as exc:
            failures.append(exc)
        finally:
            each.store.close()

    threads = [Thread(target=run, args=[each]) for each in (machine_a, machine_b)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert machine_c.pull().done
    assert machine_c.content() == machine_b.content()


def test_the_files_of_a_pull_are_always_the_same(tmp_path, machine):
    """Two machines that have the same pull write the same bytes under the same name."""
    machine_a, machine_b = machine(f"file://{tmp_path / 'x'}"), machine(f"file://{tmp_path / 'y'}")
    for each in (machine_a, machine_b):
        each.fill()
        each.push()
    names = [
        {p.relative_to(tmp_path / n): p.read_bytes() for p in Path(tmp_path / n).rglob("*.json")}
        for n in "xy"
    ]
    assert names[0] == names[1] != {}
