"""A real `pelican-buttercms preview` in a process of its own, and the account that it asks."""

from __future__ import annotations

from contextlib import ExitStack
import os
import signal
import urllib.request

import pytest

from pelican_buttercms.emulator import create_app
from pelican_buttercms.emulator.server import serving
from tests.commands import Running, until


class Preview(Running):
    """The command, while it runs."""

    def __init__(self, site, url, *arguments, env=None):
        if not (site.folder / "pelicanconf.py").exists():
            site.configure()
        environ = {
            **os.environ,
            "BUTTERCMS_API_URL": f"{url}/v2/",
            "BUTTERCMS_READ_TOKEN": "x",
            "COLUMNS": "10000",
            "NO_COLOR": "1",
            "TMPDIR": str(site.folder.parent),
            **(env or {}),
        }
        super().__init__(site.folder, ["preview", "--port", "0", *arguments], environ)

    def address(self):
        """Wait until it shows something, and give the address."""
        return self.serves_at(r"Showing drafts at (http://\S+)/ ")

    def tells(self, text):
        """Wait for a line."""
        return until(lambda: next((line for line in self.lines if text in line), None))

    def press(self, key):
        """Type a key."""
        self.process.stdin.write(key)
        self.process.stdin.flush()

    def end(self, number=signal.SIGINT):
        """Interrupt it as Ctrl-C does, and give its exit code."""
        return super().end(number)


@pytest.fixture
def emulator(account):
    """The account's emulator; fill the account before asking for it."""
    return create_app(account.folder)


@pytest.fixture
def preview(site, request):
    """Start a preview, and end it; the account is what it is when the preview starts."""
    with ExitStack() as stack:
        urls = []

        def start(*arguments, env=None):
            if not urls:
                urls.append(stack.enter_context(serving(request.getfixturevalue("emulator"))))
            running = Preview(site, urls[0], *arguments, env=env)
            stack.callback(running.end)
            return running

        yield start


def get(url, host=None, method="GET", body=None):
    """Ask a server; gives status, text and the address that was reached in the end."""
    headers = {"Host": host} if host else {}
    request = urllib.request.Request(url, data=body, method=method, headers=headers)
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
