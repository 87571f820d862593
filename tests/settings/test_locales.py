"""`BUTTERCMS_LOCALES` and the settings beside it."""

import pytest

from pelican_buttercms.errors import SettingsError
from pelican_buttercms.settings import Environment, Settings


def parse(**settings):
    """Parse settings as Pelican gives them."""
    base = {"CACHE_PATH": "/c", "PATH": "/p", "DEFAULT_LANG": "en"}
    return Settings.from_pelican(base | settings, Environment({}))


def problem(**settings):
    """Give what is wrong, as one text."""
    with pytest.raises(SettingsError) as caught:
        parse(**settings)
    return " ".join(caught.value.problems)


def test_without_locales_there_is_the_accounts_own():
    """It becomes DEFAULT_LANG, in lower case as Pelican compares it."""
    (only,) = parse(DEFAULT_LANG="en-GB").locales
    assert (only.name, only.lang) == ("", "en-gb")
    assert only.chain("posts") == ()


def test_the_short_forms():
    """A list of names; a mapping from name to its chain."""
    assert [one.lang for one in parse(BUTTERCMS_LOCALES=["en", "de-AT"]).locales] == ["en", "de-at"]
    locales = parse(BUTTERCMS_LOCALES={"en": None, "de": ["en"], "de-AT": ["de", "en"]}).locales
    assert [one.chain("posts") for one in locales] == [(), ("en",), ("de", "en")]


def test_the_long_form():
    """A lang of its own, and chains by kind and group, the most exact one first."""
    chains = {"default": ["en"], "pages": [], "pages/news": ["en"], "collections/menu": []}
    settings = parse(
        BUTTERCMS_LOCALES={
            "main": {"lang": "EN"},
            "de": {"fallback": {**chains}},
            "en": {"lang": "x"},
        }
    )
    main, german, _ = settings.locales
    assert (main.lang, settings.main_locale) == ("en", main)
    assert settings.locale_of("DE") == german
    assert settings.locale_of("fr") is None
    assert german.chain("posts") == ("en",)
    assert german.chain("pages", "*") == ()
    assert german.chain("pages", "news") == ("en",)
    assert german.chain("collections", "menu") == ()
    assert german.chain("collections", "faqs") == ("en",)


@pytest.mark.parametrize(
    ("locales", "told"),
    [
        ("en", "takes a list of locales"),
        (["en", "a/b"], "names 'a/b', which is no locale's API slug"),
        ({"en": {"langs": "x"}}, "has no option 'langs'; did you mean 'lang'?"),
        ({"en": {"lang": 7}}, "takes a language such as"),
        ({"en": "de"}, 'takes a list of locales, such as ["de", "en"]'),
        ({"en": ["en"]}, "falls back to 'en' itself"),
        ({"en": [], "de": ["eng"]}, "does not name; did you mean 'en'?"),
        ({"en": [], "de": {"fallback": {"articles": ["en"]}}}, "has 'articles', which is none of"),
        ({"en": [], "de": {"fallback": {"pages/": ["en"]}}}, "has 'pages/', which is none of"),
        ({"en": [], "de": {"fallback": {"posts": "en"}}}, "takes a list of locales"),
        ({"en": [], "EN": []}, "would all become the lang 'en'"),
        (["de", "fr"], "none of the locales becomes DEFAULT_LANG 'en'"),
    ],
)
def test_what_is_wrong_with_locales_is_reported(locales, told):
    """What, where, and what would do."""
    assert told in problem(BUTTERCMS_LOCALES=locales)


def test_the_other_settings_of_languages():
    """The default language of the world, lists, and what holds translations together."""
    settings = parse(
        BUTTERCMS_LOCALES=["en", "de"],
        BUTTERCMS_X_DEFAULT="EN",
        BUTTERCMS_LANG_TEMPLATES={"index": "{lang}/index.html"},
        BUTTERCMS_TRANSLATION_ID="key",
    )
    assert settings.x_default == "en"
    assert settings.translation_ids == {"posts": "key", "pages": "key"}
    text = problem(
        BUTTERCMS_X_DEFAULT="fr",
        BUTTERCMS_LANG_TEMPLATES={"index": "index.html"},
        BUTTERCMS_TRANSLATION_ID={"collections": "id"},
    )
    assert "BUTTERCMS_X_DEFAULT is one of the languages en, not 'fr'." in text
    assert "BUTTERCMS_LANG_TEMPLATES takes a mapping from template to path" in text
    assert "BUTTERCMS_TRANSLATION_ID names a field" in text


@pytest.mark.parametrize(
    ("variables", "deployment"),
    [
        ({}, "local"),
        ({"CI": "true"}, "local"),
        ({"NETLIFY": "true", "CONTEXT": "production"}, "production"),
        ({"NETLIFY": "true", "CONTEXT": "deploy-preview"}, "staging"),
        ({"NETLIFY": "true", "CONTEXT": "branch-deploy"}, "staging"),
        ({"NETLIFY": "true", "CONTEXT": "my-release-branch"}, "production"),
        ({"NETLIFY": "true", "CONTEXT": "dev"}, "local"),
        ({"NETLIFY": "true"}, "production"),
        ({"CONTEXT": "production"}, "production"),
        ({"CONTEXT": "deploy-preview"}, "staging"),
        ({"CONTEXT": "whatever this is"}, "local"),
        ({"VERCEL": "1", "VERCEL_ENV": "production"}, "production"),
        ({"VERCEL": "1", "VERCEL_ENV": "preview"}, "staging"),
        ({"VERCEL": "1", "VERCEL_ENV": "development"}, "local"),
        ({"CF_PAGES": "1", "CF_PAGES_BRANCH": "main"}, "production"),
        ({"CF_PAGES": "1", "CF_PAGES_BRANCH": "drafts"}, "production"),
        ({"WORKERS_CI": "1"}, "production"),
        ({"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "push"}, "production"),
        ({"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "pull_request"}, "staging"),
        ({"GITHUB_ACTIONS": "true"}, "production"),
        (
            {"NETLIFY": "true", "CONTEXT": "production", "BUTTERCMS_ENVIRONMENT": "staging"},
            "staging",
        ),
        ({"BUTTERCMS_ENVIRONMENT": "production"}, "production"),
    ],
)
def test_where_the_output_goes_is_guessed_and_production_refuses_drafts(variables, deployment):
    """By the build service's own variables; what is said outright wins, and doubt is production."""
    base = {"CACHE_PATH": "/c", "PATH": "/p"}
    assert Settings.from_pelican(base, Environment(variables)).deployment == deployment
    preview = Environment(variables | {"BUTTERCMS_PREVIEW": "1"})
    if deployment != "production":
        assert Settings.from_pelican(base, preview).preview
        return
    with pytest.raises(SettingsError, match="drafts would be public") as caught:
        Settings.from_pelican(base, preview)
    assert "BUTTERCMS_ENVIRONMENT=staging" in str(caught.value)


def test_a_wrong_environment_is_reported():
    """Only the three words are known."""
    told = "BUTTERCMS_ENVIRONMENT is one of production, staging, local, not 'prod'."
    assert told in problem(BUTTERCMS_ENVIRONMENT="prod")


def test_a_locale_with_an_underscore_becomes_a_language_with_a_hyphen():
    """HTML and sitemaps know no other; DEFAULT_LANG keeps the spelling that Pelican compares."""
    locales = parse(BUTTERCMS_LOCALES=["en_US", "pt_BR"], DEFAULT_LANG="en_US").locales
    assert [one.lang for one in locales] == ["en_us", "pt-br"]
    locales = parse(BUTTERCMS_LOCALES=["en_US", "pt_BR"], DEFAULT_LANG="en-us").locales
    assert [one.lang for one in locales] == ["en-us", "pt-br"]
