"""Content as files: written whole, the same content to the same bytes, and read with distrust."""

from datetime import UTC, datetime
import json
import os
from pathlib import Path
import pickle
import signal
import subprocess
import sys
import time

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.errors import NoContentError, StoreError
from pelican_buttercms.store import Scope, read_snapshot, write_snapshot
from pelican_buttercms.store.snapshots import files as snapshot_files
from pelican_buttercms.store.snapshots.records import place_of

MOMENT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LIVE = Scope("fingerprint", "", "live")
NASTY = ["../x", "CON", "con", "nul.txt", "a/b", "Ä", "ä", "x", "X", "x" * 500, "X" * 500]
NASTY += ["ä" * 200, ".", "..", ".git", "a.", "~", "%2e", "a\nb\x1b[31m", "a\\b", "a:b", "*", " "]

JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**63), 2**63),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.text('ab"\\é', max_size=3), inner, max_size=3),
    ),
    max_leaves=8,
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
SLUGS = st.sampled_from(NASTY) | TEXTS
TYPES = SLUGS.filter(lambda slug: "/" not in slug and slug != "*")


def post(slug, **data):
    """Make a post as it is stored."""
    terms = {"author": None, "categories": [], "tags": []}
    return RawRecord(Key("post", "", slug), {"slug": slug, **terms, **data})


def page(page_type, slug, **fields):
    """Make a page."""
    data = {"slug": slug, "fields": fields, "page_type": None if page_type == "*" else page_type}
    return RawRecord(Key("page", page_type, slug), data)


def item(collection, number, **fields):
    """Make an item of a collection."""
    return RawRecord(Key("item", collection, str(number)), {"meta": {"id": number}, **fields})


def term(kind, slug, **data):
    """Make an author, a category or a tag."""
    return RawRecord(Key(kind, "", slug), {"slug": slug, **data})


RECORDS = st.one_of(
    st.builds(lambda slug, x: post(slug, x=x), SLUGS, JSON),
    st.builds(lambda kind, slug, x: page(kind, slug, x=x), TYPES | st.just("*"), SLUGS, JSON),
    st.builds(lambda key, n, x: item(key, n, x=x), SLUGS, st.integers(0, 9), JSON),
    st.builds(
        lambda kind, slug, x: term(kind, slug, x=x),
        st.sampled_from(["author", "category", "tag"]),
        SLUGS,
        JSON,
    ),
)


@pytest.fixture
def folder(tmp_path):
    """Name the folder of a snapshot that is not there yet."""
    return tmp_path / "snapshots" / "live"


def write(folder, *raws, scope=LIVE):
    """Write a snapshot of one scope."""
    write_snapshot(folder, {scope: raws}, MOMENT, ["posts"])


def files(folder):
    """Read every file of a folder."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def plain(raws):
    """Give records without what reading adds."""
    return [(raw.key, raw.data) for raw in raws]


@settings(max_examples=100)
@given(st.lists(RECORDS, max_size=6), st.lists(RECORDS, max_size=6))
def test_any_content_is_read_back(tmp_path_factory, english, german):
    """Whatever keys and fields editors make, it is read back as it was, and its bytes repeat."""
    folder = tmp_path_factory.mktemp("any")
    contents = {Scope("f", "en", "live"): english, Scope("f", "de-AT", "live"): german}
    write_snapshot(folder / "one", contents, MOMENT, ["b", "a"])
    read = read_snapshot(folder / "one")
    for scope, raws in contents.items():
        newest = {raw.key: raw for raw in raws}
        assert plain(read.versions[scope.locale]) == plain(newest[key] for key in sorted(newest))
        assert {raw.locale for raw in read.versions[scope.locale]} <= {scope.locale}
    again = {Scope("g", name, read.mode): raws for name, raws in read.versions.items()}
    write_snapshot(folder / "two", again, read.pulled_at, read.wanted)
    assert files(folder / "one") == files(folder / "two")


def test_what_a_snapshot_says_of_itself(folder):
    """Mode, moment, wishes and locales are kept, and sorted."""
    scopes = {Scope("f", name, "preview"): [] for name in ("fr", "de")}
    write_snapshot(folder, scopes, MOMENT, ["posts", "collection faq"])
    read = read_snapshot(folder)
    assert (read.mode, read.pulled_at, read.locales) == ("preview", MOMENT, ("de", "fr"))
    assert read.wanted == ("collection faq", "posts")
    assert read.versions == {"de": [], "fr": []}


def test_names_that_every_disk_keeps_apart(folder):
    """No two slugs have one name, though the disk folds case; none leaves the folder."""
    write(folder, *(post(slug) for slug in NASTY))
    names = [path.name for path in folder.rglob("*.json") if path.name != "snapshot.json"]
    assert len({name.lower() for name in names}) == len(set(NASTY))
    assert all(name.isascii() and len(name) <= 160 and name[0] != "." for name in names)
    assert place_of(Key("post", "", "hello-world_1.2")) == "post/hello-world_1.2.json"
    assert place_of(Key("page", "*", "a/b")) == "page/%2A/a%2Fb.json"
    assert place_of(Key("post", "", "a~1")) == "post/a%7E1.json"
    assert place_of(Key("post", "", "con")) == "post/%63on.json"


@pytest.mark.parametrize(
    "locales",
    [["", "default", "shared"], ["de-AT", "de-at"], ["Default", "SHARED", "snapshot.json"]],
)
def test_locales_that_are_named_like_folders_of_ours(folder, locales):
    """A locale's name is never mistaken for another's, nor for the shared folder."""
    contents = {Scope("f", name, "live"): [post("a", title=name)] for name in locales}
    write_snapshot(folder, contents, MOMENT, [])
    assert {
        name: [raw.data["title"] for raw in raws]
        for name, raws in read_snapshot(folder).versions.items()
    } == {name: [name] for name in locales}


def test_a_file_is_made_for_its_reviewer(folder):
    """Sorted, indented, with the letters as they are and a newline at the end."""
    write(folder, post("a", title="Käse"))
    assert files(folder)["default/post/a.json"].decode() == (
        '{\n  "data": {\n    "author": null,\n    "categories": [],\n    "slug": "a",\n'
        '    "tags": [],\n    "title": "Käse"\n  },\n  "key": "post//a"\n}\n'
    )


def test_one_change_is_one_file(folder):
    """A changed record changes its own file, and no other."""
    write(folder, post("a"), post("b"), term("tag", "t"))
    before = files(folder)
    write(folder, post("a", title="new"), post("b"), term("tag", "t"))
    after = files(folder)
    assert [name for name in before if before[name] != after[name]] == ["default/post/a.json"]
    assert before.keys() == after.keys()
    write(folder, post("b"))
    assert set(files(folder)) == {"snapshot.json", "default/post/b.json"}


def test_what_all_locales_share_is_there_once(folder):
    """Authors and terms are one file, unless a locale differs; every locale has them."""
    same, other = term("author", "ada"), term("tag", "t", name="T")
    contents = {
        Scope("f", "en", "live"): [same, other],
        Scope("f", "de", "live"): [same, term("tag", "t", name="D"), term("category", "c")],
    }
    write_snapshot(folder, contents, MOMENT, [])
    assert set(files(folder)) == {
        "snapshot.json",
        "shared/author/ada.json",
        "en/tag/t.json",
        "de/tag/t.json",
        "de/category/c.json",
    }
    read = read_snapshot(folder).versions
    assert [raw.locale for raw in read["de"]] == ["de"] * 3
    assert plain(read["en"]) == plain([same, other])


def test_no_account_is_told(folder):
    """Neither the account's fingerprint nor a number of calls is in any file or name."""
    write(folder, post("a"), scope=Scope("5ec7e7f1n6e7p71n", "en", "live"))
    assert all("5ec7e7" not in f"{name}{data!r}" for name, data in files(folder).items())
    assert b"calls" not in files(folder)["snapshot.json"]


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (post("a", status="draft"), "post//a holds a draft"),
        (page("*", "a", other=page("news", "b").data | {"status": "draft"}), "holds a draft"),
        (post("a", title=5), "does not hold what a pull stores"),
        (
            RawRecord(Key("post", "", "a"), {"slug": "b"}),
            "says that it is post//a, and holds post//b",
        ),
        (post("a", x="\ud800"), "holds what JSON cannot"),
        (post("a", x=float("nan")), "holds what JSON cannot"),
        (post("a", x={1, 2}), "holds what JSON cannot"),
        (RawRecord(Key("item", "", "1"), {"meta": {"id": 1}}), "has no key of a record"),
    ],
)
def test_nothing_is_written_that_would_be_refused(folder, raw, problem):
    """A store that somebody else wrote to brings no draft, and nothing damaged, into a snapshot."""
    write(folder, post("old"))
    with pytest.raises(StoreError, match=rf"{problem}.*`pelican-buttercms pull`"):
        write(folder, post("new"), raw)
    assert plain(read_snapshot(folder).versions[""]) == plain([post("old")])


def test_nothing_is_written_that_would_be_too_large(folder, monkeypatch):
    """What no reader would accept is an error of the export already."""
    monkeypatch.setattr(snapshot_files, "MAX_FILE", 300)
    with pytest.raises(StoreError, match=r"default/post/big\.json alone is larger"):
        write(folder, post("big", body="x" * 300))
    monkeypatch.setattr(snapshot_files, "MAX_TOTAL", 300)
    with pytest.raises(StoreError, match="the content is larger"):
        write(folder, post("a"), post("b"), post("c"))
    assert not folder.exists()


def test_one_snapshot_is_of_one_account_and_mode(folder):
    """Drafts and live content, or two accounts, are never mixed."""
    for other in (Scope("fingerprint", "de", "preview"), Scope("other", "de", "live")):
        with pytest.raises(ValueError, match="one account"):
            write_snapshot(folder, {LIVE: [], other: []}, MOMENT, [])


def test_there_is_no_snapshot(tmp_path, folder):
    """A folder that is missing or empty is named, with how to fill it."""
    for place in (folder, tmp_path):
        with pytest.raises(NoContentError, match=f"no snapshot in {place}.*snapshot export"):
            read_snapshot(place)


def damage(place, change):
    """Change one file's JSON."""

    def apply(folder):
        path = folder / place
        value = json.loads(path.read_text())
        change(value)
        path.write_text(json.dumps(value))

    return apply


def put(place, data):
    """Put a file into the snapshot."""

    def apply(folder):
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())

    return apply


def link(place, target):
    """Put a symbolic link into the snapshot."""

    def apply(folder):
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.symlink_to(target)

    return apply


def sparse(folder):
    """Make a file that is huge, and takes no space."""
    with (folder / POST).open("wb") as file:
        file.truncate(2**40)


def deep(folder):
    """Make folders inside folders."""
    (folder / "default/page/a/b/c").mkdir(parents=True)


def fifo(folder):
    """Put a pipe where a file should be: whoever opens it waits for ever."""
    os.mkfifo(folder / "default/post/pipe.json")


class Bomb:
    """Would create a folder when it is unpickled."""

    def __reduce__(self):
        return os.mkdir, ("unpickled",)


POST = "default/post/a.json"
AUTHOR = json.dumps({"key": "author//ada", "data": {"slug": "ada"}})
SPELT = '{"key": "item/%61/1", "data": {"meta": {"id": 1}}}'
HUGE_NUMBER = '{"key": "post//a", "data": {"slug": "a", "x": 1e999}}'
HALF_LETTER = '{"key": "post//a", "data": {"slug": "a", "x": "\\ud800"}}'
TWINS = '{"key": "post//a", "data": {"slug": "a", "title": "x", "title": "y"}}'
NESTED = '{"key": "post//a", "data": {"slug": "a", "x": %s}}'
OTHER_ABOUT = '{"format": %s, "mode": "live"}'


@pytest.mark.parametrize(
    ("attack", "problem"),
    [
        (link(POST, "/etc/passwd"), "a.json is a symbolic link"),
        (link("default/page", "/etc"), "default/page is a symbolic link"),
        (link("snapshot.json", "/etc/passwd"), "snapshot.json cannot be read"),
        (fifo, "pipe.json is not a regular file"),
        (sparse, "a.json is larger than 32 MiB"),
        (deep, "is a folder where a snapshot has none"),
        (put(POST, pickle.dumps(Bomb())), "a.json is not the JSON"),
        (put(POST, b""), "a.json is not the JSON"),
        (put(POST, "[]"), "a.json is not the JSON"),
        (put(POST, "[" * 100_000), "a.json is not the JSON"),
        (put(POST, NESTED % ("[" * 150 + "]" * 150)), "more than 100 deep"),
        (put(POST, HUGE_NUMBER), "out of range"),
        (put(POST, HALF_LETTER), "a.json is not the JSON"),
        (put(POST, TWINS), "name 'title' occurs twice"),
        (put(POST, "\xef\xbb\xbf{}"), "a.json is not the JSON"),
        (put(POST, '{"key": "post//a", "data": {"slug": "a"}, "more": 1}'), "unknown field"),
        (damage(POST, lambda file: file.update(key="post//../../x")), "which lies elsewhere"),
        (damage(POST, lambda file: file.update(key="post//b")), "which lies elsewhere"),
        (put("default/item/a/1.json", SPELT), "which lies elsewhere"),
        (damage(POST, lambda file: file.update(key="post")), "has no key of a record"),
        (damage(POST, lambda file: file.update(key="nothing//a")), "has no key of a record"),
        (damage(POST, lambda file: file["data"].update(slug="b")), "and holds post//b"),
        (damage(POST, lambda file: file["data"].update(status="draft")), "a.json holds a draft"),
        (damage(POST, lambda file: file["data"].update(title=1)), r"str.*got.*int.*title"),
        (damage(POST, lambda file: file["data"].update(published="x")), "pull stores"),
        (damage(POST, lambda file: file["data"].update(author={"slug": "a"})), "author.slug"),
        (damage(POST, lambda file: file["data"].update(tags=[1])), "tags"),
        (damage(POST, lambda file: file["data"].update(tags="x")), "tags"),
        (put("default/author/ada.json", AUTHOR), "ada.json is there a second time"),
        (put("en/author/bob.json", AUTHOR.replace("ada", "bob")), "no place for it"),
        (put("shared/post/b.json", AUTHOR.replace("author//ada", "post//b")), "no place for it"),
        (put("default/post/notes.txt", "mine"), "notes.txt is not the JSON"),
        (put("README.md", "mine"), "README.md is not the JSON"),
        (put("default/post/\x1b[31m.json", "mine"), r"'.*\\x1b\[31m.json' is not the JSON"),
        (put("snapshot.json", OTHER_ABOUT % 2), "written by a newer version .*: upgrade"),
        (put("snapshot.json", OTHER_ABOUT % "true"), "does not name a format"),
        (put("snapshot.json", OTHER_ABOUT % 1), "does not say what an export writes"),
        (put("snapshot.json", "[]"), "snapshot.json is not the JSON"),
        (damage("snapshot.json", lambda about: about.update(mode="all")), "does not say what"),
        (damage("snapshot.json", lambda about: about.update(locales=["", ""])), "locale twice"),
        (damage("snapshot.json", lambda about: about.update(locales=[])), "does not say what"),
        (damage("snapshot.json", lambda about: about.update(pulled_at="2026-11-21")), "pulled_at"),
        (
            damage("snapshot.json", lambda about: about.update(pulled_at="0001-01-01T00:00+23:59")),
            "does not say what",
        ),
    ],
)  # fmt: skip
def test_nothing_in_the_folder_is_trusted(folder, attack, problem):
    """What no export writes is an error that names the file and the way out, and does nothing."""
    write(folder, post("a"), term("author", "ada"))
    attack(folder)
    with pytest.raises(StoreError, match=problem) as caught:
        read_snapshot(folder)
    assert "Restore the snapshot from version control" in str(caught.value)
    assert "\x1b" not in str(caught.value)
    assert not Path("unpickled").exists()


def test_everything_has_a_bound(folder, monkeypatch):
    """Many files, many folders, many bytes and many locales end in an error, not in a full disk."""
    write(folder, post("a"), term("author", "ada"))
    monkeypatch.setattr(snapshot_files, "MAX_TOTAL", 300)
    with pytest.raises(StoreError, match="live holds more than 0 MiB"):
        read_snapshot(folder)
    monkeypatch.undo()
    monkeypatch.setattr(snapshot_files, "MAX_ENTRIES", 10)
    names = [str(number) for number in range(20)]
    damage("snapshot.json", lambda about: about.update(locales=["", *names]))(folder)
    with pytest.raises(StoreError, match="more than 10 records"):
        read_snapshot(folder)
    for number in range(20):
        (folder / f"default/{number}").mkdir()
    with pytest.raises(StoreError, match="more than 10 files"):
        read_snapshot(folder)


def test_a_link_to_a_snapshot_is_not_followed(tmp_path, folder):
    """Neither reading nor writing goes through a link; it stays."""
    write(folder, post("a"))
    linked = tmp_path / "linked"
    linked.symlink_to(folder)
    with pytest.raises(StoreError, match="linked is a symbolic link"):
        read_snapshot(linked)
    with pytest.raises(StoreError, match="linked is a symbolic link"):
        write(linked, post("b"))
    assert linked.is_symlink()
    assert plain(read_snapshot(folder).versions[""]) == plain([post("a")])


def test_what_a_file_manager_leaves_is_no_content(folder):
    """The files with which operating systems litter folders are overlooked, and replaced."""
    write(folder, post("a"))
    put("default/.DS_Store", b"\0\0")(folder)
    assert len(read_snapshot(folder).versions[""]) == 1
    write(folder, post("a"))


@pytest.mark.parametrize(
    "attack",
    [
        put("default/post/notes.txt", "mine"),
        put("README.md", "mine"),
        put("default/post/b.json", "{}"),
        put(".git/config", "mine"),
        put("snapshot.json", "mine"),
        put("snapshot.json", OTHER_ABOUT % 2),
        link("default/post/b.json", "/etc/passwd"),
    ],
)
def test_somebody_elses_files_stay(folder, attack):
    """A folder that holds anything but a snapshot is an error, and stays as it is."""
    write(folder, post("a"))
    attack(folder)
    before = files(folder)
    with pytest.raises(StoreError, match=r"something else is in the way.*Name another folder"):
        write(folder, post("b"))
    assert files(folder) == before
    assert list(folder.parent.iterdir()) == [folder]


def test_a_folder_without_a_snapshot_is_replaced_only_when_empty(tmp_path):
    """An empty folder is filled; one with anything in it, or a file, stays."""
    (tmp_path / "empty").mkdir()
    write(tmp_path / "empty", post("a"))
    assert plain(read_snapshot(tmp_path / "empty").versions[""]) == plain([post("a")])
    (tmp_path / "mine/empty").mkdir(parents=True)
    (tmp_path / "file").write_text("mine")
    for name in ("mine", "file"):
        with pytest.raises(StoreError, match="something else is in the way"):
            write(tmp_path / name, post("a"))
    assert (tmp_path / "mine/empty").is_dir()
    assert (tmp_path / "file").read_text() == "mine"


def test_an_older_snapshot_may_be_replaced_though_it_holds_a_draft(folder):
    """Exporting is the way out of a snapshot whose content is refused."""
    write(folder, post("a"))
    damage(POST, lambda file: file["data"].update(status="draft"))(folder)
    write(folder, post("b"))
    assert plain(read_snapshot(folder).versions[""]) == plain([post("b")])


def test_a_disk_that_fails_leaves_the_old_snapshot(folder, monkeypatch):
    """An error at the last moment is told, the old snapshot is there, and nothing else."""
    write(folder, post("a"))
    rename = Path.rename

    def fail(path, target):
        if "-new-" in path.name and Path(target) == folder:
            raise OSError(28, "No space left on device")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(StoreError, match=r"could not be written to .*No space.* as it was"):
        write(folder, post("b"))
    assert plain(read_snapshot(folder).versions[""]) == plain([post("a")])
    assert list(folder.parent.iterdir()) == [folder]


def test_what_was_moved_away_is_read_and_returns(folder):
    """Killed between two renames, the old snapshot is read where it is, the newest of several."""
    for number in (2, 1):  # the order of the names is not that of time
        write(folder, post(f"version-{number}"))
        folder.rename(folder.with_name(f".live.buttercms-old-{number:08x}"))
        time.sleep(0.02)
    assert plain(read_snapshot(folder).versions[""]) == plain([post("version-1")])
    put("README.md", "mine")(folder.with_name(".live.buttercms-old-00000001"))
    with pytest.raises(StoreError, match="something else is in the way"):
        write(folder, post("new"))
    assert list(folder.parent.iterdir()) == [folder]
    assert (folder / "README.md").read_text() == "mine"


KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.store import Scope, read_snapshot, write_snapshot

folder = Path(sys.argv[1]) / "live"
scope = Scope("f", "", "live")

def export(word):
    raws = [RawRecord(Key("tag", "", f"{word}{n}"), {"slug": f"{word}{n}"}) for n in range(3)]
    write_snapshot(folder, {scope: raws}, datetime.now(UTC), [])

def arm(owner, name, moment):
    plain = getattr(owner, name)
    def call(*args, **kwargs):
        done.append(name)
        if len(done) == moment:
            os.kill(os.getpid(), signal.SIGKILL)
        return plain(*args, **kwargs)
    setattr(owner, name, call)

moment, status = 0, 1
while status:
    moment += 1
    export("old")
    beside = os.listdir(folder.parent)
    pid = os.fork()
    if not pid:
        done = []
        for name in ("mkdir", "rename", "write_bytes"):
            arm(Path, name, moment)
        for name in ("unlink", "rmdir"):
            arm(os, name, moment)
        export("new")
        os._exit(0)
    status = os.waitpid(pid, 0)[1]
    print(status, len(beside), *(raw.key.id for raw in read_snapshot(folder).versions[""]))
"""


def test_a_killed_export_leaves_a_whole_snapshot(tmp_path):
    """Killed at any moment, the old snapshot or the new one is whole; the next export cleans up."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    lines = [line.split(maxsplit=2) for line in done.stdout.splitlines()]
    *killed, (last, _, new) = lines
    assert (last, new) == ("0", "new0 new1 new2")
    assert len(killed) > 15
    assert {status for status, _, _ in killed} == {str(int(signal.SIGKILL))}
    assert {beside for _, beside, _ in lines} == {"1"}
    found = [whole for _, _, whole in killed]
    assert set(found) == {"old0 old1 old2", "new0 new1 new2"}
    assert found == sorted(found, reverse=True)  # never back to the old one


AGAIN_AND_AGAIN = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.store import Scope, write_snapshot

for number in range(60):
    name = f"{sys.argv[2]} {number}"
    raws = [RawRecord(Key("tag", "", f"{n}"), {"slug": f"{n}", "name": name}) for n in range(40)]
    write_snapshot(Path(sys.argv[1]), {Scope("f", "", "live"): raws}, datetime.now(UTC), [])
    time.sleep(0.02)
"""


@pytest.mark.parametrize("exporters", [["one"], ["one", "two"]])
def test_a_reader_never_sees_half(folder, exporters):
    """Whoever reads while it is replaced gets one whole snapshot, of whichever export."""
    write(folder, *(term("tag", str(n), name="first") for n in range(40)))
    seen = set()
    command = [sys.executable, "-c", AGAIN_AND_AGAIN, str(folder)]
    processes = [subprocess.Popen([*command, name]) for name in exporters]
    while any(process.poll() is None for process in processes):
        raws = read_snapshot(folder).versions[""]
        assert len(raws) == 40
        seen.add(frozenset(raw.data["name"] for raw in raws))
    assert [process.returncode for process in processes] == [0] * len(exporters)
    assert all(len(names) == 1 for names in seen)
    assert len(seen) > 1
    write(folder, *raws)
    assert list(folder.parent.iterdir()) == [folder]
