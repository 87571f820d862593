"""CMS content and local files in one site."""

import pytest


def test_links_work_both_ways(site, account):
    """`{filename}` leads from Markdown to the CMS's content and back."""
    account.post("cms-post", body='<p><a href="{filename}/local.md">local</a></p>')
    account.page("*", "about", body='<p><a href="{filename}/local.md">local</a></p>')
    account.page("news", "x", body="x")
    site.configure(BUTTERCMS_PAGE_TYPES=["*", "news"], SLUGIFY_SOURCE="title")
    site.write(
        "content/local.md",
        "Title: Local\nDate: 2024-01-01\n\n"
        "[post]({filename}/buttercms/posts/cms-post) [page]({filename}/buttercms/pages/about)"
        " [typed]({filename}/buttercms/pages/news/x)",
    )
    site.build()
    local = site.read("local.html")
    for path in ("cms-post.html", "pages/about.html", "pages/x.html"):
        assert f'href="https://site.example/{path}"' in local
    for path in ("cms-post.html", "pages/about.html"):
        assert 'href="https://site.example/local.html"' in site.read(path)


def test_relative_urls_hold_for_cms_content(site, account):
    """RELATIVE_URLS makes links in rendered bodies fit the depth of each page."""
    account.post("p", body='<a href="{filename}/buttercms/pages/deep">d</a>')
    account.page("deep", "deep", body=[{"type": "link", "fields": {}}])
    site.write("templates/components/link.html", '<a href="{{ SITEURL }}/p.html">p</a>')
    site.write("content/x.md", "Title: X\nDate: 2024-01-01\n\n[d]({filename}/buttercms/pages/deep)")
    site.configure(
        RELATIVE_URLS=True,
        BUTTERCMS_PAGE_TYPES={"deep": {"url": "a/b/{slug}.html"}, "*": {}},
        THEME_TEMPLATES_OVERRIDES=["templates"],
    )
    site.build()
    assert 'href="../../p.html"' in site.read("a/b/deep.html")
    assert 'href="./a/b/deep.html"' in site.read("x.html")


def test_categories_tags_and_authors_are_shared_with_local_files(site, account):
    """One page per category, tag and author, with the CMS's names, whoever is listed on it."""
    account.term("categories", "food", name="Food & drink")
    account.post("cms-post", categories=["food"], tags=["tea"], day="2024-06-01")
    site.write(
        "content/local.md",
        "Title: Local\nDate: 2024-07-01\nCategory: food\nTags: tea\nAuthor: Ada Lane\n\nx",
    )
    site.build()
    for listing in ("category/food.html", "tag/tea.html", "author/ada-lane.html"):
        text = site.read(listing)
        assert text.index("local.html") < text.index("cms-post.html")
    assert "Food &amp; drink" in site.read("local.html")


def test_two_items_with_one_url_are_an_error_that_names_both(site, account):
    """A CMS page and a local page cannot have one file; neither can two page types."""
    account.page("a", "same")
    account.page("b", "same")
    account.post("clash")
    site.write("content/clash.md", "Title: Clash\nDate: 2024-01-01\nslug: clash\nlang: en\n\nx")
    site.write("output/before.html", "from the last build")
    site.configure(BUTTERCMS_PAGE_TYPES=["a", "b"], DELETE_OUTPUT_DIRECTORY=True)
    done = site.pelican()
    assert done.returncode == 1
    out = done.stdout
    assert "DuplicateURLError" in out
    assert "ButterCMS's pages/a/same and ButterCMS's pages/b/same both claim pages/same.html" in out
    assert "content/clash.md" in out
    assert "ButterCMS's posts/clash" in out
    assert site.files() == {"before.html"}


def test_a_local_file_may_take_a_listings_place(site, account):
    """Pelican lets a page with save_as override a generated page; so do we."""
    account.post("p", categories=["food"])
    site.write(
        "content/pages/food.md",
        "Title: Mine\nurl: category/food.html\nsave_as: category/food.html\n\nx",
    )
    site.build()
    assert "Mine" in site.read("category/food.html")


@pytest.mark.parametrize("slug", ["../../evil", "a\\b"])
def test_a_slug_cannot_leave_the_output_folder(site, account, slug):
    """A dangerous slug ends the build before a file is written."""
    account.page("*", "good")
    account.page("*", "bad")
    path = account.folder / "single_pages" / "bad.json"
    path.write_text(
        path.read_text().replace('"slug": "bad"', f'"slug": {slug!r}'.replace("'", '"'))
    )
    site.configure(BUTTERCMS_PAGE_TYPES=["*"])
    done = site.pelican()
    assert done.returncode == 1
    assert "ContentError: pages/*/" in done.stdout
    assert not (site.folder / "evil.html").exists()
    assert site.files() == set()


def test_translations_of_local_files_are_left_as_they_are(site, account):
    """CMS content beside translated files does not disturb their links."""
    account.post("cms-post")
    for lang in ("en", "fr"):
        site.write(
            f"content/t-{lang}.md", f"Title: T {lang}\nDate: 2024-01-01\nslug: t\nlang: {lang}\n\nx"
        )
    site.build()
    assert {"t.html", "t-fr.html", "cms-post.html"} <= site.files()
    assert "t-fr.html" in site.read("t.html")


def test_the_output_folder_is_wiped_only_when_a_site_follows(site, account):
    """DELETE_OUTPUT_DIRECTORY holds, with its exceptions, but after the content was read."""
    account.post("p")
    site.write("output/stale.html", "old")
    site.write("output/.git/config", "kept")
    site.configure(DELETE_OUTPUT_DIRECTORY=True, OUTPUT_RETENTION=[".git"])
    site.build()
    assert "stale.html" not in site.files()
    assert {"p.html", ".git/config"} <= site.files()
    site.configure(DELETE_OUTPUT_DIRECTORY=False)
    site.write("output/stale.html", "old")
    site.build()
    assert "stale.html" in site.files()


def test_an_output_folder_around_the_sources_is_never_wiped(site, account):
    """Pelican's own guard holds here, too."""
    account.post("p")
    site.write("content/local.md", "Title: L\nDate: 2024-01-01\n\nx")
    site.configure(DELETE_OUTPUT_DIRECTORY=True, OUTPUT_PATH=".")
    assert site.pelican().returncode == 0
    assert (site.folder / "content/local.md").is_file()
    assert (site.folder / "p.html").is_file()


DRAFT = "Title: Hello\nStatus: published\nId: {}\nBase: 0123456789abcdef\n\nWritten here.\n"


def test_a_draft_that_was_published_needs_no_date(site, account):
    """The CMS dates what it publishes; Pelican refuses articles without a date, with an error."""
    account.post("hello", body="<p>From the CMS.</p>")
    account.page("news", "home", body="<p>Home.</p>")
    site.write("content/drafts/hello.md", DRAFT.format("hello"))
    site.write("content/cms/home.md", DRAFT.format("home") + "\n")
    text = (site.folder / "content/cms/home.md").read_text()
    site.write("content/cms/home.md", "Kind: page\nPage_type: news\n" + text)
    site.configure(BUTTERCMS_PAGE_TYPES=["news"])
    printed = site.build("--fatal", "errors")
    assert "ERROR" not in printed
    assert "From the CMS." in site.read("hello.html")
    assert "Written here." not in "".join(site.read(n) for n in site.files() if n.endswith("html"))
    account.delete("posts/hello.json")
    printed = site.build("--fatal", "errors", "-e", "BUTTERCMS_MAX_AGE=0")
    assert "deleted or withdrawn" in " ".join(printed.split())
    assert "hello.html" not in site.files()


def test_a_local_article_without_a_date_is_pelicans_affair(site, account):
    """Only what the CMS has is given a date."""
    site.write("content/own.md", "Title: Own\n\nx")
    site.configure()
    assert "could not find information about 'date'" in " ".join(site.build().split())
    assert "own.html" not in site.files()


DRAFTS = {
    "drafts/post.md": "Title: P\nKind: post\nStatus: published\n\nNever here.\n",
    "drafts/page.md": "---\nkind: page\npage_type: '*'\ntitle: Q\ndate: 2024-01-01\n---\n"
    "Never here.\n",
    "item.md": "---\ncollection: team\nfields: {date: 2024-01-01, title: x}\n---\nNever here.\n",
    "twice.md": "---\nkind: page\npage_type: news\ntitle: T\nid: '404'\nbase: \"{base}\"\n"
    "status: published\n---\nNever here.\n",
    "later.md": "---\ntitle: L\nid: later\nbase: {base}\nstatus: draft\n---\nNever here.\n",
    "broken.md": "---\ntitle: a: b\ntags: [x]\nid: 'hello'\nbase: \"{base}\"\n---\nNever here.\n",
    "pages/locales.md": "---\ncollection: team\nstatus: {{en: published, fr: draft}}\n"
    "fields: {{en: {{a: b}}, fr: {{a: c}}}}\n---\n",
}


@pytest.mark.parametrize("future", [True, False])
@pytest.mark.parametrize("default", [{}, {"status": "published"}, {"status": "draft"}])
def test_no_draft_is_an_article_because_pelican_reads_it(site, account, future, default):
    """Pages, items, and what the CMS has, whatever is said, quoted or left out, and no errors."""
    account.post("hello", body="<p>From the CMS.</p>")
    account.page("news", "404", body="From the CMS.")
    for name, text in DRAFTS.items():
        is_pattern = "{base}" in text or "{{" in text
        filled = text.format(base="0123456789abcdef") if is_pattern else text
        site.write(f"content/{name}", filled)
    site.configure(
        BUTTERCMS_PAGE_TYPES=["news"], WITH_FUTURE_DATES=future, DEFAULT_METADATA=default,
        DEFAULT_DATE=(2020, 1, 1) if future else None,
    )  # fmt: skip
    printed = site.build("--fatal", "errors")
    public = {name for name in site.files() if not name.startswith("drafts/")}
    if future:  # DEFAULT_DATE dates a post whose file says that it is published
        assert "p.html" in public
        site.write("content/drafts/post.md", "Title: P\nKind: post\nStatus: draft\n\nNever here.\n")
        printed += site.build("--fatal", "errors")
        public = {name for name in site.files() if not name.startswith("drafts/")} - {"p.html"}
    told = [name for name in public if "Never here." in site.read(name)]
    assert told == [], printed
    assert {"hello.html", "pages/404.html"} <= public


def test_yaml_front_matter_means_in_a_build_what_it_means_to_publish(site):
    """Quotes, lists, nested lines, and the text behind them; other files stay as they are."""
    site.write(
        "content/a.md",
        "---\ntitle: \"Tea: a 'story'\"\ndate: 2024-01-01\ntags: [x y, \"a, b\"]\nslug: '404'\n"
        "category: [Food]\nsummary: Some *good* tea\nextra:\n  title: no\n  date: never\n---\n"
        "Note: *hi*\n",
    )
    site.write("content/b.md", "---\ntitle: Tea: #1\ndate: 2024-01-01\ntags: x, y\n---\nB\n")
    site.write("content/c.md", "---\ntitle: Issue #5\ndate: '2024-01-01'\n---\nC\n")
    site.configure()
    site.build("--fatal", "warnings")
    text = site.read("404.html")
    assert "Tea: a 'story'" in text
    assert "Note: <em>hi</em>" in text
    assert {"tag/x-y.html", "tag/a-b.html", "category/food.html", "tag/x.html"} <= site.files()
    assert "Some <em>good</em> tea" in site.read("index.html")
    assert "Tea: #1" in site.read("tea-1.html")
    assert "Issue #5" in site.read("issue-5.html")
