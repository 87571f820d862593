"""What every test may use: an account to fill, a site to build from it, and a clean environment."""

from __future__ import annotations

from itertools import count
import json
import os
from pathlib import Path
import shutil
import signal
import sys
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from hypothesis import HealthCheck, settings
import pytest

from tests import forks
from tests.accounts import Account, webhook_body, webhook_event
from tests.redis_server import REDIS, RedisServer
from tests.sites import Site

# A loaded machine draws slowly; that is no failure of what is tested.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

pytest_plugins = ["tests.shared_fixtures"]

ROOT = Path(__file__).resolve().parent.parent

# A shell that runs `make test &` lets it ignore Ctrl-C, and every process of a test would, too.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Run one more test than there are cores: many wait for a browser, a server or the disk."""
    return (os.cpu_count() or 1) + 1


def pytest_sessionfinish():
    """End what the commands were forked from."""
    forks.end()


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch):
    """A developer's own token or CI's variables must not decide how a test ends."""
    for name in list(os.environ):
        if name.startswith("BUTTERCMS_") and not name.startswith("BUTTERCMS_TEST_"):
            monkeypatch.delenv(name)
    for name in ("CI", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITHUB_EVENT_NAME"):
        monkeypatch.delenv(name, raising=False)


def _forget():
    if "pelican.log" in sys.modules:
        limit = sys.modules["pelican.log"].LimitFilter
        limit._raised_messages.clear()
        limit._group_count.clear()


@pytest.fixture(autouse=True)
def forget_warnings():
    """Pelican drops a warning that was logged before in its process, and tests share one."""
    _forget()
    return _forget


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="module")
def redis_server():
    """A server for one file of tests."""
    if REDIS is None and os.environ.get("BUTTERCMS_TEST_REDIS") != "required":
        pytest.skip("there is no redis-server or valkey-server")
    server = RedisServer()
    yield server
    server.remove()


@pytest.fixture
def make_body():
    """Make a webhook's body."""
    return webhook_body


@pytest.fixture
def make_event():
    """Make an event."""
    return webhook_event


@pytest.fixture
def account(tmp_path) -> Account:
    """An empty account."""
    return Account(tmp_path / "cms")


@pytest.fixture
def site(tmp_path, account) -> Site:
    """A site that is built from the account."""
    return Site(tmp_path / "site", account)


@pytest.fixture
def sandbox(tmp_path):
    """Make a site and its account anew, as often as a property wants."""
    numbers = count(1)

    def make() -> tuple[Site, Account]:
        folder = tmp_path / f"example-{next(numbers)}"
        account = Account(folder / "cms")
        return Site(folder / "site", account), account

    return make


class Recording:
    """One recorded request to the real API, and its response."""

    def __init__(self, path: Path) -> None:
        self.name = f"{path.parent.name}/{path.stem}"
        interaction = json.loads(path.read_text())["interactions"][0]
        url = urlsplit(interaction["request"]["uri"])
        self.path = url.path
        self.query = dict(parse_qsl(url.query))
        self.query_string = url.query
        response = interaction["response"]
        self.status: int = response["status"]["code"]
        self.headers = {name: values[0] for name, values in response["headers"].items()}
        self.body: str = response["body"]["string"]

    @property
    def json(self) -> Any:
        """The body's value."""
        return json.loads(self.body)


RECORDINGS = [Recording(path) for path in sorted((ROOT / "tests/recorded").glob("*/*.json"))]


@pytest.fixture(params=RECORDINGS, ids=lambda recording: recording.name)
def recording(request) -> Recording:
    """Each of the 48 recorded responses."""
    return request.param


@pytest.fixture(scope="session")
def recordings() -> dict[str, Recording]:
    """All recorded responses by name, such as `posts/test_post_all`."""
    return {one.name: one for one in RECORDINGS}


@pytest.fixture(scope="session")
def browser():
    """A real headless browser; without one the test skips, unless CI requires it."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        if os.environ.get("BUTTERCMS_TEST_BROWSER") == "required":
            pytest.fail("BUTTERCMS_TEST_BROWSER is required, and no Chromium is on the PATH")
        pytest.skip("no Chromium on the PATH")
    from playwright.sync_api import sync_playwright

    quiet = [
        *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
        *("--disable-component-update", "--disable-sync", "--disable-quic"),
    ]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=quiet)
        yield chromium
        chromium.close()
