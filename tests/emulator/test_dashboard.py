"""What editors do in the dashboard, which the API cannot do."""

import pytest

from pelican_buttercms.errors import AccountError

from .hooks import events, hook


def test_what_editors_do_is_told_although_the_api_cannot_do_it(account, play, receiver):
    """page.unpublished has published null and status draft; page.delete keeps published."""
    account.page("news", "n", headline="Old")
    account.page("news", "gone")
    account.post("p")
    account.collection("people", {"id": 7, "name": "Ada"})
    ask = play()
    ask.app.account.config["webhooks"] = [hook(receiver, "page.unpublished", "page.delete")]
    ask.app.account.config["webhooks"].append(hook(receiver, "post.delete"))
    ask.app.account.config["webhooks"].append(hook(receiver, "collectionitem.delete"))
    ask.app.change("page/news/n", "unpublished")
    ask.app.change("page/news/gone", "deleted")
    ask.app.change("post/p", "deleted")
    ask.app.change("item/people/7", "deleted")
    ask.app.settle()
    unpublished, deleted, *_ = (body["data"] for _, body in receiver.got)
    assert (unpublished["status"], unpublished["published"]) == ("draft", None)
    assert (deleted["status"], deleted["id"]) == ("deleted", "gone")
    assert deleted["published"] is not None
    assert events(receiver) == [
        *("page.unpublished", "page.delete", "post.delete", "collectionitem.delete")
    ]
    assert ask.get("pages/news/")["data"] == ask.get("posts/")["data"] == []
    assert ask.get("content/people/")["data"] == {"people": []}


def test_editors_publish_and_unpublish_posts_and_items(account, play, receiver):
    """A post is told as deleted when it is unpublished; an item has an event of its own."""
    account.post("p")
    account.collection("people", {"id": 7, "name": "Ada"})
    ask = play()
    names = ["post.published", "post.delete", "collectionitem.unpublished"]
    ask.app.account.config["webhooks"] = [hook(receiver, *names, "collectionitem.published")]
    ask.app.change("post/p", title="New")
    assert ask.get("posts/p/")["data"]["title"] == "New"
    ask.app.change("post/p", "unpublished")
    ask.app.change("item/people/7", "unpublished")
    assert ask.get("posts/")["data"] == ask.get("content/people/")["data"]["people"] == []
    ask.app.change("item/people/7", name="Eve")
    ask.app.settle()
    assert events(receiver) == [*names, "collectionitem.published"]


def test_an_editors_draft_lies_over_the_live_page_until_it_is_published(account, play):
    """Editors change keys of the item as it is stored; publishing takes the draft's along."""
    account.page("news", "n", headline="Old")
    ask = play()
    ask.app.change("page/news/n", "draft", fields={"headline": "New"})
    assert ask.get("pages/news/n/")["data"]["fields"] == {"headline": "Old"}
    assert ask.get("pages/news/n/", preview=1)["data"]["fields"] == {"headline": "New"}
    ask.app.change("page/news/n", name="Renamed")
    page = ask.get("pages/news/n/")["data"]
    assert (page["name"], page["fields"]) == ("Renamed", {"headline": "New"})


@pytest.mark.parametrize(
    ("what", "status"),
    [("page/news/n", "published"), ("item/people/x", "deleted"), ("media/x", "draft")],
)
def test_an_editor_can_only_change_what_is_there(account, play, what, status):
    """A slip in a test is an error, not nothing."""
    ask = play()
    with pytest.raises(AccountError, match="has no"):
        ask.app.change(what, status)
    account.post("p")
    with pytest.raises(AccountError, match="is one of"):
        play().app.change("post/p", "archived")
