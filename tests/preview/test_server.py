"""The pages that the preview's server sends."""

from hypothesis import given
from hypothesis import strategies as st
import pytest
from werkzeug.test import Client

from pelican_buttercms.errors import SettingsError
from pelican_buttercms.preview.live_reload import LiveReload
from pelican_buttercms.preview.server import PreviewServer, listening


@pytest.fixture
def folder(tmp_path):
    """A small build."""
    build = tmp_path / "build"
    for path, text in {
        "index.html": "<html><BODY>home \u0130\u0130</BODY></html>",
        "a/index.html": "no body",
        "b.html": "<body>b</body>",
        "style.css": "p{}",
        "feed.xml": "<x/>",
        "picture.bin": "\0",
    }.items():
        file = build / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    (tmp_path / "secret.html").write_text("secret")
    return build


def files_of(folder):
    """The files of a build by name."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path for path in paths}


@pytest.fixture
def server(folder):
    """A server that finds one page."""
    made = PreviewServer(
        LiveReload(), lambda parts, _: "b.html" if parts[-1] == "bee" else None, print, ()
    )
    made.files = files_of(folder)
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
    """After the page, which stays as it is; other files stay as they are, too."""
    client = Client(server)
    for path in ("/", "/a/", "/b"):
        answer = client.get(path)
        assert answer.text.count("new EventSource") == 1
        assert answer.headers["Cache-Control"] == "no-store"
    home = "<html><BODY>home \u0130\u0130</BODY></html>"
    assert client.get("/").text.startswith(f"{home}\n<script data-about=")
    assert "EventSource" not in client.get("/style.css").text


def test_a_redirect_leads_to_this_server(server, folder):
    """Two slashes before a folder's name would make it the name of another server."""
    answer = Client(server).get("http://localhost//a")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/a/")


@given(
    st.lists(st.sampled_from(["..", ".", "", "a", "secret.html", "%2e%2e", "\\", "\0"]), max_size=8)
)
def test_no_path_leads_out_of_the_build(tmp_path_factory, parts):
    """Whatever it is made of."""
    root = tmp_path_factory.mktemp("root")
    (root / "secret.html").write_text("secret")
    (root / "build").mkdir()
    server = PreviewServer(LiveReload(), lambda *_: None, print, ())
    server.files = files_of(root / "build")
    answer = Client(server).get("/x/" + "/".join(parts))
    assert "secret</" not in answer.text
    assert not answer.text.startswith("secret")


def test_only_pages_are_asked_for(server):
    """Nothing can be posted but the webhook, and nothing is there before the first build."""
    client = Client(server)
    assert client.post("/").status_code == 405
    server.files = {}
    assert client.get("/").status_code == 404
    (server_404 := Client(server)).get("/")
    assert server_404.post("/_buttercms/webhook").status_code == 204


def test_the_sites_own_404_page_is_shown(server, folder):
    """With the script, so that it comes right by itself."""
    (folder / "404.html").write_text("<body>Ours</body>")
    server.files = files_of(folder)
    answer = Client(server).get("/none/")
    assert (answer.status_code, "Ours" in answer.text) == (404, True)
    assert "EventSource" in answer.text


def test_a_taken_port_is_reported(server):
    """With what to do."""
    with (
        listening(server, "127.0.0.1", 0) as port,
        pytest.raises(SettingsError, match="--port"),
        listening(server, "127.0.0.1", port),
    ):
        pass
