"""Pulling several locales: what is asked for, how many at once, and all of them or none."""

from threading import Lock
import time

import pytest

from pelican_buttercms.content import Key
from pelican_buttercms.errors import ServerError, SettingsError
from pelican_buttercms.store import Scope
from pelican_buttercms.sync.progress import Progress
from pelican_buttercms.sync.pull import pull
from pelican_buttercms.sync.pull_spec import PullSpec

SCOPES = [Scope("account", "en", "live"), Scope("account", "de", "live")]


@pytest.fixture
def bilingual(account):
    """An account in two locales."""
    account.settings(locales=["en", "de"])
    account.post("p", title="Hello")
    account.translate("posts/p", "de", title="Hallo")
    account.page("news", "n", text="x")
    return account


@pytest.fixture
def run(connect, store):
    """Pull both locales into the store."""

    def start(app, concurrency=8, **wanted):
        client = connect(app, concurrency=concurrency)
        options = PullSpec(locales=("en", "de"), **wanted)
        return pull(client, store, SCOPES, options, Progress())

    return start


def test_what_is_the_same_in_all_locales_is_asked_for_once(run, bilingual, app):
    """Listings once a locale; authors, categories and tags once in all."""
    bilingual.term("tags", "of-no-post")
    emulator = app()
    result = run(emulator, page_types=("news",))
    asked = sorted((call.path, call.query.get("locale", "")) for call in emulator.calls)
    assert asked == [
        ("/v2/authors/", ""),
        ("/v2/categories/", ""),
        ("/v2/pages/news/", "de"),
        ("/v2/pages/news/", "en"),
        ("/v2/posts/", "de"),
        ("/v2/posts/", "en"),
        ("/v2/tags/", ""),
    ]
    assert result.calls == 7
    for generation in result.generations:
        assert Key("author", "", "ada-lane") in generation.manifest
        assert Key("tag", "", "of-no-post") in generation.manifest


def test_one_pull_makes_a_generation_of_each_locale_with_one_id(run, bilingual, app, store):
    """They are read together; each has its own versions."""
    result = run(app(), page_types=("news",))
    assert store.latest_together(SCOPES) == result.generations
    assert len({generation.id for generation in result.generations}) == 1
    titles = [
        raw.data["title"]
        for generation in result.generations
        for raw in store.records(generation)
        if raw.key.kind == "post"
    ]
    assert titles == ["Hello", "Hallo"]
    assert Key("page", "news", "n") not in result.generations[1].manifest


def test_locales_are_pulled_side_by_side_within_one_bound(run, bilingual, app):
    """Never more requests at once than BUTTERCMS_CONCURRENCY, over all locales."""
    lock, running, seen = Lock(), [0], []
    emulator = app()

    def slow(environ, start_response):
        with lock:
            running[0] += 1
            seen.append((running[0], environ["QUERY_STRING"]))
        time.sleep(0.05)
        try:
            return emulator(environ, start_response)
        finally:
            with lock:
                running[0] -= 1

    run(slow, concurrency=3)
    assert max(number for number, _ in seen) == 3
    first = [query for _, query in seen[:3]]
    assert any("locale=en" in query for query in first)
    assert any("locale=de" in query for query in first)


def test_a_locale_that_fails_fails_the_pull(run, bilingual, app, store):
    """Nothing of the other locale is stored."""
    run(app())
    before = store.latest_together(SCOPES)
    bilingual.post("new")
    emulator = app()

    def german_fails(environ, start_response):
        if "locale=de" in environ["QUERY_STRING"]:
            start_response("500 Internal Server Error", [("Content-Type", "text/html")])
            return [b"<h1>Server Error</h1>"]
        return emulator(environ, start_response)

    with pytest.raises(ServerError):
        run(german_fails)
    assert store.latest_together(SCOPES) == before


def test_every_unknown_locale_is_reported(connect, store, bilingual, app):
    """All of them together."""
    locales = ("en", "xx", "yy")
    scopes = [Scope("account", name, "live") for name in locales]
    wanted = PullSpec(locales=locales, page_types=("news",))
    with pytest.raises(SettingsError) as caught:
        pull(connect(app()), store, scopes, wanted, Progress())
    assert [text.split("'")[1] for text in caught.value.problems] == ["xx", "yy"]


def test_what_one_locale_has_not_is_untranslated_and_not_unknown(run, bilingual, app):
    """An API that answers 404 for a page type without a page in a locale."""
    emulator = app()

    def german_news_is_missing(environ, start_response):
        if "locale=de" in environ["QUERY_STRING"] and "news" in environ["PATH_INFO"]:
            start_response("404 Not Found", [("Content-Type", "application/json")])
            return [b'{"detail":"Page not found."}']
        return emulator(environ, start_response)

    english, german = run(german_news_is_missing, page_types=("news",)).generations
    assert Key("page", "news", "n") in english.manifest
    assert {key.kind for key in german.manifest} == {"post", "author", "category"}
    with pytest.raises(SettingsError, match="names 'nws', but the account has no such page type"):
        run(german_news_is_missing, page_types=("news", "nws"))


def test_what_one_locale_refers_to_is_pulled_in_all(run, bilingual, app):
    """It may have to stand in for a translation that is missing."""
    bilingual.collection("farms", {"id": 1, "name": "Farm", "locales": {"de": {"name": "Hof"}}})
    bilingual.page("news", "n", farm={"$ref": "item:farms/1"})
    result = run(app(), page_types=("news",))
    assert all(Key("item", "farms", "1") in one.manifest for one in result.generations)
    assert result.discovered == ("farms",)
