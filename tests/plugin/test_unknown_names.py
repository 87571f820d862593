"""Settings that name something which is not there: told, with the nearest name that is."""

import pytest


def test_a_field_that_nothing_has(site, account):
    """A misspelt one holds no versions together."""
    account.settings(locales=["en", "de"])
    account.post("hello", featured_image_alt="one")
    account.translate("posts/hello", "de", slug="hallo")
    account.page("news", "a", code="x")
    settings = {"BUTTERCMS_LOCALES": {"en": [], "de": []}, "BUTTERCMS_PAGE_TYPES": ["news"]}
    site.configure(
        **settings,
        BUTTERCMS_TRANSLATION_ID={"posts": "featured_image_al", "pages/news": "kode"},
    )
    log = " ".join(site.build().split())
    told = "BUTTERCMS_TRANSLATION_ID names the field {!r}, which none of the {} has a value in"
    assert told.format("featured_image_al", "posts") in log
    assert "Did you mean 'featured_image_alt'?" in log
    assert told.format("kode", "pages/news") in log
    assert "Did you mean 'code'?" in log


def test_a_field_that_some_have(site, account):
    """The others are held together by their slugs, as they should be."""
    account.settings(locales=["en", "de"])
    account.post("hello", featured_image_alt="one")
    account.post("other")
    site.configure(
        BUTTERCMS_LOCALES={"en": [], "de": []},
        BUTTERCMS_TRANSLATION_ID={"posts": "featured_image_alt", "pages/none": "code"},
    )
    assert "BUTTERCMS_TRANSLATION_ID" not in site.build()


@pytest.mark.parametrize("incremental", [True, False])
def test_a_function_that_no_template_has(site, account, incremental):
    """What uses it would be rendered each time, without a word."""
    account.post("hello")
    site.configure(
        "def shout(text): return text.upper()\nJINJA_FILTERS = {'shout': shout}\n",
        BUTTERCMS_PURE=["shout", "shoot"],
        BUTTERCMS_INCREMENTAL=incremental,
    )
    log = " ".join(site.build().split())
    assert log.count("BUTTERCMS_PURE names") == 1
    assert "BUTTERCMS_PURE names 'shoot', and there is no filter" in log
    assert "Did you mean 'shout'?" in log
