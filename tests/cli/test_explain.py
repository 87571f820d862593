"""`pelican-buttercms explain`: why something is on the site, or is not."""

import json

import pytest


@pytest.fixture
def built(site, account):
    """A site in two languages, built once, with a page of each fate."""
    account.settings(locales=["en", "de"], default_locale="en")
    account.post("hello", locales={"de": {"title": "Hallo", "slug": "hello"}})
    account.post("only-english")
    account.post("planned", status="scheduled", scheduled="2999-01-01T00:00:00Z")
    account.page("thing", "a", menu={"$ref": "item:menu/4"})
    account.page("fact", "f")
    account.collection("menu", {"id": 4, "label": "M"})
    site.write("content/local.md", "Title: Local\nDate: 2024-01-01\nSlug: local\n\nx")
    site.write("templates/page.html", "{{ page.title }} {{ page.butter.fields.menu.label }}")
    site.configure(
        BUTTERCMS_PAGE_TYPES={"thing": {"as": "page"}, "fact": {"as": "data"}},
        BUTTERCMS_COLLECTIONS=["menu"],
        BUTTERCMS_LOCALES={"en": [], "de": ["en"]},
        THEME_TEMPLATES_OVERRIDES=["templates"],
    )
    site.build()
    return site


def explained(site, word):
    """Return the one answer of `explain --json`."""
    done = site.command("explain", word, "--json")
    assert done.returncode == 0, done.stderr
    (answer,) = json.loads(done.stdout)
    return answer


@pytest.mark.parametrize(
    "word",
    ["posts/hello", "hello", "hello.html", "https://site.example/hello.html?x=1#y", "/hello"],
)
def test_a_post_by_its_url_path_name_or_slug(built, word):
    """Its status in each language, its template, and the pages that show it, its own first."""
    answer = explained(built, word)
    assert answer["name"] == "posts/hello"
    assert answer["reasons"][0].startswith("In en: it is live, published 2024-05-17")
    assert "It is shown by the template 'article'." in answer["reasons"]
    assert any(reason.startswith("ButterCMS was last asked") for reason in answer["reasons"])
    paths = [page["path"] for page in answer["pages"]]
    assert set(paths[:2]) == {"hello.html", "hello-de.html"}
    assert "index.html" in paths
    assert answer["pages"][0]["template"] == "article.html"


def test_what_a_page_is_rendered_from(built):
    """The records that it read, and nothing of other pages; an item names its pages."""
    answer = explained(built, "pages/a.html")
    assert answer["name"] == "pages/thing/a"
    sources = answer["pages"][0]["sources"]
    assert "collections/menu/4" in sources
    assert "pages/thing/a" in sources
    assert "posts/hello" not in sources
    item = explained(built, "menu/4")
    assert "no page of their own" in " ".join(item["reasons"])
    assert "pages/a.html" in [page["path"] for page in item["pages"]]


def test_a_stand_in_and_data(built):
    """Why a page is in another language, and why there is none."""
    assert any(
        reason.startswith("In de: it is not translated, and the version in 'en' stands in")
        for reason in explained(built, "only-english")["reasons"]
    )
    data = explained(built, "fact/f")
    assert any("data for templates, without pages" in reason for reason in data["reasons"])
    assert data["pages"] == []


def test_a_scheduled_post_is_known_from_the_preview(built):
    """Without a stored preview nobody knows it, and the answer says how to look."""
    unknown = built.command("explain", "planned")
    assert unknown.returncode == 2
    assert "BUTTERCMS_PREVIEW=1" in unknown.stderr
    assert built.command("pull", env={"BUTTERCMS_PREVIEW": "1"}).returncode == 0
    reasons = " ".join(explained(built, "planned")["reasons"])
    assert "its status is 'scheduled', due 2999-01-01" in reasons


def test_a_local_page_and_hostile_words(built):
    """A file of the site itself, and words that lead out of it."""
    done = built.command("explain", "local.html")
    assert "local.html by article.html: rendered from" in done.stdout
    assert "local.md" in done.stdout
    for word in ("../../etc/passwd", "\x1b[31m", "https://[", "%00", "posts/"):
        done = built.command("explain", word)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr


def test_nothing_is_stored(site):
    """An empty folder stays empty."""
    done = site.command("explain", "hello")
    assert done.returncode == 2
    assert not (site.folder / "cache").exists()
