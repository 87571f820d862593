"""The `BUTTERCMS_*` settings, parsed once, all problems together."""

from datetime import timedelta
from pathlib import Path

import pytest

from pelican_buttercms.settings import PageType
from tests.settings.parsing import parse, problems


def test_nothing_set_gives_the_documented_defaults():
    """Without settings, posts are pulled from the public API and kept beside Pelican's cache."""
    settings = parse()
    assert settings.api_url == "https://api.buttercms.com/v2/"
    assert settings.cache_path == Path("/site/cache/buttercms")
    assert settings.posts
    assert settings.levels == 1
    assert not settings.preview
    assert not settings.offline
    assert settings.page_types == {}
    assert settings.max_age == timedelta(minutes=10)


def test_a_build_service_asks_every_time_by_default():
    """A webhook's build must see the change, so its cache is never young enough."""
    assert parse({"CI": "true"}).max_age == timedelta(0)
    assert parse({"CI": "true"}, BUTTERCMS_MAX_AGE="1h").max_age == timedelta(hours=1)


def test_the_environment_overrides_address_preview_and_offline_only():
    """A build can be pointed elsewhere, or taken offline, without touching the settings file."""
    environ = {
        "BUTTERCMS_API_URL": "http://127.0.0.1:8008/v2",
        "BUTTERCMS_PREVIEW": "yes",
        "BUTTERCMS_OFFLINE": "on",
        "BUTTERCMS_LEVELS": "3",
    }
    settings = parse(environ, BUTTERCMS_PREVIEW=False)
    assert settings.api_url == "http://127.0.0.1:8008/v2/"
    assert settings.preview
    assert settings.mode == "preview"
    assert settings.offline
    assert settings.levels == 1


def test_a_list_of_page_types_is_a_page_type_each():
    """The short form names page types; single pages are the star."""
    settings = parse(BUTTERCMS_PAGE_TYPES=["*", "landing-page"])
    assert list(settings.page_types) == ["*", "landing-page"]
    assert settings.page_types["*"] == PageType("*")


def test_page_type_options_are_read():
    """The long form says what becomes of each page type."""
    options = {
        "news": {
            "as": "article",
            "template": "news",
            "url": "news/{slug}/",
            "fields": {"date": "day"},
        },
        "team": {"as": "data"},
        "plain": None,
    }
    types = parse(BUTTERCMS_PAGE_TYPES=options).page_types
    assert types["news"] == PageType(
        name="news",
        role="article",
        template="news",
        url="news/{slug}/",
        save_as="news/{slug}/index.html",
        lang_url="{lang}/news/{slug}/",
        lang_save_as="{lang}/news/{slug}/index.html",
        fields={"date": "day"},
    )
    assert types["team"].role == "data"
    assert types["plain"] == PageType("plain")


@pytest.mark.parametrize(
    ("url", "save_as"),
    [
        ("{slug}/", "{slug}/index.html"),
        ("", "index.html"),
        ("{slug}.html", "{slug}.html"),
        ("docs/{slug}", "docs/{slug}.html"),
        ("{date:%Y.%m}/{slug}", "{date:%Y.%m}/{slug}.html"),
        ("feed.xml", "feed.xml"),
    ],
)
def test_the_file_follows_from_the_url_as_web_servers_find_it(url, save_as):
    """A URL alone says where its file lies."""
    types = parse(BUTTERCMS_PAGE_TYPES={"a": {"url": url}}).page_types
    assert types["a"].save_as == save_as


def test_all_problems_are_shown_together():
    """Problems that a user mends together are told together."""
    found = problems(
        BUTTERCMS_LEVELS=9,
        BUTTERCMS_DANGLING="shout",
        BUTTERCMS_POSTS="perhaps",
        BUTTERCMS_MAX_AGE="soon",
        BUTTERCMS_COLLECTIONS="faqs",
        BUTTERCMS_FRONT_PAGE="home",
        BUTTERCMS_LOCALES=["much-too-long-for-a-locale"],
        BUTTERCMS_CACHE_PATH=7,
        BUTTERCMS_PURE="my_filter",
        BUTTERCMS_PAGE_TYPES={"a": {"as": "tweet", "ulr": "x", "fields": {"titel": "d"}}},
    )
    text = " ".join(found)
    for name in (
        "BUTTERCMS_LEVELS takes a whole number from 1 to 5, not 9.",
        "BUTTERCMS_DANGLING is one of 'warn', 'fail', 'drop', not 'shout'.",
        "BUTTERCMS_POSTS takes True or False, or a mapping of options, not 'perhaps'.",
        "BUTTERCMS_MAX_AGE: 'soon' is not a duration",
        "BUTTERCMS_COLLECTIONS takes a list of keys, or a mapping from key to options, not 'faqs'.",
        "BUTTERCMS_FRONT_PAGE names a page",
        "BUTTERCMS_LOCALES names 'much-too-long-for-a-locale', which is no locale's API slug",
        "BUTTERCMS_CACHE_PATH takes a folder",
        "has no option 'ulr'; did you mean 'url'?",
        "cannot map 'titel'; did you mean 'title'?",
        "BUTTERCMS_PURE takes a list of names, not 'my_filter'.",
        "not 'tweet'",
    ):
        assert name in text
    assert len(found) == 12
    assert "?." not in text


def test_an_unknown_setting_is_answered_with_the_nearest_known():
    """A misspelt setting would otherwise be ignored without a word."""
    (problem,) = problems(BUTTERCMS_PAGETYPES=["*"])
    assert problem == (
        "There is no setting BUTTERCMS_PAGETYPES; did you mean 'BUTTERCMS_PAGE_TYPES'?"
    )
    (problem,) = problems(BUTTERCMS_PAGE_TYPES={"a": {"qqq": "x"}})
    assert problem.endswith(
        " (known: as, fields, fields.<name>, lang_save_as, lang_url, limit, order, save_as,"
        " template, url)."
    )


@pytest.mark.parametrize(
    "name",
    [
        "BUTTERCMS_READ_TOKEN",
        "BUTTERCMS_API_KEY",
        "BUTTERCMS_SECRET",
        "BUTTERCMS_WRITE_TOKEN",
        "BUTTERCMS_NETLIFY_HOOK",
    ],
)
def test_a_secret_in_the_settings_is_refused_without_repeating_it(name):
    """Settings are the template context: a token there is in every theme's reach."""
    (problem,) = problems(**{name: "s3cret"})
    assert name in problem
    assert problem.count("BUTTERCMS_") == 2
    assert "s3cret" not in problem


@pytest.mark.parametrize("value", [7, "landing-page", {"": {}}, ["a/b"], [3], {"a": 5}])
def test_page_types_that_are_none_are_refused(value):
    """A page type's key is a text without a slash, and its options are a mapping."""
    assert all(
        "BUTTERCMS_PAGE_TYPES" in problem for problem in problems(BUTTERCMS_PAGE_TYPES=value)
    )


def test_bounds_on_calls_and_deletions():
    """A number is a pull's; a mapping names both; None believes everything."""
    settings = parse(BUTTERCMS_MAX_CALLS=50)
    assert (settings.max_calls.pull, settings.max_calls.month) == (50, None)
    both = parse(BUTTERCMS_MAX_CALLS={"pull": 9, "month": 100}).max_calls
    assert (both.pull, both.month) == (9, 100)
    assert parse(BUTTERCMS_MAX_DELETIONS=None).max_deletions is None
    assert parse(BUTTERCMS_MAX_STALE="2d").max_stale == timedelta(days=2)
    text = " ".join(
        problems(
            BUTTERCMS_MAX_CALLS={"day": 3},
            BUTTERCMS_MAX_DELETIONS={"share": 2, "number": 1},
            BUTTERCMS_MAX_STALE="old",
            BUTTERCMS_SANITIZE=["b"],
            BUTTERCMS_SNAPSHOT=7,
            BUTTERCMS_STORE_URL="s3://user:password@host/bucket",
        )
    )
    assert "BUTTERCMS_MAX_CALLS takes a number of calls" in text
    assert "BUTTERCMS_MAX_DELETIONS takes" in text
    assert "BUTTERCMS_MAX_STALE: 'old' is not a duration" in text
    assert "BUTTERCMS_SANITIZE takes True, False" in text
    assert "BUTTERCMS_SNAPSHOT takes a folder's path" in text
    assert "BUTTERCMS_STORE_URL carries a user name or password" in text
    assert "user:password" not in text
    assert "BUTTERCMS_STORE_URL takes a URL" in " ".join(problems(BUTTERCMS_STORE_URL="bucket"))


@pytest.mark.parametrize(
    ("gone", "before", "suspicious"),
    [(0, 0, False), (1, 1, False), (2, 2, True), (5, 10, False), (6, 10, True), (6, 40, False)],
)
def test_what_is_too_much_to_be_gone(gone, before, suspicious):
    """More than the number and more than the share, or all of several."""
    assert parse().max_deletions.are_suspicious(gone, before) is suspicious


def test_what_is_allowed_besides_when_html_is_sanitised():
    """True is the plain list; tags and attributes are added to it."""
    assert parse().sanitize is None
    assert parse(BUTTERCMS_SANITIZE=True).sanitize == {"tags": set(), "attributes": {}}
    more = {"tags": ["iframe"], "attributes": {"iframe": ["src"]}}
    assert parse(BUTTERCMS_SANITIZE=more).sanitize == {
        "tags": {"iframe"},
        "attributes": {"iframe": {"src"}},
    }


def test_a_full_pull_is_due_once_a_day_though_webhooks_come():
    """Webhooks get lost, so their builds reconcile; `0` and `"*"` are the ends."""
    assert parse().reconcile == timedelta(days=1)
    assert parse(BUTTERCMS_RECONCILE="6h").reconcile == timedelta(hours=6)
    assert parse(BUTTERCMS_RECONCILE=0).reconcile == timedelta(0)
    (problem,) = problems(BUTTERCMS_RECONCILE="soon")
    assert problem.startswith("BUTTERCMS_RECONCILE: 'soon' is not a duration")
