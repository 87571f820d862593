"""A real `pelican-buttercms preview` in a process of its own, and the account that it asks."""

from __future__ import annotations

from contextlib import ExitStack
import os
import re
import signal
import subprocess
import sys
from threading import Thread
import time
import urllib.request

import pytest

from pelican_buttercms.emulator import create_app
from pelican_buttercms.emulator.server import serving


def until(condition, seconds=30):
    """Wait for what another process does, and give what it gave."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)
    return found


class Preview:
    """The command, while it runs."""

    def __init__(self, site, url, *arguments, env=None):
        if not (site.folder / "pelicanconf.py").exists():
            site.configure()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "pelican_buttercms", "preview", "--port", "0", *arguments],
            cwd=site.folder,
            env={
                **os.environ,
                "BUTTERCMS_API_URL": f"{url}/v2/",
                "BUTTERCMS_READ_TOKEN": "x",
                "COLUMNS": "10000",
                "NO_COLOR": "1",
                "PYTHONUNBUFFERED": "1",
                "TMPDIR": str(site.folder.parent),
                **(env or {}),
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines = []
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip())

    @property
    def printed(self):
        """Everything that it has printed."""
        return "\n".join(self.lines)

    def address(self):
        """Wait until it shows something, and give the address."""
        until(lambda: "Ctrl-C ends." in self.printed or self.process.poll() is not None)
        found = re.search(r"Showing drafts at (http://\S+)/ ", self.printed)
        assert found, self.printed
        return found[1]

    def tells(self, text):
        """Wait for a line."""
        return until(lambda: next((line for line in self.lines if text in line), None))

    def press(self, key):
        """Type a key."""
        self.process.stdin.write(key)
        self.process.stdin.flush()

    def end(self):
        """Interrupt it as Ctrl-C does, and give its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        code = self.process.wait(timeout=20)
        self._reader.join(timeout=20)
        self.process.stdin.close()
        self.process.stdout.close()
        return code


@pytest.fixture
def emulator(account):
    """The account's emulator; fill the account before asking for it."""
    return create_app(account.folder)


@pytest.fixture
def preview(site, request):
    """Start a preview, and end it; the account is what it is when the preview starts."""
    with ExitStack() as stack:

        def start(*arguments, env=None):
            url = stack.enter_context(serving(request.getfixturevalue("emulator")))
            running = Preview(site, url, *arguments, env=env)
            stack.callback(running.end)
            return running

        yield start


def get(url, host=None, method="GET"):
    """Ask a server; gives status, text and the address that was reached in the end."""
    request = urllib.request.Request(url, method=method, headers={"Host": host} if host else {})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.read().decode(), answer.url
    except urllib.error.HTTPError as exc:
        return exc.code, exc.read().decode(), exc.url


@pytest.fixture
def ask():
    """Ask a server."""
    return get


@pytest.fixture
def wait():
    """Wait for what another process does."""
    return until
