"""Several builds at once, a disk that is full, a cache that came back incomplete."""

import os
import shutil
import subprocess
import sys
import time

import pytest

from pelican_buttercms.emulator import create_app
from pelican_buttercms.emulator.server import serving
from tests import forks

TOKEN = {"BUTTERCMS_READ_TOKEN": "x"}


@pytest.fixture
def served(site, account):
    """A site whose account is asked over real HTTP."""
    for number in range(60):
        account.post(f"p{number}", title="Version one")
    app = create_app(account.folder)
    with serving(app) as url:
        site.configure(BUTTERCMS_API_URL=f"{url}/v2/", BUTTERCMS_MAX_AGE=0)
        site.app = app
        yield site


BOUNDED = """
import resource, runpy, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
del sys.argv[:2]
sys.argv.insert(0, "")
runpy.run_module(sys.argv.pop(1), run_name="__main__", alter_sys=True)
"""


def start(site, *command, limit=None):
    """Start a command, perhaps with a bound on the size of the files that it writes."""
    # what measures coverage writes files as well
    others = {k: v for k, v in os.environ.items() if not (limit and k.startswith("COVERAGE"))}
    env = {**others, **TOKEN, "COLUMNS": "10000", "NO_COLOR": "1"}
    if not limit:
        return forks.start(command, site.folder, env)
    return subprocess.Popen(
        [sys.executable, "-c", BOUNDED, str(limit), *command],
        cwd=site.folder,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_builds_at_once_share_one_store(served):
    """All of them end well, each from a whole generation; the ledger has every call."""
    builds = [start(served, "pelican", "-o", f"output-{n}") for n in range(3)]
    for number, build in enumerate(builds):
        printed, _ = build.communicate(timeout=120)
        assert build.returncode == 0, printed
        folder = served.folder / f"output-{number}"
        assert len(list(folder.glob("p*.html"))) == 60
    status = served.command("status", env=TOKEN).stdout
    assert f": {len(served.app.calls)}\n" in status
    assert "3 kept" in status


def test_a_build_during_a_pull_reads_what_was_there_before(served):
    """A slow pull holds nobody up, and changes nothing until it is whole."""
    served.build(env=TOKEN)
    for post in served.app.account.posts.values():
        post["title"] = "Version two"
    served.app.faults.add("latency=1.5")
    pull = start(served, "pelican_buttercms", "pull")
    time.sleep(0.8)
    began = time.monotonic()
    served.build("-d", env=TOKEN | {"BUTTERCMS_OFFLINE": "1"})
    assert time.monotonic() - began < 10
    assert pull.poll() is None or pull.returncode == 0
    assert "Version one" in served.read("p0.html")
    pull.communicate(timeout=60)
    assert pull.returncode == 0
    served.build("-d", env=TOKEN | {"BUTTERCMS_OFFLINE": "1"})
    assert "Version two" in served.read("p0.html")


@pytest.mark.parametrize("limit", [50_000, 200_000])
def test_a_full_disk_is_told_and_loses_nothing(served, limit):
    """The pull fails in one paragraph; what was stored is still whole."""
    served.build(env=TOKEN)
    for number, post in enumerate(served.app.account.posts.values()):
        post["body"] = f"<p>{number} {'long text ' * 2000}</p>"
    pull = start(served, "pelican_buttercms", "pull", limit=limit)
    printed, _ = pull.communicate(timeout=60)
    assert pull.returncode == 1, printed
    assert "Error: The store in" in printed
    assert "cannot be used" in printed
    assert "Traceback" not in printed
    served.build("-d", env=TOKEN | {"BUTTERCMS_OFFLINE": "1"})
    assert "Version one" in served.read("p0.html")
    assert served.command("pull", env=TOKEN).returncode == 0


@pytest.mark.parametrize(
    "missing", ["store", "store/cache.db", "ledger", "store/cache.db-wal", "store/cache.db-shm"]
)
def test_a_cache_that_was_restored_incompletely_is_filled_again(served, missing):
    """A build service that lost a file of the cache: the next build is right."""
    served.build(env=TOKEN)
    path = served.folder / "cache/buttercms" / missing
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
    served.build("-d", env=TOKEN)
    assert len([name for name in served.files() if name.startswith("p")]) >= 60
    served.build("-d", env=TOKEN | {"BUTTERCMS_OFFLINE": "1"})
    assert "Version one" in served.read("p0.html")


def test_half_a_store_stops_the_build_or_is_filled_and_says_how(served):
    """A database that was cut in the middle: never a traceback, and what it says helps."""
    served.build(env=TOKEN)
    path = served.folder / "cache/buttercms/store/cache.db"
    data = path.read_bytes()
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    path.write_bytes(data[: len(data) // 2])
    done = served.pelican(env=TOKEN)
    printed = done.stdout + done.stderr
    assert "Traceback" not in printed
    if done.returncode:
        assert "pelican-buttercms pull" in printed
        shutil.move(path.parent, path.parent.with_name("away"))
        served.build("-d", env=TOKEN)
    assert "Version one" in served.read("p0.html")
