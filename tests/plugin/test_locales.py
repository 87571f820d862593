"""Several locales in one build: what the real Pelican writes for each language."""

import re
import xml.etree.ElementTree as ET

import pytest

from pelican_buttercms.emulator import create_app
from pelican_buttercms.emulator.server import serving

XHTML = "{http://www.w3.org/1999/xhtml}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
CHAIN = {"en": [], "de": ["en"], "de-AT": ["de", "en"]}
HEAD = '<html><head>{% include "buttercms/head.html" %}</head><body>'


@pytest.fixture
def trilingual(site, account):
    """An account in three locales with a chain, and templates that tell what they see."""
    account.settings(locales=["en", "de", "de-AT"])
    account.post("hello", title="Hello")
    account.post("only-english", title="Only English", body="<p>English words</p>")
    account.translate("posts/hello", "de", title="Hallo")
    account.page("*", "about", text="About")
    account.translate("single_pages/about", "de", name="Wir", fields={"text": "Über uns"})
    account.translate("single_pages/about", "de-AT", name="Mir", fields={"text": "Servus"})
    site.write(
        "templates/article.html",
        HEAD + "{{ article.title }}|{{ article.lang }}|"
        "{{ article.fallback_of.lang if article.fallback_of else 'own' }}|{{ article.content }}|"
        "{% for t in article.translations %}{{ t.lang }}={{ t.url }};{% endfor %}</body>",
    )
    site.write("templates/page.html", HEAD + "{{ page.title }}|{{ page.content }}</body>")
    site.configure(
        BUTTERCMS_LOCALES=CHAIN,
        BUTTERCMS_PAGE_TYPES=["*"],
        THEME_TEMPLATES_OVERRIDES=["templates"],
        ARTICLE_LANG_URL="{lang}/{slug}.html",
        ARTICLE_LANG_SAVE_AS="{lang}/{slug}.html",
        PAGE_LANG_URL="{lang}/pages/{slug}.html",
        PAGE_LANG_SAVE_AS="{lang}/pages/{slug}.html",
    )
    return site


def alternates(html):
    """Read the hreflang links of a page."""
    return dict(re.findall(r'rel="alternate" hreflang="([^"]+)" href="([^"]+)"', html))


def canonical(html):
    """Read the canonical address of a page."""
    return re.search(r'rel="canonical" href="([^"]+)"', html)[1]


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


def test_the_sitemap_names_real_translations_only_and_x_default(trilingual):
    """One entry a real page, each with all its real versions, itself among them."""
    trilingual.configure(BUTTERCMS_X_DEFAULT="en")
    trilingual.build()
    tree = ET.fromstring(trilingual.read("sitemap.xml"))
    entries = {
        url.find(f"{SITEMAP}loc").text.removeprefix("https://site.example/"): {
            link.get("hreflang"): link.get("href").removeprefix("https://site.example/")
            for link in url.iter(f"{XHTML}link")
        }
        for url in tree.iter(f"{SITEMAP}url")
    }
    hello = {"en": "hello.html", "de": "de/hello.html", "x-default": "hello.html"}
    about = {lang: f"{lang}/pages/about.html" for lang in ("de", "de-at")}
    about |= {"en": "pages/about.html", "x-default": "pages/about.html"}
    assert entries["hello.html"] == entries["de/hello.html"] == hello
    assert entries["pages/about.html"] == entries["de-at/pages/about.html"] == about
    assert entries["only-english.html"] == {}
    shown_in_their_stead = {"de-at/hello.html", "de/only-english.html", "de-at/only-english.html"}
    assert not shown_in_their_stead & set(entries)
    assert (
        alternates(trilingual.read("hello.html"))["x-default"] == "https://site.example/hello.html"
    )


def test_each_language_has_a_feed_and_the_feed_of_all_has_each_text_once(trilingual):
    """What stands in belongs to its language's feed, and not to that of all languages again."""
    trilingual.configure(
        FEED_ALL_ATOM="feeds/all.atom.xml", TRANSLATION_FEED_ATOM="feeds/all-{lang}.atom.xml"
    )
    trilingual.build()
    entry = re.compile(r'<entry><title>([^<]+)</title><link href="([^"]+)"')

    def feed(name):
        return {url.removeprefix("https://site.example/") for _, url in entry.findall(name)}

    assert feed(trilingual.read("feeds/all-en.atom.xml")) == {"hello.html", "only-english.html"}
    assert feed(trilingual.read("feeds/all-de.atom.xml")) == {
        "de/hello.html",
        "de/only-english.html",
    }
    assert feed(trilingual.read("feeds/all-de-at.atom.xml")) == {
        "de-at/hello.html",
        "de-at/only-english.html",
    }
    assert feed(trilingual.read("feeds/all.atom.xml")) == {
        "hello.html",
        "de/hello.html",
        "only-english.html",
    }


def test_what_the_main_language_shows_through_fallback_is_once_in_the_feed_of_all(site, account):
    """The main language's stand-in is listed, and the feed has the real one."""
    account.settings(locales=["en", "de"])
    account.post("nur-deutsch", status="draft")
    account.translate("posts/nur-deutsch", "de", title="Nur deutsch")
    site.configure(
        BUTTERCMS_LOCALES={"en": ["de"], "de": []}, FEED_ALL_ATOM="all.xml", FEED_ATOM="main.xml"
    )
    site.build()
    assert "nur-deutsch.html" in site.read("index.html")
    assert '<div lang="de">' in site.read("nur-deutsch.html")
    assert site.read("all.xml").count("<entry>") == 1
    assert "nur-deutsch-de.html" in site.read("all.xml")
    assert "nur-deutsch.html" in site.read("main.xml")


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


def test_collections_and_references_are_in_the_language_of_the_page(trilingual, account):
    """`buttercms.in_lang(…)` has the menus; a reference leads to the version of its language."""
    account.collection("menu", {"id": 1, "label": "Home", "locales": {"de": {"label": "Start"}}})
    account.collection("farms", {"id": 2, "name": "Farm", "page": {"$ref": "page:*/about"}})
    account.page("news", "n", farm={"$ref": "item:farms/2"})
    account.translate("pages/news/n", "de", fields={"farm": {"$ref": "item:farms/2"}})
    trilingual.write(
        "templates/page.html",
        "{% set cms = buttercms.in_lang(page.lang) %}{{ cms.lang }}"
        "|{{ cms.collections.menu[0].label }}"
        "|{% if page.butter.fields.farm %}{{ page.butter.fields.farm.page.url }}"
        " {{ page.butter.fields.farm.locale }}{% endif %}|{{ buttercms.langs|join(',') }}",
    )
    trilingual.configure(BUTTERCMS_PAGE_TYPES=["*", "news"], BUTTERCMS_COLLECTIONS=["menu"])
    trilingual.build()
    assert trilingual.read("pages/n.html") == "en|Home|pages/about.html en|en,de,de-at"
    assert trilingual.read("de/pages/n.html") == "de|Start|de/pages/about.html en|en,de,de-at"
    assert trilingual.read("de-at/pages/n.html").startswith("de-at|Start|de-at/pages/about.html")


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


def test_without_the_field_other_slugs_are_other_posts(site, account):
    """And each stands in for the translation that seems to be missing."""
    account.settings(locales=["en", "de"])
    account.post("hello")
    account.translate("posts/hello", "de", slug="hallo")
    site.configure(BUTTERCMS_LOCALES={"en": [], "de": ["en"]})
    site.build()
    assert {"hello.html", "hallo-de.html", "hello-de.html"} <= site.files()


def test_a_post_without_a_version_in_the_main_language_is_listed_once(trilingual, account):
    """Pelican would list all its versions, and warn."""
    account.post("nur-deutsch", status="draft")
    account.translate("posts/nur-deutsch", "de", title="Nur deutsch")
    account.translate("posts/nur-deutsch", "de-AT", title="Nur österreichisch")
    printed = trilingual.build()
    assert "WARNING" not in printed
    assert trilingual.read("index.html").count("nur-deutsch.html") >= 1
    assert "de-at/nur-deutsch.html" not in trilingual.read("index.html")
    assert "Nur österreichisch|de-at|own" in trilingual.read("de-at/nur-deutsch.html")


def test_lists_can_be_written_for_each_language(trilingual):
    """BUTTERCMS_LANG_TEMPLATES: an index in German, with what stands in, paginated."""
    trilingual.write(
        "templates/index.html",
        HEAD + "{{ lang }}:{% for a in articles_page.object_list %}{{ a.url }} {% endfor %}",
    )
    trilingual.configure(
        BUTTERCMS_LANG_TEMPLATES={"index": "{lang}/index.html"}, DEFAULT_PAGINATION=1
    )
    trilingual.build()
    assert "de:de/hello.html" in trilingual.read("de/index.html")
    assert "de:de/only-english.html" in trilingual.read("de/index2.html")
    assert set(alternates(trilingual.read("de/index.html"))) == {"en", "de", "de-at"}
    assert alternates(trilingual.read("index.html"))["de"] == "https://site.example/de/"
    assert "<loc>https://site.example/de-at/</loc>" in trilingual.read("sitemap.xml")


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


def test_local_files_link_to_a_language_and_are_translations_too(trilingual):
    """A local German page beside a CMS page; a link by the made-up path of a language."""
    trilingual.write(
        "content/hello-fr.md",
        "Title: Bonjour\nDate: 2024-01-01\nSlug: hello\nLang: fr\n\n"
        "[de]({filename}/buttercms/de/posts/hello) [en]({filename}/buttercms/posts/hello)",
    )
    trilingual.build()
    french = trilingual.read("fr/hello.html")
    assert 'href="https://site.example/de/hello.html"' in french
    assert 'href="https://site.example/hello.html"' in french
    assert set(alternates(french)) == {"en", "de", "fr"}


def test_a_language_tells_what_it_shows_of_something(trilingual):
    """For a language switcher: a translation, or what stands in; nothing of what is local."""
    trilingual.write("content/mine.md", "Title: Mine\nDate: 2024-01-01\nSlug: mine\n\nx")
    trilingual.write(
        "templates/article.html",
        "{% for code in buttercms.langs %}{{ buttercms.in_lang(code).version_of(article).url }};"
        "{% endfor %}",
    )
    trilingual.build()
    for path in ("hello.html", "de/hello.html", "de-at/hello.html"):
        assert trilingual.read(path) == "hello.html;de/hello.html;de-at/hello.html;"
    assert trilingual.read("mine.html") == ";;;"


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


def test_a_language_without_a_subsite_is_told_before_the_plugin_fails(trilingual):
    """i18n_subsites itself ends with a bare KeyError."""
    trilingual.configure(
        PLUGINS=["pelican_buttercms", "i18n_subsites"], I18N_SUBSITES={"de": {}, "de-AT": {}}
    )
    done = trilingual.pelican()
    assert done.returncode == 2
    assert "I18N_SUBSITES has no subsite for de-at" in done.stdout
    assert "languages are in lower case, ['de-AT'] are not" in done.stdout


def test_a_locale_that_fails_fails_the_build_and_changes_nothing(trilingual, account):
    """No site is half translated: the last whole pull is served, or nothing is written."""
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
