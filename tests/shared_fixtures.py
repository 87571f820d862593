"""A clock, a store, a client that asks an emulator without waiting, and recorded responses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
import json

import httpx
import pytest

from pelican_buttercms.emulator import create_app
from pelican_buttercms.settings import Token
from pelican_buttercms.store import Scope, Store
from pelican_buttercms.sync.call_budget import Meter
from pelican_buttercms.sync.http.client import Client
from pelican_buttercms.sync.http.retry import Retry

TOKEN = "a-very-secret-token"


class Clock:
    """A clock that only moves when told to."""

    def __init__(self) -> None:
        self.time = datetime(2026, 5, 17, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def move(self, **span: float) -> None:
        """Let time pass."""
        self.time += timedelta(**span)


@pytest.fixture
def clock():
    """A clock."""
    return Clock()


@pytest.fixture
def slept():
    """The pauses that were made, in seconds."""
    return []


@pytest.fixture
def connect(slept):
    """Make a client of a WSGI application, or of an httpx transport."""
    clients = []

    def make(app, **options):
        transport = app if isinstance(app, httpx.BaseTransport) else httpx.WSGITransport(app)
        retry = Retry(sleep=slept.append, jitter=lambda: 0.5, clock=lambda: sum(slept))
        defaults = {"transport": transport, "meter": Meter(), "retry": retry}
        client = Client("https://api.example/v2/", Token(TOKEN), **defaults | options)
        clients.append(client)
        return client

    yield make
    for client in clients:
        client.close()


@pytest.fixture
def app(account):
    """The account's emulator; fill the account before asking for it."""
    return lambda **options: create_app(account.folder, **options)


@pytest.fixture
def store(tmp_path, clock):
    """A store on disk."""
    with Store(tmp_path / "cache", clock) as opened:
        yield opened


@pytest.fixture
def scope():
    """The live scope of one account."""
    return Scope("account", "", "live")


@pytest.fixture(scope="session")
def recorded(root):
    """Give the decoded body of a recorded response by folder and name."""

    def load(name):
        text = (root / "tests" / "recorded" / f"{name}.json").read_text(encoding="utf-8")
        return json.loads(json.loads(text)["interactions"][0]["response"]["body"]["string"])

    return load
