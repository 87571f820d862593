"""What the account tells others of a change."""

from datetime import datetime, timedelta, timezone
import socket
from threading import Thread

import pytest
from werkzeug.wrappers import Request, Response

from tests.servers import serving_app

from .hooks import events, hook


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
    ask.accepted("POST", "posts/", {"title": "Q", "slug": "q"})
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


def test_a_post_that_is_unpublished_is_told_as_deleted(account, play, receiver):
    """There is no event for it: post.delete is also fired on unpublish, a draft's change is not."""
    account.post("p")
    ask = play()
    ask.app.account.config["webhooks"] = [hook(receiver, "post.draft", "post.delete")]
    ask.accepted("PATCH", "posts/p/", {"status": "draft"})
    ask.accepted("PATCH", "posts/p/", {"title": "Still a draft"})
    ask.app.settle()
    assert events(receiver) == ["post.delete", "post.draft"]


def test_a_post_keeps_its_number_under_another_slug(account, play, receiver):
    """The id is the slug and changes with it; _id is what stays."""
    account.post("p")
    ask = play()
    ask.app.account.config["webhooks"] = [hook(receiver, "post.all")]
    ask.accepted("PATCH", "posts/p/", {"title": "T"})
    ask.accepted("PATCH", "posts/p/", {"slug": "q"})
    ask.app.settle()
    first, second = (body["data"] for _, body in receiver.got)
    assert (first["id"], second["id"]) == ("p", "q")
    assert first["_id"] == second["_id"]


def test_an_item_is_told_by_its_label_and_its_own_locales_status(account, play, receiver):
    """The label is that locale's first text, not the status; a new draft unpublishes nothing."""
    account.collection("people", {"id": 7, "status": "published", "name": "Ada", "role": ""})
    ask = play()
    ask.app.account.config["webhooks"] = [hook(receiver)]
    ask.app.account.config["webhooks"][0]["events"] = [
        "collectionitem.published",
        "collectionitem.draft",
        "collectionitem.unpublished",
    ]
    english = {"en": {"name": "Eve"}}
    ask.accepted("PATCH", "content/people/7/", {"status": "published", "fields": english})
    ask.accepted("PATCH", "content/people/7/", {"fields": {"de": {"name": "Eva"}}})
    ask.accepted("PATCH", "content/people/7/", {"fields": {}})
    ask.app.settle()
    report = [(body["data"]["label"], body["data"]["locale"]) for _, body in receiver.got]
    assert report == [("Eve", None), ("Eva", "de"), ("Eve", None)]
    assert events(receiver) == [
        "collectionitem.published",
        "collectionitem.draft",
        "collectionitem.unpublished",
    ]


def test_one_subscription_can_be_to_everything(account, play, receiver):
    """`*.all` stands for the .all of every kind, and webhook.event is that name."""
    account.post("p")
    account.page("news", "n")
    ask = play()
    ask.app.account.config["webhooks"] = [hook(receiver, "*.all")]
    ask.accepted("PATCH", "posts/p/", {"title": "T"})
    ask.accepted("PATCH", "pages/news/n/", {"fields": {}})
    ask.app.settle()
    assert events(receiver) == ["post.all", "page.all"]


def test_an_answer_that_is_no_http_is_a_failure_like_any_other(account, play):
    """The thread lives on, and settle comes back."""
    account.post("p")
    ask = play()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer():
            for _ in range(2):
                connection, _ = server.accept()
                with connection:
                    connection.recv(65536)
                    connection.sendall(b"nonsense\r\n\r\n")

        thread = Thread(target=answer)
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        ask.app.account.config["webhooks"] = [{"url": url}]
        for _ in range(2):
            ask.accepted("PATCH", "posts/p/", {"title": "T"})
        ask.app.settle()
        thread.join()
    assert len(ask.app.writes.webhooks.failures) == 2


def test_whoever_is_told_can_ask_the_api_at_once(account, play):
    """No lock is held while webhooks are delivered, not even by settle."""
    account.post("p")
    ask = play(delay="manual")
    seen = []

    @Request.application
    def take(_):
        seen.append(ask.get("posts/p/")["data"]["title"])
        return Response("")

    with serving_app(take) as url:
        ask.app.account.config["webhooks"] = [{"url": f"{url}/", "events": ["post.published"]}]
        ask.accepted("PATCH", "posts/p/", {"title": "Told"})
        ask.app.settle()
    assert seen == ["Told"]
    assert ask.app.writes.webhooks.failures == []


def test_timestamps_of_webhooks_have_no_zone_and_are_utc(account, play, receiver):
    """`2024-01-15T14:30:00`, whatever zone the clock is in; the API's own have microseconds."""
    account.page("news", "n")
    clock = datetime(2024, 1, 15, 15, 30, 0, 250, tzinfo=timezone(timedelta(hours=1)))
    ask = play(now=lambda: clock)
    ask.app.account.config["webhooks"] = [hook(receiver, "page.published")]
    ask.accepted("PATCH", "pages/news/n/", {"status": "published", "fields": {}})
    ask.app.settle()
    data = receiver.got[0][1]["data"]
    assert data["timestamp"] == "2024-01-15T14:30:00"
    assert data["updated"] == "2024-01-15T14:30:00.000250Z"


@pytest.mark.parametrize("every", ["all", "*"])
def test_everything_of_a_kind_is_subscribed_to_in_two_ways(account, play, receiver, every):
    """`page.all` and `page.*`, each under its own name; posts in other locales are posts."""
    account.post("p")
    account.page("news", "n")
    account.collection("people", {"id": 7, "name": "Ada"})
    ask = play()
    kinds = ["post", "page", "collectionitem"]
    ask.app.account.config["webhooks"] = [hook(receiver, *(f"{kind}.{every}" for kind in kinds))]
    ask.accepted("PATCH", "posts/p/?locale=de", {"status": "published"})
    ask.accepted("PATCH", "pages/news/n/", {"status": "published", "fields": {}})
    ask.app.change("item/people/7", "deleted")
    ask.app.settle()
    assert events(receiver) == [f"{kind}.{every}" for kind in kinds]
    assert receiver.got[0][1]["data"]["locale"] == "de"
