"""What do many records cost? Store size, time and memory of pulling and loading them.

Every stage runs in a process of its own, so that its peak memory is its own; the API is played in
the process by the smallest WSGI application that will do, whose share is printed as well.
"""

from __future__ import annotations

from datetime import UTC, datetime
import json
from pathlib import Path
import platform
import resource
import subprocess
import sys
import tempfile
import time
from typing import Any
from urllib.parse import parse_qs

import httpx

from pelican_buttercms import __version__
from pelican_buttercms.content.graph import link
from pelican_buttercms.settings import Token
from pelican_buttercms.store import Scope, Store
from pelican_buttercms.sync.call_budget import Meter
from pelican_buttercms.sync.http.client import Client
from pelican_buttercms.sync.progress import Progress
from pelican_buttercms.sync.pull import pull
from pelican_buttercms.sync.pull_spec import PullSpec

SIZES = (1_000, 10_000, 100_000)
STAGES = ("bare", "first pull", "same again", "load", "load and link")
SCOPE = Scope("benchmark", "", "live")
BODY = "<p>" + "A sentence of some words that says nothing. " * 110 + "</p>"  # 4.9 kB


def api(posts: int) -> Any:
    """Play an account with so many posts."""
    author = {"slug": "a", "first_name": "Ada", "last_name": "Lane"}

    def post(number: int) -> dict[str, Any]:
        moment = f"2024-01-01T00:00:00.{number:06d}Z"
        return {
            "slug": f"post-{number}",
            "title": f"Post {number}",
            "body": f"{BODY}{number}",
            "status": "published",
            "created": moment,
            "published": moment,
            "updated": moment,
            "author": author,
            "categories": [{"slug": f"c{number % 20}", "name": f"C{number % 20}"}],
            "tags": [{"slug": f"t{number % 100}", "name": f"T{number % 100}"}],
        }

    def answer(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        query = parse_qs(environ["QUERY_STRING"])
        body: dict[str, Any] = {"data": []}
        if "posts" in environ["PATH_INFO"]:
            page = int(query["page"][0])
            first = (page - 1) * 100
            last = min(first + 100, posts)
            body["data"] = [post(number) for number in range(first, last)]
            body["meta"] = {"count": posts, "next_page": page + 1 if last < posts else None}
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(body).encode()]

    return answer


def run(stage: str, posts: int, folder: Path) -> None:
    """Do one stage, and print its seconds and its peak memory in MB."""
    started = time.perf_counter()
    if stage == "bare":
        transport = httpx.WSGITransport(api(posts))
        with httpx.Client(transport=transport, base_url="https://api.example/v2/") as bare:
            for page in range(1, posts // 100 + 1):
                bare.get("posts/", params={"page": page, "page_size": 100}).json()
    else:
        with Store(folder, lambda: datetime.now(UTC)) as store:
            if "load" in stage:
                generation = store.latest(SCOPE)
                if generation is None:
                    raise SystemExit("there is nothing to load")
                records = list(store.records(generation))
                if "link" in stage:
                    link(records)
            else:
                client = Client(
                    "https://api.example/v2/",
                    Token("x"),
                    transport=httpx.WSGITransport(api(posts)),
                    meter=Meter(),
                )
                with client:
                    result = pull(client, store, [SCOPE], PullSpec(), Progress())
                if len(result.generation.manifest) < posts:
                    raise SystemExit("the pull was not whole")
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(json.dumps([seconds, peak]))


def main() -> None:
    """Run every stage for every size, and print a table."""
    sizes = [int(size) for size in sys.argv[1:]] or list(SIZES)
    write = sys.stdout.write
    write(
        f"pelican-buttercms {__version__}, Python {platform.python_version()},"
        f" {platform.machine()}, {datetime.now(UTC):%Y-%m-%d}\n\n"
        f"| posts of 5 kB | store | {' | '.join(STAGES)} |\n|---|---|{'---|' * len(STAGES)}\n"
    )
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            cells = []
            for stage in STAGES:
                command = [sys.executable, __file__, "--stage", stage, str(size), name]
                done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603
                seconds, peak = json.loads(done.stdout)
                cells.append(f"{seconds:.1f} s, {peak:,.0f} MB")
            stored = sum(path.stat().st_size for path in Path(name).rglob("*") if path.is_file())
            write(f"| {size:,} | {stored / 1e6:,.0f} MB | {' | '.join(cells)} |\n")
            sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--stage"]:
        run(sys.argv[2], int(sys.argv[3]), Path(sys.argv[4]))
    else:
        main()
