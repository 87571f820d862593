"""The sample site, built once by the real Pelican for all tests that look at it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
import os
from pathlib import Path
import subprocess
import sys

import pytest

from tests.servers import running


class Built:
    """The files of one build of the sample site."""

    def __init__(self, output: Path, printed: str) -> None:
        self.output = output
        self.printed = printed

    def read(self, path: str) -> str:
        """Read a file of the output."""
        return (self.output / path).read_text()

    def files(self) -> set[str]:
        """Return every file of the output."""
        return {
            str(path.relative_to(self.output)) for path in self.output.rglob("*") if path.is_file()
        }


def build(root: Path, folder: Path, *arguments: str, conf: str = "publishconf.py") -> Built:
    """Build the sample site into a folder, with a store of its own."""
    folder.mkdir(exist_ok=True)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pelican", "sample_site/content"),
            *("-s", f"sample_site/{conf}", "-o", str(folder / "output")),
            *arguments,
            *("-e", f'CACHE_PATH="{folder / "cache"}"'),
        ],
        cwd=root,
        env={**os.environ, "COLUMNS": "10000", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return Built(folder / "output", done.stdout + done.stderr)


@pytest.fixture(scope="session")
def built(root, tmp_path_factory) -> Built:
    """The sample site as it is deployed."""
    return build(root, tmp_path_factory.mktemp("deployed"))


@pytest.fixture(scope="session")
def local(root, tmp_path_factory) -> Built:
    """The sample site as `make site` builds it, for looking at it on this machine."""
    return build(root, tmp_path_factory.mktemp("local"), conf="pelicanconf.py")


POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src-attr 'unsafe-inline'"
"""No inline script or style sheet, nothing from another host; editors' `style` attributes may, and
the search, which is WebAssembly."""


class Quiet(SimpleHTTPRequestHandler):
    """Serves files without a log, under a strict Content-Security-Policy."""

    def end_headers(self):
        """Send the policy with each file."""
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, *args):
        """Say nothing."""


@contextmanager
def serving_folder(folder: Path) -> Iterator[str]:
    """Serve a folder under the strict policy; yield its address, with a slash at the end."""
    handler = partial(Quiet, directory=str(folder))
    with running(ThreadingHTTPServer(("127.0.0.1", 0), handler)) as url:
        yield f"{url}/"


@pytest.fixture(scope="session")
def address(local):
    """The site as `make serve` shows it, on a free port."""
    with serving_folder(local.output) as url:
        yield url


@pytest.fixture(scope="session")
def node_modules(root) -> Path:
    """The folder of the packages from npm; without them the test skips, unless CI requires it."""
    folder = root / "tests" / "site" / "node" / "node_modules"
    if not (folder / "axe-core").exists():
        (pytest.fail if os.environ.get("BUTTERCMS_TEST_NODE") == "required" else pytest.skip)(
            "run `npm ci` in tests/site/node"
        )
    return folder


class Visit:
    """One page of the site in the browser, and what happened while it loaded."""

    def __init__(self, page, url):
        self.page, self.problems, self.hosts = page, [], set()
        self._listeners = {
            "console": self._console,
            "pageerror": lambda error: self.problems.append(str(error)),
            "request": lambda request: self.hosts.add(request.url.split("/")[2]),
            "response": self._response,
        }
        for event, listener in self._listeners.items():
            page.on(event, listener)
        page.goto(url, wait_until="load")

    def _console(self, message):
        if message.type in {"error", "warning"}:
            self.problems.append(message.text)

    def _response(self, response):
        if response.status >= 400:
            self.problems.append(f"{response.status} {response.url}")

    def __enter__(self):
        return self

    def __exit__(self, *error):
        for event, listener in self._listeners.items():
            self.page.remove_listener(event, listener)


class Visitor:
    """Goes to pages of the sample site: `with visit("about/") as seen`.

    One window for all that have the same options: opening one takes longer than a visit.
    """

    def __init__(self, browser, address):
        self.browser, self.address = browser, address
        self.host = address.split("/")[2]
        self._windows = {}

    def __call__(self, path, **options):
        """Open a page by its path, in a window with these options."""
        key = repr(sorted(options.items()))
        if key not in self._windows:
            self._windows[key] = self.browser.new_page(**options)
        return Visit(self._windows[key], self.address + path)


@pytest.fixture(scope="session")
def visit(browser, address):
    """A real browser on the sample site as it is shown on this machine."""
    return Visitor(browser, address)
