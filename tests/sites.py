"""Sites that are built by the real `pelican`, from an account."""

from __future__ import annotations

import os
from pathlib import Path
import subprocess
from typing import Any

from tests import forks
from tests.accounts import Account


class Site:
    """A Pelican site in a folder, built by the real `pelican` in a process of its own.

    Attributes:
        folder: where it is.
        output: where it is built.
        fresh: start the processes anew; they are forked from one that has everything imported
            otherwise, which is several times as fast.
        settings: what its pelicanconf.py says.
    """

    def __init__(self, folder: Path, account: Account) -> None:
        self.folder = folder
        self.fresh = False
        self.output = folder / "output"
        (folder / "content").mkdir(parents=True)
        self.settings: dict[str, Any] = {
            "SITENAME": "Test site",
            "SITEURL": "https://site.example",
            "TIMEZONE": "UTC",
            "DEFAULT_LANG": "en",
            "PATH": "content",
            "OUTPUT_PATH": "output",
            "THEME": "simple",
            "PLUGINS": ["pelican_buttercms"],
            "BUTTERCMS_API_URL": f"emulator:{account.folder}",
        }

    def write(self, path: str, text: str) -> None:
        """Write a file of the site."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)

    def configure(self, extra: str = "", **settings: Any) -> None:
        """Write pelicanconf.py; None takes a setting away, `extra` is Python code."""
        self.settings |= settings
        lines = [f"{k} = {v!r}" for k, v in self.settings.items() if v is not None]
        self.write("pelicanconf.py", "\n".join([*lines, extra, ""]))

    def run(self, *command: str, env: dict[str, str] | None = None) -> Any:
        """Run a command in the site's folder; gives the completed process."""
        if not (self.folder / "pelicanconf.py").exists():
            self.configure()
        # what the tests themselves are told is no variable of the site's
        own = {k: v for k, v in os.environ.items() if not k.startswith("BUTTERCMS_TEST_")}
        environ = {**own, "COLUMNS": "10000", "NO_COLOR": "1", **(env or {})}
        process = forks.start(command, self.folder, environ, apart=True, fresh=self.fresh)
        try:
            printed = process.communicate(timeout=120)
        finally:
            process.kill()  # one that has not ended, and is waited for no longer
        return subprocess.CompletedProcess(command, process.returncode, *printed)

    def pelican(self, *arguments: str, env: dict[str, str] | None = None) -> Any:
        """Run `pelican content`; the caller looks at the exit code."""
        return self.run("pelican", *arguments, env=env)

    def build(self, *arguments: str, env: dict[str, str] | None = None) -> str:
        """Run `pelican content`, which must succeed; gives what it printed."""
        done = self.pelican(*arguments, env=env)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def command(self, *arguments: str, env: dict[str, str] | None = None) -> Any:
        """Run `pelican-buttercms`."""
        return self.run("pelican_buttercms", *arguments, env=env)

    def path_with_stork(self) -> str:
        """Give a PATH with a stand-in for stork, the program that the search plugin calls."""
        self.write("bin/stork", '#!/bin/sh\ncp "$3" index.toml; touch "$5"\n')
        (self.folder / "bin/stork").chmod(0o755)
        return f"{self.folder / 'bin'}:{os.environ['PATH']}"

    def read(self, path: str) -> str:
        """Read a file of the output."""
        return (self.output / path).read_text()

    def files(self) -> set[str]:
        """Name every file of the output."""
        return {
            str(path.relative_to(self.output)) for path in self.output.rglob("*") if path.is_file()
        }
