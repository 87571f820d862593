"""A writer's desk: a site with drafts, the command, and the account behind real HTTP."""

from __future__ import annotations

from contextlib import ExitStack
import os
import subprocess
import sys
import time

import pytest

from pelican_buttercms.cli import main
from pelican_buttercms.emulator import create_app
from pelican_buttercms.emulator.server import serving
from pelican_buttercms.publish.apply.cms import Cms
from tests import forks

READ, WRITE = "read-token-of-the-tests", "write-token-of-the-tests"


class Clock:
    """Time that passes when somebody sleeps, and costs none."""

    def __init__(self):
        self._slept = 0.0

    def sleep(self, seconds):
        """Let time pass."""
        self._slept += seconds

    def __call__(self):
        """Tell seconds."""
        return time.monotonic() + self._slept


class Done:
    """What a run of the command left: its exit code, and what it printed."""

    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err
        self.text = out + err

    def __repr__(self):
        return f"exit code {self.code}\n{self.text}"


class Desk:
    """Where drafts are written and published."""

    def __init__(self, site, app, url, capfd, monkeypatch):
        self.site, self.app, self.url = site, app, url
        self.account = app.account
        self._capfd = capfd
        self._monkeypatch = monkeypatch
        self.environment = {
            "BUTTERCMS_API_URL": f"{url}/v2/",
            "BUTTERCMS_READ_TOKEN": READ,
            "BUTTERCMS_WRITE_TOKEN": WRITE,
        }

    def write(self, path, text):
        """Write a draft; gives its path."""
        self.site.write(f"content/drafts/{path}", text)
        return f"content/drafts/{path}"

    def read(self, path):
        """Read a draft."""
        return (self.site.folder / "content/drafts" / path).read_text()

    def command(self, *arguments):
        """Run the command in this process."""
        if not (self.site.folder / "pelicanconf.py").exists():
            self.site.configure()
        self._capfd.readouterr()
        code = 0
        with self._monkeypatch.context() as patch:
            patch.chdir(self.site.folder)
            patch.setattr(sys, "argv", ["pelican-buttercms", *map(str, arguments)])
            for name, value in self.environment.items():
                patch.setenv(name, value)
            try:
                main()
            except SystemExit as exc:
                code = exc.code or 0
        out, err = self._capfd.readouterr()
        return Done(code, out, err)

    def publish(self, *arguments):
        """Publish without being asked."""
        return self.command("publish", "--yes", "--wait", "2s", *arguments)

    def plan(self, *arguments):
        """Look at the plan only."""
        return self.command("publish", "--dry-run", "--exit-code", *arguments)

    def start(self, *arguments, stdin=None):
        """Start the command in a process of its own; one that is given input starts anew."""
        if not (self.site.folder / "pelicanconf.py").exists():
            self.site.configure()
        command = ["pelican_buttercms", *map(str, arguments)]
        env = {**os.environ, **self.environment, "COLUMNS": "200", "NO_COLOR": "1"}
        if stdin is None:
            return forks.start(command, self.site.folder, env)
        return subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=self.site.folder,
            env=env,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def sent(self):
        """The writes that reached the API, as method and path."""
        return [
            (call.method, call.path.removeprefix("/v2"))
            for call in self.app.calls
            if call.method not in {"GET", "HEAD", "OPTIONS"}
        ]

    def page(self, page_type, slug):
        """A page as the account holds it."""
        return self.account.pages[page_type][slug]

    def items(self, key):
        """A collection as the account holds it."""
        return self.account.collections[key]


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    """Waiting for a write to show takes no time in this process; others wait as they do."""
    clock = Clock()
    defaults = {**Cms.__init__.__kwdefaults__, "sleep": clock.sleep, "clock": clock}
    monkeypatch.setattr(Cms.__init__, "__kwdefaults__", defaults)


@pytest.fixture
def desk(site, account, capfd, monkeypatch):
    """Make a desk; fill the account before."""
    with ExitStack() as stack:

        def make(**behaviour):
            account.settings(
                **{"read_token": READ, "write_token": WRITE, **behaviour.pop("account", {})}
            )
            app = create_app(account.folder, **behaviour)
            url = stack.enter_context(serving(app))
            return Desk(site, app, url, capfd, monkeypatch)

        yield make
