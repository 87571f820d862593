"""Failing on request, and folders and options that cannot be played."""

import http.client
import json
from urllib.request import Request, urlopen

import pytest

from pelican_buttercms.emulator import Fault, create_app
from pelican_buttercms.emulator.server import serving
from pelican_buttercms.errors import AccountError


def test_a_rule_is_read_with_its_parts():
    """KIND[=VALUE][@PATH][%EVERY][#TIMES]."""
    assert Fault.parse("status=503@/v2/posts/*#2") == Fault("status", 503, "/v2/posts/*", 2)
    assert Fault.parse("status=503@/v2/*%3") == Fault("status", 503, "/v2/*", every=3)
    assert Fault.parse("cut") == Fault("cut")
    assert Fault.parse("latency=0.25") == Fault("latency", 0.25)


@pytest.mark.parametrize("rule", ["", "explode", "status=", "status=a", "status=1.2.3", "cut#x"])
def test_a_rule_that_is_none_is_refused(rule):
    """The message shows how one is written."""
    with pytest.raises(AccountError, match=r"use KIND\[=VALUE\]"):
        Fault.parse(rule)


def test_faults_meet_the_requests_they_are_for(play, account):
    """A path, a number of times; then the account works again."""
    account.post("p")
    ask = play(faults=["status=502@/v2/posts/*#1"])
    first = ask("GET", "posts/")
    assert (first.status_code, first.headers["Content-Type"]) == (502, "text/html")
    assert ask("GET", "posts/").status_code == 200
    ask.app.faults.add("quota=1209600@/v2/tags/")
    spent = ask("GET", "tags/")
    assert (spent.status_code, spent.headers["Retry-After"]) == (429, "1209600")
    assert spent.json == {"detail": "API Calls limit reached."}
    assert ask("GET", "categories/").status_code == 200
    ask.app.faults.clear()
    assert ask("GET", "tags/").status_code == 200


def test_a_fault_meets_every_third_request(play, account):
    """As an API does that is overloaded."""
    ask = play(faults=["status=503%3#2"])
    result = [ask("GET", "tags/").status_code for _ in range(10)]
    assert result == [200, 200, 503, 200, 200, 503, 200, 200, 200, 200]


def test_latency_sleeps_and_answers(play, account):
    """A slow answer is a right one."""
    account.post("p")
    ask = play(faults=["latency=0.3"])
    slept = []
    ask.app.faults.sleep = slept.append
    assert ask("GET", "posts/").status_code == 200
    assert slept == [0.3]


def test_bodies_are_spoilt(play, account):
    """Malformed JSON ends too early; a cut-off body ends before its length is reached."""
    account.post("p")
    ask = play(faults=["malformed#1", "cut@/v2/tags/#1"])
    with pytest.raises(json.JSONDecodeError):
        json.loads(ask("GET", "posts/").data)
    with pytest.raises(ConnectionResetError):
        _ = ask("GET", "tags/").data


def test_faults_over_a_real_connection(account):
    """A server hangs up, and cuts in the middle; in process the error itself flies."""
    account.post("p")
    app = create_app(account.folder, faults=["refuse@/v2/posts/", "cut@/v2/tags/"])
    with serving(app) as url:
        headers = {"Authorization": "Token x"}
        with pytest.raises(OSError, match=r"closed|reset|aborted"):
            urlopen(Request(f"{url}/v2/posts/", headers=headers), timeout=5)
        with pytest.raises((http.client.IncompleteRead, ConnectionResetError)):
            urlopen(Request(f"{url}/v2/tags/", headers=headers), timeout=5).read()
        good = urlopen(Request(f"{url}/v2/authors/", headers=headers), timeout=5).read()
        assert b"ada-lane" in good


def test_a_server_is_steered_over_http_without_being_counted(account):
    """Calls, faults, settle and reset are requests of their own."""
    account.post("p")
    with serving(create_app(account.folder)) as url:

        def control(method, what, body=None):
            request = Request(f"{url}/_emulator/{what}", method=method)
            request.data = json.dumps(body).encode() if body is not None else None
            try:
                with urlopen(request, timeout=5) as answer:
                    return answer.status, json.load(answer)
            except OSError as exc:
                return exc.code, json.load(exc)

        urlopen(Request(f"{url}/v2/posts/", headers={"Authorization": "Token x"})).read()
        assert [call["path"] for call in control("GET", "calls")[1]] == ["/v2/posts/"]
        assert control("POST", "faults", ["status=500"]) == (200, {"rules": 1})
        for rules in (["nonsense"], [5], [{"kind": "cut"}], 5, {}, None):
            assert control("POST", "faults", rules)[0] == (200 if rules == {} else 400)
        assert control("POST", "settle")[0] == 200
        assert control("POST", "reset")[0] == 200
        assert control("GET", "calls") == (200, [])
        assert control("GET", "nothing")[0] == 404


def test_an_unknown_behaviour_is_answered_with_the_nearest(account):
    """Names and choices are looked at before anything is played."""
    with pytest.raises(AccountError, match="no behaviour 'levls'; the nearest is 'levels'"):
        create_app(account.folder, levls="cap")
    with pytest.raises(AccountError, match="'levels' is one of cap, refuse, not 'maybe'"):
        create_app(account.folder, levels="maybe")
    account.settings(behaviour={"feeds": "string"})
    assert create_app(account.folder).behaviour.feeds == "string"
    assert create_app(account.folder, feeds="object").behaviour.feeds == "object"


@pytest.mark.parametrize(
    ("path", "text", "complaint"),
    [
        ("posts/x.json", "{", "cannot be read as JSON"),
        ("posts/x.json", "{}", "without its 'slug'"),
        ("account.json", "[]", "has to hold an object"),
        ("authors.json", '["x"]', "has to hold a list of objects"),
        ("collections/c.json", '[{"a": 1}]', 'without its "meta"'),
        ("pages/news/x.json", '{"slug": 7}', "without its 'slug'"),
    ],
)
def test_a_folder_that_is_no_account_names_the_file(account, path, text, complaint):
    """What cannot be read is told with its file."""
    target = account.folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)
    with pytest.raises(AccountError, match=complaint) as caught:
        create_app(account.folder)
    assert path in str(caught.value)


def test_a_folder_of_something_else_is_told(tmp_path):
    """A site's content or a site would be an account without content; an empty folder is one."""
    assert create_app(tmp_path).account.posts == {}
    (tmp_path / ".gitkeep").touch()
    create_app(tmp_path)
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "about.md").touch()
    with pytest.raises(AccountError, match=r"holds no account: it has no account\.json") as caught:
        create_app(tmp_path)
    assert str(tmp_path) in str(caught.value)
    (tmp_path / "pages" / "news").mkdir()
    (tmp_path / "pages" / "news" / "n.json").write_text('{"slug": "n"}')
    assert list(create_app(tmp_path).account.pages["news"]) == ["n"]


def test_no_folder_at_all_is_told(tmp_path):
    """A misspelt folder is named."""
    with pytest.raises(AccountError, match=r"There is no folder .*nowhere"):
        create_app(tmp_path / "nowhere")


def test_a_port_that_is_taken_is_told(account, capfd):
    """Another program's port is an error of one sentence, and nothing is printed before it."""
    with serving(create_app(account.folder)) as url:
        port = int(url.rpartition(":")[2])
        taken = serving(create_app(account.folder), port=port)
        with pytest.raises(AccountError, match=f"cannot listen at 127.0.0.1:{port}"), taken:
            pass
    assert capfd.readouterr() == ("", "")
