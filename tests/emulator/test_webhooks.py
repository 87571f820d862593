"""What the account tells others of a change."""

import json
from threading import Thread

import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response


@pytest.fixture
def receiver():
    """A server that keeps what it is told."""
    got = []

    @Request.application
    def take(request):
        got.append((dict(request.headers), json.loads(request.get_data())))
        return Response("", 500 if request.path == "/broken" else 200)

    server = make_server("127.0.0.1", 0, take, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    server.got = got
    server.url = f"http://127.0.0.1:{server.server_port}"
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def hook(receiver, *events, path="/hook"):
    """Configure a webhook with a secret in a header."""
    return {"url": receiver.url + path, "events": list(events), "headers": {"X-ButterCMS": "s"}}


def events(receiver):
    """Name the events that came."""
    return [body["webhook"]["event"] for _, body in receiver.got]


def test_every_kind_of_change_is_told_with_ids_and_without_content(account, play, receiver):
    """The bodies have the documented keys; the custom header comes along."""
    account.post("p")
    account.page("news", "n")
    account.collection("people", {"id": 7, "name": "Ada", "role": ""})
    ask = play()
    ask.app.account.config["webhooks"] = [hook(receiver, "post.all", "page.all")]
    ask.app.account.config["webhooks"].append(hook(receiver, "collectionitem.all"))
    ask.accepted("PATCH", "posts/p/", {"status": "published"})
    ask.accepted("PATCH", "pages/news/n/", {"status": "published", "fields": {}})
    ask.accepted("PATCH", "content/people/7/", {"status": "published", "fields": {}})
    ask.app.settle()
    headers, post = receiver.got[0]
    assert headers["X-Buttercms"] == "s"
    assert headers["Content-Type"] == "application/json"
    assert set(post["data"]) == {"id", "_id"}
    page = receiver.got[1][1]["data"]
    assert set(page) == {
        *("id", "buttercms_id", "page_type", "editor", "name", "timestamp", "locale"),
        *("status", "updated", "published", "scheduled"),
    }
    assert (page["id"], page["page_type"], page["locale"]) == ("n", "news", None)
    item = receiver.got[2][1]["data"]
    assert item["itemid"] == "/v2/content/?keys=people[_id=7]"
    assert item["label"] == "Ada"
    assert events(receiver) == ["post.all", "page.all", "collectionitem.all"]
    assert post["webhook"]["target"] == receiver.url + "/hook"


def test_events_tell_publishing_drafts_unpublishing_and_deletion_apart(account, play, receiver):
    """A subscription to one event gets that one, under its own name."""
    account.post("p")
    account.page("news", "n")
    account.collection("people", {"id": 7, "name": "Ada", "role": ""})
    ask = play(unpublish="unpublish")
    names = ["post.draft", "post.delete", "page.draft", "collectionitem.unpublish"]
    ask.app.account.config["webhooks"] = [hook(receiver, *names, "collectionitem.delete")]
    ask.accepted("PATCH", "posts/p/", {"status": "published"})
    ask.accepted("PATCH", "posts/p/", {"status": "draft"})
    ask("DELETE", "posts/p/")
    ask.accepted("PATCH", "pages/news/n/", {"fields": {}})
    ask.accepted("PATCH", "content/people/7/", {"fields": {}})
    ask("DELETE", "content/people/7/")
    ask.app.settle()
    assert events(receiver) == [*names, "collectionitem.delete"]


def test_a_delivery_that_fails_is_logged_and_not_repeated(account, play, receiver, caplog):
    """One attempt, no retry; the write is done all the same."""
    account.post("p")
    ask = play()
    ask.app.account.config["webhooks"] = [
        hook(receiver, "post.all", path="/broken"),
        {"url": "http://127.0.0.1:9/", "events": ["post.all"]},
        {"url": "file:///etc/passwd", "events": ["post.all"]},
    ]
    ask.accepted("PATCH", "posts/p/", {"title": "New"})
    ask.app.settle()
    assert len(receiver.got) == 1
    assert len(ask.app.writes.webhooks.failures) == 3
    assert ask.app.writes.webhooks.delivered == []
    assert "file:///etc/passwd" in caplog.text
    assert ask.get("posts/p/")["data"]["title"] == "New"
