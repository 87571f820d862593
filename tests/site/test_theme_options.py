"""What the theme does on other sites: right-to-left languages, optional parts, empty lists."""

import re

from playwright.sync_api import expect
import pytest

from pelican_buttercms import theme_path
from tests.site.conftest import Visit, serving_folder

LONG = "<p>" + "word " * 500 + "</p>"
HEADINGS = "<h2>Why &amp; how</h2><p>x</p><h2>Menu</h2><h3>Details</h3><h4>Small</h4>"
PARTS = {
    "BREADCRUMBS": "You are here",
    "TABLE_OF_CONTENTS": 'class="contents',
    "SHOW_READING_TIME": "min read",
    "SHARE": 'class="share',
    "LICENSE": 'rel="license"',
}


@pytest.fixture
def arabic(site, account):
    """A site whose first language is Arabic, with a post that exists in English only."""
    account.settings(locales=["en", "ar"])
    account.post("hello", body="<p>Hello</p>")
    account.translate("posts/hello", "ar", title="سلام", body="<p>مرحبا</p><pre>x = 1</pre>")
    account.post("hi", body="<p>Hi</p>")
    return site


def test_parts_are_off_until_a_setting_turns_them_on(site, account):
    """Nobody's site changes by an update; each setting brings its part."""
    account.post("p", body=LONG + HEADINGS, tags=["t"])
    site.configure(THEME=theme_path())
    site.build()
    assert [name for name, mark in PARTS.items() if mark in site.read("p.html")] == []
    assert 'class="terms cloud"' not in site.read("tags.html")
    on = dict.fromkeys(PARTS, True) | {
        "SHARE": ["mail", "bluesky", "nowhere"],
        "LICENSE": ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
    }
    site.configure(TAG_CLOUD=True, **on)
    site.build()
    page = site.read("p.html")
    assert [name for name, mark in PARTS.items() if mark not in page] == []
    assert "3 min read" in page
    assert 'class="terms cloud"' in site.read("tags.html")
    assert page.count('rel="noopener nofollow"') == 2
    assert "mailto:?subject=P&amp;body=https%3A//site.example/p.html" in page
    assert '"@type": "BreadcrumbList"' in page


def test_the_table_of_contents_leads_to_the_headings(site, account):
    """Each entry is a heading's words, and its address is there once on the page."""
    account.post("p", body=HEADINGS + "<h2>Main</h2>")
    site.configure(THEME=theme_path(), TABLE_OF_CONTENTS=True)
    site.build()
    page = site.read("p.html")
    table = page.partition('class="contents')[2].partition("</nav>")[0]
    entries = re.findall(r'href="#([^"]*)">([^<]*)<', table)
    assert [words for _, words in entries] == ["Why &amp; how", "Menu", "Details", "Main"]
    assert all(page.count(f'id="{anchor}"') == 1 for anchor, _ in entries)


def test_a_table_of_contents_needs_three_headings(site, account):
    """A short article has none."""
    account.post("p", body="<h2>A</h2><h2>B</h2>")
    site.configure(THEME=theme_path(), TABLE_OF_CONTENTS=True)
    site.build()
    assert 'class="contents' not in site.read("p.html")


def test_lists_without_anything_say_so(site, account):
    """No blank page, whatever has no content yet."""
    account.page("*", "about")
    site.configure(THEME=theme_path(), BUTTERCMS_PAGE_TYPES=["*"])
    site.build()
    for name in ("index.html", "archives.html", "categories.html", "tags.html", "authors.html"):
        assert "Nothing is here yet." in site.read(name), name


def test_comments_have_a_place_that_a_site_fills(site, account):
    """A file of the site's own takes the place of the empty one."""
    account.post("p")
    site.write("templates/comments.html", "<p>Talk about {{ article.slug }}</p>")
    site.configure(THEME=theme_path(), THEME_TEMPLATES_OVERRIDES=["templates"])
    site.build()
    assert "Talk about p" in site.read("p.html")


def test_a_right_to_left_language_is_written_so(arabic):
    """The page runs from right to left, and what stands in for a translation its own way."""
    arabic.configure(
        THEME=theme_path(),
        DEFAULT_LANG="ar",
        BUTTERCMS_LOCALES={"ar": ["en"], "en": []},
    )
    arabic.build()
    pages = {name: arabic.read(name) for name in arabic.files() if name.endswith(".html")}
    own = next(
        text for text in pages.values() if "مرحبا" in text and '<article class="grid' in text
    )
    assert '<html lang="ar" dir="rtl"' in own
    fallback = next(
        t for t in pages.values() if "<p>Hi</p>" in t and '<html lang="ar" dir="rtl"' in t
    )
    assert '<article class="grid article" lang="en" dir="ltr">' in fallback
    english = next(t for t in pages.values() if "<p>Hi</p>" in t and '<html lang="en"' in t)
    assert '<html lang="en" dir="ltr"' in english
    assert 'dir="rtl"' not in re.sub(r"<nav class=\"languages.*?</nav>", "", english, flags=re.S)


def test_a_right_to_left_page_fits_and_is_mirrored(arabic, browser):
    """The site's name is at the right, nothing scrolls sideways, and code runs as code does."""
    arabic.configure(
        THEME=theme_path(),
        SITEURL="",
        DEFAULT_LANG="ar",
        BUTTERCMS_LOCALES={"ar": ["en"], "en": []},
    )
    arabic.build()
    name = next(
        n
        for n in sorted(arabic.files())
        if n.endswith(".html") and "مرحبا" in arabic.read(n) and "<pre>" in arabic.read(n)
    )
    with serving_folder(arabic.output) as address:
        for width in (360, 1280):
            page = browser.new_page(viewport={"width": width, "height": 800})
            with Visit(page, address + name) as seen:
                assert seen.problems == []
                overflow = "document.documentElement.scrollWidth - window.innerWidth"
                assert page.evaluate(overflow) <= 0
                box = page.locator(".site-header .site-name").bounding_box()
                assert box["x"] + box["width"] > width / 2
                assert page.locator("pre").evaluate("e => getComputedStyle(e).direction") == "ltr"
            page.close()


def test_wide_tables_and_code_scroll_by_keyboard(site, account, browser):
    """What is wider than the column can be reached, has a name, and stays a table."""
    cells = "".join(f"<td>{'wide' * 9}{n}</td>" for n in range(12))
    wide = f"<table><caption>Prices</caption><tr>{cells}</tr></table><pre>{'x' * 400}</pre>"
    account.post("p", body=wide + "<table><tr><td>narrow</td></tr></table>")
    site.configure(THEME=theme_path(), SITEURL="")
    site.build()
    with serving_folder(site.output) as address:
        page = browser.new_page(viewport={"width": 500, "height": 800})
        with Visit(page, f"{address}p.html") as seen:
            assert seen.problems == []
            regions = page.locator("[role=region][tabindex='0']")
            names = [regions.nth(n).get_attribute("aria-label") for n in range(regions.count())]
            assert names == ["Prices", "Scrollable"]
            table = page.locator(".scroller table").first
            assert table.evaluate("e => getComputedStyle(e).display") == "table"
            regions.first.focus()
            page.keyboard.press("ArrowRight")
            expect(regions.first).not_to_have_js_property("scrollLeft", 0)
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        page.close()


def test_code_can_be_copied(site, account, browser):
    """A button beside each block of code, reached by keyboard, unless a setting says otherwise."""
    account.post("p", body="<pre><code>pelican content\n</code></pre>")
    site.configure(THEME=theme_path(), SITEURL="")
    site.build()
    with serving_folder(site.output) as address:
        context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
        page = context.new_page()
        page.goto(f"{address}p.html")
        page.locator("button.copy").focus()
        page.keyboard.press("Enter")
        expect(page.locator("button.copy")).to_have_text("Copied")
        assert page.evaluate("navigator.clipboard.readText()") == "pelican content\n"
        context.close()
        site.configure(COPY_CODE=False)
        site.build()
        page = browser.new_page()
        page.goto(f"{address}p.html")
        assert page.locator("button.copy").count() == 0
        page.close()
