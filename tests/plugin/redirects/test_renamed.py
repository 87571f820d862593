"""Posts and pages that are renamed, moved and deleted, generation by generation."""

import pytest

from tests.plugin.redirects.conftest import BORN, history, rename, rules


def test_a_renamed_post_answers_at_its_old_address(moving):
    """In every format; and a build of everything writes the same."""
    assert rules(moving) == []
    rename(moving, "first", "better", title="Another title", body="<p>Another text.</p>")
    moving.remake()
    assert rules(moving) == ["/first.html /better.html 301"]
    assert moving.read("redirects.map") == '"/first.html" "/better.html";\n'
    page = moving.read("first.html")
    assert '<link rel="canonical" href="https://site.example/better.html">' in page
    assert 'content="0; url=https://site.example/better.html"' in page
    assert "first" not in moving.read("sitemap.xml")
    assert ["/first.html", "post//better", "", "2024-05-17T14:13:46.787544+00:00"] in history(
        moving
    )


def test_chains_are_folded(moving):
    """A is B, B is C: both lead to C in one step."""
    rename(moving, "first", "b")
    moving.make()
    rename(moving, "b", "c")
    moving.remake()
    assert rules(moving) == ["/b.html /c.html 301", "/first.html /c.html 301"]


def test_a_post_that_gets_its_first_address_back(moving):
    """That address is real again, and the one between leads to it."""
    rename(moving, "first", "b")
    moving.make()
    rename(moving, "b", "first")
    moving.remake()
    assert rules(moving) == ["/b.html /first.html 301"]
    assert "The body of first" in moving.read("first.html")
    assert moving.make().rendered == 0


def test_an_address_that_another_post_takes(moving):
    """It is that post's, also if it leaves it later."""
    rename(moving, "first", "b")
    moving.make()
    moving.account.post("first", day="2024-09-09")
    moving.remake()
    assert rules(moving) == []
    assert "The body of first" in moving.read("first.html")
    moving.account.delete("posts/first.json")
    moving.account.post("last", day="2024-09-09")
    moving.remake()
    assert rules(moving) == ["/first.html /last.html 301"]


def test_a_slug_that_is_given_to_another_post_at_once(moving):
    """Within one generation: the post is known by when it was created, not by its slug."""
    rename(moving, "first", "b")
    moving.account.post("first", day="2024-09-09")
    moving.make()
    moving.account.delete("posts/first.json")
    moving.remake()
    assert rules(moving) == ["/first.html /404.html 410"]
    assert ["/b.html", "post//b", "", "2024-05-17T14:13:46.787544+00:00"] in history(moving)


def test_two_posts_that_change_slugs(moving):
    """Both addresses are real."""
    moving.account.post("first", day="2024-01-02")
    moving.account.post("second", **BORN)
    moving.remake()
    assert rules(moving) == []
    rename(moving, "second", "b")
    moving.remake()
    assert rules(moving) == ["/second.html /b.html 301"]


def test_what_is_deleted_is_gone_until_it_is_back(moving):
    """With the status 410 where a host knows it; HTML has none."""
    moving.account.delete("posts/third.json")
    moving.remake()
    assert rules(moving) == ["/third.html /404.html 410"]
    assert moving.read("redirects.map") == '"/third.html" "gone";\n'
    assert "third.html" not in moving.files()
    moving.account.post("third", day="2024-01-03")
    moving.remake()
    assert rules(moving) == []


def test_a_renamed_page(moving):
    """A page is known by when it was first published."""
    moving.account.delete("single_pages/about.json")
    moving.account.page("*", "us", published="2024-03-01T09:00:00.123456Z", body="<p>All.</p>")
    moving.remake()
    assert rules(moving) == ["/pages/about.html /pages/us.html 301"]


@pytest.mark.parametrize("number", [1, 2])
def test_what_was_created_with_others_is_not_taken_for_one_of_them(moving, number):
    """Rather no redirect than one to something else."""
    for name in range(number):
        moving.account.post(f"twin-{name}", day="2024-07-07")
    moving.make()
    for name in range(number):
        moving.account.delete(f"posts/twin-{name}.json")
    for name in range(3 - number):
        moving.account.post(f"other-{name}", day="2024-07-07")
    moving.remake()
    assert rules(moving) == [f"/twin-{name}.html /404.html 410" for name in range(number)]


@pytest.mark.parametrize(
    ("old", "settings", "new"),
    [
        (
            "first",
            {"ARTICLE_URL": "blog/{slug}/", "ARTICLE_SAVE_AS": "blog/{slug}/index.html"},
            "blog/first/",
        ),
        (
            "first",
            {"ARTICLE_URL": "{date:%Y}/{slug}", "ARTICLE_SAVE_AS": "{date:%Y}/{slug}.html"},
            "2024/first",
        ),
    ],
)
def test_settings_of_addresses_that_change(moving, old, settings, new):
    """Each content has its old address, too."""
    moving.settings |= settings
    moving.remake()
    assert f"/{old}.html /{new} 301" in rules(moving)
    assert len(rules(moving)) == 3
    assert moving.make().rendered == 0


def test_a_category_or_a_date_in_an_address(moving):
    """An editor changes it, and the slug stays."""
    moving.settings |= {
        "ARTICLE_URL": "{category}/{slug}.html",
        "ARTICLE_SAVE_AS": "{category}/{slug}.html",
    }
    moving.make()
    moving.account.post("second", day="2024-01-02", categories=["coffee"])
    moving.remake()
    assert "/tea/second.html /coffee/second.html 301" in rules(moving)


def test_a_lost_cache_loses_no_address(moving):
    """The history is a file beside the content folder."""
    rename(moving, "first", "better")
    moving.make()
    (moving.folder / "cache").rename(moving.folder / "lost")
    moving.remake()
    assert rules(moving) == ["/first.html /better.html 301"]


def test_without_siteurl_or_in_previews_there_is_no_history(site):
    """What nobody publishes has no addresses."""
    site.account.post("first")
    site.account.post("draft", status="draft")
    site.settings |= {"BUTTERCMS_REDIRECTS": ["netlify"], "SITEURL": ""}
    site.make()
    site.settings |= {"SITEURL": "https://site.example", "BUTTERCMS_PREVIEW": True}
    site.make()
    assert not (site.folder / "redirects.csv").exists()
    assert "_redirects" not in site.files()
    site.settings["BUTTERCMS_PREVIEW"] = False
    site.make()
    assert [row[0] for row in history(site)] == ["/first.html"]


def test_a_setting_that_is_taken_back(moving):
    """Its files go; the history stays."""
    rename(moving, "first", "better")
    moving.make()
    moving.settings["BUTTERCMS_REDIRECTS"] = []
    moving.remake()
    assert not {"_redirects", "redirects.map", "first.html"} & moving.files()
    assert ["/first.html"] in [row[:1] for row in history(moving)]
