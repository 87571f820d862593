"""A writer that waits for nothing, and an account that only the tokens open."""

import logging

import httpx
import pytest

from pelican_buttercms.settings import Token
from pelican_buttercms.sync.call_budget import Meter
from pelican_buttercms.sync.http.retry import Retry
from pelican_buttercms.sync.http.write_client import Writer

from .samples import TOKEN


@pytest.fixture
def writing(slept):
    """Make a writer of an emulator, over real HTTP or in this process, or of a transport."""
    made = []

    def make(app, url="https://api.example/v2/", **options):
        if isinstance(app, str):
            url, transport = f"{app}/v2/", httpx.HTTPTransport()
        else:
            transport = app if isinstance(app, httpx.BaseTransport) else httpx.WSGITransport(app)
        retry = Retry(sleep=slept.append, jitter=lambda: 0.5, clock=lambda: sum(slept))
        defaults = {"transport": transport, "meter": Meter(), "retry": retry}
        made.append(Writer(url, Token(TOKEN), **defaults | options))
        return made[-1]

    yield make
    for writer in made:
        writer.close()


@pytest.fixture
def blog(account, app):
    """An account that only the tokens open, with one post and one page."""
    account.settings(read_token="read", write_token=TOKEN)
    account.post("hello")
    account.page("news", "home", line="Old")
    return app


@pytest.fixture(autouse=True)
def _quiet(caplog):
    caplog.set_level(logging.ERROR, "werkzeug")
