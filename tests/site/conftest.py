"""The sample site, built once by the real Pelican for all tests that look at it."""

from __future__ import annotations

import os
from pathlib import Path
import shutil
import subprocess
import sys

import pytest


class Built:
    """The files of one build of the sample site."""

    def __init__(self, output: Path, printed: str) -> None:
        self.output = output
        self.printed = printed

    def read(self, path: str) -> str:
        """Read a file of the output."""
        return (self.output / path).read_text()

    def files(self) -> set[str]:
        """Name every file of the output."""
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
