"""Posts in several locales: groups of translations, how they are read, written and told."""

import pytest

from pelican_buttercms.emulator import create_app


@pytest.fixture
def hello(account):
    """A post and its German translation, whose slug is another."""
    account.post("hello", title="Hello", tags=["tea"])
    account.translate("posts/hello", "de", slug="hallo", title="Hallo", body="<p>Guten Tag</p>")
    account.post("english", title="Only English", day="2024-04-01")


def titles(listing):
    """Return the slugs of a listing of posts."""
    return [post["title"] for post in listing["data"]]


def title(ask, slug, **query):
    """Return the title of one post."""
    return ask.get(f"posts/{slug}/", **query)["data"]["title"]


@pytest.fixture
def report(play, monkeypatch):
    """Play the account, and keep the events it sends."""

    def start(**options):
        ask = play(**options)
        ask.events = []
        hooks = ask.app.writes.webhooks
        monkeypatch.setattr(hooks, "_send", lambda name, data: ask.events.append((name, data)))
        return ask

    return start


@pytest.mark.parametrize("path", ["posts/", "posts/search/", "search/", "feeds/sitemap/"])
def test_listings_are_those_of_one_locale(play, hello, path):
    """What is not translated is left out; by default it is the account's own locale."""
    account = play()
    for query, slugs in (({}, {"hello", "english"}), ({"locale": "de"}, {"hallo"})):
        data = account.get(path, query="hello" if not query else "hallo", **query)["data"]
        if "feeds" in path:
            assert {s for s in ("hello", "hallo", "english") if f"/{s}<" in data} == slugs
        else:
            result = {post["slug"] for post in data}
            assert result == (slugs if path == "posts/" else slugs - {"english"})
    assert play()("GET", f"{path}?locale=fr").status_code == 400


def test_a_slug_leads_to_the_group_and_the_locale_chooses(play, hello):
    """Without a locale it is the slug's own; 404 where there is no translation."""
    ask = play()
    for slug in ("hello", "hallo"):
        assert title(ask, slug, locale="de") == "Hallo"
        assert title(ask, slug, locale="en") == "Hello"
    assert (title(ask, "hello"), title(ask, "hallo")) == ("Hello", "Hallo")
    german = ask.get("posts/hello/", locale="de")["data"]
    assert german["slug"] == "hallo"
    assert german["tags"] == [{"name": "Tea", "slug": "tea"}]
    assert "locale" not in german
    assert ask("GET", "posts/english/?locale=de").status_code == 404


def test_neighbours_are_those_of_the_same_locale(play, account, hello):
    """A German post stands between German ones."""
    account.post("new", day="2024-09-01")
    account.translate("posts/new", "de", slug="neu", title="Neu")
    ask = play()
    meta = ask.get("posts/hallo/")["meta"]
    assert (meta["next_post"]["slug"], meta["previous_post"]) == ("neu", None)
    assert ask.get("posts/hello/")["meta"]["previous_post"]["slug"] == "english"


def test_a_post_may_be_written_in_another_locale_only(play, account):
    """Its file names its own locale, and it has no version in the account's."""
    account.post("nur-deutsch", title="Nur Deutsch", locale="de")
    ask = play()
    assert titles(ask.get("posts/")) == []
    assert titles(ask.get("posts/", locale="de")) == ["Nur Deutsch"]
    assert title(ask, "nur-deutsch") == "Nur Deutsch"
    assert ask("GET", "posts/nur-deutsch/?locale=en").status_code == 404
    ask.accepted("PATCH", "posts/nur-deutsch/?locale=en", {"title": "Not only"})
    ask.accepted("PATCH", "posts/nur-deutsch/?locale=en", {"status": "published"})
    assert titles(ask.get("posts/")) == ["Not only"]
    assert title(ask, "nur-deutsch") == "Nur Deutsch"


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_a_write_changes_the_version_that_it_names(play, hello, method):
    """By the locale, or by the slug's own; no other version changes."""
    ask = play()
    ask.accepted(method, "posts/hello/?locale=de", {"title": "Neu"})
    assert (title(ask, "hello"), title(ask, "hallo")) == ("Hello", "Neu")
    ask.accepted(method, "posts/hallo/", {"title": "Neuer"})
    assert (title(ask, "hello"), title(ask, "hallo")) == ("Hello", "Neuer")
    ask.accepted(method, "posts/hallo/?locale=en", {"title": "New"})
    assert (title(ask, "hello"), title(ask, "hallo")) == ("New", "Neuer")
    assert ask(method, "posts/hello/?locale=fr", {}).status_code == 400


def test_a_translation_is_created_and_linked_by_a_change(play, hello):
    """Its slug is its own; it is a draft unless the write says otherwise."""
    ask = play()
    ask.accepted("PATCH", "posts/english/?locale=de", {"title": "Doch Deutsch"})
    assert titles(ask.get("posts/", locale="de")) == ["Hallo"]
    draft = ask.get("posts/english/", locale="de")["data"]
    assert (draft["status"], draft["published"]) == ("draft", None)
    assert draft["slug"] not in {"english", "hello", "hallo"}
    assert title(ask, draft["slug"]) == "Doch Deutsch"
    ask.accepted("PATCH", f"posts/{draft['slug']}/", {"status": "published", "slug": "doch"})
    assert titles(ask.get("posts/", locale="de")) == ["Doch Deutsch", "Hallo"]
    assert (title(ask, "doch"), title(ask, "english")) == ("Doch Deutsch", "Only English")


def test_slugs_are_unique_in_the_whole_blog(play, hello):
    """In every locale, for new posts, changed ones and new translations."""
    ask = play()
    for method, path, slug in (
        ("POST", "posts/", "hallo"),
        ("PATCH", "posts/english/", "hallo"),
        ("PATCH", "posts/english/?locale=de", "hallo"),
        ("PATCH", "posts/english/?locale=de", "english"),
        ("PATCH", "posts/hallo/", "hello"),
    ):
        answer = ask(method, path, {"title": "T", "slug": slug})
        assert (answer.status_code, list(answer.json)) == (400, ["slug"])
    ask.accepted("PATCH", "posts/hallo/", {"slug": "hallo"})
    ask.accepted("PATCH", "posts/hello/", {"slug": "hi"})
    assert (title(ask, "hi"), title(ask, "hi", locale="de")) == ("Hello", "Hallo")


def test_a_post_is_created_in_a_locale(play, account):
    """Beside the account's own, by the query."""
    ask = play()
    ask.accepted("POST", "posts/?locale=de", {"title": "N", "slug": "n", "status": "published"})
    assert titles(ask.get("posts/", locale="de")) == ["N"]
    assert titles(ask.get("posts/")) == []


def test_one_version_is_deleted_and_the_others_stay(play, hello, account):
    """The one that is named by its slug or by the locale; the last one takes the group along."""
    ask = play(persist=True)
    assert ask("DELETE", "posts/english/?locale=de").status_code == 404
    assert ask("DELETE", "posts/hello/").status_code == 204
    assert ask("GET", "posts/hello/").status_code == 404
    assert (title(ask, "hallo"), title(ask, "hallo", locale="de")) == ("Hallo", "Hallo")
    assert ask.get("posts/hallo/")["data"]["tags"] == [{"name": "Tea", "slug": "tea"}]
    again = type(ask)(create_app(account.folder))
    assert titles(again.get("posts/", locale="de")) == ["Hallo"]
    assert titles(again.get("posts/")) == ["Only English"]
    assert ask("DELETE", "posts/hallo/?locale=de").status_code == 204
    assert ask("GET", "posts/hallo/").status_code == 404


def test_a_translation_is_deleted_alone(play, hello):
    """The original stays."""
    ask = play()
    assert ask("DELETE", "posts/hello/?locale=de").status_code == 204
    assert ask("GET", "posts/hallo/").status_code == 404
    assert title(ask, "hello") == "Hello"


def test_old_accounts_ignore_the_locale_on_posts(play, hello):
    """The same listing comes for every locale, a known one or not, and every write is to it."""
    ask = play(post_locales="ignored")
    listing = ask.get("posts/")
    for locale in ("en", "de", "fr"):
        assert ask.get("posts/", locale=locale) == listing
        assert ask.get("posts/hello/", locale=locale)["data"]["title"] == "Hello"
        assert ask.get("posts/search/", query="hello", locale=locale)["data"]
    assert ask("GET", "posts/hallo/").status_code == 404
    ask.accepted("PATCH", "posts/hello/?locale=de", {"title": "Neu"})
    assert title(ask, "hello") == "Neu"
    assert ask("DELETE", "posts/hello/?locale=de").status_code == 204
    assert titles(ask.get("posts/")) == ["Only English"]


def test_posts_in_other_locales_have_events_of_their_own(report, hello):
    """Their data are id, _id and locale; those of the account's own locale are as they were."""
    ask = report()
    ask.accepted("PATCH", "posts/hallo/", {"title": "Neu"})
    ask.accepted("PATCH", "posts/hello/?locale=de", {"status": "draft"})
    ask.accepted("PATCH", "posts/hello/?locale=de", {"title": "Entwurf"})
    ask.accepted("PATCH", "posts/hello/", {"title": "New"})
    ask("DELETE", "posts/hallo/")
    assert [name for name, _ in ask.events] == [
        "post.localization.published",
        "post.localization.delete",  # also on unpublish
        "post.localization.draft",
        "post.published",
        "post.localization.delete",
    ]
    number = ask.events[3][1]["_id"]
    german = {"id": "hallo", "_id": number, "locale": "de"}
    assert [data for _, data in ask.events] == [
        *([german] * 3),
        {"id": "hello", "_id": number},
        german,
    ]


@pytest.mark.parametrize(
    ("choice", "events"),
    [
        ("own", ["post.localization.published"]),
        ("plain", ["post.published"]),
        ("both", ["post.published", "post.localization.published"]),
    ],
)
def test_whether_the_plain_event_is_sent_beside_is_not_known(report, hello, choice, events):
    """So either can be played."""
    ask = report(post_locale_events=choice)
    ask.accepted("PATCH", "posts/hallo/", {"title": "Neu"})
    assert [name for name, _ in ask.events] == events


def test_editors_change_one_locales_version(report, account, hello):
    """Posts, pages and items; each event names the locale."""
    account.page("news", "n", headline="Old")
    account.collection("people", {"id": 7, "name": "Ada"})
    ask = report()
    ask.app.change("post/hello", locale="de", title="Neu")
    ask.app.change("post/hello", "deleted", locale="de")
    ask.app.change("page/news/n", locale="de", fields={"headline": "Neu"})
    ask.app.change("page/news/n", "deleted", locale="de")
    ask.app.change("item/people/7", locale="de", name="Adele")
    locales = [(name, data["locale"]) for name, data in ask.events]
    assert locales == [
        ("post.localization.published", "de"),
        ("post.localization.delete", "de"),
        ("page.published", "de"),
        ("page.delete", "de"),
        ("collectionitem.published", "de"),
    ]
    assert ask.get("pages/news/n/")["data"]["fields"] == {"headline": "Old"}
    assert ask("GET", "pages/news/n/?locale=de").status_code == 404
    assert ask.get("content/people/", locale="de")["data"]["people"][0]["name"] == "Adele"
