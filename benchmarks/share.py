"""How much of a rebuild is the plugin's own? What it takes beyond the least that Pelican does.

One post is changed. This plugin pulls it and renders what shows it; then Pelican makes the same
contents and lists from files, and renders the same pages, without being told which and without
comparing anything (`least.py`). The difference is what pulling, knowing and comparing cost.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
import json
import os
from pathlib import Path
import platform
import shutil
from statistics import median
import sys
import tempfile

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks import api
from benchmarks.builds import CHANGED, FIRST, build, check, prepare
from benchmarks.sites import HERE, Tool, make_tools


def make_least(plain: Tool) -> Tool:
    """Make of the site of plain Pelican the one that does no more than it must."""
    shutil.copy(HERE / "least.py", plain.folder)
    settings = plain.folder / "pelicanconf.py"
    text = settings.read_text()
    settings.write_text(text.replace('["handwritten"]', '["handwritten", "least"]'))
    return plain


def stamps(folder: Path) -> dict[str, int]:
    """Tell when each page was written."""
    return {
        path.relative_to(folder).as_posix(): path.stat().st_mtime_ns
        for path in folder.rglob("*.html")
    }


def main() -> None:
    """Measure, and print the times in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=10_000)
    parser.add_argument("--pages", type=int, default=1_000, help="in each of two locales")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--latency", type=float, default=0.05, help="seconds before each answer")
    given = parser.parse_args()
    ours, least = [], []
    with (
        tempfile.TemporaryDirectory() as name,
        api.serving(given.posts, given.pages, given.latency) as url,
    ):
        plugin, plain, *_ = make_tools(Path(name), url, None)
        plain = make_least(plain)
        prepare(plugin, FIRST, slug := api.ask(f"{url}/change/0"))
        build(plugin, FIRST, url)
        for number in range(1, given.runs + 1):
            api.ask(f"{url}/change/{number}")
            before = stamps(plugin.output)
            prepare(plugin, CHANGED, slug)
            ours.append(build(plugin, CHANGED, url).wall)
            check(plugin, given.posts, slug, f"Post {api.CHANGED} {number}")
            after = stamps(plugin.output)
            pages = [path for path, stamp in after.items() if before.get(path) != stamp]
            (plain.folder / "pages.json").write_text(json.dumps(pages))
            for kept in plain.folder.glob("kept-posts*"):
                kept.unlink()
            build(plain, FIRST, url)  # fetches
            shutil.rmtree(plain.output)
            least.append(build(plain, FIRST, url).wall)
            check(plain, 1, slug, f"Post {api.CHANGED} {number}")
    own = [one - other for one, other in zip(ours, least, strict=True)]
    sys.stdout.write(
        f"{given.posts:,} posts of 5 kB and {given.pages:,} pages in 2 locales, API at"
        f" {given.latency * 1000:.0f} ms, one post changed, medians of {given.runs} runs,"
        f" {datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {platform.machine()},"
        f" {os.cpu_count()} cores\n\n"
        f"| rebuild | least that Pelican does | plugin's own share | pages |\n|---|---|---|---|\n"
        f"| {median(ours):.2f} s | {median(least):.2f} s | {median(own):.2f} s | {len(pages)} |\n"
    )


if __name__ == "__main__":
    main()
