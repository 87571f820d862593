"""Days of mapped date fields, and languages, in what a real build writes."""

import re

import pytest


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo", "UTC"])
def test_a_mapped_day_is_the_same_everywhere(site, account, zone):
    """In the address, on the page, in the feed and in the sitemap."""
    for slug, day in (("bare", "2024-05-14"), ("picked", "2024-05-14T00:00:00Z")):
        account.page("note", slug, day=day, changed=day)
    account.page("note", "timed", day="2024-05-14T02:00:00Z", changed="")
    site.configure(
        TIMEZONE=zone,
        BUTTERCMS_PAGE_TYPES={
            "note": {"as": "article", "fields": {"date": "day", "modified": "changed"}}
        },
        ARTICLE_URL="{date:%Y/%m/%d}/{slug}.html",
        ARTICLE_SAVE_AS="{date:%Y/%m/%d}/{slug}.html",
        FEED_ALL_ATOM="all.atom.xml",
    )
    site.build()
    for slug in ("bare", "picked"):
        assert "2024-05-14" in site.read(f"2024/05/14/{slug}.html")
        lastmod = re.search(rf"{slug}.html</loc><lastmod>([^<]*)", site.read("sitemap.xml"))
        assert lastmod[1].startswith("2024-05-14T00:00:00")
        published = re.search(rf"{slug}.html.*?<published>([^<]*)", site.read("all.atom.xml"), re.S)
        assert published[1].startswith("2024-05-14T00:00:00")
    day = "13" if zone == "America/New_York" else "14"
    assert f"2024/05/{day}/timed.html" in site.files()


@pytest.mark.parametrize("default", ["en_us", "en-us", "en_US"])
@pytest.mark.parametrize("theme", ["simple", "buttercms"])
def test_no_language_tag_has_an_underscore(site, account, root, default, theme):
    """In hreflang, lang, the sitemap and JSON-LD; other themes print DEFAULT_LANG as it is."""
    account.settings(locales=["en_US", "pt_BR"], default_locale="en_US")
    account.post("one")
    account.page("*", "p", text="x")
    account.translate("single_pages/p", "pt_BR", fields={"text": "y"})
    site.configure(
        DEFAULT_LANG=default,
        THEME=theme if theme == "simple" else str(root / "themes" / "buttercms"),
        BUTTERCMS_LOCALES=["en_US", "pt_BR"],
        BUTTERCMS_PAGE_TYPES=["*"],
    )
    site.build()
    names = [name for name in site.files() if name.endswith((".html", ".xml"))]
    written = [site.read(name) for name in names if theme != "simple" or name == "sitemap.xml"]
    assert any('hreflang="pt-br"' in text for text in written)
    for text in written:
        assert not re.findall(r'(?:hreflang|lang|"inLanguage":)=? ?"[a-zA-Z]+_[^"]*"', text)
