"""What vanished from the CMS is gone from the site, its page included."""

import pytest


@pytest.fixture
def grown(site, account):
    """A site that was built once; DELETE_OUTPUT_DIRECTORY is off, as in Pelican."""
    account.post("kept")
    account.post("gone", tags=["lonely"], author="bob")
    account.page("*", "old")
    site.write("content/local.md", "Title: Local\nDate: 2024-01-01\nSlug: local\n\nx")
    site.write("output/by-hand.html", "mine")
    site.configure(BUTTERCMS_PAGE_TYPES=["*"], BUTTERCMS_MAX_AGE=0)
    site.build()
    assert {"gone.html", "pages/old.html", "tag/lonely.html", "author/bob.html"} <= site.files()
    return site


def test_a_vanished_item_takes_its_pages_with_it(grown, account):
    """Its own, and those of tags and authors that were only there for it; nothing else goes."""
    account.delete("posts/gone.json")
    account.delete("single_pages/old.json")
    grown.build()
    gone = {"gone.html", "pages/old.html", "tag/lonely.html", "author/bob.html"}
    assert gone.isdisjoint(grown.files())
    assert {"kept.html", "local.html", "by-hand.html", "index.html"} <= grown.files()


def test_what_came_later_goes_as_well(grown, account):
    """Also where nobody knows what pages rest on."""
    grown.configure(BUTTERCMS_PAGE_TYPES=["*"], BUTTERCMS_MAX_AGE=0, BUTTERCMS_INCREMENTAL=False)
    account.post("later", tags=["other"])
    grown.build()
    assert {"later.html", "tag/other.html", "gone.html"} <= grown.files()
    account.delete("posts/later.json")
    grown.build()
    assert {"later.html", "tag/other.html"}.isdisjoint(grown.files())
    assert {"gone.html", "kept.html"} <= grown.files()


def test_a_local_file_that_takes_the_place_stays(grown, account):
    """The page belongs to somebody else now."""
    account.delete("posts/gone.json")
    grown.write("content/gone.md", "Title: Mine\nDate: 2024-01-01\nSlug: gone\n\nMine now")
    for _ in range(2):
        grown.build()
        assert "Mine now" in grown.read("gone.html")


def test_a_build_that_breaks_off_leaves_nothing_behind_for_ever(grown, account):
    """What it wrote is on the list before it is written."""
    account.post("short-lived")
    grown.write("templates/index.html", "{{ 1 // 0 }}")
    grown.configure(THEME_TEMPLATES_OVERRIDES=["templates"])
    assert grown.pelican().returncode == 1
    assert "short-lived.html" in grown.files()
    account.delete("posts/short-lived.json")
    grown.write("templates/index.html", "well again")
    grown.build()
    assert "short-lived.html" not in grown.files()


def test_an_item_that_moved_leaves_nothing_at_its_old_place(grown):
    """Another URL pattern is another file."""
    grown.configure(ARTICLE_SAVE_AS="blog/{slug}.html", ARTICLE_URL="blog/{slug}.html")
    grown.build()
    assert {"blog/kept.html", "blog/gone.html"} <= grown.files()
    assert {"kept.html", "gone.html"}.isdisjoint(grown.files())


def test_a_build_that_fails_removes_nothing(grown, account):
    """The site stays as it was."""
    account.delete("posts/gone.json")
    account.page("*", "bad", link="/v2/pages/news/none")
    grown.configure(BUTTERCMS_DANGLING="fail")
    assert grown.pelican().returncode == 1
    assert "gone.html" in grown.files()


def test_a_list_that_somebody_else_wrote_leads_nowhere(grown, account):
    """Only files inside the output folder are removed; a damaged list removes nothing."""
    (listed,) = (grown.folder / "cache/buttercms/outputs").glob("*.files")
    grown.write("precious.txt", "mine")
    listed.write_text('{"output": "x", "files": ["../precious.txt", "by-hand.html"]}')
    grown.build()
    assert (grown.folder / "precious.txt").read_text() == "mine"
    listed.write_text("{damaged")
    grown.build()
    assert "kept.html" in grown.files()


def test_translations_and_stand_ins_go_too(site, account):
    """In every language."""
    account.settings(locales=["en", "de"])
    account.post("kept")
    account.post("p")
    account.post("q")
    account.translate("posts/p", "de")
    site.configure(BUTTERCMS_LOCALES={"en": [], "de": ["en"]}, BUTTERCMS_MAX_AGE=0)
    site.build()
    assert {"p-de.html", "q-de.html"} <= site.files()
    account.delete("posts/p.json")
    account.delete("posts/q.json")
    site.build()
    assert {"p.html", "p-de.html", "q.html", "q-de.html"}.isdisjoint(site.files())
