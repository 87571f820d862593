"""Builds that read an account, and an account whose editors are played."""

from __future__ import annotations

from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import count
import json

import httpx
import pytest

from pelican_buttercms.emulator import create_app
from pelican_buttercms.settings import Environment, Settings, Token
from pelican_buttercms.store import CallLog, Store
from pelican_buttercms.sync import load
from pelican_buttercms.sync.account import Source
from pelican_buttercms.sync.build_trigger import Trigger
from pelican_buttercms.sync.call_budget import Meter
from pelican_buttercms.sync.http.client import Client
from pelican_buttercms.sync.http.retry import Retry
from pelican_buttercms.sync.progress import Progress
from tests.shared_fixtures import TOKEN


@pytest.fixture
def read(tmp_path, account, clock):
    """Read the generation for these settings; gives it, and what was said."""

    def start(environ=None, **settings):
        options = Settings(
            **{
                "api_url": f"emulator:{account.folder}",
                "cache_path": tmp_path / "cache",
                "max_age": timedelta(minutes=10),
            }
            | settings
        )
        said = []
        source = Source(options, Environment(environ or {}), clock)
        return load.read_content(source, said.append, Progress()), said

    account.post("p")
    return start


def calls(tmp_path, clock):
    """Give the ledger's count of this month."""
    ledger = CallLog(tmp_path / "cache", clock)
    try:
        return ledger.this_month()
    finally:
        ledger.close()


class PlayedSource(Source):
    """A source whose account is one emulator in memory, asked without waiting."""

    app = None

    @contextmanager
    def connect(self, transport=None):
        """Give a client that asks the emulator."""
        ledger = CallLog(self.options.cache_path, self.now)
        with (
            closing(ledger),
            Client(
                "https://api.example/v2/",
                Token(TOKEN),
                transport=transport or httpx.WSGITransport(self.app),
                meter=Meter(ledger, self.options.max_calls),
                retry=Retry(sleep=lambda _: None),
            ) as client,
        ):
            yield client


class Played:
    """An account that editors work on, and a store that follows it by events.

    Attributes:
        emulator: the account.
        sent: the bodies of the webhooks since they were last taken in.
        said: what the builds said.
    """

    def __init__(self, account, folder, clock, **settings):
        self.emulator = create_app(account.folder, now=clock)
        self.clock = clock
        self.sent, self.said = [], []
        self.emulator.writes.webhooks._send = self._send
        source = type("Source", (PlayedSource,), {"app": self.emulator})
        options = {
            "api_url": f"emulator:{account.folder}",
            "cache_path": folder / "followed",
            "max_age": timedelta(0),
            "page_types": {"news": None},
            "collections": ("people",),
        } | settings
        self.source = source(Settings(**options), Environment({}), clock)

    def _send(self, event, data):
        self.sent.append({"data": data, "webhook": {"event": event, "target": ""}})

    def of(self, *, preview=None, **options):
        """Give the source of live content or of drafts, or with other settings."""
        if preview is not None:
            options["preview"] = preview
        return replace(self.source, options=replace(self.source.options, **options))

    def edit(self, what, status="published", **changes):
        """Do what an editor does."""
        self.clock.move(minutes=1)
        self.emulator.change(what, status, **changes)

    def payload(self):
        """Give what the relay gives to a build, and forget it."""
        bodies, self.sent = self.sent, []
        return json.dumps(bodies)

    def build(self, payload=None, **options):
        """Build with these events, or with all that were sent; gives what is read."""
        text = self.payload() if payload is None else payload
        self.said = []
        before = len(self.emulator.calls)
        stored = load.read_content(
            self.of(**options), self.said.append, Progress(), Trigger.parse(text, "the test")
        )
        self.calls = [f"{c.path}" for c in self.emulator.calls[before:]]
        return stored

    def plain(self, **options):
        """Build without events."""
        self.said = []
        before = len(self.emulator.calls)
        stored = load.read_content(self.of(**options), self.said.append, Progress())
        self.calls = [c.path for c in self.emulator.calls[before:]]
        return stored

    def manifests(self, **options):
        """Give what is stored: digests by key, by locale."""
        source = self.of(**options)
        with Store(source.options.cache_path, self.clock) as store:
            latest = store.latest_together(source.scopes(store))
            return {one.scope.locale: dict(one.manifest) for one in latest}

    def pulled(self, **options):
        """Give the same after a full pull into another store."""
        folder = self.source.options.cache_path.parent / "pulled"
        options |= {"cache_path": folder}
        self.of(**options).refresh(Progress(), allow_deletions=True)
        return self.manifests(**options)


@pytest.fixture
def play(account, tmp_path, clock):
    """Play the account, once it is filled; each example of a property has a folder of its own."""
    numbers = count(1)

    def start(**settings):
        return Played(account, tmp_path / f"example-{next(numbers)}", clock, **settings)

    return start
