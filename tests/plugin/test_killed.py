"""A pull that is killed at any moment: what a build reads afterwards is whole, old or new."""

from datetime import UTC, datetime
import os
import random
import signal
import time

import pytest

from pelican_buttercms.emulator import create_app
from pelican_buttercms.emulator.server import serving
from pelican_buttercms.settings import Environment, Settings
from pelican_buttercms.sync import load
from pelican_buttercms.sync.account import Source
from pelican_buttercms.sync.progress import Progress
from tests import forks

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
    stored = load.read_content(source, lambda line: None, Progress())
    posts = [raw.data for raw in stored.versions[""] if raw.key.kind == "post"]
    assert len(posts) == POSTS
    return {post["title"] for post in posts}


def one_version(site, url):
    """Return the only version that is stored."""
    (version,) = stored_versions(site, url)
    return version.removeprefix("Version ")


def output(site):
    """Return every file of the output."""
    return {path: (site.output / path).read_bytes() for path in site.files()}


def start_pull(site):
    """Start a pull."""
    return forks.start(["pelican_buttercms", "pull", "--json"], site.folder, os.environ | TOKEN)


def span_of_a_pull(site):
    """Pull undisturbed; return how many seconds it took."""
    began = time.monotonic()
    process = start_pull(site)
    printed, _ = process.communicate(timeout=60)
    assert process.returncode == 0, printed
    return time.monotonic() - began


def killed_pull(site, after):
    """Start a pull, kill it after some seconds, and say whether it was still running."""
    process = start_pull(site)
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    return process.returncode == -signal.SIGKILL


def moments_of(span, dice):
    """Return ten moments, one in each tenth of a pull and of a little more, in any order."""
    tenths = [(number + dice.random()) / 10 for number in range(10)]
    return [1.05 * span * tenth for tenth in dice.sample(tenths, 10)]


def test_a_pull_killed_at_a_hundred_moments_leaves_one_whole_generation(changing):
    """Each time all items are of one version; and real offline builds equal whole ones.

    However fast the machine is: a pull is timed before every ten, and those that had ended before
    they could be killed are not counted.
    """
    site, versions, url = changing
    whole = {}
    for _ in range(2):
        versions.turn()
        span_of_a_pull(site)  # what begins with it has begun when it counts
        site.build("-d", env=TOKEN | {"BUTTERCMS_OFFLINE": "1"})
        whole[versions.now] = output(site)
    dice = random.Random(7)
    killed, seen = 0, set()
    for _ in range(40):
        versions.turn()
        span = span_of_a_pull(site)
        version = versions.now
        for after in moments_of(span, dice):
            if version == versions.now:  # so that each pull has everything to change
                versions.turn()
            killed += killed_pull(site, after)
            before, version = version, one_version(site, url)
            assert version in {before, versions.now}
            seen.add(version)
        site.build("-d", env=TOKEN | {"BUTTERCMS_OFFLINE": "1"})
        assert output(site) == whole[version]
        if killed >= 100:
            break
    assert killed >= 100
    assert seen == {"one", "two"}
    span_of_a_pull(site)
    assert one_version(site, url) == versions.now
