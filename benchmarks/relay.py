"""How long is it from an editor's click to the page on disk, and how many calls does it cost?

An emulator with 50 ms a request sends the webhook over loopback, the relay starts the build, and
the build is looked at until the page is there. Run it by hand:

    python benchmarks/relay.py [--posts 1000] [--runs 5] [--quiet 1s]
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
import re
import shlex
import statistics
import subprocess
import sys
import tempfile
import time

from pelican_buttercms.emulator import create_app
from pelican_buttercms.emulator.app import Emulator
from pelican_buttercms.emulator.server import serving

SECRET = "a-secret-for-the-benchmark"  # noqa: S105  (opens nothing)
CONF = """\
SITENAME = "Benchmark"
SITEURL = "https://site.example"
TIMEZONE = "UTC"
DEFAULT_LANG = "en"
PATH = "content"
OUTPUT_PATH = "output"
CACHE_PATH = "{cache}"
THEME = "simple"
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = None
AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
PLUGINS = ["pelican_buttercms"]
"""


def main() -> None:
    """Measure, and print medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--quiet", default="1s", help="the relay's quiet window")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        account, site = Path(folder, "cms"), Path(folder, "site")
        _fill(account, options.posts)
        (site / "content").mkdir(parents=True)
        (site / "pelicanconf.py").write_text(CONF.format(cache=site / "cache"))
        app = create_app(account, faults=["latency=0.05"])
        with serving(app) as url:
            _measure(app, url, site, options)


def _measure(app: Emulator, url: str, site: Path, options: argparse.Namespace) -> None:
    environ = {
        **os.environ,
        "BUTTERCMS_API_URL": f"{url}/v2/",
        "BUTTERCMS_READ_TOKEN": "x",
        "CI": "1",
    }
    build = [sys.executable, "-m", "pelican", "-s", str(site / "pelicanconf.py")]
    before = time.monotonic()
    subprocess.run(  # noqa: S603  (made here)
        build, cwd=site, env=environ, check=True, capture_output=True
    )
    first, calls = time.monotonic() - before, len(app.calls)
    relay = subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "pelican_buttercms", "relay", "--port", "0",
         "--quiet", options.quiet, "--run", shlex.join(build)],
        cwd=site, env={**environ, "BUTTERCMS_WEBHOOK_SECRET": SECRET, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        found = next(m for line in relay.stdout or () if (m := re.search(r"http://[^/\s]+/", line)))
        app.account.config["webhooks"] = [
            {"url": found[0], "headers": {"X-Buttercms-Secret": SECRET}}
        ]
        seconds, costs = zip(*(_one(app, site, n) for n in range(options.runs)), strict=True)
    finally:
        relay.terminate()
        relay.communicate()
    seconds_taken = statistics.median(seconds)
    told = ", ".join(map(str, sorted(set(costs))))
    sys.stdout.write(f"{options.posts:,} posts, 50 ms a request, quiet window {options.quiet}\n")
    sys.stdout.write(f"first build: {first:.2f} s, {calls} calls\n")
    sys.stdout.write(
        f"from the click to the page: {seconds_taken:.2f} s ({seconds_taken / first:.2f} of the"
        f" first build), calls: {told}\n"
    )


def _one(app: Emulator, site: Path, number: int) -> tuple[float, int]:
    """Change a post, and wait for its page."""
    title, calls = f"Changed {number} times", len(app.calls)
    page = site / "output" / "post-7.html"
    begun = time.monotonic()
    app.change("post/post-7", title=title)
    while title not in page.read_text():
        time.sleep(0.01)
        if time.monotonic() - begun > 300:
            raise SystemExit("the page did not change")
    taken = time.monotonic() - begun
    time.sleep(2)  # the rest of that build is not this one's
    return taken, len(app.calls) - calls


def _fill(account: Path, posts: int) -> None:
    (account / "posts").mkdir(parents=True)
    (account / "categories.json").write_text(json.dumps([{"slug": "news", "name": "News"}]))
    for number in range(posts):
        moment = f"2024-01-{number % 28 + 1:02d}T10:00:00.000000Z"
        post = {
            "slug": f"post-{number}", "title": f"Post {number}", "status": "published",
            "created": moment, "published": moment, "updated": moment, "summary": "",
            "body": "<p>Words of a post.</p>" * 50, "categories": ["news"], "tags": [],
            "author": None, "seo_title": "", "meta_description": "", "featured_image": None,
            "featured_image_alt": "",
        }  # fmt: skip
        (account / f"posts/post-{number}.json").write_text(json.dumps(post))


if __name__ == "__main__":
    main()
