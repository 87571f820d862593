"""A snapshot is written whole: over an older one, killed at any moment, and while it is read."""

from pathlib import Path
import signal
import subprocess
import sys
import time

import pytest

from pelican_buttercms.errors import StoreError
from pelican_buttercms.store import read_snapshot

from .files import POST, damage, plain, post, put, term, write


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
    """An error at the last moment is reported, the old snapshot is there, and nothing else."""
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
    result = [whole for _, _, whole in killed]
    assert set(result) == {"old0 old1 old2", "new0 new1 new2"}
    assert result == sorted(result, reverse=True)  # never back to the old one


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
