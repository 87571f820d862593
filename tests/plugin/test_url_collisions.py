"""Files that a page of the CMS and something else would both write: told before anything is."""

from __future__ import annotations

import json

import pytest

SETTINGS = {
    "BUTTERCMS_PAGE_TYPES": {"*": {"url": "{slug}", "save_as": "{slug}"}},
    "BUTTERCMS_MAX_AGE": 0,
    "BUTTERCMS_LOCALES": {"en": [], "de": []},
    "BUTTERCMS_LANG_TEMPLATES": {"index": "{lang}/index.html"},
    "FEED_ATOM": "feeds/main.atom.xml",
    "FEED_RSS": "feeds/main.rss.xml",
    "FEED_ALL_ATOM": "feeds/all.atom.xml",
    "FEED_ALL_RSS": "feeds/all.rss.xml",
    "CATEGORY_FEED_ATOM": "feeds/category-{slug}.atom.xml",
    "CATEGORY_FEED_RSS": "feeds/category-{slug}.rss.xml",
    "TAG_FEED_ATOM": "feeds/tag-{slug}.atom.xml",
    "TAG_FEED_RSS": "feeds/tag-{slug}.rss.xml",
    "AUTHOR_FEED_ATOM": "feeds/author-{slug}.atom.xml",
    "AUTHOR_FEED_RSS": "feeds/author-{slug}.rss.xml",
    "TRANSLATION_FEED_ATOM": "feeds/all-{lang}.atom.xml",
    "TRANSLATION_FEED_RSS": "feeds/all-{lang}.rss.xml",
    "YEAR_ARCHIVE_SAVE_AS": "{date:%Y}/index.html",
    "MONTH_ARCHIVE_SAVE_AS": "{date:%Y}/{date:%m}/index.html",
    "DAY_ARCHIVE_SAVE_AS": "{date:%Y}/{date:%m}/{date:%d}/index.html",
    "TEMPLATE_PAGES": {"extra.html": "extra/page.html"},
    "DEFAULT_PAGINATION": 1,
    "STATIC_PATHS": ["static", "note.txt"],
    "THEME_STATIC_DIR": "theme",
    "DIRECT_TEMPLATES": ["index", "tags", "categories", "authors", "archives"],
}

PLACES = {
    "post.html": "ButterCMS's posts/post",
    "post-de.html": "ButterCMS's posts/post",
    "local.html": "the file",
    "index.html": "Pelican's list 'index' (INDEX_SAVE_AS)",
    "index2.html": "Pelican's list 'index' (INDEX_SAVE_AS)",
    "archives.html": "Pelican's list 'archives' (ARCHIVES_SAVE_AS)",
    "de/index.html": "the list of the language de (BUTTERCMS_LANG_TEMPLATES)",
    "category/tea.html": "ButterCMS's categories/tea",
    "category/tea2.html": "ButterCMS's categories/tea",
    "tag/green.html": "ButterCMS's tags/green",
    "author/ann.html": "ButterCMS's authors/ann",
    "feeds/main.atom.xml": "the feed FEED_ATOM",
    "feeds/main.rss.xml": "the feed FEED_RSS",
    "feeds/all.atom.xml": "the feed FEED_ALL_ATOM",
    "feeds/all.rss.xml": "the feed FEED_ALL_RSS",
    "feeds/category-tea.atom.xml": "the feed of the category Tea (CATEGORY_FEED_ATOM)",
    "feeds/category-tea.rss.xml": "the feed of the category Tea (CATEGORY_FEED_RSS)",
    "feeds/tag-green.atom.xml": "the feed of the tag Green (TAG_FEED_ATOM)",
    "feeds/tag-green.rss.xml": "the feed of the tag Green (TAG_FEED_RSS)",
    "feeds/author-ann.atom.xml": "(AUTHOR_FEED_ATOM)",
    "feeds/author-ann.rss.xml": "(AUTHOR_FEED_RSS)",
    "feeds/all-de.atom.xml": "the feed of the language de (TRANSLATION_FEED_ATOM)",
    "feeds/all-de.rss.xml": "the feed of the language de (TRANSLATION_FEED_RSS)",
    "2024/index.html": "the archive of a year (YEAR_ARCHIVE_SAVE_AS)",
    "2024/05/index.html": "the archive of a month (MONTH_ARCHIVE_SAVE_AS)",
    "2024/05/17/index.html": "the archive of a day (DAY_ARCHIVE_SAVE_AS)",
    "sitemap.xml": "the sitemap (BUTTERCMS_SITEMAP)",
    "extra/page.html": "the template extra.html (TEMPLATE_PAGES)",
    "static/a.txt": "the file",
    "note.txt": "the file",
    "theme/css/main.css": "the theme's file theme/css/main.css",
    ".buttercms-preview": "the list of what a preview has written",
}
"""Every kind of file that this site has, with who writes it."""


@pytest.fixture
def full(site, account):
    """A site with every kind of list, feed, archive and file."""
    account.settings(locales=["en", "de"])
    account.term("categories", "tea", name="Tea")
    account.term("tags", "green", name="Green")
    for slug in ("post", "other"):
        account.post(slug, categories=["tea"], tags=["green"], author="ann")
        account.translate(f"posts/{slug}", "de", title="Auf Deutsch")
    site.write("content/local.md", "Title: Local\nDate: 2024-01-01\nSlug: local\nCategory: x\n\nx")
    site.write("content/static/a.txt", "a")
    site.write("content/note.txt", "a")
    site.write("content/extra.html", "extra")
    site.write("themed/css/main.css", "p {}")
    site.configure(**SETTINGS, THEME_STATIC_PATHS=[str(site.folder / "themed")])
    return site


def page(account, slug) -> None:
    """Add a page of any slug, in a file of its own."""
    account.page("*", "other-page")
    path = account.folder / "single_pages/other-page.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"slug": slug}))


def test_every_kind_of_file_is_there(full):
    """The table is whole: nothing that the build writes is missing in it."""
    full.build()
    pages = {name.replace("other", "post") for name in full.files()}
    known = set(PLACES) | {"tags.html", "categories.html", "authors.html", "category/x.html"}
    known |= {"feeds/all-en.atom.xml", "feeds/all-en.rss.xml"}
    known |= {"2024/01/index.html", "2024/01/01/index.html"}
    known |= {"feeds/category-x.atom.xml", "feeds/category-x.rss.xml"}
    rest = {
        name
        for name in pages - known
        if not name.startswith(("theme/", "author/", "feeds/author-", "static/"))
        and not any(name.startswith(one.partition("2")[0]) for one in ("index2", "category/tea2"))
        and not name.endswith(tuple(f"{number}.html" for number in range(2, 9)))
    }
    assert not rest


@pytest.mark.parametrize("below", ["", "/page.html"])
@pytest.mark.parametrize("place", PLACES)
def test_a_page_takes_nobodys_place(full, account, place, below):
    """Neither the file itself, nor a folder where the file has to be; both sides are named."""
    full.write("output/old.html", "old")
    page(account, f"{place}{below}")
    done = full.pelican()
    out = done.stdout + done.stderr
    assert done.returncode == 1
    assert "Traceback" not in out
    assert f"ButterCMS's pages/*/{place}{below}" in out
    assert PLACES[place] in out
    assert "Nothing was written." in out
    assert full.files() == {"old.html"}


def test_a_folder_of_the_sites_is_no_place_for_a_file(full, account):
    """A page that is called as a folder of others."""
    account.page("*", "feeds")
    done = full.pelican()
    assert done.returncode == 1
    assert "needs a folder feeds, which ButterCMS's page" in done.stdout
    assert not full.output.exists()


def test_terms_clash_as_pages_do(site, account):
    """Two feeds by one pattern, and a category that is called as the feed of all is."""
    account.term("categories", "all", name="All")
    account.post("post", categories=["all"], tags=["same"], author="same")
    site.configure(
        TAG_FEED_ATOM="feeds/{slug}.atom.xml",
        AUTHOR_FEED_ATOM="feeds/{slug}.atom.xml",
        CATEGORY_FEED_ATOM="feeds/{slug}.atom.xml",
        FEED_ALL_ATOM="feeds/all.atom.xml",
    )
    done = site.pelican()
    assert done.returncode == 1
    assert "(CATEGORY_FEED_ATOM) both claim feeds/all.atom.xml" in done.stdout.replace(
        "(CATEGORY_FEED_ATOM) and the feed FEED_ALL_ATOM", "(CATEGORY_FEED_ATOM)"
    )
    assert "(AUTHOR_FEED_ATOM)" in done.stdout
    assert not site.output.exists()


@pytest.mark.parametrize(
    "settings",
    [
        {"BUTTERCMS_FRONT_PAGE": "*/home", "BUTTERCMS_PAGE_TYPES": ["*"]},
        {"BUTTERCMS_PAGE_TYPES": {"*": {"url": "", "save_as": "index.html"}}},
    ],
)
def test_a_page_takes_the_index_on_purpose(site, account, settings):
    """As the front page, or by a URL of its page type that is the same whatever the slug."""
    account.page("*", "home", body="<p>Welcome</p>")
    site.configure(**settings)
    site.build()
    assert "Welcome" in site.read("index.html")


def test_names_that_some_disks_take_for_one_are_told(site, account):
    """Case, and Unicode in two forms."""
    account.page("*", "About")
    account.page("*", "about")
    account.page("*", "caf\u00e9")
    account.page("*", "cafe\u0301")
    site.configure(BUTTERCMS_PAGE_TYPES=["*"])
    out = site.build()
    assert out.count("take the two for one file") == 2
    assert {"pages/About.html", "pages/about.html"} <= site.files()


def test_a_path_that_no_disk_takes_is_told(site, account):
    """By the item, before anything is written."""
    account.page("*", "a" * 230)
    site.configure(
        BUTTERCMS_PAGE_TYPES={"*": {"url": "{slug}-{slug}/"}},
    )
    done = site.pelican()
    assert done.returncode == 1
    assert "which is longer than file systems take. Nothing was written." in done.stdout
    assert not site.output.exists()


@pytest.mark.parametrize(
    "options", [{}, {"BUTTERCMS_INCREMENTAL": False}, {"BUTTERCMS_WORKERS": 2}]
)
def test_what_others_put_in_the_way_is_told(site, account, options):
    """A folder or a FIFO where a page belongs, which no build of ours has made."""
    account.post("post")
    (site.output / "post.html/inner").mkdir(parents=True)
    site.configure(**options)
    done = site.pelican()
    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr
    assert "post.html" in done.stdout
