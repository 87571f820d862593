"""Errors of the disk at every seam: what, where and what to do, no traceback, the old site kept."""

from __future__ import annotations

import os
from pathlib import Path
import resource
import subprocess
import sys

import pytest

WRITE = {"BUTTERCMS_WRITE_TOKEN": "w" * 20}


def run(site, *command, limits=()):
    """Run a command in a process with limits; it must end soon, and without a traceback."""

    def limit():
        for name, number in limits:
            resource.setrlimit(name, (number, number))

    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=site.folder,
        env={**os.environ, **WRITE, "NO_COLOR": "1", "COLUMNS": "1000"},
        capture_output=True,
        text=True,
        timeout=60,
        preexec_fn=limit,
        check=False,
    )
    out = done.stdout + done.stderr
    assert "Traceback" not in out, out
    return done.returncode, out


@pytest.fixture
def built(site, account):
    """A site that was built."""
    for number in range(4):
        account.post(f"p{number}", body=f"<p>{'old ' * 200}")
    site.configure(BUTTERCMS_MAX_AGE="1d")
    site.build()
    return site


@pytest.mark.parametrize(
    "settings", [{}, {"BUTTERCMS_INCREMENTAL": False}, {"BUTTERCMS_WORKERS": 2}]
)
def test_a_disk_that_takes_no_more(built, settings):
    """No page is half written, whether it is rendered here or by a worker."""
    before = {name: built.read(name) for name in built.files()}
    built.configure("SITENAME = 'x' * 2_000_000", **settings)
    code, out = run(built, "pelican", "content", limits=[(resource.RLIMIT_FSIZE, 1_500_000)])
    assert code == 1
    assert "File too large" in out
    assert "no file of that size" in out
    if "BUTTERCMS_INCREMENTAL" not in settings:
        assert {name: built.read(name) for name in built.files()} == before


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo], ids=["folder", "fifo"])
@pytest.mark.parametrize(
    "place",
    [
        *("output/p1.html", "output/sitemap.xml", "output/index.html", "output/feeds"),
        *("cache/buttercms/outputs", "output"),
    ],
)
def test_something_else_in_the_place_of_a_file(site, account, place, make):
    """A folder or a FIFO; or a FIFO where a folder belongs."""
    account.post("p1")
    site.configure(BUTTERCMS_MAX_AGE=0, FEED_ALL_ATOM="feeds/all.atom.xml")
    path = site.folder / place
    path.parent.mkdir(parents=True, exist_ok=True)
    make(path)
    if make is Path.mkdir and place in {"output", "output/feeds", "cache/buttercms/outputs"}:
        assert run(site, "pelican", "content")[0] == 0
        return
    code, out = run(site, "pelican", "content")
    assert code == 1
    assert Path(place).name in out
    assert "move it away" in out or "Look at" in out or "Somebody else" in out


COMMANDS = [
    *("pull", "status", "doctor", "verify", "generations", "next-publish"),
    *("snapshot export", "snapshot import", "export --to out posts", "prune"),
]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("kind", ["file", "fifo"])
def test_commands_with_a_cache_that_is_none(site, account, command, kind):
    """Something else is where the cache belongs."""
    account.post("post")
    site.configure()
    cache = site.folder / "cache"
    cache.write_text("x") if kind == "file" else os.mkfifo(cache)
    code, out = run(site, "pelican_buttercms", *command.split())
    assert code in {0, 1, 2}
    assert out.strip()


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_that_can_write_nothing(built, command):
    """The disk takes no byte."""
    code, out = run(
        built, "pelican_buttercms", *command.split(), limits=[(resource.RLIMIT_FSIZE, 0)]
    )
    assert code in {0, 1, 2}
    assert out.strip()


@pytest.mark.parametrize(
    "words",
    [
        ["publish", "--dry-run", "special.md"],
        ["publish", "--dry-run", "special.yaml"],
        ["publish", "--dry-run", "special.json"],
        ["publish", "--dry-run", "content/drafts"],
        ["pull", "--event", "special.json"],
        ["snapshot", "import", "--from", "snap"],
        ["-s", "special.py", "status"],
    ],
    ids=" ".join,
)
def test_a_fifo_is_no_file(built, words):
    """Commands do not wait for ever at what somebody else has put there."""
    for name in ("special.md", "special.yaml", "special.json", "special.py"):
        os.mkfifo(built.folder / name)
    for name in ("content/drafts/a.md", "content/drafts/b.json", "snap/snapshot.json"):
        (built.folder / name).parent.mkdir(parents=True, exist_ok=True)
        os.mkfifo(built.folder / name)
    code, out = run(built, "pelican_buttercms", *words)
    assert code != 0
    assert out.strip()


def test_events_and_variables_in_a_fifo(built, monkeypatch):
    """A build is not held up by them: one asks for everything then, the other is passed over."""
    os.mkfifo(built.folder / "event.json")
    os.mkfifo(built.folder / ".env")
    monkeypatch.setenv("BUTTERCMS_EVENT_FILE", "event.json")
    assert run(built, "pelican", "content")[0] == 0


def test_a_shared_store_with_a_fifo(built):
    """A record that is none."""
    url = f"file://{built.folder}/shared"
    assert run(built, "pelican_buttercms", "store", "push", url)[0] == 0
    record = next(one for one in (built.folder / "shared/v1/records").rglob("*") if one.is_file())
    record.unlink()
    os.mkfifo(record)
    for path in sorted((built.folder / "cache").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    code, out = run(built, "pelican_buttercms", "store", "pull", url)
    assert code == 1
    assert "it is no regular file" in out
