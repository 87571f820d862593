"""Files that a full build would not have: what no longer belongs is gone."""


def test_pages_of_every_kind(posts):
    """Articles, drafts, hidden and translated ones, pages, lists, archives and feeds."""
    for name, more in {
        "draft": "Status: draft",
        "hidden": "Status: hidden",
        "french": "Lang: fr",
        "plain": "Tags: lonely",
    }.items():
        head = f"Title: {name}\nDate: 2023-01-01\nCategory: own\nAuthor: zoe\n{more}"
        posts.write(f"content/{name}.md", f"{head}\n\nx")
    posts.write("content/pages/p.md", "Title: P\n\nx")
    posts.settings |= {"YEAR_ARCHIVE_SAVE_AS": "{date:%Y}.html", "TAG_FEED_ATOM": "t/{slug}.xml"}
    posts.make()
    for name in ("draft", "hidden", "french", "plain", "pages/p"):
        (posts.folder / f"content/{name}.md").unlink()
        posts.remake()


def test_lists_that_are_turned_off(posts):
    """By their settings."""
    posts.settings["TRANSLATION_FEED_ATOM"] = "feeds/{lang}.xml"
    posts.make()
    for name in ("TAG_SAVE_AS", "ARCHIVES_SAVE_AS", "FEED_ALL_ATOM", "AUTHOR_SAVE_AS"):
        posts.settings[name] = ""
    posts.remake()
    posts.settings |= {"DIRECT_TEMPLATES": ["index"], "DEFAULT_PAGINATION": False}
    posts.remake()


def test_static_files(posts):
    """Deleted beside the articles."""
    posts.write("content/images/a.txt", "x")
    posts.make()
    (posts.folder / "content/images/a.txt").unlink()
    posts.remake()


def test_files_of_the_theme(posts):
    """Another theme has others."""
    posts.settings["THEME"] = "notmyidea"
    posts.make()
    posts.settings["THEME"] = "simple"
    posts.remake()


def test_the_sitemap(posts):
    """Turned off."""
    posts.make()
    posts.settings["BUTTERCMS_SITEMAP"] = False
    posts.remake()


def test_media(posts):
    """No page shows the file any more."""
    url = "https://cdn.buttercms.com/AAA"
    posts.account.media("AAA.png", b"PNG")
    posts.account.post("post-1", day="2024-01-01", body=f'<img src="{url}">')
    posts.settings["BUTTERCMS_MEDIA"] = "download"
    posts.make()
    posts.account.post("post-1", day="2024-01-01", body="<p>No image.</p>")
    posts.remake()


def test_a_subsite(posts):
    """Its language is not shown any more."""
    posts.settings |= {
        "PLUGINS": ["pelican_buttercms", "i18n_subsites"],
        "I18N_SUBSITES": {"de": {"SITENAME": "Seite"}},
    }
    posts.make()
    posts.settings["I18N_SUBSITES"] = {}
    posts.remake()


def test_copies_of_sources(posts):
    """OUTPUT_SOURCES writes each beside its page."""
    posts.settings["OUTPUT_SOURCES"] = True
    posts.write("content/l.md", "Title: L\nDate: 2024-01-01\nSlug: l\n\nx")
    posts.make()
    assert "l.text" in posts.files()
    (posts.folder / "content/l.md").unlink()
    posts.remake()
