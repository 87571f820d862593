"""The theme on sites that are not the sample site."""

from html.parser import HTMLParser
from itertools import pairwise
import re

import pytest

from pelican_buttercms import theme_path


def test_the_theme_works_without_the_plugin(site):
    """Local files alone: every kind of page, with none of the CMS's filters there."""
    site.write(
        "content/a.md", "Title: A & B\nDate: 2024-01-01\nCategory: C\nTags: t\n\n# H\n\ntext"
    )
    site.write("content/d.md", "Title: D\nDate: 2024-01-01\nStatus: draft\n\nx")
    site.write("content/pages/p.md", "Title: P\n\nx")
    site.configure(THEME=theme_path(), PLUGINS=[], BUTTERCMS_API_URL=None, AUTHOR="Ada")
    site.build()
    expected = {"index.html", "a-b.html", "pages/p.html", "category/c.html", "tag/t.html"}
    assert expected | {"author/ada.html", "archives.html", "drafts/d.html"} <= site.files()
    assert "pages/p.html" in site.read("index.html")  # the menu is Pelican's
    assert '<meta name="robots" content="noindex">' in site.read("drafts/d.html")
    assert "This is a draft" in site.read("drafts/d.html")
    assert "noindex" not in site.read("a-b.html")


class Outline(HTMLParser):
    """Collects what a page's structure is judged by."""

    def __init__(self, html):
        super().__init__()
        self.headings, self.ids, self.images, self.lang, self.landmarks = [], [], [], None, set()
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag in {"h1", "h2", "h3", "h4", "h5", "h6"}:
            self.headings.append(int(tag[1]))
        if values.get("id"):
            self.ids.append(values["id"])
        if tag == "img":
            self.images.append(values)
        if tag == "html":
            self.lang = values.get("lang")
        if tag in {"header", "nav", "main", "footer"}:
            self.landmarks.add(tag)


def test_every_page_of_the_sample_site_is_well_built(built):
    """One h1, no heading level skipped, ids once, alts for all pictures, landmarks, a language."""
    for name in sorted(built.files()):
        if not name.endswith(".html"):
            continue
        page = Outline(built.read(name))
        own = page.headings if "example-post" not in name else [1]  # recorded as it is
        assert page.headings.count(1) == 1, name
        steps = pairwise(own)
        assert all(after <= before + 1 for before, after in steps), (name, own)
        assert len(page.ids) == len(set(page.ids)), name
        assert all("alt" in image for image in page.images), name
        assert page.lang == (name.split("/")[0] if name.startswith(("de/", "de-at/")) else "en"), (
            name
        )
        assert page.landmarks == {"header", "nav", "main", "footer"}, name


@pytest.mark.parametrize("field", ["title", "summary", "seo_title", "meta_description"])
def test_text_of_the_cms_cannot_break_a_page(site, account, field):
    """What editors write as text is text, in the page, its head and its lists."""
    hostile = "</title><script>alert(1)</script>\" onload='x' & <b>bold</b>"
    account.post("p", featured_image_alt=hostile, **{field: hostile})
    account.term("authors", "eve", first_name=hostile, last_name="", bio=hostile)
    account.term("categories", "cat", name=hostile)
    account.post("q", author="eve", categories=["cat"], tags=["t"])
    site.configure(THEME=theme_path())
    site.build()
    for name in site.files():
        if name.endswith(".html"):
            text = site.read(name)
            assert "<script>alert(1)" not in text, name
            assert "<b>bold</b>" not in text, name
            assert 'alert(1)</script>"' not in text, name


def test_the_menu_may_be_the_vendors_starter_collection(site, account):
    """`navigation_menu` holds its items as references; the menu is made of those."""
    items = [{"$ref": f"item:navigation_menu_item/{number}"} for number in (2, 1)]
    account.collection(
        "navigation_menu_item",
        {"id": 1, "label": "Home & hearth", "url": "/"},
        {"id": 2, "label": "About", "url": "/pages/about.html"},
    )
    account.collection("navigation_menu", {"id": 3, "name": "Main menu", "menu_items": items})
    account.page("*", "about")
    site.configure(
        THEME=theme_path(),
        MENU_COLLECTION="navigation_menu",
        BUTTERCMS_COLLECTIONS=["navigation_menu", "navigation_menu_item"],
        BUTTERCMS_PAGE_TYPES=["*"],
    )
    site.build()
    menu = site.read("pages/about.html").partition("<nav")[2].partition("</nav>")[0]
    assert menu.index("About") < menu.index("Home &amp; hearth")
    assert 'href="https://site.example/pages/about.html"' in menu


def test_neighbours_are_linked_where_the_plugin_tells_them(site, account):
    """With pelican-neighbors an article leads to the ones before and after it."""
    for number in (1, 2, 3):
        account.post(f"p{number}", day=f"2024-0{number}-01")
    site.configure(THEME=theme_path(), PLUGINS=["pelican_buttercms", "neighbors"])
    site.build()
    main = site.read("p2.html").partition("<main")[2].partition("</main>")[0]
    assert "p1.html" in main
    assert "p3.html" in main


def test_a_link_to_the_root_is_marked_on_the_front_page_alone(site, account):
    """Every path begins with "/", and another language has a front page of its own."""
    account.settings(locales=["en", "de"])
    account.collection(
        "menu", {"id": 1, "label": "Home", "url": "/"}, {"id": 2, "label": "Blog", "url": "/p"}
    )
    account.post("p")
    account.translate("posts/p", "de", title="P")
    site.configure(
        THEME=theme_path(),
        MENU_COLLECTION="menu",
        BUTTERCMS_COLLECTIONS=["menu"],
        BUTTERCMS_LOCALES={"en": [], "de": ["en"]},
        BUTTERCMS_LANG_TEMPLATES={"index": "{lang}/index.html"},
    )
    site.build()
    pages = [name for name in site.files() if name.endswith(".html")]
    menus = {name: site.read(name).partition('id="site-menu"')[2] for name in pages}
    marked = {
        name: re.findall(r'aria-current="\w+">(\w+)<', text.partition("</nav>")[0])
        for name, text in menus.items()
    }
    assert any(name.startswith(("de/", "p-de")) for name in marked)
    assert {name for name, labels in marked.items() if "Home" in labels} == {"index.html"}
    assert "Blog" not in marked["p.html"]  # /p is no folder that has /p.html
