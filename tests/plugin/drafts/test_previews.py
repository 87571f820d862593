"""Previews: what the real Pelican writes of drafts, and what becomes of it afterwards."""

import re

import pytest

PREVIEW = {"BUTTERCMS_PREVIEW": "1"}


@pytest.fixture
def drafted(site, account):
    """A site with something in every state."""
    account.post("live", title="Live one", tags=["tea"], day="2024-01-01")
    account.post(
        "newborn", title="Newborn one", status="draft", published=None, tags=["secret-tag"]
    )
    account.post(
        "later", title="Later one", status="scheduled", scheduled="2031-02-03T04:05:00.000000Z"
    )
    account.post("edited", title="Edited one", body="<p>one two three</p>", day="2024-01-02")
    account.overlay("posts/edited", title="Edited twice", body="<p>one 2 three</p>")
    account.page("*", "about", text="About us")
    account.overlay("single_pages/about", fields={"text": "About them"})
    account.collection("faqs", {"id": 1, "q": "Old?"}, {"id": 2, "q": "New?", "status": "draft"})
    site.configure(
        BUTTERCMS_PAGE_TYPES=["*"],
        BUTTERCMS_COLLECTIONS=["faqs"],
        FEED_ALL_ATOM="feeds/all.atom.xml",
        TAG_FEED_ATOM="feeds/tag-{slug}.atom.xml",
    )
    return site


def test_drafts_stand_where_they_would_be_published(drafted):
    """At their own URLs, in lists, under their categories and tags, with a date."""
    drafted.build(env=PREVIEW)
    files = drafted.files()
    assert {"newborn.html", "later.html", "edited.html", "tag/secret-tag.html"} <= files
    index = drafted.read("index.html")
    for name in ("live", "newborn", "later", "edited"):
        assert f"{name}.html" in index
    assert 'datetime="2031-02-03T04:05' in drafted.read("later.html")
    assert "Edited twice" in drafted.read("edited.html")
    drafted.configure(WITH_FUTURE_DATES=False)
    drafted.build("-d", env=PREVIEW)
    assert "later.html" in drafted.files()


def test_drafts_are_marked_in_any_theme_and_no_preview_is_indexed(drafted):
    """A banner that tells the state on drafts; `noindex` on every page."""
    for theme in ("simple", "notmyidea"):
        drafted.configure(THEME=theme)
        drafted.build("-d", env=PREVIEW)
        states = {
            path: re.findall(r'class="butter-draft" data-state="(\w+)"', drafted.read(path))
            for path in drafted.files()
            if path.endswith(".html")
        }
        assert states["newborn.html"] == ["draft"]
        assert states["later.html"] == ["scheduled"]
        assert states["edited.html"] == states["pages/about.html"] == ["changed"]
        assert states["live.html"] == states["index.html"] == []
        assert "scheduled for 2031-02-03 04:05 UTC" in drafted.read("later.html")
        for path in states:
            assert "&lt;body" not in drafted.read(path)
            assert drafted.read(path).lower().count("<body") == 1
            assert drafted.read(path).count('content="noindex, nofollow"') == 1, path


def test_drafts_are_in_no_feed_and_no_sitemap(drafted):
    """Nor are the lists that hold nothing but drafts."""
    drafted.build(env=PREVIEW)
    feeds = [drafted.read(path) for path in drafted.files() if path.endswith(".atom.xml")]
    assert "live.html" in drafted.read("feeds/all.atom.xml")
    for text in (*feeds, drafted.read("sitemap.xml")):
        assert not re.search("newborn.html|later.html|edited.html|secret-tag.html", text)
    assert "live.html" in drafted.read("sitemap.xml")
    assert "tag/tea.html" in drafted.read("sitemap.xml")


def test_the_sitemap_plugin_leaves_drafts_out_too(drafted):
    """By the word that it knows for private pages."""
    drafted.configure(PLUGINS=["pelican_buttercms", "sitemap"], SITEMAP={"format": "xml"})
    drafted.build(env=PREVIEW)
    assert "live.html" in drafted.read("sitemap.xml")
    assert not re.search("newborn.html|later.html|edited.html", drafted.read("sitemap.xml"))


def test_the_draft_index_lists_what_differs_from_what_is_live(drafted):
    """Each item with its state; what changed, field by field, and word by word."""
    drafted.write("content/local.md", "Title: Local idea\nDate: 2024-01-01\nStatus: draft\n\nx")
    printed = drafted.build(env=PREVIEW)
    page = drafted.read("drafts/index.html")
    entries = dict(re.findall(r'<li data-key="([^"]+)"[^>]*>(.*?)</li>', page, re.DOTALL))
    assert set(entries) == {
        *("posts/newborn", "posts/later", "posts/edited", "pages/*/about", "collections/faqs/2")
    }
    assert (
        "<dt>title</dt><dd>Edited <del>one</del> <ins>twice</ins></dd>" in entries["posts/edited"]
    )
    assert "one <del>two</del> <ins>2</ins> three" in entries["posts/edited"]
    assert "About <del>us</del> <ins>them</ins>" in entries["pages/*/about"]
    assert 'href="https://site.example/later.html"' in entries["posts/later"]
    assert "2031-02-03" in entries["posts/later"]
    assert "New?" in entries["collections/faqs/2"]
    assert "Local idea" in page
    assert "pulled what is live, to compare drafts with: 6 calls." in printed


def test_the_draft_index_shows_text_folds_what_is_long_and_filters_without_a_script(
    drafted, account, browser
):
    """The newest first; a change of markup alone shows the markup."""
    account.post("html", body="<p>One <b>bold</b>, word.</p><p>Two &amp; three</p>")
    account.overlay("posts/html", body="<p>One <b>bold</b>, text.</p><p>Two &amp; three</p>")
    account.post("markup", body="<p>Same</p>")
    account.overlay("posts/markup", body="<p><b>Same</b></p>")
    account.post("long", body="<p>" + "before " * 300 + "</p>")
    account.overlay("posts/long", body="<p>" + "after words <i> " * 300 + "</p>")
    drafted.build(env=PREVIEW)
    text = drafted.read("drafts/index.html")
    assert "One bold, <del>word.</del> <ins>text.</ins> Two &amp; three" in text
    assert "&lt;b&gt;" in text
    page = browser.new_page()
    page.goto((drafted.output / "drafts/index.html").as_uri())
    assert page.locator("li").first.get_attribute("data-key") == "posts/later"
    assert page.locator("li[data-key='posts/long'] details:not([open])").count() == 1
    page.get_by_label("scheduled").check()
    assert page.locator("li:visible").count() == 1
    page.locator("[name=state]").first.check()
    page.get_by_label("Collection items").check()
    shown = [one.get_attribute("data-key") for one in page.locator("li:visible").all()]
    assert shown == ["collections/faqs/2"]
    page.close()


def test_what_is_live_is_pulled_once_and_then_as_old_as_it_is(drafted):
    """A second preview costs the calls of the preview alone."""
    drafted.configure(BUTTERCMS_MAX_AGE=0)
    drafted.build(env=PREVIEW)
    printed = drafted.build(env=PREVIEW)
    assert "pulled with 6 API calls" in printed
    assert "pulled what is live" not in printed


def test_a_preview_without_a_status_compares_with_what_is_live(drafted, account):
    """The recorded API tells no status of pages, and of no item whether a draft lies over it."""
    account.settings(behaviour={"page_status": "absent"})
    account.page("*", "never", published=None, status="draft")
    account.page("*", "taken-back", status="draft")
    drafted.build(env=PREVIEW)
    for path, state in (("about", "changed"), ("never", "draft"), ("taken-back", "draft")):
        assert f'data-state="{state}"' in drafted.read(f"pages/{path}.html")


def test_a_live_build_into_the_same_folder_leaves_nothing_of_the_preview(drafted):
    """Every file that the preview wrote is gone or written anew; nobody else's file is touched."""
    drafted.write("output/CNAME", "site.example")
    drafted.write("output/keep.html", "by hand")
    drafted.build(env=PREVIEW)
    assert "newborn.html" in drafted.files()
    drafted.build()
    text = "\n".join(drafted.read(path) for path in drafted.files())
    assert not re.search("newborn|later|twice|About them|secret-tag|noindex|New\\?", text)
    assert "drafts/index.html" not in drafted.files()
    assert {"CNAME", "keep.html", "live.html"} <= drafted.files()
    assert ".buttercms-preview" not in drafted.files()


def test_a_list_of_preview_files_never_leads_out_of_the_folder(drafted):
    """Whoever wrote it: only files inside the output folder are removed."""
    drafted.write("precious.txt", "mine")
    drafted.write("output/.buttercms-preview", "head\n../precious.txt\n/etc/hostname\ngone.html\n")
    drafted.build()
    assert (drafted.folder / "precious.txt").read_text() == "mine"
    assert not (drafted.output / ".buttercms-preview").exists()


def test_production_refuses_a_preview(drafted):
    """Before anything is asked or written."""
    done = drafted.pelican(env=PREVIEW | {"NETLIFY": "true", "CONTEXT": "production"})
    assert done.returncode == 2
    assert "Netlify's CONTEXT 'production' says that this build is for production" in done.stdout
    assert not drafted.output.exists()
    assert not (drafted.folder / "cache").exists()


def test_what_reached_the_output_is_looked_at_once_more(drafted):
    """A plugin that smuggles a draft into a live build: the file is taken back, the build fails."""
    drafted.write(
        "smuggler.py",
        "from pelican import signals\n"
        "def smuggle(generator):\n"
        "    for article in generator.articles:\n"
        "        article.butter.status = 'draft'\n"
        "def register():\n"
        "    signals.article_generator_finalized.connect(smuggle)\n",
    )
    drafted.configure(PLUGINS=["pelican_buttercms", "smuggler"], PLUGIN_PATHS=["."])
    done = drafted.pelican()
    assert done.returncode == 1
    assert "A live build wrote what is not published" in done.stdout
    assert "posts/live" in done.stdout
    assert "live.html" not in drafted.files()


def test_a_store_with_a_draft_in_its_live_content_is_refused(drafted):
    """A cache that was restored from elsewhere is not believed."""
    drafted.build()
    drafted.write(
        "spoil.py",
        "from datetime import UTC, datetime\nfrom pathlib import Path\n"
        "from pelican_buttercms.content import Key, RawRecord\n"
        "from pelican_buttercms.store import Store\n"
        "with Store(Path('cache/buttercms'), lambda: datetime.now(UTC)) as store:\n"
        "    (scope,) = store.scopes()\n"
        "    old = store.latest(scope)\n"
        "    bad = RawRecord(Key('post', '', 'x'), {'slug': 'x', 'status': 'draft'})\n"
        "    store.commit(scope, [bad], 0, old.wanted)\n",
    )
    assert drafted.run("spoil").returncode == 0
    done = drafted.pelican()
    assert done.returncode == 1
    assert "posts/x in the live content of" in done.stdout
    assert "is a draft" in done.stdout


def test_drafts_of_other_locales_are_marked_where_they_stand(drafted, account):
    """Each locale has its own status; a stand-in is as much a draft as what it shows."""
    account.settings(locales=["en", "de"])
    account.translate("posts/live", "de", status="draft", title="Entwurf")
    drafted.configure(BUTTERCMS_LOCALES={"en": [], "de": ["en"]})
    drafted.build(env=PREVIEW)
    assert 'data-state="draft"' in drafted.read("live-de.html")
    assert "butter-draft" not in drafted.read("live.html")
    assert 'data-state="draft"' in drafted.read("newborn-de.html")
    assert "live-de.html" not in drafted.read("sitemap.xml")
    drafted.build()
    assert "Entwurf" not in "".join(drafted.read(f) for f in drafted.files())
    assert "Live one" in drafted.read("live-de.html")
