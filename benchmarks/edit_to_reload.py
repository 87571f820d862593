"""Measure the time from an edit to the open page of `pelican-buttercms preview` that shows it.

A copy of the sample site is previewed, with its account behind HTTP, and Chromium shows a page.
The kinds of edit take turns. Needs Playwright and Chromium. Run it by hand:

    python benchmarks/edit_to_reload.py [--rounds 5]
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
import os
from pathlib import Path
import re
import shutil
from statistics import median
import subprocess
import sys
import tempfile
import time
from typing import Any

import httpx
from playwright.sync_api import sync_playwright

from pelican_buttercms.emulator import create_app
from pelican_buttercms.emulator.server import serving

ROOT = Path(__file__).resolve().parent.parent
POST = "a-french-press-for-four"
EVENT = f'{{"data": {{"id": "{POST}"}}, "webhook": {{"event": "post.published"}}}}'.encode()


def main() -> None:
    """Make each kind of edit in turn, and print the times of all rounds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name in ("sample_site", "themes"):
            shutil.copytree(
                ROOT / name, Path(folder, name), ignore=shutil.ignore_patterns("output")
            )
        site = Path(folder, "sample_site")
        app = create_app(site / "cms")
        with serving(app) as url:
            environ = {**os.environ, "BUTTERCMS_API_URL": f"{url}/v2/", "BUTTERCMS_READ_TOKEN": "x"}
            command = [sys.executable, "-m", "pelican_buttercms", "preview", "--port", "0"]
            running = subprocess.Popen(  # noqa: S603
                [*command, "--interval", "0.2", "--calls-per-hour", "3000"],
                cwd=site, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            )  # fmt: skip
            try:
                _measure(site, app, _address(running), options.rounds)
            finally:
                running.terminate()
                running.wait()


def _address(running: subprocess.Popen[str]) -> str:
    for line in running.stdout or ():
        if found := re.search(r"Showing drafts at (http://\S+?)/ ", line):
            drain = "while line := stream.read(65536): pass"
            subprocess.Popen(  # noqa: S603
                [sys.executable, "-c", f"import sys\nstream = sys.stdin\n{drain}"],
                stdin=running.stdout,
            )
            return found[1]
    raise SystemExit("the preview did not start")


def _measure(site: Path, app: Any, address: str, rounds: int) -> None:
    css = site.parent / "themes/buttercms/static/css/style.css"
    text = site / "content/pages/colophon.md"
    template = site.parent / "themes/buttercms/templates/article.html"

    def edit_css(mark: str) -> None:
        css.write_text(css.read_text() + f"\nbody {{ --edit: {mark} }}")

    def edit_text(mark: str) -> None:
        text.write_text(text.read_text() + f"\n\n{mark}\n")

    def edit_template(mark: str) -> None:
        start = "{% block content %}"
        template.write_text(template.read_text().replace(start, f"{start}<p>{mark}</p>", 1))

    def send_webhook(mark: str) -> None:
        app.change(f"post/{POST}", "published", title=mark)
        httpx.post(f"{address}/_buttercms/webhook", content=EVENT).raise_for_status()

    seen = "document.body.innerText.includes"
    style = "getComputedStyle(document.body).getPropertyValue('--edit').trim() === "
    edits: list[tuple[str, str, Callable[[str], None], str]] = [
        ("CSS", f"/journal/{POST}/", edit_css, style),
        ("local text", "/colophon/", edit_text, seen),
        ("template of 93 pages", f"/journal/{POST}/", edit_template, seen),
        ("webhook", f"/journal/{POST}/", send_webhook, seen),
    ]
    times: dict[str, list[float]] = {name: [] for name, *_ in edits}
    names = filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome")))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=next(names), args=["--no-sandbox"])
        page = browser.new_page()
        for number in range(rounds):
            for name, path, edit, shown in edits:
                with page.expect_request("**/_buttercms/events"):
                    page.goto(f"{address}{path}")
                page.wait_for_timeout(2500)  # the check of a page that was opened
                mark = f"edit{number}{edits.index((name, path, edit, shown))}"
                started = time.monotonic()
                edit(mark)
                page.wait_for_function(f"{shown}('{mark}')")
                times[name].append(time.monotonic() - started)
        browser.close()
    for name, measured in times.items():
        line = f"median {median(measured):.2f} s, most {max(measured):.2f} s"
        sys.stdout.write(f"{name:22} {line}\n")


if __name__ == "__main__":
    main()
