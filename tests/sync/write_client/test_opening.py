"""Reading and writing one account together: what is opened, and what has to be given for it."""

from datetime import timedelta
import json

import pytest

from pelican_buttercms.api import write_requests
from pelican_buttercms.content import Key
from pelican_buttercms.errors import SettingsError
from pelican_buttercms.publish.remote_state import RemoteReader
from pelican_buttercms.publish.write_model import WriteTarget
from pelican_buttercms.settings import Environment, Settings
from pelican_buttercms.store import CallLog
from pelican_buttercms.sync.account import Source
from pelican_buttercms.sync.http.write_client import open_writing

from .samples import TOKEN


def source(account, tmp_path, clock, environ=None, **settings):
    """Give a source of the account."""
    options = {"api_url": f"emulator:{account.folder}", "cache_path": tmp_path / "cache"}
    return Source(
        Settings(**options | {"max_age": timedelta(0)} | settings),
        Environment(environ or {}, ("the environment", "/site/.env")),
        clock,
    )


def test_what_is_written_to_the_emulator_is_read_from_it(account, tmp_path, clock):
    """One emulator for both, which keeps it in its folder; the ledger counts both."""
    account.page("news", "home", line="Old")
    target = WriteTarget(Key("page", "news", "home"))
    opened = open_writing(source(account, tmp_path, clock))
    with opened as (client, writer):
        writer.send(
            write_requests.change_page("news", "home", {"": {"line": "New"}}, status="published")
        )
        assert RemoteReader(client).read([target])[target].values["fields", "line"] == "New"
        assert client.calls == 3
    kept = json.loads((account.folder / "pages/news/home.json").read_text())
    assert kept["fields"] == {"line": "New"}
    ledger = CallLog(tmp_path / "cache", clock)
    assert ledger.this_month() == 3
    ledger.close()


def test_without_a_write_token_nothing_is_opened(account, tmp_path, clock):
    """The message names the variable and where it was looked for; the read token is none."""
    url, read = "https://api.buttercms.com/v2/", {"BUTTERCMS_READ_TOKEN": "r"}
    here = source(account, tmp_path, clock, read, api_url=url)
    with pytest.raises(SettingsError, match=r"BUTTERCMS_WRITE_TOKEN.*nor in /site/\.env"):
        open_writing(here).__enter__()
    both = read | {"BUTTERCMS_WRITE_TOKEN": TOKEN}
    with open_writing(source(account, tmp_path, clock, both, api_url=url)) as (_, writer):
        assert TOKEN not in repr(writer) + repr(vars(writer))


def test_nothing_is_opened_offline(account, tmp_path, clock):
    """Publishing needs the network that is forbidden."""
    with pytest.raises(SettingsError, match="BUTTERCMS_OFFLINE"):
        open_writing(source(account, tmp_path, clock, offline=True)).__enter__()
