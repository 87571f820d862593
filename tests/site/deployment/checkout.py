"""A checkout of the sample site, and the programs on its PATH; nothing is installed."""

import json
import os
import shutil
import subprocess
import sys

from .files import SAMPLE

TOKEN = "the-read-token"
CLOCK, DECAF = "a-note-on-the-harbour-clock", "decaf-deserves-better"
KEPT = {"a-note-on-the-harbour-clock.json", "decaf-deserves-better.json"}


class Repository:
    """A copy of the sample site in a checkout of its own, with an account that is quick to pull."""

    def __init__(self, folder):
        self.folder = folder
        ignored = shutil.ignore_patterns("output", "cache", "__pycache__")
        shutil.copytree(SAMPLE, folder, ignore=ignored)
        for post in (folder / "cms/posts").glob("*.json"):
            if post.name not in KEPT:
                post.unlink()
        with (folder / "pelicanconf.py").open("a") as conf:
            conf.write(
                "\nfrom pelican_buttercms import theme_path\n"
                "THEME, CACHE_PATH = theme_path(), str(HERE / 'cache')\n"
                "BUTTERCMS_LOCALES, BUTTERCMS_MEDIA = [], 'cdn'\n"
            )
        self.program("python", f'[ "$2" = pip ] && exit 0\nexec {sys.executable} "$@"')
        self.program("pelican", f'exec {sys.executable} -m pelican "$@"')
        self.program("pelican-buttercms", f'exec {sys.executable} -m pelican_buttercms "$@"')

    @property
    def tools(self):
        """Where programs are, beside the checkout."""
        return self.folder.with_name("bin")

    def program(self, name, lines):
        """Put a program on the PATH."""
        self.tools.mkdir(exist_ok=True)
        (self.tools / name).write_text(f"#!/bin/sh\n{lines}\n")
        (self.tools / name).chmod(0o755)

    def bash(self, script, *options, **env):
        """Run a script in the checkout."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("BUTTERCMS_", "GITHUB_"))}
        path = f"{self.tools}:{os.environ['PATH']}"
        return subprocess.run(
            ["bash", *options, "-c", script],
            cwd=self.folder,
            env={**kept, "PATH": path, "CI": "true", "COLUMNS": "10000", **env},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def edit(self, slug, **values):
        """Change a post at the account."""
        path = self.folder / f"cms/posts/{slug}.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | values))

    def fail(self, *faults):
        """Let the account's API fail, or be well again."""
        path = self.folder / "cms/account.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | {"faults": faults}))

    def read(self, path):
        """Read a file of the output."""
        return (self.folder / "output" / path).read_text()

    def snapshot(self):
        """Commit a snapshot, that of the whole sample account, and take the account away."""
        committed = SAMPLE.parent / "cache/snapshots/harbour-lane"
        shutil.copytree(committed, self.folder / "cache/snapshots/live")
        shutil.rmtree(self.folder / "cms")
        (self.folder / "cms").mkdir()
        with (self.folder / "pelicanconf.py").open("a") as conf:
            conf.write('BUTTERCMS_LOCALES = {"en": [], "de": ["en"], "de-AT": ["de", "en"]}\n')
