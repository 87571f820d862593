"""A pull that is killed at any moment: what a build reads afterwards is whole, old or new."""

from datetime import UTC, datetime
import os
import random
import signal
import subprocess
import sys
import time

import pytest

from pelican_buttercms.emulator import create_app
from pelican_buttercms.emulator.server import serving
from pelican_buttercms.fetch.progress import SilentProgress
from pelican_buttercms.fetch.source import Source
from pelican_buttercms.settings import Environment, Settings

POSTS = 150
TOKEN = {"BUTTERCMS_READ_TOKEN": "x"}


class Versions:
    """An account whose every item changes at once, from one version to the next and back."""

    def __init__(self, app):
        self.app = app
        self.now = "one"

    def turn(self):
        """Change every item."""
        self.now = "two" if self.now == "one" else "one"
        for post in self.app.account.posts.values():
            post["title"] = f"Version {self.now}"
            post["updated"] = f"2024-05-1{1 if self.now == 'one' else 2}T00:00:00.000000Z"


@pytest.fixture
def changing(site, account):
    """A site whose account changes, pulled and built once in each version."""
    for number in range(POSTS):
        account.post(f"p{number}", title="Version one", day=f"2024-01-{number % 28 + 1:02}")
    app = create_app(account.folder)
    with serving(app) as url:
        site.configure(BUTTERCMS_API_URL=f"{url}/v2/", BUTTERCMS_MAX_AGE=0)
        versions = Versions(app)
        yield site, versions, f"{url}/v2/"


def stored_versions(site, url):
    """Read what an offline build reads, and name the versions that are in it."""
    options = Settings.from_pelican(
        {
            "CACHE_PATH": str(site.folder / "cache"),
            "PATH": str(site.folder / "content"),
            "BUTTERCMS_API_URL": url,
            "BUTTERCMS_OFFLINE": True,
        },
        Environment(TOKEN),
    )
    source = Source(options, Environment(TOKEN), lambda: datetime.now(UTC))
    stored = source.read(lambda line: None, SilentProgress())
    posts = [raw.data for raw in stored.versions[""] if raw.key.kind == "post"]
    assert len(posts) == POSTS
    return {post["title"] for post in posts}


def output(site):
    """Give every file of the output."""
    return {path: (site.output / path).read_bytes() for path in site.files()}


def killed_pull(site, after):
    """Start a pull, kill it after some seconds, and say whether it was still running."""
    process = subprocess.Popen(
        [sys.executable, "-m", "pelican_buttercms", "pull", "--json"],
        cwd=site.folder,
        env=os.environ | TOKEN,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


def test_a_pull_killed_at_a_hundred_moments_leaves_one_whole_generation(changing):
    """Each time all items are of one version; and real offline builds equal whole ones."""
    site, versions, url = changing
    whole = {}
    for _ in range(2):
        versions.turn()
        site.build("-d", env=TOKEN)
        whole[versions.now] = output(site)
    started = time.monotonic()
    assert site.command("pull", "--json", env=TOKEN).returncode == 0
    span = time.monotonic() - started
    moments = random.Random(7)
    killed, seen = 0, set()
    for number in range(100):
        versions.turn()
        late = number % 2
        killed += killed_pull(site, moments.uniform(span * 0.6 * late, span * 1.05))
        (version,) = stored_versions(site, url)
        seen.add(version.removeprefix("Version "))
        if number % 10 == 0:
            site.build("-d", env=TOKEN | {"BUTTERCMS_OFFLINE": "1"})
            assert output(site) == whole[version.removeprefix("Version ")]
    assert seen == {"one", "two"}
    assert killed > 30  # how many depends on the machine
    done = site.command("pull", "--json", env=TOKEN)
    assert done.returncode == 0, done.stderr
    assert stored_versions(site, url) == {f"Version {versions.now}"}
