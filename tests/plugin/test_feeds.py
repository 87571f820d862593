"""What the feeds say: as Atom, RSS and JSON, read by feedparser."""

from datetime import datetime
import json
import re
from urllib.parse import urlsplit
import xml.etree.ElementTree as ET

import feedparser
import pytest

from pelican_buttercms.plugin.feed_filter import json_path
from pelican_buttercms.plugin.feed_formats import absolute_html

SITE = "https://site.example"
ATOM = "{http://www.w3.org/2005/Atom}"
PHOTO = "https://cdn.buttercms.com/AAA"
FEEDS = {
    "FEED_ATOM": "feeds/main.atom.xml",
    "FEED_RSS": "feeds/main.rss.xml",
    "FEED_ALL_ATOM": "feeds/all.atom.xml",
    "FEED_ALL_RSS": "feeds/all.rss.xml",
    "CATEGORY_FEED_ATOM": "feeds/in-{slug}.atom.xml",
    "CATEGORY_FEED_RSS": "feeds/in-{slug}.rss.xml",
    "TAG_FEED_ATOM": "feeds/tag-{slug}.atom.xml",
    "TAG_FEED_RSS": "feeds/tag-{slug}.rss.xml",
    "AUTHOR_FEED_ATOM": "feeds/by-{slug}.atom.xml",
    "AUTHOR_FEED_RSS": "feeds/by-{slug}.rss.xml",
    "TRANSLATION_FEED_ATOM": "feeds/all-{lang}.atom.xml",
    "TRANSLATION_FEED_RSS": "feeds/all-{lang}.rss.xml",
}


@pytest.fixture
def magazine(site, account):
    """A site in two languages with every kind of feed, and a local article."""
    account.settings(locales=["en", "de"], default_locale="en")
    account.term("categories", "tea", name="Tea & <b>cake")
    account.term("authors", "ada", first_name="Ada", last_name="Lane & Co", bio="Ada's <i>bio")
    body = (
        '<p><a href="/about/">root</a> <a href="#top">here</a> <img src="pic.png"'
        ' srcset="/a.png 1x, b.png 2x" alt=""></p>'
    )
    account.post(
        "hello",
        title="Hello & <goodbye>",
        body=body,
        summary="Short.",
        author="ada",
        categories=["tea", "ships"],
        tags=["green"],
        featured_image=PHOTO,
        featured_image_alt='A "cup"',
    )
    account.translate("posts/hello", "de", title="Hallo", body="<p>Text</p>")
    site.write(
        "content/local.md",
        "Title: Local\nDate: 2023-01-01\nAuthors: Bo Reed, Cy\nCategory: R&D\nTags: own\n"
        "featured_image: /images/own.png\n\n[up](../up.html)",
    )
    site.configure(
        BUTTERCMS_LOCALES={"en": [], "de": ["en"]},
        BUTTERCMS_LANG_TEMPLATES={"index": "{lang}/index.html"},
        LANGUAGE_NAMES={"de": "Deutsch", "en": "English"},
        SITESUBTITLE="About <em>everything</em>",
        LABELS={"de": {"About <em>everything</em>": "Über alles"}},
        RSS_FEED_SUMMARY_ONLY=False,
        BUTTERCMS_JSON_FEEDS=True,
        **FEEDS,
    )
    site.build()
    return site


def feeds_of(site):
    """Return each feed of a site as feedparser reads it, by path."""
    names = sorted(name for name in site.files() if name.startswith("feeds/"))
    return {name: feedparser.parse(site.read(name)) for name in names if name.endswith(".xml")}


def test_each_feed_is_well_formed_and_has_an_id_of_its_own(magazine):
    """By RFC 4287: one id, title, time and author; ids of feeds are unique; entries have ids."""
    feeds = feeds_of(magazine)
    assert len(feeds) >= 22
    ids = []
    for name, feed in feeds.items():
        assert not feed.bozo, f"{name}: {feed.get('bozo_exception')}"
        assert feed.entries, name
        assert feed.feed.title
        assert all(entry.id.startswith("tag:site.example,") for entry in feed.entries), name
        assert len({entry.id for entry in feed.entries}) == len(feed.entries)
        if name.endswith(".atom.xml"):
            ids.append(feed.feed.id)
            root = ET.fromstring(magazine.read(name))
            for part in (root, *root.iter(f"{ATOM}entry")):
                for required in ("id", "title", "updated"):
                    assert len(part.findall(f"{ATOM}{required}")) == 1, f"{name}: {required}"
                names = [one.text for one in part.iterfind(f"{ATOM}author/{ATOM}name")]
                assert names, name
                assert all(names), name
    assert len(set(ids)) == len(ids)
    assert f"{SITE}/feeds/all.atom.xml" in ids


def test_each_feed_has_a_title_a_subtitle_a_page_and_a_language_of_its_own(magazine):
    """Of the site, a language, a category, a tag or an author, alike in all formats."""
    expected = {
        "main": ("Test site - English", "About everything", "/", "en"),
        "all": ("Test site", "About everything", "/", None),
        "all-en": ("Test site - English", "About everything", "/", "en"),
        "all-de": ("Test site - Deutsch", "Über alles", "/de/", "de"),
        "in-tea": ("Test site - Tea & <b>cake", "About everything", "/category/tea.html", "en"),
        "tag-green": ("Test site - Green", "About everything", "/tag/green.html", "en"),
        "by-ada": ("Test site - Ada Lane & Co", "Ada's <i>bio", "/author/ada.html", "en"),
    }
    for name, (title, subtitle, url, lang) in expected.items():
        atom = ET.fromstring(magazine.read(f"feeds/{name}.atom.xml"))
        rss = ET.fromstring(magazine.read(f"feeds/{name}.rss.xml")).find("channel")
        as_json = json.loads(magazine.read(f"feeds/{name}.json"))
        link = atom.find(f"{ATOM}link[@rel='alternate']").get("href")
        xml_lang = atom.get("{http://www.w3.org/XML/1998/namespace}lang")
        subtitles = atom.findtext(f"{ATOM}subtitle")
        assert (atom.findtext(f"{ATOM}title"), subtitles, link, xml_lang) == (
            *(title, subtitle, SITE + url, lang),
        )
        said = [rss.findtext(tag) for tag in ("title", "description", "link", "language")]
        assert said == [title, subtitle, SITE + url, lang]
        said = [as_json.get(k) for k in ("title", "description", "home_page_url", "language")]
        assert said == [title, subtitle, SITE + url, lang]


def test_an_entry_has_all_authors_all_categories_its_picture_and_its_language(magazine):
    """Of the CMS and of a local file, in each format."""
    for kind in ("atom", "rss"):
        feed = feedparser.parse(magazine.read(f"feeds/all.{kind}.xml"))
        entries = {entry.title: entry for entry in feed.entries}
        hello, local = entries["Hello & <goodbye>"], entries["Local"]
        assert [one.name for one in hello.authors] == ["Ada Lane & Co"]
        assert [one.name for one in local.authors] == ["Bo Reed", "Cy"]
        assert [one.term for one in hello.tags] == ["Tea & <b>cake", "Ships", "Green"]
        assert [one.term for one in local.tags] == ["R&D", "own"]
        assert hello.media_content[0]["url"] == PHOTO
        assert local.media_content[0]["url"] == f"{SITE}/images/own.png"
        assert local.media_content[0]["type"] == "image/png"
        assert hello.summary == "<p>Short.</p>"
        assert "<p>" in hello.content[0].value
    assert 'xml:lang="de"' in magazine.read("feeds/all.atom.xml")
    assert '<media:description type="plain">A "cup"<' in magazine.read("feeds/all.atom.xml")
    assert f"<uri>{SITE}/author/ada.html</uri>" in magazine.read("feeds/all.atom.xml")
    guids = re.findall("<guid[^>]*>", magazine.read("feeds/all.rss.xml"))
    assert set(guids) == {'<guid isPermaLink="false">'}


def test_the_json_feed_is_one_of_version_1_1(magazine):
    """Source: https://www.jsonfeed.org/version/1.1/, what is required and of which type."""
    names = [name for name in magazine.files() if name.startswith("feeds/")]
    feeds = [name for name in names if name.endswith(".json")]
    assert {json_path(name) for name in names if name.endswith(".xml")} == set(feeds)
    for name in feeds:
        feed = json.loads(magazine.read(name))
        assert feed["version"] == "https://jsonfeed.org/version/1.1"
        assert feed["feed_url"] == f"{SITE}/{name}"
        for item in feed["items"]:
            assert isinstance(item["id"], str)
            assert isinstance(item["content_html"], str)
            assert datetime.fromisoformat(item["date_published"]).tzinfo
            assert all(author["name"] for author in item["authors"])
            assert all(isinstance(tag, str) for tag in item["tags"])
            assert item["url"].startswith(f"{SITE}/")
    hello = next(i for i in feed_items(magazine, "all") if i["title"].startswith("Hello"))
    assert hello["image"] == PHOTO
    assert hello["summary"] == "Short."
    assert hello["language"] == "en"
    assert hello["authors"] == [{"name": "Ada Lane & Co", "url": f"{SITE}/author/ada.html"}]


def feed_items(site, name):
    """Return the items of a JSON feed."""
    return json.loads(site.read(f"feeds/{name}.json"))["items"]


def test_every_address_in_a_feed_is_absolute(magazine):
    """Feed readers show the texts under addresses of their own."""
    for name in (name for name in magazine.files() if name.startswith("feeds/")):
        text = magazine.read(name).replace("&quot;", '"').replace('\\"', '"')
        found = re.findall(r'(?:href|src|url|poster)="([^"]*)"', text)
        found += [
            url.split()[0] for s in re.findall(r'srcset="([^"]*)"', text) for url in s.split(", ")
        ]
        assert all(urlsplit(url).scheme == "https" for url in found), f"{name}: {found}"
    text = magazine.read("feeds/all.atom.xml")
    assert f"href=&quot;{SITE}/about/&quot;" in text.replace('"', "&quot;")
    assert f"{SITE}/hello.html#top" in text
    assert f"{SITE}/up.html" in text


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<a href="x">', '<a href="https://e.example/a/x">'),
        ("<a href=x>", '<a href="https://e.example/a/x">'),
        ('<a href="">', '<a href="">'),
        ('<a href="mailto:a@b.example">', '<a href="mailto:a@b.example">'),
        ('<a href="//c.example/x">', '<a href="https://c.example/x">'),
        ('<a href="http://[">', '<a href="http://[">'),
        ('<a href="?a=1&amp;b=2">', '<a href="https://e.example/a/b?a=1&amp;b=2">'),
        ('<img srcset="x,y 1x, /z 2x">', None),
        ('<!-- <a href="x"> --><pre>href="x"</pre>', '<!-- <a href="x"> --><pre>href="x"</pre>'),
    ],
)
def test_addresses_are_joined_as_browsers_do(html, expected):
    """And nothing else changes a byte."""
    expected = expected or ('<img srcset="https://e.example/a/x,y 1x, https://e.example/z 2x">')
    assert absolute_html(html, "https://e.example/a/b") == expected


def test_summaries_only_where_the_setting_says_so(site, account):
    """Pelican's RSS_FEED_SUMMARY_ONLY holds; Atom has both, as always."""
    account.post("one", body="<p>Long text</p>", summary="Short")
    site.configure(FEED_ALL_RSS="rss", FEED_ALL_ATOM="atom.xml", FEED_MAX_ITEMS=5)
    site.build()
    assert "Long text" not in site.read("rss")
    assert "Short" in site.read("rss")
    assert "Long text" in site.read("atom.xml")
    assert not [name for name in site.files() if name.endswith(".json")]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("feeds/all.atom.xml", "feeds/all.json"),
        ("feeds/all.rss.xml", "feeds/all.json"),
        ("rss.xml", "rss.json"),
        ("feed", "feed.json"),
        ("a.xml/b", "a.xml/b.json"),
    ],
)
def test_a_json_feed_has_its_place_beside_the_other(path, expected):
    """One for both formats."""
    assert json_path(path) == expected


def test_two_feeds_that_claim_one_json_feed_are_refused(magazine):
    """By Pelican, as two of its own feeds are; one of the same articles is written once."""
    magazine.configure(FEED_ATOM="feeds/x.atom.xml", FEED_RSS="feeds/x.xml")
    magazine.build()
    assert "feeds/x.json" in magazine.files()
    magazine.configure(FEED_ALL_ATOM="feeds/x.json.xml", FEED_ALL_RSS="feeds/x.rss.xml")
    done = magazine.pelican()
    assert done.returncode != 0
    assert "feeds/x.json" in done.stdout + done.stderr


def test_a_preview_has_no_draft_in_a_json_feed(site, account):
    """As in the others."""
    account.post("one")
    account.post("secret", status="draft")
    site.configure(BUTTERCMS_JSON_FEEDS=True, FEED_ALL_ATOM="all.xml")
    site.build(env={"BUTTERCMS_PREVIEW": "1"})
    assert [item["url"] for item in json.loads(site.read("all.json"))["items"]] == [
        f"{SITE}/one.html"
    ]


def test_the_theme_links_the_feeds_of_what_is_shown(magazine, root):
    """Atom, RSS and JSON; each link leads to a file that is there."""
    magazine.configure(THEME=str(root / "themes/buttercms"))
    magazine.build()
    link = re.compile(
        r'<link rel="alternate" type="application/(?:atom\+xml|rss\+xml|feed\+json)"'
        r' title="([^"]*)"(?: hreflang="[^"]*")? href="https://site.example/([^"]*)">'
    )
    links = link.findall(magazine.read("category/tea.html"))
    assert ("Tea &amp; &lt;b&gt;cake – Test site", "feeds/in-tea.json") in links  # noqa: RUF001
    assert ("Test site (English)", "feeds/all-en.json") in links
    links += link.findall(magazine.read("de/index.html"))
    assert ("Test site (Deutsch)", "feeds/all-de.json") in links
    assert {path for _, path in links} <= magazine.files()


def test_a_feed_without_entries_is_the_same_in_each_build(site, account):
    """It has no time of its own, and Pelican would take that of the build."""
    account.post("draft", status="draft", author="ada")
    site.configure(**FEEDS, SITEURL=SITE, BUTTERCMS_PREVIEW=True, BUTTERCMS_INCREMENTAL="off")
    site.build()
    feeds = {name: site.read(name) for name in site.files() if name.startswith("feeds/by-")}
    assert len(feeds) == 2
    for name, text in feeds.items():
        assert "1970" in text, name
