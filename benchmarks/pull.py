"""How long does a pull take, beside a bare client that fetches the same listings and keeps nothing?

Both use httpx and as many connections. They take turns, each in a process of its own, at an API
that takes its time to answer. What is compared is the time after the imports.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
import json
import os
from pathlib import Path
import platform
import resource
import shutil
from statistics import median
import subprocess
import sys
import tempfile
import time
from typing import NamedTuple

import httpx

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks import api
from benchmarks.content import LOCALES
from pelican_buttercms.content.graph import link
from pelican_buttercms.settings import Environment, Settings
from pelican_buttercms.sync import load
from pelican_buttercms.sync.account import Source
import pelican_buttercms.sync.http.client  # noqa: F401  (it would come with the first request)
from pelican_buttercms.sync.progress import Progress

BARE, FIRST, SAME, LOAD = "bare client", "first pull", "nothing changed", "load and link"
STAGES = (BARE, FIRST, SAME, LOAD)


class Taken(NamedTuple):
    """What a stage took: seconds on the wall and of computing, the most memory in MB, calls."""

    wall: float
    cpu: float
    memory: float
    calls: int = 0


def fetch_bare(url: str, connections: int) -> None:
    """Fetch all listings, the first pages first, and parse them; as many at once as allowed."""
    headers = {"Authorization": "Token benchmark"}
    with (
        httpx.Client(base_url=f"{url}/v2/", headers=headers, timeout=60) as client,
        ThreadPoolExecutor(connections) as pool,
    ):

        def page(listing: tuple[str, dict[str, str]], number: int) -> int:
            path, query = listing
            answer = client.get(path, params={"page": str(number), "page_size": "100", **query})
            return int((answer.json().get("meta") or {}).get("count") or 0)

        paged = [("posts/", {"locale": locale}) for locale in LOCALES]
        options = {"levels": "1", "alt_media_text": "1", "order": "published"}
        paged += [("pages/place/", {"locale": locale, **options}) for locale in LOCALES]
        firsts = [pool.submit(page, listing, 1) for listing in paged]
        others = [pool.submit(client.get, name) for name in ("authors/", "categories/", "tags/")]
        rest = [
            pool.submit(page, listing, number)
            for listing, first in zip(paged, firsts, strict=True)
            for number in range(2, -(-first.result() // 100) + 1)
        ]
        for other in others:
            other.result().json()
        for one in rest:
            one.result()


def source(url: str, folder: Path, connections: int) -> Source:
    """Give the account as a site's settings name it."""
    settings = {
        "BUTTERCMS_API_URL": f"{url}/v2/",
        "BUTTERCMS_PAGE_TYPES": {"place": {}},
        "BUTTERCMS_LOCALES": {locale: [] for locale in LOCALES},
        "BUTTERCMS_MAX_AGE": "*",
        "BUTTERCMS_CONCURRENCY": connections,
        "CACHE_PATH": str(folder),
    }
    environment = Environment({"BUTTERCMS_READ_TOKEN": "benchmark"})
    options = Settings.from_pelican(settings, environment)
    return Source(options, environment, lambda: datetime.now(UTC))


def run(stage: str, url: str, folder: Path, connections: int) -> None:
    """Do one stage, and print what it took."""
    ours = source(url, folder, connections)

    def load_and_link() -> object:
        stored = load.read_content(ours, lambda _: None, Progress())
        return [link(records) for records in stored.versions.values()]

    stages: dict[str, Callable[[], object]] = {
        BARE: lambda: fetch_bare(url, connections),
        FIRST: lambda: ours.refresh(Progress()),
        SAME: lambda: ours.refresh(Progress()),
        LOAD: load_and_link,
    }
    before = time.process_time()
    started = time.perf_counter()
    stages[stage]()
    wall, cpu = time.perf_counter() - started, time.process_time() - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(json.dumps([wall, cpu, peak]))


def take(stage: str, url: str, folder: Path, connections: int) -> Taken:
    """Do one stage in a process of its own."""
    calls = int(api.ask(f"{url}/calls"))
    command = [sys.executable, __file__, "--stage", stage, url, str(folder), str(connections)]
    environment = {**os.environ, "NO_PROXY": "127.0.0.1"}
    done = subprocess.run(  # noqa: S603
        command, stdout=subprocess.PIPE, text=True, check=True, env=environment
    )
    wall, cpu, memory = json.loads(done.stdout)
    return Taken(wall, cpu, memory, int(api.ask(f"{url}/calls")) - calls)


def measure(url: str, folder: Path, runs: int, connections: int) -> dict[str, list[Taken]]:
    """Let the stages take turns; one round before that lets the API work out its answers."""
    taken: dict[str, list[Taken]] = {stage: [] for stage in STAGES}
    for number in range(runs + 1):
        shutil.rmtree(folder, ignore_errors=True)
        for stage in STAGES:
            one = take(stage, url, folder, connections)
            if number:
                taken[stage].append(one)
    return taken


def table(taken: dict[str, list[Taken]]) -> str:
    """Write the medians, and the median of the ratios to the bare client of the same round."""
    lines = ["| | wall | to the bare client | CPU | memory | calls |", "|---|---|---|---|---|---|"]
    for stage, rounds in taken.items():
        wall, cpu, memory = (median(values) for values in list(zip(*rounds, strict=True))[:3])
        ratios = (o.wall / b.wall for o, b in zip(rounds, taken[BARE], strict=True))
        calls = rounds[-1].calls
        ratio = f"{median(ratios):.2f}" if calls else ""
        lines.append(
            f"| {stage} | {wall:.2f} s | {ratio} | {cpu:.2f} s | {memory:,.0f} MB | {calls} |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=10_000)
    parser.add_argument("--pages", type=int, default=1_000, help="in each of two locales")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--latency", type=float, default=0.05, help="seconds before each answer")
    parser.add_argument("--connections", type=int, default=Settings.concurrency)
    given = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as name,
        api.serving(given.posts, given.pages, given.latency) as url,
    ):
        taken = measure(url, Path(name) / "cache", given.runs, given.connections)
    sys.stdout.write(
        f"{given.posts:,} posts of 5 kB and {given.pages:,} pages in 2 locales, API at"
        f" {given.latency * 1000:.0f} ms, {given.connections} connections, medians of"
        f" {given.runs} runs, {datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()},"
        f" {os.cpu_count()} cores\n\n"
    )
    sys.stdout.write(table(taken))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--stage"]:
        run(sys.argv[2], sys.argv[3], Path(sys.argv[4]), int(sys.argv[5]))
    else:
        main()
