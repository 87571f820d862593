"""Sites that are built quickly, as incremental and as full builds, and compared."""

from __future__ import annotations

from dataclasses import dataclass
import itertools
import json
import os
from pathlib import Path
import re
import subprocess
import sys

from tests.accounts import Account
from tests.sites import Site

_COUNTS = re.compile(
    r"([\d,]+) pages? rendered(?: and compared: none is out of date|, ([\d,]+) were up to date)\."
)

_LIVE = """
import sys
sys.path.insert(0, "")
sys.dont_write_bytecode = True
import os
import pelican

def build():
    arguments = pelican.parse_arguments(["content", "-s", "pelicanconf.py"])
    pelican.get_instance(arguments)[0].run()
"""


class Code(str):
    """A value of a setting that is written as Python."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


class Builder:
    """A process that has Pelican imported, and forks for each build."""

    def __init__(self) -> None:
        self._numbers = itertools.count()
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("builder.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "COLUMNS": "200", "NO_COLOR": "1"},
        )

    def build(
        self,
        folder: Path,
        arguments: list[str],
        env: dict[str, str],
        kill_after: float = 0,
        *,
        rests: bool = False,
    ) -> tuple[int, str]:
        """Build a site; returns the exit code, and what was printed.

        Pages are looked at also where nothing has changed, unless it `rests`.
        """
        log = folder / "build.log"
        job: dict[str, object] = {
            "folder": str(folder),
            "arguments": arguments,
            "env": env,
            "log": str(log),
            "rests": rests,
        }
        job["kill_after"] = kill_after
        pipe = self._process.stdin
        assert pipe
        pipe.write(json.dumps(job) + "\n")
        pipe.flush()
        assert self._process.stdout
        line = self._process.stdout.readline()
        assert line, "the builder has ended"
        return int(line), log.read_text(encoding="utf-8") if log.exists() else ""

    def end(self) -> None:
        """Let it end."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(timeout=20)
        self._process.stdout.close()


@dataclass
class Build:
    """What a build has printed.

    Attributes:
        log: all of it.
        rendered: how many pages it rendered, -1 if it does not say so.
        kept: how many it left as they were.
    """

    log: str
    rendered: int = -1
    kept: int = -1

    def __post_init__(self) -> None:
        if found := _COUNTS.search(self.log):
            self.rendered, self.kept = (int((n or "0").replace(",", "")) for n in found.groups())


class QuickSite(Site):
    """A site that is built by a builder.

    Attributes:
        rests: whether a build may have nothing to do at all.
        source: the folder of its content.
    """

    rests = False
    source = "content"

    def __init__(self, folder: Path, account: Account, builder: Builder) -> None:
        super().__init__(folder, account)
        self._builder = builder
        self.settings |= {"BUTTERCMS_MAX_AGE": 0, "PLUGIN_PATHS": ["plugins"]}
        self.settings |= {"PAGE_PATHS": ["pages"], "STATIC_PATHS": ["images", "static"]}
        self.account = account

    def plugin(self, name: str, text: str) -> None:
        """Write a plugin, and name it in PLUGINS."""
        self.write(f"plugins/{name}.py", text)
        if name not in self.settings["PLUGINS"]:
            self.settings["PLUGINS"] = [*self.settings["PLUGINS"], name]

    def template(self, name: str, text: str) -> None:
        """Write a template that comes before the theme's."""
        self.write(f"templates/{name}", text)
        self.settings["THEME_TEMPLATES_OVERRIDES"] = ["templates"]

    def attempt(self, *more: str, env: dict[str, str] | None = None) -> tuple[int, Build]:
        """Build; returns the exit code as well."""
        self.configure()
        code, log = self._builder.build(
            self.folder, [self.source, "-s", "pelicanconf.py", *more], env or {}, rests=self.rests
        )
        return code, Build(log)

    def make(self, *more: str, env: dict[str, str] | None = None) -> Build:
        """Build into the output folder that stays."""
        code, build = self.attempt(*more, env=env)
        assert code == 0, build.log
        return build

    def live(self, *before: str, env: dict[str, str] | None = None) -> None:
        """Build again and again in one process, with some code before each build."""
        self.configure()
        code = "\nbuild()\n".join([*before, ""])
        done = subprocess.run(
            [sys.executable, "-c", f"{_LIVE}{code}"],
            cwd=self.folder,
            env={**os.environ, **(env or {})},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def kill(self, after: float) -> None:
        """Build, and kill it after some seconds."""
        self.configure()
        self._builder.build(self.folder, ["content", "-s", "pelicanconf.py"], {}, after)

    def full(self, env: dict[str, str] | None = None, **settings: object) -> dict[str, bytes]:
        """Build everything anew into another folder, from what was pulled last."""
        chosen = {"BUTTERCMS_INCREMENTAL": False, "BUTTERCMS_OFFLINE": True, **settings}
        number = 0
        while (self.folder / f"full-{number}").exists():
            number += 1
        words = [f"{name}={json.dumps(value)}" for name, value in chosen.items()]
        self.make("-o", f"full-{number}", "-e", *words, env=env)
        return tree(self.folder / f"full-{number}")

    def tree(self) -> dict[str, bytes]:
        """Read every file of the output folder that stays."""
        return tree(self.output)

    def is_right(self, env: dict[str, str] | None = None) -> None:
        """Compare with a full build."""
        found = difference(self.tree(), self.full(env=env))
        assert not found, found

    def remake(self, env: dict[str, str] | None = None) -> Build:
        """Build into the output folder that stays, and compare with a full build."""
        build = self.make(env=env)
        self.is_right(env=env)
        return build

    def changed(self, *more: str, env: dict[str, str] | None = None) -> set[str]:
        """Build; returns the files that were written."""
        before = stamps(self.output)
        self.make(*more, env=env)
        after = stamps(self.output)
        return {
            name for name in before.keys() | after.keys() if before.get(name) != after.get(name)
        }


def tree(folder: Path) -> dict[str, bytes]:
    """Read every file of a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def stamps(folder: Path) -> dict[str, int]:
    """Return when every file of a folder was changed."""
    return {
        path.relative_to(folder).as_posix(): path.stat().st_mtime_ns
        for path in folder.rglob("*")
        if path.is_file()
    }


def difference(one: dict[str, bytes], other: dict[str, bytes]) -> str:
    """Say where two folders differ, "" if they do not."""
    lines = [f"too many: {name}" for name in one.keys() - other.keys()]
    lines += [f"missing: {name}" for name in other.keys() - one.keys()]
    for name in one.keys() & other.keys():
        if one[name] != other[name]:
            lines.append(f"differs: {name}: {_first(one[name], other[name])}")
    return "\n".join(sorted(lines))


def _first(one: bytes, other: bytes) -> str:
    pairs = itertools.zip_longest(one.splitlines(), other.splitlines())
    return next((f"{a!r} for {b!r}" for a, b in pairs if a != b), "line ends")
