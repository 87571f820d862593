"""What every test may use: an account to fill, a site to build from it, and a clean environment."""

from __future__ import annotations

from itertools import count
import json
import os
from pathlib import Path
import shutil
import socket
import subprocess
import tempfile
import time
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from hypothesis import HealthCheck, settings
import pytest

from pelican_buttercms.events.event import Event
from tests import forks

# A loaded machine draws slowly; that is no failure of what is tested.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

ROOT = Path(__file__).resolve().parent.parent


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


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


REDIS = shutil.which("redis-server") or shutil.which("valkey-server")


class RedisServer:
    """A real Redis that writes every command to disk before it answers."""

    def __init__(self) -> None:
        self.folder = tempfile.mkdtemp(prefix="redis-")  # short: a socket's path is limited
        self.url = f"unix://{self.folder}/s"
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = {"port": 0, "unixsocket": f"{self.folder}/s", "dir": self.folder, "save": ""}
        options |= {"appendonly": "yes", "appendfsync": "always"}
        words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        self.process = subprocess.Popen([REDIS or "", *words], stdout=subprocess.DEVNULL)
        for _ in range(500):
            try:
                return self._ask(b"PING")
            except OSError:
                time.sleep(0.02)
        raise AssertionError("Redis did not start")

    def clear(self) -> None:
        """Forget everything."""
        self._ask(b"FLUSHALL")

    def kill(self) -> None:
        """End it at once."""
        self.process.kill()
        self.process.wait()

    def _ask(self, command: bytes) -> None:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(5)
            connection.connect(f"{self.folder}/s")
            connection.sendall(command + b"\r\n")
            if not connection.recv(100).startswith(b"+"):
                raise OSError("not yet")


@pytest.fixture(scope="module")
def redis_server():
    """A server for one file of tests."""
    if REDIS is None and os.environ.get("BUTTERCMS_TEST_REDIS") != "required":
        pytest.skip("there is no redis-server or valkey-server")
    server = RedisServer()
    yield server
    server.kill()
    shutil.rmtree(server.folder)


def webhook_body(name="page.published", slug="hello", **data):
    """Make a webhook's body."""
    kind = name.partition(".")[0]
    if kind == "post":
        data = {"id": slug, "_id": 7} | data
    elif kind == "collectionitem":
        data = {
            "id": "people",
            "itemid": f"/v2/content/?keys=people[_id={slug}]",
            "timestamp": "2024-01-15T14:30:00",
            "locale": None,
        } | data
    elif kind == "page":
        data = {
            "id": slug,
            "buttercms_id": 7,
            "page_type": "news",
            "timestamp": "2024-01-15T14:30:00",
            "locale": None,
            "status": "published",
        } | data
    return {"data": data, "webhook": {"event": name, "target": "https://example.com/"}}


def webhook_event(name="page.published", slug="hello", **data):
    """Make an event."""
    return Event.from_body(webhook_body(name, slug, **data))


@pytest.fixture
def make_body():
    """Make a webhook's body."""
    return webhook_body


@pytest.fixture
def make_event():
    """Make an event."""
    return webhook_event


class Account:
    """A folder that the emulator plays as a ButterCMS account."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lists: dict[str, list[dict[str, Any]]] = {
            "authors": [],
            "categories": [],
            "tags": [],
        }
        for name in self.lists:
            self._write(f"{name}.json", [])

    def term(self, kind: str, slug: str, **values: Any) -> str:
        """Add an author, category or tag (by its plural) unless it is there."""
        if all(entry["slug"] != slug for entry in self.lists[kind]):
            defaults = {"name": slug.replace("-", " ").title()} if kind != "authors" else {}
            self.lists[kind].append({"slug": slug} | defaults | values)
            self._write(f"{kind}.json", self.lists[kind])
        return slug

    def post(self, slug: str, **values: Any) -> None:
        """Add a post; its author, categories and tags are made when missing."""
        day = values.pop("day", "2024-05-17")
        post = {
            "slug": slug,
            "title": slug.replace("-", " ").capitalize(),
            "status": "published",
            "created": f"{day}T10:00:00.000000Z",
            "published": f"{day}T10:00:00.000000Z",
            "updated": f"{day}T11:00:00.000000Z",
            "body": f"<p>The body of {slug}.</p>",
            "summary": "",
            "seo_title": "",
            "meta_description": "",
            "featured_image": None,
            "featured_image_alt": "",
            "author": "ada-lane",
            "categories": ["news"],
            "tags": [],
        } | values
        if post["author"]:
            self.term("authors", post["author"], first_name="Ada", last_name="Lane")
        for kind in ("categories", "tags"):
            for term in post[kind]:
                self.term(kind, term)
        self._write(f"posts/{slug}.json", post)

    def page(self, page_type: str, slug: str, **fields: Any) -> None:
        """Add a page of a type ("*" for a single page) with these fields."""
        known = {"name", "status", "published", "updated"}
        page = {
            "slug": slug,
            "name": slug.replace("-", " ").capitalize(),
            "status": "published",
            "published": "2024-03-01T09:00:00.000000Z",
            "updated": "2024-03-02T09:00:00.000000Z",
        } | {name: value for name, value in fields.items() if name in known}
        page["fields"] = {name: value for name, value in fields.items() if name not in known}
        folder = "single_pages" if page_type == "*" else f"pages/{page_type}"
        self._write(f"{folder}/{slug}.json", page)

    def collection(self, key: str, *items: dict[str, Any]) -> None:
        """Make a collection of items; each has its `id`."""
        entries = [
            {"meta": {"id": item["id"]}, **{k: v for k, v in item.items() if k != "id"}}
            for item in items
        ]
        self._write(f"collections/{key}.json", entries)

    def translate(self, path: str, locale: str, **values: Any) -> None:
        """Add a version in another locale to a post or a page, such as `posts/hello`."""
        file = self.folder / f"{path}.json"
        entry = json.loads(file.read_text())
        versions = entry.get("locales", {}) | {locale: {"status": "published", **values}}
        file.write_text(json.dumps(entry | {"locales": versions}))

    def overlay(self, path: str, **draft: Any) -> None:
        """Put a draft over what is published."""
        file = self.folder / f"{path}.json"
        file.write_text(json.dumps(json.loads(file.read_text()) | {"draft": draft}))

    def settings(self, **values: Any) -> None:
        """Set what account.json says."""
        self._write("account.json", values)

    def schemas(self, **schemas: Any) -> None:
        """Set what schemas.json says: `page_types`, `collections` and `components`."""
        self._write("schemas.json", schemas)

    def media(self, name: str, data: bytes) -> None:
        """Put a file into the media library."""
        path = self.folder / "media" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)

    def delete(self, path: str) -> None:
        """Take a file of the account away."""
        (self.folder / path).unlink()

    def _write(self, path: str, value: Any) -> None:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(value))


class Site:
    """A Pelican site in a folder, built by the real `pelican` in a process of its own.

    Attributes:
        folder: where it is.
        output: where it is built.
        fresh: start the processes anew; they are forked from one that has everything imported
            otherwise, which is several times as fast.
        settings: what its pelicanconf.py says.
    """

    def __init__(self, folder: Path, account: Account) -> None:
        self.folder = folder
        self.fresh = False
        self.output = folder / "output"
        (folder / "content").mkdir(parents=True)
        self.settings: dict[str, Any] = {
            "SITENAME": "Test site",
            "SITEURL": "https://site.example",
            "TIMEZONE": "UTC",
            "DEFAULT_LANG": "en",
            "PATH": "content",
            "OUTPUT_PATH": "output",
            "THEME": "simple",
            "PLUGINS": ["pelican_buttercms"],
            "BUTTERCMS_API_URL": f"emulator:{account.folder}",
        }

    def write(self, path: str, text: str) -> None:
        """Write a file of the site."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)

    def configure(self, extra: str = "", **settings: Any) -> None:
        """Write pelicanconf.py; None takes a setting away, `extra` is Python code."""
        self.settings |= settings
        lines = [f"{k} = {v!r}" for k, v in self.settings.items() if v is not None]
        self.write("pelicanconf.py", "\n".join([*lines, extra, ""]))

    def run(self, *command: str, env: dict[str, str] | None = None) -> Any:
        """Run a command in the site's folder; gives the completed process."""
        if not (self.folder / "pelicanconf.py").exists():
            self.configure()
        environ = {**os.environ, "COLUMNS": "10000", "NO_COLOR": "1", **(env or {})}
        process = forks.start(command, self.folder, environ, apart=True, fresh=self.fresh)
        try:
            printed = process.communicate(timeout=120)
        finally:
            process.kill()  # one that has not ended, and is waited for no longer
        return subprocess.CompletedProcess(command, process.returncode, *printed)

    def pelican(self, *arguments: str, env: dict[str, str] | None = None) -> Any:
        """Run `pelican content`; the caller looks at the exit code."""
        return self.run("pelican", *arguments, env=env)

    def build(self, *arguments: str, env: dict[str, str] | None = None) -> str:
        """Run `pelican content`, which must succeed; gives what it printed."""
        done = self.pelican(*arguments, env=env)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def command(self, *arguments: str, env: dict[str, str] | None = None) -> Any:
        """Run `pelican-buttercms`."""
        return self.run("pelican_buttercms", *arguments, env=env)

    def path_with_stork(self) -> str:
        """Give a PATH with a stand-in for stork, the program that the search plugin calls."""
        self.write("bin/stork", '#!/bin/sh\ncp "$3" index.toml; touch "$5"\n')
        (self.folder / "bin/stork").chmod(0o755)
        return f"{self.folder / 'bin'}:{os.environ['PATH']}"

    def read(self, path: str) -> str:
        """Read a file of the output."""
        return (self.output / path).read_text()

    def files(self) -> set[str]:
        """Name every file of the output."""
        return {
            str(path.relative_to(self.output)) for path in self.output.rglob("*") if path.is_file()
        }


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
