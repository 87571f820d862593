"""Tests of which pulls and records the shared place keeps, and for how long."""

from datetime import UTC, datetime, timedelta

import pytest

from pelican_buttercms.errors import StoreError
from pelican_buttercms.store.shared.garbage import collect_garbage

from .machines import EN, pull_files, records


def test_garbage_collection_trusts_no_missing_pull(url, machine, clock, monkeypatch):
    """A pull that vanishes while it is looked at names nothing; one that is malformed stops all."""
    first = machine(url)
    first.fill()
    first.push()
    later = clock() + timedelta(days=100_000)
    gone = f"20200101T000000.000000Z-{'0' * 64}.json"
    plain = first.remote.listing
    extra = {f"{EN.account}/live/{gone}": None}
    with monkeypatch.context() as patch:
        patch.setattr(
            first.remote, "listing", lambda at: plain(at) | (extra if at == "v1/pulls" else {})
        )
        assert collect_garbage(first.remote, later) == 0
    first.remote.write("v1/records/00/" + "0" * 64, b"x")
    first.remote.write(f"v1/pulls/another/preview/{gone}", b"{}")
    with pytest.raises(StoreError, match="another/preview"):
        collect_garbage(first.remote, later)
    first.remote.remove(f"v1/pulls/another/preview/{gone}")
    first.remote.remove(f"v1/pulls/another/preview/{gone}")
    assert collect_garbage(first.remote, later) == 1


def test_a_part_that_a_killed_push_left_is_garbage(tmp_path, machine):
    """Half a file lies apart, where nobody reads it, until it is old."""
    first = machine(f"file://{tmp_path / 'shared'}")
    first.fill()
    first.push()
    part = tmp_path / "shared/v1/incoming/part"
    part.write_bytes(b"x")
    now = datetime.now(UTC)
    assert collect_garbage(first.remote, now + timedelta(hours=23)) == 0
    assert collect_garbage(first.remote, now + timedelta(hours=25)) == 1
    assert not part.exists()


@pytest.mark.parametrize(
    ("info", "known"),
    [
        ({"LastModified": datetime(2026, 1, 2, tzinfo=UTC)}, True),
        ({"mtime": datetime(2026, 1, 2, tzinfo=UTC).timestamp()}, True),
        ({"created": datetime(2026, 1, 2)}, True),  # noqa: DTZ001
        ({"mtime": "2026-01-02T00:00:00Z"}, True),
        ({"mtime": "yesterday"}, False),
        ({"mtime": 1e300}, False),
        ({"created": ()}, False),
        ({}, False),
    ],
)
def test_the_age_of_an_object_is_read_in_each_storages_spelling(machine, monkeypatch, info, known):
    """What has no age is neither fresh nor garbage."""
    first = machine("memory://ages")
    listed = {"/ages/x/y": {"size": 1, **info}}
    monkeypatch.setattr(first.remote._files, "find", lambda *a, **o: listed, raising=False)
    (entry,) = first.remote.listing("x").values()
    assert entry.modified == (datetime(2026, 1, 2, tzinfo=UTC) if known else None)


def test_old_pulls_are_removed_and_garbage_only_when_asked(url, machine, clock):
    """Ten pulls stay; a record that none names goes a day later, and no other one."""
    first, second = machine(url), machine(url)
    for number in range(12):
        first.fill(number)
        first.push()
        clock.move(minutes=1)
    assert len(pull_files(first.remote)) == 10
    assert len(records(first.remote)) == 20 + 24
    real_now = max(entry.modified for entry in first.remote.listing("v1/records").values())
    assert collect_garbage(first.remote, real_now + timedelta(hours=23)) == 0
    assert collect_garbage(first.remote, real_now + timedelta(days=2)) == 4
    assert len(records(first.remote)) == 20 + 20
    assert second.pull().done
    assert second.content() == first.content()


def test_what_garbage_collection_could_take_is_pushed_again(s3, machine, clock):
    """An old record that no recent pull names may vanish before ours names it."""
    first = machine(s3)
    clock.moment = datetime.now(UTC)  # as the storage's clock
    first.fill(1)
    first.push()
    clock.move(minutes=1)
    first.fill(2)
    assert first.push().records == 2
    clock.move(minutes=1)
    first.fill(1)
    assert first.push().records == 0
    clock.move(minutes=1)
    first.fill(2)
    assert first.push().records == 0
    clock.move(days=1)
    first.fill(1)
    assert first.push().records == 2


def test_other_files_are_left_alone(url, machine):
    """What is not ours is neither read nor removed."""
    first, second = machine(url), machine(url)
    first.fill()
    first.remote.write(f"v1/pulls/{EN.account}/live/.DS_Store", b"x")
    first.remote.write("v1/records/README", b"x")
    first.push()
    assert second.pull().done
    later = first.clock() + timedelta(days=100_000)
    assert collect_garbage(first.remote, later) == 0
    assert "README" in records(first.remote)
