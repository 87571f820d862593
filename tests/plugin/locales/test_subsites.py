"""A site for each language: together with the plugin i18n_subsites."""

from pelican_buttercms.emulator import create_app
from pelican_buttercms.emulator.server import serving

from .heads import HEAD


def test_each_subsite_of_i18n_subsites_gets_its_own_locale(trilingual):
    """Own index, own content, links between the sites; the account is asked once."""
    trilingual.write(
        "templates/index.html",
        HEAD + "{% for a in articles %}{{ a.title }}={{ a.url }};{% endfor %}"
        "{{ buttercms.lang }}</body>",
    )
    app = create_app(trilingual.folder.parent / "cms")
    with serving(app) as url:
        trilingual.configure(
            PLUGINS=["pelican_buttercms", "i18n_subsites"],
            I18N_SUBSITES={"de": {"SITENAME": "Deutsch"}, "de-at": {}},
            BUTTERCMS_API_URL=f"{url}/v2/",
            ARTICLE_LANG_URL=None,
            ARTICLE_LANG_SAVE_AS=None,
            PAGE_LANG_URL=None,
            PAGE_LANG_SAVE_AS=None,
        )
        trilingual.build(env={"BUTTERCMS_READ_TOKEN": "x"})
    assert len(app.calls) == 9  # posts and pages in three locales; authors, categories, tags once
    index = trilingual.read("de/index.html")
    assert "Hallo=hello.html;Only English=only-english.html;de" in index
    assert "Hello=hello.html;Only English=only-english.html;en" in trilingual.read("index.html")
    assert "Hallo=hello.html;" in trilingual.read("de-at/index.html")
    german = trilingual.read("de/hello.html")
    assert "|en=../hello.html;" in german
    assert "Hallo|de|own" in german
    assert "Hallo|de-at|de" in trilingual.read("de-at/hello.html")
    assert "Servus" in trilingual.read("de-at/pages/about.html")
    assert 'href="https://site.example/hello.html"' in trilingual.read("de/sitemap.xml")


def test_subsites_without_fallback_hide_what_is_not_translated(trilingual):
    """As i18n_subsites does by itself: as drafts and hidden pages in the subsite."""
    trilingual.configure(
        PLUGINS=["pelican_buttercms", "i18n_subsites"],
        I18N_SUBSITES={"de": {}},
        BUTTERCMS_LOCALES=["en", "de"],
    )
    trilingual.build()
    assert "only-english" not in trilingual.read("de/index.html")
    assert any(path.startswith("de/drafts/only-english") for path in trilingual.files())
    assert "Hallo" in trilingual.read("de/hello.html")


def test_subsites_render_nothing_when_nothing_has_changed(trilingual):
    """Wherever the build runs: no page shows `NETLIFY` and `CONTEXT`."""
    trilingual.configure(
        PLUGINS=["pelican_buttercms", "i18n_subsites"],
        I18N_SUBSITES={"de": {}},
        BUTTERCMS_LOCALES=["en", "de"],
    )
    trilingual.build()
    before = {path: trilingual.read(path) for path in trilingual.files()}
    log = trilingual.build(env={"NETLIFY": "true", "CONTEXT": "deploy-preview"})
    assert " 0 pages rendered" in log
    assert before == {path: trilingual.read(path) for path in trilingual.files()}


def test_a_language_without_a_subsite_is_told_before_the_plugin_fails(trilingual):
    """i18n_subsites itself ends with a bare KeyError."""
    trilingual.configure(
        PLUGINS=["pelican_buttercms", "i18n_subsites"], I18N_SUBSITES={"de": {}, "de-AT": {}}
    )
    done = trilingual.pelican()
    assert done.returncode == 2
    assert "I18N_SUBSITES has no subsite for de-at" in done.stdout
    assert "languages are in lower case, ['de-AT'] are not" in done.stdout
