"""Accounts that ignore, or refuse, the locale of posts and pages."""

from __future__ import annotations

from datetime import timedelta
import json

import pytest

from pelican_buttercms.errors import SettingsError
from pelican_buttercms.settings import Locale
from pelican_buttercms.store import Scope
from pelican_buttercms.sync.cost_estimate import estimate_calls
from pelican_buttercms.sync.progress import LineProgress
from pelican_buttercms.sync.pull import pull
from pelican_buttercms.sync.pull_spec import PullSpec
from pelican_buttercms.sync.untranslated import PROBE_EVERY, PostLocales

LOCALES = ("en", "de", "fr")
SCOPES = [Scope("account", name, "live") for name in LOCALES]


class Ignoring:
    """An account that gives posts, and pages if told so, without looking at the locale."""

    def __init__(self, emulator, *paths):
        self.emulator = emulator
        self.paths = paths or ("posts",)
        self.asked = []
        self.refuses = False
        self.unnamed_only = False

    def __call__(self, environ, start_response):
        path, query = environ["PATH_INFO"], environ["QUERY_STRING"]
        if any(f"/{one}/" in path for one in self.paths):
            self.asked.append(query)
            if self.refuses and "locale=" in query:
                start_response("400 Bad Request", [("Content-Type", "application/json")])
                return [b'{"detail":"Invalid locale parameter"}']
            parts = [part for part in query.split("&") if not part.startswith("locale=")]
            environ = environ | {"QUERY_STRING": "&".join([*parts, "locale=en"])}
        return self.emulator(environ, start_response)


@pytest.fixture
def run(connect, store):
    """Pull all locales; gives the keys of posts and pages by locale, and what was said."""

    def start(app, **wanted):
        said = []
        options = PullSpec(locales=LOCALES, main="en", **wanted)
        result = pull(connect(app), store, SCOPES, options, LineProgress(said.append))
        kinds = {"post", "page"}
        found = {
            one.scope.locale: sorted(str(key) for key in one.manifest if key.kind in kinds)
            for one in result.generations
        }
        return found, [line for line in said if "no translations" in line], result

    return start


@pytest.fixture
def old(account, app):
    """An account whose posts have no locales, though its pages do."""
    account.settings(locales=list(LOCALES))
    account.post("one")
    account.post("two")
    account.page("news", "n", text="x")
    account.translate("pages/news/n", "de", fields={"text": "y"})
    return Ignoring(app())


def test_posts_that_come_for_every_locale_are_kept_once(run, old):
    """In the main locale; it is said once, and posts are asked for once from then on."""
    found, said, _ = run(old, page_types=("news",))
    assert found["en"] == ["pages/news/n", "posts/one", "posts/two"]
    assert found["de"] == ["pages/news/n"]
    assert found["fr"] == []
    assert len(said) == 1
    assert "no translations of posts" in said[0]
    assert len(old.asked) == 3
    again, said, _ = run(old, page_types=("news",))
    assert again == found
    assert said == []
    assert len(old.asked) == 4


def test_the_main_locale_need_not_be_the_first(connect, store, old):
    """It is that of the site's main language."""
    wanted = PullSpec(locales=LOCALES, main="fr")
    result = pull(connect(old), store, SCOPES, wanted, LineProgress(lambda _: None))
    counts = [sum(key.kind == "post" for key in one.manifest) for one in result.generations]
    assert counts == [0, 0, 2]


def test_an_account_that_comes_to_have_translations_is_noticed(run, old, store):
    """One call for one post, now and then; what a plan says is what it costs."""
    run(old)
    old.paths = ("nothing",)
    for number in range(1, PROBE_EVERY + 1):
        latest = [store.latest(scope) for scope in SCOPES]
        wanted = PullSpec(locales=LOCALES, main="en")
        stored = {one.scope.locale: list(store.records(one)) for one in latest}
        estimated = sum(
            one.calls for one in estimate_calls(wanted, stored, PostLocales.of(latest, wanted))
        )
        found, _, result = run(old)
        assert found["de"] == []
        if number < PROBE_EVERY:
            assert estimated == result.calls
    assert result.calls == estimated + 2  # the other locales are asked for again
    _, __, result = run(old)
    assert result.calls == 6


def test_a_probe_that_finds_the_same_costs_one_call(run, old):
    """And begins to count anew."""
    run(old)
    calls = [run(old)[2].calls for _ in range(2 * PROBE_EVERY)]
    assert calls.count(5) == 2
    assert calls.count(4) == len(calls) - 2


def test_an_event_that_brought_a_translation_is_believed(run, old, store):
    """A post in another locale is in the store: the locales are asked for again."""
    run(old)
    latest = {scope: store.latest(scope) for scope in SCOPES}
    post = next(raw for raw in store.records(latest[SCOPES[0]]) if raw.key.kind == "post")
    store.apply_changes({scope: {post.key: post} if scope == SCOPES[1] else {} for scope in SCOPES})
    old.asked.clear()
    run(old)
    assert len(old.asked) == 3


def test_posts_that_differ_in_one_locale_are_translations(run, account, app):
    """That the others are really the same in two locales proves nothing."""
    account.settings(locales=list(LOCALES))
    for slug in ("one", "two"):
        account.post(slug)
        for locale in ("de", "fr"):
            account.translate(f"posts/{slug}", locale)
    account.translate("posts/two", "fr", title="Deux")
    found, said, _ = run(app())
    assert found == {name: ["posts/one", "posts/two"] for name in LOCALES}
    assert said == []


def test_a_change_of_nothing_but_the_time_is_a_version_of_its_own(run, account, app):
    """The rule looks at the times of change, too."""
    account.settings(locales=list(LOCALES))
    account.post("one")
    for locale in ("de", "fr"):
        account.translate("posts/one", locale, updated="2024-06-01T00:00:00Z")
    found, said, _ = run(app())
    assert found["fr"] == ["posts/one"]
    assert said == []


def test_no_posts_at_all_prove_nothing(run, account, app):
    """An empty listing is the same in every locale."""
    account.settings(locales=list(LOCALES))
    assert run(app())[1] == []


@pytest.mark.parametrize("collection", [False, True])
def test_an_account_without_locales_has_its_pages_once(run, account, app, collection):
    """Pages have one slug in all locales: they are judged by the whole account."""
    account.settings(locales=["en"])
    account.post("one")
    account.page("news", "n", text="x")
    account.collection("people", {"id": 1, "name": "Ada"})
    names = {"page_types": ("news",), "collections": ("people",)}
    ignoring = Ignoring(app(), "posts", "pages", *(["content"] if collection else []))
    if not collection:
        account.settings(locales=list(LOCALES))
        account.collection(
            "people", {"id": 1, "name": "Ada", "locales": {"de": {"name": "A."}, "fr": {}}}
        )
        ignoring = Ignoring(app(), "posts", "pages")
    found, said, _ = run(ignoring, **names)
    assert found["en"] == ["pages/news/n", "posts/one"]
    assert found["de"] == ([] if collection else ["pages/news/n"])
    assert len(said) == (2 if collection else 1)


def test_a_locale_that_is_refused_for_posts_alone_has_no_posts(run, old):
    """It is a locale of the account: its pages come."""
    old.refuses = True
    found, said, _ = run(old, page_types=("news",))
    assert found["en"] == ["pages/news/n", "posts/one", "posts/two"]
    assert found["de"] == ["pages/news/n"]
    assert "refuses" in said[0]
    again, said, _ = run(old, page_types=("news",))
    assert again == found
    assert said == []


def test_a_locale_that_is_refused_for_all_is_unknown(run, old):
    """Though posts are given for any."""

    def german_is_unknown(environ, start_response):
        if "pages" in environ["PATH_INFO"] and "locale=fr" in environ["QUERY_STRING"]:
            start_response("400 Bad Request", [("Content-Type", "application/json")])
            return [json.dumps({"detail": "Invalid locale parameter"}).encode()]
        return old(environ, start_response)

    with pytest.raises(SettingsError, match="BUTTERCMS_LOCALES names 'fr'"):
        run(german_is_unknown, page_types=("news",))


def test_posts_that_vanish_from_a_locale_as_no_translations_are_not_held_back(run, old, store):
    """They were stored as translations before: that is no failure of the API."""
    records = [
        raw
        for scope in SCOPES[:1]
        for raw in store.records(run(old)[2].generation)
        if raw.key.kind == "post"
    ]
    store.commit_together(dict.fromkeys(SCOPES, records), 3, PullSpec().names())
    found, said, _ = run(old)
    assert found["de"] == []
    assert len(said) == 1


def test_an_event_of_a_post_is_followed_in_the_main_locale_alone(account, play):
    """The account would give the post in every locale: it stays no translation."""
    account.settings(locales=["en", "de"])
    account.post("one")
    account.post("two")
    locales = (Locale("en", "en"), Locale("de", "de"))
    played = play(locales=locales, max_age=timedelta(days=9), collections=(), page_types={})
    ignoring = Ignoring(played.emulator)
    type(played.source).app = staticmethod(ignoring)
    played.plain()
    assert [key.id for key in played.manifests()["en"] if key.kind == "post"] == ["one", "two"]
    played.edit("post/one", title="Changed")
    ignoring.asked.clear()
    played.build()
    titles = {
        locale: [key.id for key in manifest if key.kind == "post"]
        for locale, manifest in played.manifests().items()
    }
    assert titles == {"en": ["one", "two"], "de": []}
    assert len(ignoring.asked) == 1
