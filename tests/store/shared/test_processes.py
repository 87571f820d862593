"""Pushes that are killed, and two at once: real processes."""

import signal
import subprocess
import sys

import pytest

from .machines import BOTH, page, pull_files

PUSH = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
import fsspec
from pelican_buttercms.store import Scope, SharedStore, Store
from pelican_buttercms.store.shared.object_storage import ObjectStorage
from pelican_buttercms.store.shared.push import push

folder, url, writes, half = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4] == "half"
done = []
scopes = [Scope("0123456789abcdef", locale, "live") for locale in ("en", "de")]
now = lambda: datetime(2026, 11, 22, tzinfo=UTC)
remote = ObjectStorage(url)
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
    print(push(SharedStore(store, remote, scopes, (), now())).records)
"""


@pytest.mark.parametrize("writes", [1, 10, 22, 23])
@pytest.mark.parametrize("storage", ["file", "s3"])
def test_a_killed_push_leaves_the_pull_before_it(
    request, machine, tmp_path, clock, storage, writes
):
    """Killed at any write, even in the middle of a file; the next push then finishes the work."""
    url = request.getfixturevalue("s3") if storage == "s3" else f"file://{tmp_path / 'shared'}"
    first, second = machine(url), machine(url)
    first.fill(1, count=1)
    first.push()
    before = first.content()
    clock.move(minutes=1)
    contents = {s: [page(f"new{n}", text="y" * n, of=s.locale) for n in range(11)] for s in BOTH}
    first.store.commit_together(contents, 9, ["posts"])
    half = "half" if storage == "file" else "no"  # what half of an upload is, S3 never shows
    command = [sys.executable, "-c", PUSH, tmp_path / "machine-0", url, str(writes), half]
    assert subprocess.run(command, check=False, timeout=60).returncode == -signal.SIGKILL
    assert second.pull().done
    assert second.content() == before
    first.push()
    assert second.pull().done
    assert second.content() == first.content()


@pytest.mark.parametrize("storage", ["file", "s3"])
def test_two_processes_push_at_once(request, machine, tmp_path, clock, storage):
    """Both end well, each with a pull of its own; the newest is pulled whole."""
    url = request.getfixturevalue("s3") if storage == "s3" else f"file://{tmp_path / 'shared'}"
    first, second, third = machine(url), machine(url), machine(url)
    for number, each in enumerate((first, second)):
        clock.move(seconds=1)
        each.fill(number)
    processes = [
        subprocess.Popen([sys.executable, "-c", PUSH, tmp_path / name, url, "0", "no"])
        for name in ("machine-0", "machine-1")
    ]
    assert [process.wait(60) for process in processes] == [0, 0]
    assert pull_files(first.remote)
    assert third.pull().done
    assert third.content() == second.content()
