"""Whose content is built: accounts by token and API address, over real HTTP."""

import json
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from pelican_buttercms.emulator import create_app
from pelican_buttercms.settings import Token
from pelican_buttercms.store import Scope, Store
from tests.accounts import Account

FIRST, SECOND, THIRD = ("first-token-0123456789", "second-token-0123456789", "third-token-98765")
ALWAYS = {"BUTTERCMS_MAX_AGE": "0s"}


class Quiet(WSGIRequestHandler):
    """A handler that logs nothing."""

    def log_message(self, *_):
        """Log nothing."""


class API:
    """An API at an address of its own, which knows the accounts of some tokens.

    Attributes:
        accounts: the folder that a token opens; others are answered with 401.
        down: whether it answers everything with 503.
        calls: how many requests it was asked.
    """

    def __init__(self):
        self.accounts, self.down, self.calls = {}, False, 0
        self.server = make_server("127.0.0.1", 0, self.answer, handler_class=Quiet)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v2/"
        self.thread = Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def answer(self, environ, start):
        self.calls += 1
        token = environ.get("HTTP_AUTHORIZATION", "").removeprefix("Token ")
        if self.down or token not in self.accounts:
            status = "503 Service Unavailable" if self.down else "401 Unauthorized"
            start(status, [("Content-Type", "application/json")])
            return [b'{"detail": "Invalid token."}']
        return create_app(self.accounts[token])(environ, start)

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def make_api():
    """Build an API."""
    made = []

    def make(**accounts):
        made.append(API())
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def api(make_api, account, site):
    """An API whose first token opens the account, and the site that asks it."""
    account.post("one", title="Of the first account")
    account.post("two", title="Two")
    api = make_api()
    api.accounts[FIRST] = account.folder
    site.configure(BUTTERCMS_API_URL=None, BUTTERCMS_MAX_AGE="1d")
    return api


def env(api, token, **more):
    """The environment of a build."""
    return {"BUTTERCMS_READ_TOKEN": token, "BUTTERCMS_API_URL": api.url, **more}


@pytest.mark.parametrize("offline", [False, True])
def test_a_rotated_token_is_served_while_the_api_is_down_and_says_so(api, site, offline):
    """A WARNING names that nobody could check the token."""
    site.build(env=env(api, FIRST))
    api.down = True
    more = {"BUTTERCMS_OFFLINE": "1"} if offline else {}
    printed = site.build(env=env(api, SECOND, **more))
    assert "WARNING" in printed
    assert "cannot be checked without the API" in printed
    assert "Of the first account" in site.read("one.html")
    done = site.command("generations", env=env(api, SECOND))
    assert done.returncode == 0
    assert "cannot be checked" in done.stderr


def test_an_imported_snapshot_stands_in_for_a_rotated_token(api, site):
    """It has the address of the API, as a pull has; a WARNING says that nobody could check."""
    site.build(env=env(api, FIRST))
    assert site.command("snapshot", "export", "snap", env=env(api, FIRST)).returncode == 0
    (site.folder / "cache").rename(site.folder / "elsewhere")
    assert site.command("snapshot", "import", "snap", env=env(api, FIRST)).returncode == 0
    printed = site.build(env=env(api, SECOND, BUTTERCMS_OFFLINE="1"))
    assert "cannot be checked without the API" in printed
    assert "Of the first account" in site.read("one.html")


def test_a_rotated_token_is_recognised_by_content_and_keeps_the_history(api, site):
    """It is said; old generations can be compared with, and records are stored once."""
    site.build(env=env(api, FIRST))
    api.accounts = {SECOND: api.accounts[FIRST]}
    done = site.command("pull", env=env(api, SECOND))
    assert done.returncode == 0
    assert "by its content" in done.stderr
    pulls = json.loads(site.command("generations", "--json", env=env(api, SECOND)).stdout)["pulls"]
    assert [row["changes"] for row in pulls] == [{"new": 0, "updated": 0, "deleted": 0}, None]
    calls = api.calls
    site.build(env=env(api, SECOND))
    assert api.calls == calls
    api.down = True
    printed = site.build(env=env(api, THIRD))  # and is replaced once more
    assert "cannot be checked" in printed


def test_pending_events_survive_a_rotated_token(api, site, make_body):
    """What waits for the preview goes on under the account's new id."""
    preview = {"BUTTERCMS_PREVIEW": "1"}
    site.write("event.json", json.dumps(make_body("post.draft", "one")))
    site.build(env=env(api, FIRST))
    site.build(env=env(api, FIRST, **preview))
    waiting = {**preview, "BUTTERCMS_OFFLINE": "1", "BUTTERCMS_EVENT_FILE": "event.json"}
    assert "wait for a later build" in site.build(env=env(api, FIRST, **waiting))
    api.accounts = {SECOND: api.accounts[FIRST]}
    assert "by its content" in site.command("pull", env=env(api, SECOND)).stderr
    calls = api.calls
    printed = site.build(env=env(api, SECOND, **preview))
    assert "took in 1 event from an earlier build" in printed
    assert api.calls == calls + 1
    site.build(env=env(api, SECOND, **preview))
    assert api.calls == calls + 1


def test_a_refused_token_stops(api, site):
    """A 401 is an answer."""
    site.build(env=env(api, FIRST))
    done = site.pelican(env=env(api, SECOND))
    assert done.returncode != 0
    assert "cannot be checked" not in done.stdout + done.stderr


@pytest.mark.parametrize("offline", [False, True])
def test_two_accounts_of_an_address_are_never_taken_for_a_third(api, site, tmp_path, offline):
    """Nobody can tell which of them the token opens."""
    other = Account(tmp_path / "other-cms")
    other.post("other", title="Of the second account")
    api.accounts[SECOND] = other.folder
    site.build(env=env(api, FIRST))
    site.build(env=env(api, SECOND))
    assert "one.html" not in site.files()
    api.down = True
    more = {"BUTTERCMS_OFFLINE": "1"} if offline else {}
    assert site.pelican(env=env(api, THIRD, **more)).returncode != 0
    site.build(env=env(api, FIRST))
    assert "Of the first account" in site.read("one.html")


@pytest.mark.parametrize("state", ["up", "down", "offline"])
def test_the_same_token_at_another_address_is_another_account(api, make_api, site, tmp_path, state):
    """Neither its age nor an outage makes one account's content the other's."""
    other = Account(tmp_path / "other-cms")
    other.post("other", title="Of the other address")
    elsewhere = make_api()
    elsewhere.accounts[FIRST] = other.folder
    elsewhere.down = state == "down"
    site.build(env=env(api, FIRST))
    more = {"BUTTERCMS_OFFLINE": "1"} if state == "offline" else {}
    done = site.pelican(env=env(elsewhere, FIRST, **more))
    if state == "up":
        assert done.returncode == 0
        assert "Of the other address" in site.read("other.html")
        assert "one.html" not in site.files()
    else:
        assert done.returncode != 0


def test_another_spelling_of_the_address_is_the_same_account(api, site):
    """No call is made for it."""
    site.build(env=env(api, FIRST))
    calls = api.calls
    site.build(env=env(api, FIRST, BUTTERCMS_API_URL=api.url.replace("http://", "HTTP://")))
    assert api.calls == calls


@pytest.mark.parametrize("state", ["up", "down"])
def test_content_of_an_older_version_is_found(api, site, state):
    """It was keyed by the token alone: served while the API is down, else pulled and adopted."""
    site.build(env=env(api, FIRST))
    folder = site.folder / "cache/buttercms"
    age(folder, Token(FIRST).fingerprint())
    api.down = state == "down"
    calls = api.calls
    printed = site.build(env=env(api, FIRST))
    assert "Of the first account" in site.read("one.html")
    if state == "up":
        assert "by its content" in printed
        calls = api.calls
        site.build(env=env(api, FIRST))
        assert api.calls == calls
    else:
        assert "stored by an older version" in printed


def age(folder, account):
    """Write a store as older versions did: no account is known by its address."""
    with Store(folder, lambda: None) as store:
        (scope,) = store.scopes()
        store.known_accounts.adopt(scope.account, account, "")
        with store._database.transaction():
            index = store._index()
            index.accounts = {}
            del index.scopes[str(scope)]
            store._database.set("catalogue", index.encode())
        assert store.scopes() == [Scope(account, "", "live")]


def test_no_token_is_in_the_cache_or_the_shared_store(api, site, tmp_path):
    """Nor in what is printed."""
    url = f"file://{tmp_path / 'shared'}"
    printed = site.build(env=env(api, FIRST))
    done = site.command("store", "push", url, env=env(api, FIRST))
    assert done.returncode == 0
    files = [*site.folder.rglob("*"), *(tmp_path / "shared").rglob("*")]
    assert FIRST not in printed + done.stdout + done.stderr
    assert not any(FIRST.encode() in path.read_bytes() for path in files if path.is_file())
    assert not any(FIRST in path.name for path in files)


def test_a_fresh_runner_with_a_rotated_token_takes_what_is_shared(api, site, account, tmp_path):
    """The only account of the address, loudly; the next pull checks it."""
    url = f"file://{tmp_path / 'shared'}"
    site.build(env=env(api, FIRST))
    assert site.command("store", "push", url, env=env(api, FIRST)).returncode == 0
    other = type(site)(tmp_path / "other", account)
    other.configure(BUTTERCMS_API_URL=None, BUTTERCMS_MAX_AGE="1d")
    done = other.command("store", "pull", url, env=env(api, SECOND))
    assert done.returncode == 0, done.stderr
    assert "pulled with another token" in done.stderr
    api.down = True
    assert "cannot be checked" in other.build(env=env(api, SECOND))
    api.down, api.accounts = False, {SECOND: account.folder}
    assert other.command("pull", env=env(api, SECOND)).returncode == 0
    assert other.command("store", "push", url, env=env(api, SECOND)).returncode == 0
    third = type(site)(tmp_path / "third", account)
    third.configure(BUTTERCMS_API_URL=None)
    done = third.command("store", "pull", url, env=env(api, SECOND))
    assert (done.returncode, done.stderr) == (0, "")
