"""Files of sub-sites that become part of the main site, and the other way round."""

import pytest


@pytest.fixture
def german(plain):
    """A site that writes its second language to a folder, and not yet as a sub-site."""
    saved = {"ARTICLE_LANG_URL": "{lang}/{slug}.html", "ARTICLE_LANG_SAVE_AS": "{lang}/{slug}.html"}
    plain.settings |= {**saved, "BUTTERCMS_LOCALES": {"en": [], "de": []}}
    plain.account.settings(locales=["en", "de"], default_locale="en")
    plain.account.translate("posts/post-1", "de", title="Eins", body="<p>Eins</p>")
    plain.settings["PLUGINS"] = ["pelican_buttercms"]
    plain.make()
    assert "de/post-1.html" in plain.files()
    return plain


SUBSITES = {"PLUGINS": ["pelican_buttercms", "i18n_subsites"], "I18N_SUBSITES": {"de": {}}}


def test_a_subsite_that_becomes_a_part_of_the_main_site(german):
    """The same bytes in the same place are the main site's now."""
    german.settings |= SUBSITES
    for _ in range(2):
        german.make()
        assert "de/post-1.html" in german.files()
    german.settings["PLUGINS"] = ["pelican_buttercms"]
    del german.settings["I18N_SUBSITES"]
    for _ in range(2):
        german.remake()
        assert "de/post-1.html" in german.files()


@pytest.mark.parametrize("incremental", [True, False])
def test_a_part_of_the_main_site_that_becomes_a_subsite(german, incremental):
    """Also where the main site breaks off, when its sub-site was written."""
    german.settings |= {**SUBSITES, "BUTTERCMS_INCREMENTAL": incremental}
    right = "{{ articles[0].url }}"
    german.template("index.html", "{% if DEFAULT_LANG == 'en' %}{{ 1 / 0 }}{% endif %}" + right)
    assert german.attempt()[0] != 0
    german.template("index.html", right)
    for _ in range(3):
        german.make()
        assert "de/post-1.html" in german.files()


def test_subsites_are_reused_in_a_folder_that_is_wiped(plain):
    """And what they have no longer goes, as everything else does."""
    plain.settings |= {"BUTTERCMS_LOCALES": {"en": [], "de": []}, "DELETE_OUTPUT_DIRECTORY": True}
    plain.account.settings(locales=["en", "de"], default_locale="en")
    for number in (1, 2):
        plain.account.translate(f"posts/post-{number}", "de", title="Eins", body="<p>Eins</p>")
    plain.settings |= {"PLUGINS": ["pelican_buttercms", "i18n_subsites"]}
    plain.settings |= {"I18N_SUBSITES": {"de": {"SITENAME": "Deutsch"}}}
    plain.make()
    before = (plain.output / "de/post-1.html").stat().st_mtime_ns
    plain.remake()
    assert (plain.output / "de/post-1.html").stat().st_mtime_ns == before
    (plain.output / "de/post-2.html").write_text("by hand")
    (plain.output / "de/strange.html").write_text("by hand")
    plain.account.delete("posts/post-2.json")
    plain.remake()
    assert not {"post-2.html", "de/post-2.html", "de/strange.html"} & plain.files()
    plain.settings["PLUGINS"] = ["pelican_buttercms"]
    plain.settings["BUTTERCMS_LOCALES"] = {"en": []}
    del plain.settings["I18N_SUBSITES"]
    (plain.output / "de/post-1.html").write_text("by hand")
    plain.remake()
    assert not [name for name in plain.files() if name.startswith("de/")]
