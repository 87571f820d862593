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


def test_filters(site, account):
    """What they take, what only a reference brought, and what they leave out."""
    account.term("categories", "news")
    account.post("inside", categories=["news"])
    account.post("outside", categories=["other"])
    account.page("thing", "blue", colour="blue", friend={"$ref": "page:thing/red"})
    account.page("thing", "red", colour="red")
    account.page("thing", "green", colour="green")
    account.page("thing", "grey", status="draft", colour="grey")
    account.collection("menu", {"id": 4, "label": "M"}, {"id": 5, "label": "N"})
    site.configure(
        BUTTERCMS_POSTS={"category_slug": "news"},
        BUTTERCMS_PAGE_TYPES={"thing": {"fields.colour": "blue"}},
        BUTTERCMS_COLLECTIONS={"menu": {"limit": 1}},
    )
    site.build()
    assert "BUTTERCMS_POSTS (category_slug=news) takes it. It is shown by the template" in " ".join(
        explained(site, "posts/inside")["reasons"]
    )
    blue = " ".join(explained(site, "thing/blue")["reasons"])
    assert "it is live" in blue
    assert "BUTTERCMS_PAGE_TYPES['thing'] (fields.colour=blue) takes it." in blue
    red = explained(site, "thing/red")["reasons"]
    assert red[0] == (
        "BUTTERCMS_PAGE_TYPES['thing'] (fields.colour=blue) leaves it out. It was pulled only"
        " because something refers to it: pages/thing/blue."
    )
    assert red[1].startswith("So it is data for the templates of what refers to it")
    assert not (site.output / "pages/red.html").exists()
    item = " ".join(explained(site, "menu/5")["reasons"])
    assert "BUTTERCMS_COLLECTIONS['menu'] (limit=1) takes it. Collection items are data" in item
    for word in ("posts/outside", "thing/green", "menu/4"):
        done = site.command("explain", word)
        assert done.returncode == 2
        assert (
            "left out by the filters of BUTTERCMS_POSTS, BUTTERCMS_PAGE_TYPES['thing'],"
            " BUTTERCMS_COLLECTIONS['menu']" in done.stderr
        )


def test_a_draft_that_the_filters_would_leave_out(site, account):
    """A published page that only drafts refer to, as the preview's content has it."""
    account.page("thing", "blue", colour="blue")
    account.page("thing", "red", colour="red")
    account.page("thing", "sky", status="draft", colour="blue", friend={"$ref": "page:thing/red"})
    site.configure(BUTTERCMS_PAGE_TYPES={"thing": {"fields.colour": "blue"}})
    assert site.command("pull").returncode == 0
    assert site.command("pull", env={"BUTTERCMS_PREVIEW": "1"}).returncode == 0
    reasons = explained(site, "thing/red")["reasons"]
    assert reasons[0] == "BUTTERCMS_PAGE_TYPES['thing'] (fields.colour=blue) leaves it out."
    assert "its status is 'draft'" in explained(site, "thing/sky")["reasons"][0]


def test_nothing_is_stored(site):
    """An empty folder stays empty."""
    done = site.command("explain", "hello")
    assert done.returncode == 2
    assert not (site.folder / "cache").exists()
