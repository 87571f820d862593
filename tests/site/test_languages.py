"""The three languages of the sample site: English, German, and some Austrian German."""

from collections import defaultdict
import re
import xml.etree.ElementTree as ET

import pytest

from pelican_buttercms import theme_path
from pelican_buttercms.emulator import Behaviour, EmulatedAccount
from pelican_buttercms.emulator.post_views import PostViews
from pelican_buttercms.emulator.versions import View, visible

ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
SITE = "https://harbourlane.example/"
LOCALES = {"de": "de", "de-at": "de-AT"}
LANGS = ("en", *LOCALES)


@pytest.fixture(scope="module")
def cms(root):
    """The account that the site was built from, as the emulator reads it."""
    return EmulatedAccount.load(root / "sample_site/cms")


@pytest.fixture(scope="module")
def posts(cms):
    """The slugs of the published posts of each language, newest first."""
    views = {"en": View()} | {lang: View(locale) for lang, locale in LOCALES.items()}
    return {
        lang: [post["slug"] for post in PostViews(cms, Behaviour(), view).posts()]
        for lang, view in views.items()
    }


@pytest.fixture(scope="module")
def html(built):
    """Every page of the site by its URL below the site's address."""
    return {
        name.removesuffix("index.html"): built.read(name)
        for name in built.files()
        if name.endswith(".html")
    }


def section(url):
    """Return the language of the part of the site that a URL is in."""
    first = url.split("/")[0]
    return first if first in LOCALES else "en"


def alternates(page):
    """Read the hreflang links of a page's head."""
    links = re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)"', page)
    return {lang: url.removeprefix(SITE) for lang, url in links}


def canonical(page):
    """Read a page's canonical URL."""
    return re.search(r'<link rel="canonical" href="([^"]+)"', page)[1].removeprefix(SITE)


def feed(built, name):
    """List the URLs in a feed, in its order."""
    tree = ET.fromstring(built.read(f"feeds/{name}.atom.xml"))
    links = [entry.find(f"{ATOM}link").get("href") for entry in tree.iter(f"{ATOM}entry")]
    return [link.removeprefix(SITE) for link in links]


def journal(lang, slug):
    """Return the URL of a post in a language's part of the site."""
    return f"{'' if lang == 'en' else lang + '/'}journal/{slug}/"


@pytest.mark.parametrize("lang", LOCALES)
def test_every_post_page_and_list_is_there_in_each_language(html, cms, posts, lang):
    """Whatever is there in English is there in German and Austrian, translated or not."""
    expected = {journal(lang, slug) for slug in posts["en"]}
    pages = {kind: visible(entries.values(), View()) for kind, entries in cms.pages.items()}
    expected |= {f"{lang}/coffee/{page['slug']}/" for page in pages["coffee"]}
    expected |= {f"{lang}/{page['slug']}/" for page in [*pages["*"], *pages["landing-page"]]}
    expected |= {f"{lang}/", f"{lang}/coffee/", f"{lang}/journal/", f"{lang}/journal/page/2/"}
    assert expected - {f"{lang}/home/"} <= set(html)
    assert f"{lang}/home/" not in html


def test_the_languages_differ_where_they_are_translated(cms, posts):
    """Twelve German posts, two Austrian ones, and one draft that is neither."""
    assert len(posts["de"]) == 12
    assert len(posts["de-at"]) == 2
    drafts = [post for post in cms.posts.values() if "de" in post.get("locales", {})]
    assert len(drafts) == len(posts["de"]) + 1


@pytest.mark.parametrize("lang", LOCALES)
def test_what_is_not_translated_is_shown_and_says_so(html, posts, lang):
    """Marked with its language, canonical at its own place, without hreflang, with a notice."""
    for slug in posts["en"]:
        page, chain = html[journal(lang, slug)], [lang, "de", "en"]
        real = next(one for one in chain if slug in posts[one])
        article = re.search(r'<article class="grid article"([^>]*)>', page)[1]
        assert canonical(page) == journal(real, slug)
        if real == lang:
            assert article == ""
            assert 'class="notice"' not in page
            assert alternates(page)
        else:
            assert article == f' lang="{real}"'
            name = {"en": "Englisch", "de": "Deutsch"}[real]
            assert f"Noch nicht übersetzt: hier auf {name}." in page
            assert alternates(page) == {}
            assert f'"inLanguage": "{real}"' in page


def test_untranslated_cards_in_a_list_are_marked_too(html):
    """A reader hears an English title in English."""
    cards = html["de/journal/"] + html["de/journal/page/2/"]
    heading = '<h2{}><a href="https://harbourlane.example/de/journal/{}/">'
    assert heading.format(' lang="en"', "salt-and-swell") in "".join(html.values())
    assert heading.format("", "a-french-press-for-four") in cards


def test_hreflang_is_mutual_and_names_real_translations_only(html):
    """Every link leads to a page in that language that is its own original and links back."""
    linked = 0
    for url, page in html.items():
        links = alternates(page)
        for lang, other in links.items():
            linked += 1
            real = "en" if lang == "x-default" else lang
            assert section(other) == real, (url, other)
            assert f'<html lang="{real}" dir="ltr"' in html[other], (url, other)
            assert canonical(html[other]) == other, (url, other)
            assert alternates(html[other]) == links, (url, other)
        if links:
            assert links[section(url)] == url
            assert links["x-default"] == links["en"]
            assert len(links) > 2
    assert linked > 100
    assert set(alternates(html["de-at/"])) == {*LANGS, "x-default"}
    assert set(alternates(html["coffee/"])) == {*LANGS, "x-default"}
    assert set(alternates(html["journal/"])) == {*LANGS, "x-default"}
    assert set(alternates(html["about/"])) == {"en", "de", "x-default"}


def test_the_sitemap_names_the_same_translations_as_the_pages(built, html):
    """And none of the pages that stand in for one."""
    tree = ET.fromstring(built.read("sitemap.xml"))
    found = {}
    for entry in tree.iter(f"{SITEMAP}url"):
        url = entry.find(f"{SITEMAP}loc").text.removeprefix(SITE)
        links = {link.get("hreflang"): link.get("href") for link in entry.iter(f"{XHTML}link")}
        found[url] = {lang: link.removeprefix(SITE) for lang, link in links.items()}
    assert found == {url: alternates(html[url]) for url in found}
    assert {url for url in html if alternates(html[url])} <= set(found)
    assert all(canonical(html[url]) == url for url in found)


def test_each_language_has_a_feed_of_its_articles(built, html, posts):
    """With those that stand in, newest first; the pages of the language link to it."""
    for lang in LANGS:
        assert feed(built, f"all-{lang}") == [journal(lang, slug) for slug in posts["en"]]
        link = f'hreflang="{lang}" href="{SITE}feeds/all-{lang}.atom.xml"'
        assert {section(url) for url, page in html.items() if link in page} == {lang}
        assert f'<a href="{SITE}feeds/all-{lang}.atom.xml">' in html[journal(lang, posts["en"][0])]


def test_the_feed_of_all_has_no_text_twice(built, posts):
    """Every original in every language, and nothing that stands in."""
    found = feed(built, "all")
    assert len(found) == len(set(found))
    assert set(found) == {journal(lang, slug) for lang in LANGS for slug in posts[lang]}


def test_nothing_of_a_german_draft_is_anywhere(built, cms):
    """The post is published in English; its German version is not."""
    draft = cms.posts["the-water-from-our-tap"]["locales"]["de"]
    assert "Wasserprobenentwurf" in draft["body"]
    everything = "\n".join(built.read(f) for f in built.files() if f.endswith(("html", "xml")))
    for text in ("Wasserprobenentwurf", draft["title"], draft["summary"], draft["seo_title"]):
        assert text not in everything
    assert "The water from our tap" in built.read("de/journal/the-water-from-our-tap/index.html")


def test_the_menu_is_in_the_language_of_the_page(html, cms):
    """Every page's, also where the text is not; and it stays within the language."""
    views = {"en": View()} | {lang: View(locale) for lang, locale in LOCALES.items()}
    expected = {
        lang: [
            (f"{SITE}{item['url'].removeprefix('/')}", item["label"])
            for item in visible(cms.collections["site_menu"].values(), view)
        ]
        for lang, view in views.items()
    }
    assert len({str(menu) for menu in expected.values()}) == len(LANGS)
    current = defaultdict(int)
    for url, page in html.items():
        menu = page.partition('<ul class="menu">')[2].partition("</ul>")[0]
        links = re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)</a>', menu)
        assert links == expected[section(url)], url
        current[menu.count("aria-current")] += 1
        home = {"en": "", "de": "de/", "de-at": "de-at/"}[section(url)]
        assert f'<a class="site-name" href="{SITE}{home}"' in page
    assert set(current) == {0, 1}  # a language's home is no part of every page's path


def test_the_switcher_is_on_every_page_and_leads_to_translations(html):
    """Or to what stands in for one; where a language has nothing of the kind, to its home."""
    for url, page in html.items():
        nav = re.search(r'<nav class="languages" aria-label="\w+">(.*?)</nav>', page, re.S)[1]
        link = re.compile(
            r'<a lang="([^"]+)" hreflang="\1" href="([^"]+)"( aria-current="page")?>([^<]+)'
        )
        links = link.findall(nav)
        assert [lang for lang, *_ in links] == list(LANGS)
        assert [name for *_, name in links] == ["English", "Deutsch", "Deutsch (Österreich)"]
        assert [lang for lang, _, current, _ in links if current] == [section(url)]
        versions = alternates(page)
        for lang, href, current, _ in links:
            if lang in versions and not current:
                assert href == SITE + versions[lang]
    standing_in = html["de-at/journal/la-vigia-walks-uphill/"]
    for url in ("journal/la-vigia-walks-uphill/", "de/journal/la-vigia-walks-uphill/"):
        assert f'href="{SITE}{url}"' in standing_in
    untranslated = html["journal/salt-and-swell/"].partition("</nav>")[0]
    assert f'href="{SITE}de/journal/salt-and-swell/"' in untranslated
    assert f'href="{SITE}de/"' in html["tag/v60/"].partition("</nav>")[0]
    assert f'href="{SITE}de/journal/"' in html["journal/page/2/"].partition("</nav>")[0]


def test_dates_numbers_and_words_of_the_theme_are_german(html):
    """Also those of the site's own templates; the words about an English text stay English."""
    german = html["de/journal/milk-is-an-ingredient/"]
    assert re.search(r'<time datetime="2025-04-01[^>]*>1\.4\.2025</time>', german)
    assert "Geändert am <time" in german
    assert "Zum Inhalt springen" in german
    assert ">Archiv</a>" in german
    english = html["de/journal/salt-and-swell/"].partition("<main")[2].partition("</main>")[0]
    assert "16 July 2024</time>" in english
    assert "Updated <time" in english
    assert "16.7.2024</time>" in "".join(html[f"de/journal/page/{n}/"] for n in (2, 3, 4))
    coffee = html["de/coffee/los-robles-azules/"]
    for text in ("10,90\N{NO-BREAK SPACE}£", "Meter über dem Meer", "<dt>Röstung</dt><dd>Mittel<"):
        assert text in coffee
    assert "Ältere →" in html["de/journal/"]
    for url, page in html.items():
        if section(url) != "en":
            frame = re.sub(r"<main.*?</main>", "", page, flags=re.S)
            assert not re.search(r">(Archives|Tags|Authors|Skip to the content)<", frame), url


def test_lists_and_references_stay_in_their_language(html):
    """Coffees, articles and the coffees that go with one another: no card leads to English."""
    card = re.compile(rf'<h[23][^>]*><a href="{SITE}([^"]+)">')
    for lang in LOCALES:
        lists = ("", "coffee/", "journal/", "journal/page/2/", "coffee/la-vigia/")
        for url in (f"{lang}/{path}" for path in lists):
            found = card.findall(html[url].partition("<main")[2].partition("</main>")[0])
            assert len(found) >= 3, url
            assert {section(other) for other in found} == {lang}, url
    assert "Milchschokolade" in html["de/coffee/"]


def test_links_to_what_is_english_only_say_so(html):
    """Categories, tags, authors and archives are lists of the main language."""
    links = re.compile(rf'<a [^>]*href="{SITE}(?:category|tag|author|archives)[^>]*>')
    for url in ("de/", "de/journal/", "de/journal/milk-is-an-ingredient/", "de-at/coffee/"):
        found = links.findall(html[url])
        assert found
        assert all('hreflang="en"' in link for link in found), url
    assert all("hreflang" not in link for link in links.findall(html["journal/"]))


def test_a_local_file_can_be_a_translation(html):
    """The colophon is Markdown in two languages; its German links lead to German content."""
    german = html["de/colophon/"]
    assert alternates(german)["en"] == "colophon/"
    for path in ("journal/the-moka-pot-forgiven/", "coffee/la-vigia/", "about/"):
        assert f'href="{SITE}de/{path}"' in german
    assert f'href="{SITE}de/colophon/"' in html["de/about/"]


def test_the_switcher_goes_from_language_to_language_and_back(visit):
    """English, German, Austrian, English, without an error or a request to elsewhere."""
    with visit("") as seen:
        page, steps = seen.page, [("Deutsch", "de/", "de", "Großhandel")]
        steps += [("Deutsch (Österreich)", "de-at/", "de-at", "Für die Gastronomie")]
        steps += [("English", "", "en", "Wholesale")]
        for name, path, lang, label in steps:
            switcher = page.locator("nav.languages")
            switcher.get_by_role("link", name=name, exact=True).click()
            page.wait_for_url(visit.address + path)
            assert page.locator("html").get_attribute("lang") == lang
            assert page.locator(".menu").get_by_role("link", name=label).count() == 1
            assert switcher.locator("[aria-current]").text_content() == name
        assert seen.problems == []
        assert seen.hosts == {visit.host}


def test_the_switcher_stays_with_an_article_that_is_translated(visit):
    """From an English article to the same one in German, and to the Austrian one."""
    with visit("journal/milk-is-an-ingredient/") as seen:
        for name, lang in (("Deutsch", "de"), ("Deutsch (Österreich)", "de-at"), ("English", "en")):
            seen.page.locator("nav.languages").get_by_role("link", name=name, exact=True).click()
            seen.page.wait_for_url(visit.address + journal(lang, "milk-is-an-ingredient"))
        assert seen.problems == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_german_page_fits_a_phone(visit, scheme):
    """German words are longer, and the switcher and the notice need room too."""
    options = {"color_scheme": scheme, "viewport": {"width": 360, "height": 800}}
    for path in (
        "de/",
        "de-at/",
        "de/journal/",
        "de/journal/salt-and-swell/",
        "de/coffee/la-vigia/",
    ):
        with visit(path, **options) as seen:
            overflow = "document.documentElement.scrollWidth - window.innerWidth"
            assert seen.page.evaluate(overflow) <= 0, path
            assert seen.page.locator("nav.languages").is_visible()


def test_a_language_without_a_front_page_is_offered_where_it_is_translated_only(site, account):
    """Without labels words are English and languages are codes; no link leads nowhere."""
    account.settings(locales=["en", "de"])
    account.post("hello")
    account.post("other")
    account.translate("posts/hello", "de", title="Hallo")
    site.configure(THEME=theme_path(), BUTTERCMS_LOCALES={"en": [], "de": []})
    site.build()
    link = '<a lang="de" hreflang="de" href="https://site.example/hello-de.html">de</a>'
    assert link in site.read("hello.html")
    assert 'hreflang="de"' not in site.read("other.html")
    assert 'class="site-name" href="https://site.example/"' in site.read("hello-de.html")
    site.configure(BUTTERCMS_LANG_TEMPLATES={"archives": "{lang}/old.html", "index": "{lang}.html"})
    site.build()
    assert 'hreflang="de" href="https://site.example/de.html">de</a>' in site.read("other.html")
    assert '<a href="https://site.example/de/old.html">Archives</a>' in site.read("de.html")
    assert "Hallo" in site.read("de/old.html")


def test_one_language_has_no_switcher_and_local_translations_are_named(site, account):
    """As it was before: a line under the article."""
    account.post("hello")
    site.write("content/a.md", "Title: A\nDate: 2024-01-01\nSlug: a\n\nx")
    site.write("content/b.md", "Title: B\nDate: 2024-01-01\nSlug: a\nLang: fr\n\nx")
    site.configure(THEME=theme_path(), LANGUAGE_NAMES={"fr": "français"})
    site.build()
    assert 'class="languages"' not in site.read("a.html")
    also = '<a lang="fr" hreflang="fr" href="https://site.example/a-fr.html">français</a>'
    assert f"Also in {also}" in site.read("a.html")
    assert '<html lang="fr" dir="ltr"' in site.read("a-fr.html")
    assert "all-en.atom.xml" not in site.read("index.html")
