"""Pushes and pulls against folders, memory and a real S3 protocol server on loopback."""

from datetime import UTC, datetime, timedelta
import os
from pathlib import Path
import signal
import socket
import subprocess
import sys
from threading import Barrier, Thread
import time
from urllib.request import Request, urlopen
from uuid import uuid4

import fsspec
import msgspec
import pytest

from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.errors import NoContentError, SettingsError, StoreError
from pelican_buttercms.store import Scope, Sharing, Store
from pelican_buttercms.store.entries import digest_of
from pelican_buttercms.store.shared import pulls as remote_pulls
from pelican_buttercms.store.shared.pulling import pull
from pelican_buttercms.store.shared.remote import Remote
from pelican_buttercms.store.shared.sharing import collect_garbage, push

EN, DE = Scope("0123456789abcdef", "en", "live"), Scope("0123456789abcdef", "de", "live")
BOTH = [EN, DE]
DRAFTS = [Scope(EN.account, "en", "preview"), Scope(EN.account, "de", "preview")]
SECRET = "correct-horse-battery-staple"


def page(slug, **fields):
    """Make a single page."""
    data = {"slug": slug, "name": slug, "page_type": None, "fields": fields}
    return RawRecord(Key("page", "*", slug), data)


def versions(number=0, count=20, scopes=BOTH):
    """The records of both locales; `number` changes one of each."""
    pages = [page(f"p{n}", body="x" * n) for n in range(count)]
    return {s: [page("a", n=number, locale=s.locale), *pages] for s in scopes}


class Machine:
    """A machine with a store of its own, and the shared place."""

    def __init__(self, folder, url, clock, scopes=BOTH):
        self.store, self.remote, self.clock = Store(folder, clock), Remote(url), clock
        self.scopes, self.wanted = scopes, ()

    @property
    def sharing(self):
        return Sharing(self.store, self.remote, self.scopes, self.wanted, self.clock())

    def fill(self, number=0, **options):
        contents = versions(number, scopes=self.scopes, **options)
        return self.store.commit_together(contents, 9, ["posts"])

    def push(self):
        return push(self.sharing)

    def pull(self, **options):
        return pull(self.sharing, **options)

    def content(self):
        """All that the store says of its newest pull, but for its number and its cost."""
        found = self.store.latest_together(self.scopes)
        return found and [
            (g.scope, g.pulled_at, g.wanted, dict(g.manifest), list(self.store.records(g)))
            for g in found
        ]


@pytest.fixture(scope="session")
def s3_server():
    """A server that speaks S3, in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "-m", "moto.server", "-H", "127.0.0.1"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    address = f"http://127.0.0.1:{port}"
    with subprocess.Popen([*command, "-p", str(port)], **quiet) as process:
        try:
            wait_for(f"{address}/moto-api/data.json", process)
            yield address
        finally:
            process.terminate()


def wait_for(url, process):
    """Wait until a server answers."""
    deadline = time.monotonic() + 60
    while process.poll() is None:
        try:
            return urlopen(url).close()
        except OSError:
            assert time.monotonic() < deadline, "the S3 server does not answer"
            time.sleep(0.1)
    raise AssertionError("the S3 server ended")


@pytest.fixture
def s3(s3_server, monkeypatch):
    """A new bucket, and the credentials for it in the environment."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3_server)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    bucket = f"bucket-{uuid4().hex}"
    urlopen(Request(f"{s3_server}/{bucket}", method="PUT")).close()
    yield f"s3://{bucket}/stores/site"
    fsspec.get_filesystem_class("s3").clear_instance_cache()


@pytest.fixture(params=["file", "memory", "s3"])
def url(request, tmp_path):
    """Each kind of storage."""
    if request.param == "s3":
        return request.getfixturevalue("s3")
    if request.param == "memory":
        return f"memory://{uuid4().hex}/stores"
    return f"file://{tmp_path / 'shared'}"


@pytest.fixture
def machine(tmp_path, clock):
    """Make a machine that shares at a URL."""
    made = []

    def make(url, scopes=BOTH):
        made.append(Machine(tmp_path / f"machine-{len(made)}", url, clock, scopes))
        return made[-1]

    yield make
    for one in made:
        one.store.close()


def check_credentials(server, after):
    """Let the server look at credentials after that many calls."""
    headers = {"Content-Type": "text/plain"}
    url = f"{server}/moto-api/reset-auth"
    urlopen(Request(url, after.encode(), headers, method="POST")).close()


def records(remote):
    """Name the shared records."""
    return set(remote.listing("v1/records"))


def pull_files(remote, mode="live"):
    """Name the shared pulls, oldest first."""
    return sorted(remote.listing(f"v1/pulls/{EN.account}/{mode}"))


def test_what_is_pushed_is_pulled_elsewhere(url, machine, clock):
    """Another machine has the same records, the same age and what was wanted."""
    one, two = machine(url), machine(url)
    one.fill()
    clock.move(days=3)
    pushed = one.push()
    assert (pushed.done, pushed.records, pushed.skipped) == (True, 22, 0)
    pulled = two.pull()
    assert (pulled.done, pulled.records, pulled.bytes) == (True, 22, pushed.bytes)
    assert two.content() == one.content()
    assert two.store.latest_together(BOTH)[0].calls == 0
    assert clock() - two.content()[0][1] == timedelta(days=3)
    assert not two.pull().done
    assert len(two.store.generations(EN)) == 1


def test_only_what_is_new_travels(url, machine, clock):
    """The same again uploads nothing, one changed record one record and one pull's file."""
    one, two = machine(url), machine(url)
    one.fill()
    one.push()
    two.pull()
    before = (records(one.remote), pull_files(one.remote))
    assert not one.push().done
    assert (records(one.remote), pull_files(one.remote)) == before
    clock.move(minutes=5)
    contents = versions()
    contents[DE][0] = page("a", n="changed")
    one.store.commit_together(contents, 9, ["posts"])
    pushed = one.push()
    assert (pushed.records, pushed.skipped) == (1, 21)
    assert len(records(one.remote) - before[0]) == 1
    assert len(pull_files(one.remote)) == 2
    pulled = two.pull()
    assert (pulled.records, pulled.bytes, pulled.skipped) == (1, pushed.bytes, 21)
    assert two.content() == one.content()


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
    one, part = machine(url), machine(url, [EN])
    one.fill(1)
    kept = one.content()
    clock.move(hours=1)
    part.fill(2)
    part.push()
    assert not one.pull().done
    assert one.content() == kept


def test_what_was_pulled_meanwhile_is_kept(url, machine, clock):
    """A pull that is stored while the shared records arrive is newer, and stays."""
    one, two = machine(url), machine(url)
    one.fill(1)
    one.push()
    plain = one.remote.read

    def read(name, limit):
        if name.endswith(".json"):
            clock.move(minutes=1)
            two.fill(2)
        return plain(name, limit)

    two.remote.read = read
    assert not two.pull().done
    assert len(two.store.pulls(BOTH)) == 1


def test_a_pull_heals_a_damaged_store(url, machine):
    """What is damaged here is no content: the shared records take its place."""
    one, two = machine(url), machine(url)
    one.fill()
    one.push()
    two.pull()
    before = two.content()
    english, _ = two.store.latest_together(BOTH)
    two.store._database.set(f"generation/{english.id}/{EN}", b"{}")
    two.store._database.set(f"record/{english.manifest[Key('page', '*', 'p3')]}", b"{}")
    assert two.pull().records == 1
    assert two.content() == before


def test_garbage_collection_trusts_no_missing_pull(url, machine, clock, monkeypatch):
    """A pull that vanishes while it is looked at names nothing; one that is malformed stops all."""
    one = machine(url)
    one.fill()
    one.push()
    later = clock() + timedelta(days=100_000)
    gone = f"20200101T000000.000000Z-{'0' * 64}.json"
    plain = one.remote.listing
    extra = {f"{EN.account}/live/{gone}": None}
    with monkeypatch.context() as patch:
        patch.setattr(
            one.remote, "listing", lambda at: plain(at) | (extra if at == "v1/pulls" else {})
        )
        assert collect_garbage(one.remote, later) == 0
    one.remote.write("v1/records/00/" + "0" * 64, b"x")
    one.remote.write(f"v1/pulls/another/preview/{gone}", b"{}")
    with pytest.raises(StoreError, match="another/preview"):
        collect_garbage(one.remote, later)
    one.remote.remove(f"v1/pulls/another/preview/{gone}")
    one.remote.remove(f"v1/pulls/another/preview/{gone}")
    assert collect_garbage(one.remote, later) == 1


def test_a_part_that_a_killed_push_left_is_garbage(tmp_path, machine):
    """Half a file lies apart, where nobody reads it, until it is old."""
    one = machine(f"file://{tmp_path / 'shared'}")
    one.fill()
    one.push()
    part = tmp_path / "shared/v1/incoming/part"
    part.write_bytes(b"x")
    now = datetime.now(UTC)
    assert collect_garbage(one.remote, now + timedelta(hours=23)) == 0
    assert collect_garbage(one.remote, now + timedelta(hours=25)) == 1
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
    one = machine("memory://ages")
    listed = {"/ages/x/y": {"size": 1, **info}}
    monkeypatch.setattr(one.remote._files, "find", lambda *a, **o: listed, raising=False)
    (entry,) = one.remote.listing("x").values()
    assert entry.modified == (datetime(2026, 1, 2, tzinfo=UTC) if known else None)


def test_who_rolled_back_keeps_what_was_chosen(url, machine, clock):
    """A pull of what is here already, though builds read an older one, changes nothing."""
    one = machine(url)
    one.fill(1)
    chosen = one.content()
    clock.move(hours=1)
    one.fill(2)
    one.push()
    one.store.roll_back(BOTH, one.store.pulls(BOTH)[1])
    assert not one.pull().done
    assert one.content() == chosen


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
    with pytest.raises(StoreError, match="post//d, it holds a draft"):
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
    one, two, three = machine(url), machine(url), machine(url)
    one.fill(1)
    clock.move(seconds=1)
    two.fill(2)
    start, failures = Barrier(2), []

    def run(each):
        try:
            start.wait()
            each.push()
        except StoreError as exc:
            failures.append(exc)
        finally:
            each.store.close()

    threads = [Thread(target=run, args=[each]) for each in (one, two)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert three.pull().done
    assert three.content() == two.content()


def test_old_pulls_are_removed_and_garbage_only_when_asked(url, machine, clock):
    """Ten pulls stay; a record that none names goes a day later, and no other one."""
    one, two = machine(url), machine(url)
    for number in range(12):
        one.fill(number)
        one.push()
        clock.move(minutes=1)
    assert len(pull_files(one.remote)) == 10
    assert len(records(one.remote)) == 20 + 24
    real_now = max(entry.modified for entry in one.remote.listing("v1/records").values())
    assert collect_garbage(one.remote, real_now + timedelta(hours=23)) == 0
    assert collect_garbage(one.remote, real_now + timedelta(days=2)) == 4
    assert len(records(one.remote)) == 20 + 20
    assert two.pull().done
    assert two.content() == one.content()


def test_what_garbage_collection_could_take_is_pushed_again(s3, machine, clock):
    """An old record that no recent pull names may vanish before ours names it."""
    one = machine(s3)
    clock.moment = datetime.now(UTC)  # as the storage's clock
    one.fill(1)
    one.push()
    clock.move(minutes=1)
    one.fill(2)
    assert one.push().records == 2
    clock.move(minutes=1)
    one.fill(1)
    assert one.push().records == 0
    clock.move(minutes=1)
    one.fill(2)
    assert one.push().records == 0
    clock.move(days=1)
    one.fill(1)
    assert one.push().records == 2


PUSH = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
import fsspec
from pelican_buttercms.store import Scope, Sharing, Store
from pelican_buttercms.store.shared.remote import Remote
from pelican_buttercms.store.shared.sharing import push

folder, url, writes, half = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4] == "half"
done = []
scopes = [Scope("0123456789abcdef", locale, "live") for locale in ("en", "de")]
now = lambda: datetime(2026, 11, 22, tzinfo=UTC)
remote = Remote(url)
plain = remote._files.pipe_file

def pipe_or_die(path, data):
    done.append(path)
    if len(done) == writes:
        if half:
            plain(path, data[: len(data) // 2])
        os.kill(os.getpid(), signal.SIGKILL)
    return plain(path, data)

remote._files.pipe_file = pipe_or_die
with Store(folder, now) as store:
    print(push(Sharing(store, remote, scopes, (), now())).records)
"""


@pytest.mark.parametrize("writes", [1, 10, 22, 23])
@pytest.mark.parametrize("storage", ["file", "s3"])
def test_a_killed_push_leaves_the_pull_before_it(
    request, machine, tmp_path, clock, storage, writes
):
    """Killed at any write, even in the middle of a file; the next push then finishes the work."""
    url = request.getfixturevalue("s3") if storage == "s3" else f"file://{tmp_path / 'shared'}"
    one, two = machine(url), machine(url)
    one.fill(1, count=1)
    one.push()
    before = one.content()
    clock.move(minutes=1)
    contents = {s: [page(f"new{n}", text="y" * n, of=s.locale) for n in range(11)] for s in BOTH}
    one.store.commit_together(contents, 9, ["posts"])
    half = "half" if storage == "file" else "no"  # what half of an upload is, S3 never shows
    command = [sys.executable, "-c", PUSH, tmp_path / "machine-0", url, str(writes), half]
    assert subprocess.run(command, check=False, timeout=60).returncode == -signal.SIGKILL
    assert two.pull().done
    assert two.content() == before
    one.push()
    assert two.pull().done
    assert two.content() == one.content()


@pytest.mark.parametrize("storage", ["file", "s3"])
def test_two_processes_push_at_once(request, machine, tmp_path, clock, storage):
    """Both end well, each with a pull of its own; the newest is pulled whole."""
    url = request.getfixturevalue("s3") if storage == "s3" else f"file://{tmp_path / 'shared'}"
    one, two, three = machine(url), machine(url), machine(url)
    for number, each in enumerate((one, two)):
        clock.move(seconds=1)
        each.fill(number)
    processes = [
        subprocess.Popen([sys.executable, "-c", PUSH, tmp_path / name, url, "0", "no"])
        for name in ("machine-0", "machine-1")
    ]
    assert [process.wait(60) for process in processes] == [0, 0]
    assert pull_files(one.remote)
    assert three.pull().done
    assert three.content() == two.content()


def put(machine, **changes):
    """Write a pull's file as a push does, but for some values; give its name."""
    file = {
        "format": 1,
        "pulled_at": machine.clock(),
        "wanted": ["posts"],
        "locales": {"en": {}, "de": {}},
    } | changes
    data = changes.pop("data", None) or msgspec.json.encode(file)
    moment = remote_pulls.spell_moment(machine.clock())
    name = changes.get("name") or f"{moment}-{digest_of(data)}.json"
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
    "a newer format": ({"format": 2}, "newer version of pelican-buttercms"),
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
    one = machine(f"file://{tmp_path / 'shared'}")
    changes, problem = HOSTILE[what]
    name = put(one, **changes)
    with pytest.raises(StoreError, match=problem) as told:
        one.pull()
    assert name in str(told.value)
    assert "\n" not in str(told.value)
    assert one.content() is None


def test_a_pull_of_the_future_is_refused(machine, tmp_path, clock):
    """A clock that is wrong would be the newest for ever; pushes go past it."""
    one, two = machine(f"file://{tmp_path / 'shared'}"), machine(f"file://{tmp_path / 'shared'}")
    clock.move(days=400)
    put(one)
    clock.move(days=-400)
    with pytest.raises(StoreError, match="pulled in the future"):
        two.pull()
    one.fill()
    assert one.push().done


@pytest.mark.parametrize("what", ["garbage", "missing", "no object", "another key", "spaces"])
def test_a_hostile_record_is_refused(url, machine, what):
    """What does not fit its digest or its key is not stored, nor is anything else of its pull."""
    one = machine(url)
    bodies = {
        "no object": b"[1]",
        "another key": b'{"fields":{},"name":"b","page_type":null,"slug":"b"}',
        "spaces": b'{"fields": {}, "name": "a", "page_type": null, "slug": "a"}',
    }
    data = bodies.get(what, b"{}")
    digest = digest_of(data)
    put(one, locales={"en": {"page/*/a": digest}, "de": {}})
    if what != "missing":
        path = remote_pulls.record_path(digest)
        one.remote.write(path, b"garbage" if what == "garbage" else data)
    with pytest.raises(StoreError, match=digest):
        one.pull()
    assert one.content() is None


def test_absurd_sizes_are_refused(url, machine, monkeypatch):
    """No more is read than a record or a pull may have."""
    one = machine(url)
    one.fill()
    one.push()
    monkeypatch.setattr(remote_pulls, "MAX_RECORD", 50)
    two = machine(url)
    with pytest.raises(StoreError, match="larger than 50 bytes"):
        two.pull()
    monkeypatch.setattr(remote_pulls, "MAX_PULL", 70)
    with pytest.raises(StoreError, match="larger than 70 bytes"):
        two.pull()
    with pytest.raises(StoreError, match="too many to be shared"):
        one.push()
    assert two.content() is None


def test_too_large_records_and_pulls_are_not_pushed(tmp_path, machine, monkeypatch):
    """What nobody could pull is told where it is; so is a sum that no content has."""
    one, two = machine(f"file://{tmp_path / 'shared'}"), machine(f"file://{tmp_path / 'shared'}")
    one.fill()
    with monkeypatch.context() as patch:
        patch.setattr(remote_pulls, "MAX_RECORD", 70)
        with pytest.raises(StoreError, match=r"page/\*/\w+ is too large to be shared"):
            one.push()
    assert pull_files(one.remote) == []
    one.push()
    monkeypatch.setattr("pelican_buttercms.store.shared.pulling.MAX_TOTAL", 100)
    with pytest.raises(StoreError, match="more than 100 bytes"):
        two.pull()
    assert two.content() is None


def test_a_name_that_leads_elsewhere_is_refused(s3, machine):
    """Object stores know no folders, so a name may hold anything."""
    one = machine(s3)
    bucket = one.remote._root.split("/")[0]
    key = f"stores/site/v1/pulls/{EN.account}/live/%2E%2E/%2E%2E/x.json"
    request = Request(f"{os.environ['AWS_ENDPOINT_URL']}/{bucket}/{key}", b"{}", method="PUT")
    urlopen(request).close()
    with pytest.raises(StoreError, match="leads elsewhere"):
        one.pull()


def test_other_files_are_left_alone(url, machine):
    """What is not ours is neither read nor removed."""
    one, two = machine(url), machine(url)
    one.fill()
    one.remote.write(f"v1/pulls/{EN.account}/live/.DS_Store", b"x")
    one.remote.write("v1/records/README", b"x")
    one.push()
    assert two.pull().done
    later = one.clock() + timedelta(days=100_000)
    assert collect_garbage(one.remote, later) == 0
    assert "README" in records(one.remote)


def test_a_damaged_record_is_told_and_not_pushed(url, machine):
    """A push of a store that is not whole leaves what is shared as it was."""
    one = machine(url)
    ((generation, _), _) = one.fill()
    digest = generation.manifest[Key("page", "*", "p3")]
    one.store._database.set(f"record/{digest}", b"{}")
    with pytest.raises(StoreError, match=r"page/\*/p3 is missing or damaged"):
        one.push()
    assert pull_files(one.remote) == []


def test_half_a_record_is_healed(tmp_path, machine, clock):
    """A record of a wrong size is written again."""
    one, two = machine(f"file://{tmp_path / 'shared'}"), machine(f"file://{tmp_path / 'shared'}")
    one.fill(1)
    one.push()
    half = next((tmp_path / "shared/v1/records").glob("*/*"))
    half.write_bytes(half.read_bytes()[:5])
    with pytest.raises(StoreError, match="do not fit the digest"):
        two.pull()
    clock.move(minutes=1)
    one.fill(2)
    assert one.push().records == 3
    assert two.pull().done


def test_a_wrong_bucket_is_told(s3, machine):
    """Without a traceback's words; nothing is made up, and the bucket is not created."""
    one = machine("s3://no-such-bucket-here/x")
    one.fill()
    before = one.content()
    for action in (one.push, lambda: one.pull(force=True)):
        with pytest.raises(StoreError, match=r"s3://no-such-bucket-here/x.*Look whether the URL"):
            action()
    assert one.content() == before


def test_refused_credentials_are_told_without_the_secret(s3, s3_server, machine):
    """Who may not is told which variables to look at, and reads no secret."""
    one = machine(s3)
    one.fill()
    check_credentials(s3_server, after="0")
    try:
        with pytest.raises(StoreError, match="Give this machine credentials") as told:
            one.push()
        with pytest.raises(StoreError, match="Give this machine credentials"):
            one.pull(force=True)
    finally:
        check_credentials(s3_server, after="inf")
    assert SECRET not in str(told.value)
    assert os.environ["AWS_ACCESS_KEY_ID"] not in str(told.value)


def test_credentials_are_written_nowhere(s3, site, account, tmp_path):
    """Two runners share over S3 and build the same; no file and no output has the secret."""
    account.post("one")
    other = type(site)(tmp_path / "other", account)
    site.build()
    told = [site.command("store", "push", s3), other.command("store", "pull", s3)]
    assert [done.returncode for done in told] == [0, 0], told
    other.build(env={"BUTTERCMS_OFFLINE": "1"})
    assert other.files() == site.files()
    for name in site.files():
        assert (site.output / name).read_bytes() == (other.output / name).read_bytes()
    everything = [done.stdout.encode() + done.stderr.encode() for done in told]
    everything += [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    remote = Remote(s3)
    everything += [remote.read(f"v1/{name}", 10**6) for name in remote.listing("v1")]
    assert len(everything) > 10
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        assert not any(os.environ[name].encode() in data for data in everything)


def test_words_of_a_storage_are_told_without_secrets(machine, monkeypatch):
    """Whatever an exception repeats: variables that are secret and signed URLs are not printed."""
    monkeypatch.setenv("AZURE_STORAGE_CONNECTION_STRING", SECRET)
    one = machine("memory://words")

    def fail(*args, **options):
        raise RuntimeError(f"cannot open https://x.example/a?sig=abc with {SECRET}\x1b[31m")

    monkeypatch.setattr(one.remote._files, "find", fail, raising=False)
    with pytest.raises(StoreError, match=r"x\.example/a\?\*\*\* with \*\*\*") as told:
        one.pull()
    assert "\x1b" not in str(told.value)


def test_an_unreachable_storage_is_told(s3, machine, monkeypatch):
    """The network's failure is one paragraph."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    fsspec.get_filesystem_class("s3").clear_instance_cache()
    one = machine(s3)
    with pytest.raises(StoreError, match="storage can be reached"):
        one.pull()


def test_a_folder_that_may_not_be_written_is_told(machine, tmp_path):
    """A file where a folder should be, as a folder without permission, is told."""
    (tmp_path / "file").write_text("x")
    one = machine(f"file://{tmp_path / 'file'}")
    one.fill()
    with pytest.raises(StoreError, match="The shared store file://"):
        one.push()


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("", "is a URL such as"),
        ("bucket/folder", "is a URL such as"),
        ("s3://", "is a URL such as"),
        (f"s3://key:{SECRET}@bucket", "carries a user name"),
        (f"az://bucket/x?sig={SECRET}", "carries a user name"),
        ("https://bucket.s3.amazonaws.com/x", "is that of a web server"),
        ("simplecache::s3://bucket/x", "is a chain"),
        ("file:///", "is a URL such as"),
    ],
)
def test_a_wrong_url_is_refused(url, problem):
    """A URL with a secret is not repeated."""
    with pytest.raises(SettingsError, match=problem) as told:
        Remote(url)
    assert SECRET not in str(told.value)


@pytest.mark.parametrize(
    ("missing", "url", "advice"),
    [
        ("fsspec", "s3://bucket/x", 'pip install "pelican-buttercms[remote]" s3fs`'),
        ("s3fs", "s3://bucket/x", 'pip install "pelican-buttercms[remote]" s3fs`'),
        ("gcsfs", "gs://bucket/x", 'pip install "pelican-buttercms[remote]" gcsfs`'),
        ("fsspec", "file:///x", 'pip install "pelican-buttercms[remote]"`'),
    ],
)
def test_a_missing_package_is_told(missing, url, advice):
    """Storage packages are optional, and are named when they are missing."""
    program = (
        f"import sys; sys.modules[{missing!r}] = None\n"
        "from pelican_buttercms.errors import StoreError\n"
        "from pelican_buttercms.store.shared.remote import Remote\n"
        "try:\n"
        f"    Remote({url!r})\n"
        "except StoreError as exc:\n"
        "    print(exc)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert advice in done.stdout, done.stderr


def test_an_unknown_storage_is_told():
    """A protocol that nobody speaks is no traceback."""
    with pytest.raises(StoreError, match="nosuch://bucket/x cannot be opened"):
        Remote("nosuch://bucket/x")


def test_nothing_is_imported_before_it_is_needed():
    """Who shares nothing loads no fsspec."""
    program = "import sys, pelican_buttercms.cli; print('fsspec' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.strip() == b"False"


def test_the_files_of_a_pull_are_always_the_same(tmp_path, machine):
    """Two machines that have the same pull write the same bytes under the same name."""
    one, two = machine(f"file://{tmp_path / 'x'}"), machine(f"file://{tmp_path / 'y'}")
    for each in (one, two):
        each.fill()
        each.push()
    names = [
        {p.relative_to(tmp_path / n): p.read_bytes() for p in Path(tmp_path / n).rglob("*.json")}
        for n in "xy"
    ]
    assert names[0] == names[1] != {}
