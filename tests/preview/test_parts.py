"""The parts of a preview: its server, its budget, its connections."""

import json
from threading import Event, Thread

from hypothesis import given
from hypothesis import strategies as st
import pytest
from werkzeug.test import Client

from pelican_buttercms.errors import SettingsError
from pelican_buttercms.preview.budget import Budget
from pelican_buttercms.preview.live_reload import Hub
from pelican_buttercms.preview.server import PreviewServer, listening


@pytest.fixture
def folder(tmp_path):
    """A small build."""
    build = tmp_path / "build"
    for path, text in {
        "index.html": "<html><BODY>home</BODY></html>",
        "a/index.html": "no body",
        "b.html": "<body>b</body>",
        "style.css": "p{}",
        "feed.xml": "<x/>",
        "picture.bin": "\0",
    }.items():
        file = build / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    (tmp_path / "secret.html").write_text("secret")
    return build


@pytest.fixture
def server(folder):
    """A server that finds one page."""
    made = PreviewServer(
        Hub(), lambda parts, _: "b.html" if parts[-1] == "bee" else None, print, ()
    )
    made.folder = folder
    return made


@pytest.mark.parametrize(
    ("path", "status", "text", "kind"),
    [
        ("/", 200, "home", "text/html; charset=utf-8"),
        ("/a/", 200, "no body", "text/html; charset=utf-8"),
        ("/a", 302, "/a/", "text/html; charset=utf-8"),
        ("/b", 200, "<body>b", "text/html; charset=utf-8"),
        ("/b.html", 200, "<body>b", "text/html; charset=utf-8"),
        ("/style.css", 200, "p{}", "text/css; charset=utf-8"),
        ("/feed.xml", 200, "<x/>", "xml; charset=utf-8"),
        ("/picture.bin", 200, "\0", "application/octet-stream"),
        ("/x/bee", 302, "/b.html", "text/html; charset=utf-8"),
        ("/none.html", 404, "There is no page /none.html", "text/html; charset=utf-8"),
        ("/%3Cscript%3E", 404, "&lt;script&gt;", "text/html; charset=utf-8"),
    ],
)
def test_paths_are_found_as_web_servers_find_them(server, path, status, text, kind):
    """Folders, pages without extension, other files, and pages by their slug."""
    answer = Client(server).get(path)
    assert answer.status_code == status
    assert answer.content_type.endswith(kind)  # of XML, some systems say text/, some application/
    assert text in answer.text


def test_pages_get_the_script_once_and_nothing_is_cached(server):
    """Before the end of the body, or at the end; other files stay as they are."""
    client = Client(server)
    for path in ("/", "/a/", "/b"):
        answer = client.get(path)
        assert answer.text.count("EventSource") == 1
        assert answer.headers["Cache-Control"] == "no-store"
    assert client.get("/").text.lower().rstrip().endswith("</body></html>")
    assert "EventSource" not in client.get("/style.css").text


@given(
    st.lists(st.sampled_from(["..", ".", "", "a", "secret.html", "%2e%2e", "\\", "\0"]), max_size=8)
)
def test_no_path_leads_out_of_the_build(tmp_path_factory, parts):
    """Whatever it is made of."""
    root = tmp_path_factory.mktemp("root")
    (root / "secret.html").write_text("secret")
    (root / "build").mkdir()
    server = PreviewServer(Hub(), lambda *_: None, print, ())
    server.folder = root / "build"
    answer = Client(server).get("/x/" + "/".join(parts))
    assert "secret</" not in answer.text
    assert not answer.text.startswith("secret")


def test_only_pages_are_asked_for(server):
    """Nothing can be posted but the webhook, and nothing is there before the first build."""
    client = Client(server)
    assert client.post("/").status_code == 405
    server.folder = None
    assert client.get("/").status_code == 404
    (server_404 := Client(server)).get("/")
    assert server_404.post("/_buttercms/webhook").status_code == 204


def test_the_sites_own_404_page_is_shown(server, folder):
    """With the script, so that it comes right by itself."""
    (folder / "404.html").write_text("<body>Ours</body>")
    answer = Client(server).get("/none/")
    assert (answer.status_code, "Ours" in answer.text) == (404, True)
    assert "EventSource" in answer.text


def test_a_taken_port_is_told(server):
    """With what to do."""
    with (
        listening(server, "127.0.0.1", 0) as port,
        pytest.raises(SettingsError, match="--port"),
        listening(server, "127.0.0.1", port),
    ):
        pass


class Clock:
    """Seconds that pass when told to."""

    now = 1000.0

    def __call__(self):
        return self.now


def test_looks_cost_no_more_than_the_budget():
    """The interval follows from the last look's calls; what is saved up is soon spent."""
    clock = Clock()
    budget = Budget(240, 10, clock)
    budget.spent(8)
    assert budget.interval == 120
    assert not budget.is_time()
    clock.now += 11
    assert budget.allows()
    assert not budget.is_time()
    clock.now += 110
    assert budget.is_time()
    for _ in range(20):
        budget.spent(8)
        clock.now += 10
    assert not budget.allows()
    clock.now += 3600
    assert budget.allows()


@given(st.integers(1, 5000), st.integers(1, 100), st.lists(st.floats(0.1, 500), max_size=60))
def test_in_no_hour_are_more_calls_made_than_the_budget_and_what_was_saved(per_hour, cost, steps):
    """However looks are spread."""
    clock = Clock()
    budget = Budget(per_hour, 1, clock)
    budget.cost = cost
    spent = 0
    for step in steps:
        clock.now += step
        if budget.allows():
            budget.spent(cost)
            spent += cost
    hours = (clock.now - 1000) / 3600
    assert spent <= per_hour * (hours + 0.25) + 2 * cost


def test_failures_make_looks_rarer_until_one_works():
    """Doubled each time, and as before after a success."""
    clock = Clock()
    budget = Budget(3600, 10, clock)
    intervals = []
    for _ in range(9):
        budget.failed()
        intervals.append(budget.interval)
    assert intervals[:3] == [20, 40, 80]
    assert intervals[-1] == 640
    budget.spent(1)
    assert budget.interval == 10


def test_an_open_page_is_told_of_builds_and_failures_until_it_is_closed():
    """As server-sent events; a page is counted while it is connected."""
    seen = []
    hub = Hub(on_seen=lambda: seen.append(1))
    stream = hub.connect()
    assert hub.watchers == 0
    assert next(stream) == b'event: build\ndata: "0"\n\n'
    assert (hub.watchers, seen) == (1, [1])
    hub.built()
    hub.failed("line one\nline two")
    assert next(stream) == b'event: build\ndata: "1"\n\n'
    name, data = next(stream).decode().strip().split("\n")
    assert name == "event: failed"
    assert json.loads(data.removeprefix("data: ")) == "line one\nline two"
    stream.close()
    assert hub.watchers == 0


def test_closing_the_hub_ends_every_connection():
    """So that the server can stop."""
    hub = Hub()
    ended = Event()

    def read():
        list(hub.connect())
        ended.set()

    Thread(target=read, daemon=True).start()
    while hub.watchers == 0:
        pass
    hub.close()
    assert ended.wait(5)


def test_a_silent_connection_is_tried(monkeypatch):
    """To find that its page is gone."""
    monkeypatch.setattr("pelican_buttercms.preview.live_reload.HEARTBEAT", 0.01)
    stream = Hub().connect()
    next(stream)
    assert next(stream).startswith(b":")
