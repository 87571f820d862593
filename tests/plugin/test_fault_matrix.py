"""Every way in which the API can fail, with every state of the store: what is built, what is told.

Each cell is the real Pelican against a real server. Only sleep is taken away, and the time-out
made short.
"""

import shutil
import socket

import pytest

from pelican_buttercms.emulator import create_app
from pelican_buttercms.emulator.server import serving

TOKEN = {"BUTTERCMS_READ_TOKEN": "the-read-token"}
STATES = ("empty", "fresh", "stale", "too stale", "strict")

# what each state means: how old content may be, and how old what is served in a failure's stead
SETTINGS = {
    "empty": {"BUTTERCMS_MAX_AGE": 0},
    "fresh": {"BUTTERCMS_MAX_AGE": "1h"},
    "stale": {"BUTTERCMS_MAX_AGE": 0, "BUTTERCMS_MAX_STALE": "1d"},
    "too stale": {"BUTTERCMS_MAX_AGE": 0, "BUTTERCMS_MAX_STALE": 0},
    "strict": {"BUTTERCMS_MAX_AGE": 0, "BUTTERCMS_STRICT": True},
}
QUICK = """
import time
sleep, time.sleep = time.sleep, lambda seconds: None
from pelican_buttercms.sync.http import network
from pelican_buttercms.sync.http.retry import Retry
network._TIMEOUTS["read"] = 0.3
defaults = Retry.__init__.__defaults__
Retry.__init__.__defaults__ = tuple(time.sleep if one is sleep else one for one in defaults)
def register():
    pass
"""


def passing(told, code=1):
    """A failure that may pass: the last good content, as long as it is not too old."""
    return {
        "empty": (code, told, None),
        "fresh": (0, "no call made", "old"),
        "stale": (0, "The site is built from ButterCMS content of", "old"),
        "too stale": (code, "BUTTERCMS_MAX_STALE allows 0 seconds", None),
        "strict": (4, "BUTTERCMS_STRICT", "old"),
    }


def lasting(code, told):
    """A mistake of the user's: it is told, and nothing is built in its stead."""
    return {
        "empty": (code, told, None),
        "fresh": (0, "no call made", "old"),
        "stale": (code, told, None),
        "too stale": (code, told, None),
        "strict": (code, told, None),
    }


WELL = {
    "empty": (0, "pulled with", "new"),
    "fresh": (0, "no call made", "old"),
    "stale": (0, "pulled with", "new"),
    "too stale": (0, "pulled with", "new"),
    "strict": (0, "pulled with", "new"),
}
OFFLINE = {
    "empty": (1, "holds no live content", None),
    "fresh": (0, "offline, content of", "old"),
    "stale": (0, "offline, content of", "old"),
    "too stale": (0, "offline, content of", "old"),
    "strict": (0, "offline, content of", "old"),
}
VANISHED = passing("", 5) | {"empty": (0, "pulled with", None)}

FAULTS = {
    "nothing": (["latency=0"], WELL),
    "401": (["status=401"], lasting(2, "BUTTERCMS_READ_TOKEN")),
    "403": (["status=403"], lasting(2, "403")),
    "404 on a named page type": (["status=404@/v2/pages/news/"], lasting(2, "names 'news'")),
    "429": (["quota=2000000"], passing("429", 6)),
    "500": (["status=500"], passing("500")),
    "503 on one listing": (["status=503@/v2/tags/"], passing("503")),
    "refused": (["refuse"], passing("GET ")),
    "cut off": (["cut"], passing("GET ")),
    "malformed": (["malformed"], passing("not what the API promises")),
    "time-out": (["latency=1.5"], passing("not answered in time")),
    "in vain after one retry": (["status=503@*#1"], WELL),
    "offline": ([], OFFLINE),
    "call limit": ([], passing("BUTTERCMS_MAX_CALLS allows 2 calls", 6)),
    "redirected elsewhere": ([], passing("redirected to another host")),
    "too large": ([], passing("is larger than an answer")),
    "another shape": ([], passing("not what the API promises")),
    "most has vanished": ([], VANISHED),
}


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """A store that holds the account as it was, to be copied."""
    return tmp_path_factory.mktemp("stored") / "cache"


@pytest.fixture(scope="module")
def port():
    """A free port: the store goes by the address of the API, so that all of them need the same."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def answering(app, body, headers=()):
    """Answer every request the same."""

    def answer(environ, start_response):
        if environ["PATH_INFO"].startswith("/_emulator/"):
            return app(environ, start_response)
        status = "302 Found" if headers else "200 OK"
        start_response(status, [("Content-Type", "application/json"), *headers])
        return [body]

    return answer


def apply(fault, app, site, environ):
    """Cause a fault that is no rule of the emulator's."""
    if fault == "offline":
        environ["BUTTERCMS_OFFLINE"] = "1"
    elif fault == "call limit":
        site.configure(BUTTERCMS_MAX_CALLS=2)
    elif fault == "redirected elsewhere":
        app.wsgi = answering(app, b"", [("Location", "http://elsewhere.example/v2/posts/")])
    elif fault == "too large":
        app.wsgi = answering(app, b" " * (33 * 1024 * 1024))
    elif fault == "another shape":
        app.wsgi = answering(app, b"[1, 2, 3]")
    elif fault == "most has vanished":
        for number in range(9):
            del app.account.posts[f"extra-{number}"]


class Switch:
    """An application that can be exchanged while it is served."""

    def __init__(self, app):
        self.app = app
        self.wsgi = app
        self.account, self.calls, self.faults = app.account, app.calls, app.faults

    def __call__(self, environ, start_response):
        return self.wsgi(environ, start_response)

    def settle(self):
        """Wait until everything has taken effect."""
        self.app.settle()


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_with_each_state_of_the_store(site, account, stored, port, fault, state):
    """Exit code, message, and what was built: new content, old content, or nothing at all."""
    rules, expected = FAULTS[fault]
    code, told, built = expected[state]
    account.post("p", title="Old words")
    account.page("news", "n")
    for number in range(9):
        account.post(f"extra-{number}")
    site.write("quick.py", QUICK)
    app = Switch(create_app(account.folder))
    environ = dict(TOKEN)
    with serving(app, port=port) as url:
        site.configure(
            PLUGINS=["quick", "pelican_buttercms"],
            PLUGIN_PATHS=["."],
            BUTTERCMS_API_URL=f"{url}/v2/",
            BUTTERCMS_PAGE_TYPES=["news"],
            DELETE_OUTPUT_DIRECTORY=True,
        )
        if state != "empty":
            if not stored.exists():
                assert site.command("pull", env=environ).returncode == 0
                shutil.copytree(site.folder / "cache", stored)
            shutil.copytree(stored, site.folder / "cache", dirs_exist_ok=True)
        app.account.posts["p"]["title"] = "New words"
        site.configure(**SETTINGS[state])
        site.write("output/before.html", "what was there before")
        app.faults.add(*rules)
        apply(fault, app, site, environ)
        done = site.pelican(env=environ)
    printed = done.stdout + done.stderr
    assert done.returncode == code, printed
    assert told in printed, printed
    assert "Traceback" not in printed
    if code and not built:
        assert site.files() == {"before.html"}
    else:
        assert "before.html" not in site.files()
        if built:
            assert f"{built.title()} words" in site.read("p.html")
    fell_back = state in {"stale", "strict"} and built == "old" and fault != "offline"
    assert ("WARNING" in printed) == fell_back
