"""What is written in each language: translations, and what stands in for them."""

import re

import pytest

from pelican_buttercms.emulator import create_app
from pelican_buttercms.emulator.server import serving

from .heads import alternates, canonical


def test_one_build_makes_every_locale_at_pelicans_own_urls(trilingual):
    """Articles and pages have their lang, and are each other's translations."""
    trilingual.build()
    assert {
        *("hello.html", "de/hello.html", "only-english.html"),
        *("pages/about.html", "de/pages/about.html", "de-at/pages/about.html"),
    } <= trilingual.files()
    assert "Hello|en|own" in trilingual.read("hello.html")
    assert "Hallo|de|own" in trilingual.read("de/hello.html")
    assert "|de=de/hello.html;" in trilingual.read("hello.html")
    assert "|en=hello.html;" in trilingual.read("de/hello.html")
    assert "Mir|" in trilingual.read("de-at/pages/about.html")
    assert "Servus" in trilingual.read("de-at/pages/about.html")


def test_what_is_not_translated_is_shown_through_the_chain_and_says_so(trilingual):
    """Marked with its real language, canonical at the real one, named in no hreflang."""
    trilingual.build()
    shown = trilingual.read("de-at/hello.html")
    assert 'Hallo|de-at|de|<div lang="de"><p>The body of hello.</p></div>' in shown
    assert canonical(shown) == "https://site.example/de/hello.html"
    assert alternates(shown) == {}
    english = trilingual.read("de/only-english.html")
    assert 'Only English|de|en|<div lang="en"><p>English words</p></div>' in english
    assert canonical(english) == "https://site.example/only-english.html"
    assert alternates(trilingual.read("only-english.html")) == {}
    real = {
        "en": "https://site.example/hello.html",
        "de": "https://site.example/de/hello.html",
    }
    assert alternates(trilingual.read("hello.html")) == real
    assert alternates(trilingual.read("de/hello.html")) == real
    assert canonical(trilingual.read("de/hello.html")) == real["de"]


def test_a_kind_or_page_type_may_have_another_chain_or_none(trilingual, account):
    """The most exact name decides: page type, then kind, then default."""
    account.page("news", "n", text="News")
    chains = {"default": ["en"], "posts": [], "pages/*": []}
    trilingual.configure(
        BUTTERCMS_LOCALES={"en": [], "de": {"fallback": chains}},
        BUTTERCMS_PAGE_TYPES=["*", "news"],
    )
    account.page("*", "imprint", text="Imprint")
    trilingual.build()
    files = trilingual.files()
    assert "de/pages/n.html" in files
    assert {"de/only-english.html", "de/pages/imprint.html"}.isdisjoint(files)
    assert {"de/hello.html", "de/pages/about.html"} <= files


def test_translated_posts_with_other_slugs_are_held_together_by_a_field(site, account):
    """BUTTERCMS_TRANSLATION_ID names what the versions of a post have in common."""
    account.settings(locales=["en", "de"])
    account.post("hello", featured_image="https://cdn.buttercms.com/AAAAAAAAAAAAAAAAAAAA")
    account.translate("posts/hello", "de", slug="hallo", title="Hallo")
    account.page("news", "a", key="k1", title="A")
    account.page("news", "b", key="none", title="B")
    site.write(
        "templates/article.html", "{% for t in article.translations %}{{ t.url }}{% endfor %}"
    )
    site.configure(
        BUTTERCMS_LOCALES={"en": ["de"], "de": ["en"]},
        BUTTERCMS_TRANSLATION_ID={"posts": "featured_image"},
        THEME_TEMPLATES_OVERRIDES=["templates"],
    )
    printed = site.build()
    assert site.read("hello.html") == "hallo-de.html"
    assert site.read("hallo-de.html") == "hello.html"
    assert {"hello-de.html", "hallo.html"}.isdisjoint(site.files())
    assert "WARNING" not in printed


def test_translated_posts_with_other_slugs_are_held_together_by_the_api(site, account):
    """It says which post is whose translation: they are linked, and none stands in for itself."""
    account.settings(locales=["en", "de"])
    account.post("hello")
    account.translate("posts/hello", "de", slug="hallo")
    account.post("other")
    site.write(
        "templates/article.html",
        "{% include 'buttercms/head.html' %}"
        "{% for t in article.translations %}{{ t.url }}{% endfor %}",
    )
    site.configure(
        BUTTERCMS_LOCALES={"en": ["de"], "de": ["en"]}, THEME_TEMPLATES_OVERRIDES=["templates"]
    )
    printed = site.build()
    english = site.read("hello.html")
    assert english.endswith("hallo-de.html")
    assert site.read("hallo-de.html").endswith("hello.html")
    assert alternates(english) == {
        "en": "https://site.example/hello.html",
        "de": "https://site.example/hallo-de.html",
    }
    assert {"hello-de.html", "hallo.html"}.isdisjoint(site.files())
    assert {"other.html", "other-de.html"} <= site.files()
    assert "WARNING" not in printed


def test_page_types_and_the_front_page_have_a_place_in_each_language(trilingual, account):
    """A folder for each language, unless the pattern says otherwise."""
    account.page("landing", "home", text="Welcome")
    account.translate("pages/landing/home", "de", fields={"text": "Willkommen"})
    account.page("coffee", "a", text="A")
    account.page("shop", "s", text="S")
    trilingual.configure(
        BUTTERCMS_PAGE_TYPES={
            "landing": {},
            "coffee": {"url": "coffee/{slug}/"},
            "shop": {"url": "shop/{slug}/", "lang_url": "{slug}.{lang}.html"},
        },
        BUTTERCMS_FRONT_PAGE="landing/home",
        INDEX_SAVE_AS="blog.html",
    )
    trilingual.build()
    assert {"index.html", "de/index.html", "de-at/index.html"} <= trilingual.files()
    assert "Willkommen" in trilingual.read("de/index.html")
    assert {"coffee/a/index.html", "de/coffee/a/index.html", "s.de-at.html"} <= trilingual.files()


def test_a_locale_that_fails_fails_the_build_and_changes_nothing(trilingual, account):
    """No site is half translated: nothing is written."""
    account.settings(locales=["en", "de", "de-AT"])
    app = create_app(account.folder)
    with serving(app) as url:
        trilingual.configure(BUTTERCMS_API_URL=f"{url}/v2/", BUTTERCMS_MAX_AGE=0)
        token = {"BUTTERCMS_READ_TOKEN": "x"}
        trilingual.build(env=token)
        app.account.posts["hello"]["title"] = "Changed"
        app.account.config["locales"] = ["en", "de-AT"]  # an unknown locale is a 400
        done = trilingual.pelican(env=token)
    assert done.returncode == 2
    assert "BUTTERCMS_LOCALES names 'de', but the account has no such locale" in done.stdout
    assert "Hello|en|own" in trilingual.read("hello.html")


@pytest.mark.parametrize("chain", [{"en": [], "de": ["en"]}, {"en": ["de"], "de": []}])
def test_themes_of_others_name_no_stand_in_as_a_translation(site, account, chain):
    """Most print hreflang for an article that has translations, and for each of these."""
    account.settings(locales=["en", "de"])
    account.post("both")
    account.translate("posts/both", "de", title="Beide")
    account.post("english")
    account.post("german", status="draft")
    account.translate("posts/german", "de", title="Deutsch")
    site.write(
        "templates/article.html",
        "{% for t in [article] + article.translations if article.translations %}"
        "{{ t.lang }}={{ t.url }};{% endfor %}",
    )
    site.configure(BUTTERCMS_LOCALES=chain, THEME_TEMPLATES_OVERRIDES=["templates"])
    site.build()
    shown = {name: site.read(name) for name in site.files() if re.match("(both|eng|ger)", name)}
    assert shown.pop("both.html") == "en=both.html;de=both-de.html;"
    assert shown.pop("both-de.html") == "de=both-de.html;en=both.html;"
    assert len(shown) >= 3
    assert set(shown.values()) == {""}
