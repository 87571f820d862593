"""The states of pages and posts, what is told of them, and the order they come in."""

import pytest

LATER = "2031-01-01T00:00:00.000000Z"


@pytest.fixture
def states(account):
    """A page and a post in each of the four states, and one with a scheduled version over it."""
    for number, kind in enumerate(("live", "edited", "again")):
        account.post(kind, day=f"2024-05-0{3 - number}")
        account.page("news", kind, headline="Old", published=f"2024-05-0{3 - number}T00:00:00Z")
    account.post("draft", status="draft", published=None)
    account.page("news", "draft", status="draft", published=None)
    account.post("due", status="scheduled", scheduled=LATER, published=None)
    account.page("news", "due", status="scheduled", scheduled=LATER, published=None)
    for folder in ("posts", "pages/news"):
        account.overlay(f"{folder}/edited", status="draft")
        account.overlay(f"{folder}/again", status="scheduled", scheduled=LATER)


def report(ask, path, **query):
    """Return status and date by slug."""
    data = ask.get(path, **query)["data"]
    return {entry["slug"]: (entry["status"], entry["scheduled"]) for entry in data}


@pytest.mark.parametrize("path", ["posts/", "pages/news/"])
def test_a_live_listing_has_published_versions_and_a_preview_the_newest(play, states, path):
    """`scheduled` is null where no date is set."""
    ask = play()
    live = ("published", None)
    assert report(ask, path) == {"live": live, "edited": live, "again": live}
    preview = report(ask, path, preview=1)
    assert preview["edited"] == preview["draft"] == ("draft", None)
    assert preview["again"] == preview["due"] == ("scheduled", LATER)


@pytest.mark.parametrize("path", ["posts/", "pages/news/"])
def test_a_live_version_may_have_the_status_of_the_current_one(play, states, path):
    """What it says is not documented; `published` is set in either case."""
    ask = play(live_status="current")
    assert report(ask, path) == {
        "live": ("published", None),
        "edited": ("draft", None),
        "again": ("scheduled", LATER),
    }
    assert all(entry["published"] for entry in ask.get(path)["data"])


def test_the_keys_stand_where_they_do_in_real_answers(play, states):
    """`scheduled` between `url` and `featured_image` of a post; without them as in May 2024."""
    ask = play()
    in_list = list(ask.get("posts/")["data"][0])
    assert in_list[in_list.index("url") :][:3] == ["url", "scheduled", "featured_image"]
    alone = list(ask.get("posts/live/")["data"])
    assert alone[alone.index("url") :][:2] == ["url", "scheduled"]
    page = list(ask.get("pages/news/live/")["data"])
    assert page[-3:] == ["status", "scheduled", "fields"]
    old = play(page_status="absent")
    assert "scheduled" not in old.get("posts/")["data"][0]
    assert "scheduled" not in old.get("posts/due/")["data"]
    assert not {"status", "scheduled"} & set(old.get("pages/news/live/")["data"])


@pytest.mark.parametrize(
    ("choice", "in_list", "alone"),
    [
        ("null", "/live", None),
        ("slug", "live", "live"),
        ("path", "/live", "/live"),
        ("absolute", "https://blog.example/b/live", "https://blog.example/b/live"),
    ],
)
def test_a_posts_url_has_been_of_several_kinds(play, account, states, choice, in_list, alone):
    """As recorded in 2024, in 2021, and after the account's base URL."""
    ask = play(post_url=choice)
    ask.app.account.config["base_url"] = "https://blog.example/b/"
    assert ask.get("posts/")["data"][0]["url"] == in_list
    assert ask.get("posts/live/")["data"]["url"] == alone


@pytest.fixture
def dated(account):
    """Pages whose slugs, dates and files are in different orders; items likewise."""
    second = "2024-01-02T00:00:00"
    dates = {
        "b": f"{second}Z",
        "a": f"{second}Z",
        "z": "2024-03-01T00:00:00Z",
        "m": f"{second}.500000Z",
        "c": None,
    }
    for slug, published in dates.items():
        status = "published" if published else "draft"
        account.page("news", slug, status=status, published=published)
        account.page("*", slug, status=status, published=published)
        account.post(slug, status=status, published=published)
    account.collection("people", *({"id": number} for number in (5, 12, 7)))


@pytest.mark.parametrize("path", ["posts/", "pages/news/", "pages/*/"])
def test_the_newest_come_first_and_before_them_what_was_never_published(play, dated, path):
    """Ties come in one order, page after page."""
    ask = play()
    for query, slugs in (({}, "zmab"), ({"preview": 1, "page_type": "news"}, "czmab")):
        result = "".join(e["slug"] for e in ask.get(path, page_size=100, **query)["data"])
        assert "".join(dict.fromkeys(result)) == slugs
    pages = [ask.get(path, page_size=1, page=n)["data"][0]["slug"] for n in (1, 2, 3, 4)]
    assert "".join(pages) == "zmab"


def test_items_come_by_descending_id(play, dated):
    """Or ascending, as recorded."""

    def ids(ask):
        return [item["meta"]["id"] for item in ask.get("content/people/")["data"]["people"]]

    assert ids(play()) == [12, 7, 5]
    assert ids(play(item_order="ascending")) == [5, 7, 12]


SCHEDULING = {"scheduled": "2030-02-02", "schedule": "x", "publish_at": "2030-02-02"}


@pytest.mark.parametrize(
    "status", [{}, {"status": None}, {"status": "scheduled"}, {"status": "draft"}]
)
@pytest.mark.parametrize("path", ["posts/due/", "pages/news/due/", "pages/news/again/"])
def test_a_change_leaves_the_schedule_as_it_is(play, states, path, status):
    """No parameter moves it, and nothing that is scheduled is unpublished by a change."""
    ask = play()
    ask.accepted("PATCH", path, SCHEDULING | status | {"fields": {"headline": "New"}})
    shown = ask.get(path, preview=1)["data"]
    assert (shown["status"], shown["scheduled"]) == ("scheduled", LATER)
    if "news" in path:
        assert shown["fields"]["headline"] == "New"


@pytest.mark.parametrize("path", ["posts/due/", "pages/news/due/", "pages/news/again/"])
def test_publishing_ends_the_schedule(play, states, path):
    """It is live at once, and no date is left."""
    ask = play()
    ask.accepted("PATCH", path, {"status": "published"})
    shown = ask.get(path)["data"]
    assert (shown["status"], shown["scheduled"]) == ("published", None)
    assert shown["published"]


def test_a_scheduled_page_is_told_as_a_draft_with_its_date(play, states, monkeypatch):
    """By an editor, and by a change of it."""
    ask = play()
    sent = []
    monkeypatch.setattr(ask.app.writes.webhooks, "_send", lambda *event: sent.append(event))
    ask.app.change("page/news/live", "scheduled", scheduled=LATER)
    ask.accepted("PATCH", "pages/news/again/", {"fields": {"headline": "New"}})
    for name, data in sent:
        assert name == "page.draft"
        assert (data["status"], data["scheduled"]) == ("draft", LATER)
        assert data["published"]
    ask.app.change("post/live", "scheduled", scheduled=LATER)
    assert [name for name, _ in sent] == ["page.draft", "page.draft", "post.draft"]
    assert ask.get("pages/news/live/", preview=1)["data"]["scheduled"] == LATER
    assert ask.get("pages/news/live/")["data"]["status"] == "published"
