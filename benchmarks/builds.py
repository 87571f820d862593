"""How long does a build take, beside other generators? The first one, and with little changed.

The same content is built by each tool that is installed, in turn, from an API that takes its time
to answer. What a tool built is looked at before its time counts: a build that failed, has too few
files or not the changed text ends the benchmark.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
import json
import os
from pathlib import Path
import platform
from statistics import median
import subprocess
import sys
import tempfile
import threading
import time
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks import api
from benchmarks.content import CORPORA
from benchmarks.sites import SITUATIONS, Tool, make_tools

Times = dict[tuple[str, str], list["Build"]]
FIRST, SAME, CHANGED = SITUATIONS
_BETWEEN_LOOKS = 0.1


class Build(NamedTuple):
    """What a build took: seconds on the wall and of computing, calls, and the most memory in MB.

    The memory is that of all its processes, with a page that several share counted once (PSS).
    """

    wall: float
    cpu: float
    calls: int
    memory: float


def build(tool: Tool, situation: str, url: str) -> Build:
    """Build once, in a process of its own."""
    environment = {**os.environ, "BUTTERCMS_READ_TOKEN": "benchmark"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # whoever builds a site has compiled code
    environment |= tool.environment if situation == CHANGED else {}
    calls = int(api.ask(f"{url}/calls"))
    with tempfile.TemporaryFile("w+") as printed:
        started = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603
            tool.commands[situation],
            cwd=tool.folder,
            env=environment,
            stdout=printed,
            stderr=subprocess.STDOUT,
        )
        memory = Memory(process.pid)
        _, status, used = os.wait4(process.pid, 0)  # with what it used, its children too
        wall = time.perf_counter() - started
        most = memory.end() or used.ru_maxrss / 1024
        process.returncode = os.waitstatus_to_exitcode(status)
        printed.seek(0)
        if process.returncode:
            raise SystemExit(f"{tool.name} failed:\n{printed.read()[-4000:]}")
    calls = int(api.ask(f"{url}/calls")) - calls
    return Build(wall, used.ru_utime + used.ru_stime, calls, most)


class Memory(threading.Thread):
    """Looks at the memory of a process and of those that it started, until it ends."""

    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self._process, self._most, self._is_over = process, 0.0, threading.Event()
        self.start()

    def run(self) -> None:
        """Look several times a second."""
        while not self._is_over.wait(_BETWEEN_LOOKS):
            self._most = max(self._most, sum(map(_pss, _family(self._process))))

    def end(self) -> float:
        """Return the most that was seen, in MB; 0 where the system does not tell."""
        self._is_over.set()
        self.join()
        return self._most / 1024


def _family(process: int) -> Iterator[int]:
    """Yield a process and all below it."""
    yield process
    with suppress(OSError):
        for path in Path(f"/proc/{process}/task").glob("*/children"):
            for child in path.read_text().split():
                yield from _family(int(child))


def _pss(process: int) -> int:
    """Return the share of memory of a process in kB, 0 if it has ended."""
    with suppress(OSError):
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return 0


def check(tool: Tool, least: int, slug: str, text: str) -> int:
    """Look at what was built; gives the number of files."""
    files = sum(path.is_file() for path in tool.output.rglob("*"))
    if files < least:
        raise SystemExit(f"{tool.name} built {files:,} files; at least {least:,} were expected.")
    page = tool.output / tool.page.format(slug=slug)
    if text not in page.read_text():
        raise SystemExit(f"{tool.name}: {page} does not show {text!r}.")
    return files


def measure(
    tools: list[Tool], url: str, least: int, runs: int, situations: Sequence[str] = SITUATIONS
) -> tuple[Times, dict[str, int]]:
    """Build with each tool in turn, several times, in some situations.

    Before that each is built once, so that the API has all answers: the first to ask pays for them.
    """
    times: Times = {}
    files = {}
    text = f"Post {api.CHANGED} 0"
    slug = api.ask(f"{url}/change/0")
    for tool in tools:
        prepare(tool, FIRST, slug)
        build(tool, FIRST, url)
    for number in range(1, runs + 1):
        for situation in situations:
            if situation == CHANGED:
                text = f"Post {api.CHANGED} {number}"
                api.ask(f"{url}/change/{number}")
            for tool in (one for one in tools if situation in one.situations):
                prepare(tool, situation, slug)
                times.setdefault((tool.name, situation), []).append(build(tool, situation, url))
                # a tool that is not told of changes shows the first text for ever
                shown = text if CHANGED in tool.situations else f"Post {api.CHANGED} 0"
                files[tool.name] = check(tool, least, slug, shown)
    return times, files


def prepare(tool: Tool, situation: str, slug: str) -> None:
    """Make what a situation has: nothing at all, or news of the change."""
    if situation == FIRST:
        # out of the way, not removed: file systems are slow to use again what was just freed
        trash = Path(tempfile.mkdtemp(dir=tool.folder.parent, prefix="before-"))
        for name in tool.throw_away:
            if (tool.folder / name).exists():
                (tool.folder / name).rename(trash / name.replace("/", "-"))
    body = {"data": {"id": slug}, "webhook": {"event": "post.published"}}
    (tool.folder / "event.json").write_text(json.dumps(body))


def table(
    tools: list[Tool],
    times: Times,
    files: dict[str, int],
    situations: Sequence[str] = SITUATIONS,
) -> str:
    """Write the medians, with what this plugin takes of each other tool's time."""
    lines = [
        f"| | {' | '.join(situations)} | calls | memory | files |",
        f"|---|{'---|' * len(situations)}---|---|---|",
    ]
    for tool in tools:
        cells = [_cell(times, tool, tools[0], situation) for situation in situations]
        builds = [times[tool.name, one][-1] for one in situations if one in tool.situations]
        if not builds:
            continue
        cells.append(" / ".join(str(one.calls) for one in builds))
        cells += [f"{max(one.memory for one in builds):,.0f} MB", f"{files[tool.name]:,}"]
        lines.append(f"| {tool.name} {tool.version} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _cell(times: Times, tool: Tool, ours: Tool, situation: str) -> str:
    """Write seconds on the wall and of computing, and the ratios of both."""
    if situation not in tool.situations:
        return ""
    builds, own = times[tool.name, situation], times[ours.name, situation]
    wall, cpu = median(one.wall for one in builds), median(one.cpu for one in builds)
    ratios = median(one.wall for one in own) / wall, median(one.cpu for one in own) / cpu
    compared = "" if tool is ours else f" ({ratios[0]:.2f}, CPU {ratios[1]:.2f})"
    return f"{wall:.1f} s, CPU {cpu:.1f}{compared}"


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=10_000)
    parser.add_argument("--pages", type=int, default=1_000, help="in each of two locales")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--latency", type=float, default=0.05, help="seconds before each answer")
    parser.add_argument("--only", nargs="*", default=[""], help="tools with this in their name")
    parser.add_argument("--situations", nargs="*", choices=SITUATIONS, default=SITUATIONS)
    parser.add_argument("--corpora", nargs="*", choices=CORPORA, default=CORPORA)
    parser.add_argument("--eleventy", type=Path, help="a node_modules folder that has Eleventy")
    parser.add_argument("--folder", type=Path, help="where the sites are made, such as a tmpfs")
    given = parser.parse_args()
    for corpus in given.corpora:
        compare(given, corpus)


def compare(given: argparse.Namespace, corpus: str) -> None:
    """Measure all tools with one corpus, and print the table."""
    with (
        tempfile.TemporaryDirectory(dir=given.folder) as name,
        api.serving(given.posts, given.pages, given.latency, corpus) as url,
    ):
        every = make_tools(Path(name), url, given.eleventy, corpus)
        tools = [
            tool for tool in every if any(one.lower() in tool.name.lower() for one in given.only)
        ]
        least = given.posts + 2 * given.pages
        times, files = measure(tools, url, least, given.runs, given.situations)
    sys.stdout.write(
        f"\n{given.posts:,} posts of 5 kB and {given.pages:,} pages in 2 locales, the {corpus}"
        f" corpus, API at"
        f" {given.latency * 1000:.0f} ms, medians of {given.runs} runs,"
        f" {datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {platform.machine()},"
        f" {os.cpu_count()} cores; in brackets: this plugin's time divided by the tool's\n\n"
    )
    sys.stdout.write(table(tools, times, files, given.situations))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
