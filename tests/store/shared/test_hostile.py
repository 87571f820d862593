"""What others have written there is damaged, too large or made to harm."""

from datetime import UTC, datetime
import os
from urllib.request import Request, urlopen

import msgspec
import pytest

from pelican_buttercms.content import Key
from pelican_buttercms.digests import sha256_hex
from pelican_buttercms.errors import StoreError
from pelican_buttercms.store.shared import remote_manifest as remote_pulls

from .machines import BOTH, EN, pull_files


def put(machine, **changes):
    """Write a pull's file as a push does, but for some values; give its name."""
    file = {
        "format": 1,
        "pulled_at": machine.clock(),
        "wanted": ["posts"],
        "locales": {"en": {}, "de": {}},
    } | changes
    data = changes.pop("data", None) or msgspec.json.encode(file)
    moment = remote_pulls.format_moment(machine.clock())
    name = changes.get("name") or f"{moment}-{sha256_hex(data)}.json"
    path = f"v1/pulls/{EN.account}/live/{name}"
    machine.remote.write(path, data)
    return name


GOOD = "0" * 64
HOSTILE = {
    "no JSON": ({"data": b"{"}, "data"),
    "depth": ({"data": b"[" * 100_000}, "is not what"),
    "another type": ({"data": b"[]"}, "Expected `object`"),
    "no format": ({"format": "1"}, "Expected `int`"),
    "an older format": ({"format": 0}, "format, locales or moment"),
    "a newer format": ({"format": 3}, "newer version of pelican-buttercms"),
    "no list": ({"wanted": "posts"}, "Expected `array`"),
    "no locales": ({"locales": {}}, "format, locales or moment"),
    "locales of another type": ({"locales": {"en": []}}, "Expected `object`"),
    "no key": ({"locales": {"en": {"post": GOOD}}}, "is not what"),
    "an unknown kind": ({"locales": {"en": {"file//x": GOOD}}}, "is not the key"),
    "a key with a group too many": ({"locales": {"en": {"post/x/y": GOOD}}}, "no key of a record"),
    "a key that leads out": ({"locales": {"en": {"post//../../x": GOOD}}}, "leads elsewhere"),
    "a group that leads out": ({"locales": {"en": {"page/../x": GOOD}}}, "leads elsewhere"),
    "a digest that leads out": ({"locales": {"en": {"post//x": "../../x"}}}, "for a digest"),
    "a digest with a line end": ({"locales": {"en": {"post//x": GOOD + "\n"}}}, "for a digest"),
    "no time zone": ({"pulled_at": "2026-11-21T12:00:00"}, "timezone"),
    "another moment": ({"pulled_at": "2026-11-20T12:00:00Z"}, "format, locales or moment"),
    "a moment before all": ({"pulled_at": "0001-01-01T00:00:00+10:00"}, "is not what"),
    "another digest": (
        {"name": f"20261121T120000.000000Z-{GOOD}.json"},
        "do not fit the digest in its name",
    ),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_pull_is_refused(machine, tmp_path, what):
    """The object is named, nothing is stored, and no other pull stands in for it."""
    first = machine(f"file://{tmp_path / 'shared'}")
    changes, problem = HOSTILE[what]
    name = put(first, **changes)
    with pytest.raises(StoreError, match=problem) as caught:
        first.pull()
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)
    assert first.content() is None


def test_a_moment_of_the_future_counts_as_of_when_it_was_written(machine, tmp_path, clock, caplog):
    """A wrong clock would be the newest for ever: it is reported, and the next pull counts."""
    url = f"file://{tmp_path / 'shared'}"
    wrong, second, third = machine(url), machine(url), machine(url)
    clock.move(days=400)
    wrong.fill(1)
    wrong.push()
    clock.moment = datetime.now(UTC)
    assert second.pull().done
    assert "a machine whose clock is ahead" in caplog.text
    assert second.store.latest_together(BOTH)[0].pulled_at <= clock()
    clock.move(minutes=1)
    second.fill(2)
    assert second.push().done
    assert third.pull().done
    assert third.content() == second.content()


@pytest.mark.parametrize("what", ["garbage", "missing", "no object", "another key", "spaces"])
def test_a_hostile_record_is_refused(url, machine, what):
    """What does not fit its digest or its key is not stored, nor is anything else of its pull."""
    first = machine(url)
    bodies = {
        "no object": b"[1]",
        "another key": b'{"fields":{},"name":"b","page_type":null,"slug":"b"}',
        "spaces": b'{"fields": {}, "name": "a", "page_type": null, "slug": "a"}',
    }
    data = bodies.get(what, b"{}")
    digest = sha256_hex(data)
    put(first, locales={"en": {"page/*/a": digest}, "de": {}})
    if what != "missing":
        path = remote_pulls.record_path(digest)
        first.remote.write(path, b"garbage" if what == "garbage" else data)
    with pytest.raises(StoreError, match=digest):
        first.pull()
    assert first.content() is None


def test_absurd_sizes_are_refused(url, machine, monkeypatch):
    """No more is read than a record or a pull may have."""
    first = machine(url)
    first.fill()
    first.push()
    monkeypatch.setattr(remote_pulls, "MAX_RECORD", 50)
    second = machine(url)
    with pytest.raises(StoreError, match="exceeds 50 bytes"):
        second.pull()
    monkeypatch.setattr(remote_pulls, "MAX_PULL", 70)
    with pytest.raises(StoreError, match="exceeds 70 bytes"):
        second.pull()
    with pytest.raises(StoreError, match="exceeds 70 bytes"):
        first.push()
    other = machine("memory://sizes")
    other.fill()
    with pytest.raises(StoreError, match="too many to be shared"):
        other.push()
    assert second.content() is None


def test_too_large_records_and_pulls_are_not_pushed(tmp_path, machine, monkeypatch):
    """What nobody could pull is reported where it is; so is a sum that no content has."""
    first, second = (machine(f"file://{tmp_path / 'shared'}") for _ in range(2))
    first.fill()
    with monkeypatch.context() as patch:
        patch.setattr(remote_pulls, "MAX_RECORD", 70)
        with pytest.raises(StoreError, match=r"pages/\*/\w+ is too large to be shared"):
            first.push()
    assert pull_files(first.remote) == []
    first.push()
    monkeypatch.setattr("pelican_buttercms.store.shared.pull.MAX_TOTAL", 100)
    with pytest.raises(StoreError, match="more than 100 bytes"):
        second.pull()
    assert second.content() is None


def test_a_name_that_leads_elsewhere_is_refused(s3, machine):
    """Object stores know no folders, so a name may hold anything."""
    first = machine(s3)
    bucket = first.remote._root.split("/")[0]
    key = f"stores/site/v1/pulls/{EN.account}/live/%2E%2E/%2E%2E/x.json"
    request = Request(f"{os.environ['AWS_ENDPOINT_URL']}/{bucket}/{key}", b"{}", method="PUT")
    urlopen(request).close()
    with pytest.raises(StoreError, match="leads elsewhere"):
        first.pull()


def test_a_damaged_record_is_told_and_not_pushed(url, machine):
    """A push of a store that is not whole leaves what is shared as it was."""
    first = machine(url)
    ((generation, _), _) = first.fill()
    digest = generation.manifest[Key("page", "*", "p3")]
    first.store._database.set(f"record/{digest}", b"{}")
    with pytest.raises(StoreError, match=r"pages/\*/p3 is missing or damaged"):
        first.push()
    assert pull_files(first.remote) == []


def test_half_a_record_is_healed(tmp_path, machine, clock):
    """A record of a wrong size is written again."""
    first, second = (machine(f"file://{tmp_path / 'shared'}") for _ in range(2))
    first.fill(1)
    first.push()
    half = next((tmp_path / "shared/v1/records").glob("*/*"))
    half.write_bytes(half.read_bytes()[:5])
    with pytest.raises(StoreError, match="do not fit the digest"):
        second.pull()
    clock.move(minutes=1)
    first.fill(2)
    assert first.push().records == 3
    assert second.pull().done
