"""Which versions indexes, feeds and the sitemap list."""

import re
import xml.etree.ElementTree as ET

from .heads import HEAD, alternates

XHTML = "{http://www.w3.org/1999/xhtml}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


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
    entry = re.compile(r'<entry[^>]*><title>([^<]+)</title><link href="([^"]+)"')

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
    assert site.read("all.xml").count("<entry") == 1
    assert "nur-deutsch-de.html" in site.read("all.xml")
    assert "nur-deutsch.html" in site.read("main.xml")


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
